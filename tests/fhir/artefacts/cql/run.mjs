// Translates CQL with @cqframework/cql and runs it with cql-execution over cql-exec-fhir; asked one line at a time.
// {texts, library} → {seconds} of the translation. {citizens: [{as_of, observations}]} → {found: [{definition: value}],
// milliseconds} of all of them. Whatever goes wrong is {error}.
import { createInterface } from "node:readline";
import cql from "cql-execution";
import fhir from "cql-exec-fhir";
import { translate } from "./translate.mjs";

function plain(value) {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return value.map(plain);
  if (value.isInterval) return [plain(value.low), plain(value.high)];
  if (value.isDate || value.isDateTime) return value.toString();
  if (typeof value === "object") return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, plain(part)]));
  return value;
}

const source = fhir.PatientSource.FHIRv401();
let executor = null;
let named = [];

function translated({ texts, library }) {
  const start = performance.now();
  const elm = translate(texts);
  const seconds = (performance.now() - start) / 1000;
  executor = new cql.Executor(new cql.Library(elm[library], new cql.Repository(elm)));
  const own = elm[library].library.statements.def.filter((one) => one.type !== "FunctionDef");
  named = own.map((one) => one.name).filter((name) => name !== "Patient" && name !== "observed");
  return { seconds };
}

async function decided({ as_of, observations }) {
  const entry = observations.map((one, place) => ({ resource: { resourceType: "Observation", id: `o${place}`, subject: { reference: "Patient/p" }, ...one } }));
  source.reset();
  source.loadBundles([{ resourceType: "Bundle", type: "collection", entry: [{ resource: { resourceType: "Patient", id: "p" } }, ...entry] }]);
  const day = as_of ? { "as of": cql.Date.parse(as_of) } : {};
  const found = (await executor.withParameters(day).exec(source)).patientResults.p;
  return Object.fromEntries(named.map((name) => [name, plain(found[name])]));
}

async function each(citizens) {
  const start = performance.now();
  const found = [];
  for (const citizen of citizens) found.push(await decided(citizen));
  return { found, milliseconds: performance.now() - start };
}

for await (const line of createInterface({ input: process.stdin })) {
  const told = JSON.parse(line);
  try {
    process.stdout.write(`${JSON.stringify(told.texts ? translated(told) : await each(told.citizens))}\n`);
  } catch (error) {
    process.stdout.write(`${JSON.stringify({ error: String(error.stack) })}\n`);
  }
}
