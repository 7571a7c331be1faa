// CQL → ELM with HL7's translator. The package ships no System model; the dozen types that CQL itself has stand here.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import {
  CqlTranslator, LibraryManager, ModelManager, createLibrarySourceProvider, createModelInfoProvider, createUcumService, stringAsSource,
} from "@cqframework/cql/cql-to-elm";

const FHIR_MODEL = createRequire(import.meta.url).resolve("cql-exec-fhir").replace(/lib\/index\.js$/, "lib/modelInfos/fhir-modelinfo-4.0.1.xml");

const simple = (name) => `<typeInfo xsi:type="SimpleTypeInfo" name="System.${name}" baseType="System.Any"/>`;
const classType = (name, base, elements) =>
  `<typeInfo xsi:type="ClassInfo" name="System.${name}" baseType="System.${base}">${elements.map(([n, t]) => `<element name="${n}" elementType="${t}"/>`).join("")}</typeInfo>`;
const SYSTEM = `<modelInfo xmlns="urn:hl7-org:elm-modelinfo:r1" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" name="System" version="1.0.0" url="urn:hl7-org:elm-types:r1">
<typeInfo xsi:type="SimpleTypeInfo" name="System.Any"/>
${["Boolean", "Integer", "Long", "Decimal", "String", "DateTime", "Date", "Time"].map(simple).join("\n")}
${classType("Quantity", "Any", [["value", "System.Decimal"], ["unit", "System.String"]])}
${classType("Ratio", "Any", [["numerator", "System.Quantity"], ["denominator", "System.Quantity"]])}
${classType("Code", "Any", ["code", "system", "version", "display"].map((n) => [n, "System.String"]))}
<typeInfo xsi:type="ClassInfo" name="System.Concept" baseType="System.Any"><element name="codes"><elementTypeSpecifier xsi:type="ListTypeSpecifier" elementType="System.Code"/></element><element name="display" elementType="System.String"/></typeInfo>
${classType("Vocabulary", "Any", ["id", "version", "name"].map((n) => [n, "System.String"]))}
${classType("ValueSet", "Vocabulary", [])}
${classType("CodeSystem", "Vocabulary", [])}
</modelInfo>`;

/** The ELM of each library ({name: text} in, {name: elm} out). Throws with the translator's own words when one does not translate. */
export function translate(texts) {
  const models = new ModelManager();
  const sources = { System: SYSTEM, FHIR: readFileSync(FHIR_MODEL, "utf8") };
  models.modelInfoLoader.registerModelInfoProvider(createModelInfoProvider((id) => (sources[id] ? stringAsSource(sources[id]) : null)));
  const ucum = createUcumService((value) => value, () => null, () => { throw new Error("no unit is multiplied"); }, () => { throw new Error("no unit is divided"); });
  const manager = new LibraryManager(models, undefined, undefined, ucum);
  manager.librarySourceLoader.registerProvider(createLibrarySourceProvider((id) => (texts[id] ? stringAsSource(texts[id]) : null)));
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, elm(name, text, manager)]));
}

function elm(name, text, manager) {
  const read = JSON.parse(CqlTranslator.fromText(text, manager).toJson());
  const wrong = (read.library.annotation ?? []).filter((one) => one.errorSeverity && one.errorSeverity !== "info");
  if (wrong.length) throw new Error(wrong.map((one) => `${name}:${one.startLine}:${one.startChar} ${one.message}`).join("\n"));
  return read;
}
