// Translates CQL with @cqframework/cql and runs it with cql-execution over cql-exec-fhir.
// In, one JSON a line: {texts, library}, then a citizen each {as_of, observations}. Out, one JSON a line: {seconds} of the
// translation, then {definition: value} for each citizen, then {milliseconds} for one citizen.
import { createInterface } from "node:readline";
import cql from "cql-execution";
import fhir from "cql-exec-fhir";
import { translate } from "./translate.mjs";

const say = (what) => process.stdout.write(`${JSON.stringify(what)}\n`);
const now = () => performance.now();

function plain(value) {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return value.map(plain);
  if (value.isInterval) return [plain(value.low), plain(value.high)];
  if (value.isDate || value.isDateTime) return value.toString();
  if (typeof value === "object") return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, plain(part)]));
  return value;
}

function asked({ texts, library }) {
  const start = now();
  const elm = translate(texts);
  say({ seconds: (now() - start) / 1000 });
  const main = new cql.Library(elm[library], new cql.Repository(elm));
  const named = elm[library].library.statements.def.filter((one) => one.type !== "FunctionDef" && one.name !== "Patient" && one.name !== "observed");
  return { executor: new cql.Executor(main), source: fhir.PatientSource.FHIRv401(), named: named.map((one) => one.name) };
}

async function decided({ executor, source, named }, { as_of, observations }) {
  const entry = observations.map((one, place) => ({ resource: { resourceType: "Observation", id: `o${place}`, subject: { reference: "Patient/p" }, ...one } }));
  source.reset();
  source.loadBundles([{ resourceType: "Bundle", type: "collection", entry: [{ resource: { resourceType: "Patient", id: "p" } }, ...entry] }]);
  const day = as_of ? { "as of": cql.Date.parse(as_of) } : {};
  const found = (await executor.withParameters(day).exec(source)).patientResults.p;
  return Object.fromEntries(named.map((name) => [name, plain(found[name])]));
}

let run = null;
let spent = 0;
let citizens = 0;
for await (const line of createInterface({ input: process.stdin })) {
  const told = JSON.parse(line);
  if (!run) {
    run = asked(told);
    continue;
  }
  const start = now();
  const found = await decided(run, told);
  spent += now() - start;
  citizens += 1;
  say(found);
}
say({ milliseconds: citizens ? spent / citizens : 0 });
