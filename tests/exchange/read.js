// Reads one DMN file with the parser of the standard modeller and says, as JSON, what it found.
import { readFileSync } from "node:fs";
import DmnModdle from "dmn-moddle";

const { rootElement, warnings } = await new DmnModdle().fromXML(readFileSync(process.argv[2], "utf8"));
const of = (type) => rootElement.drgElement.filter((element) => element.$type === type);
const rules = Object.fromEntries(of("dmn:Decision").map((one) => [one.name, one.decisionLogic.rule.length]));
const drawn = rootElement.dmnDI.diagrams[0].diagramElements.filter((one) => one.$type === "dmndi:DMNShape").length;
console.log(JSON.stringify({
  warnings: warnings.map((warning) => warning.message),
  decisions: of("dmn:Decision").length,
  inputs: of("dmn:InputData").length,
  rules,
  drawn,
}));
