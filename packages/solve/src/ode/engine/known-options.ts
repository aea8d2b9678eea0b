import { nearestName } from "@simloom/units";
import { solveError } from "../../errors.ts";

/** What other solvers call these options. */
const ALIASES: Readonly<Record<string, string>> = {
  rtol: "relativeTolerance",
  reltol: "relativeTolerance",
  atol: "absoluteTolerance",
  abstol: "absoluteTolerance",
  maxStep: "maximumStep",
  minStep: "minimumStep",
  maxSteps: "steps",
  h: "step",
  dt: "step",
};

/** Throws `SOLV-017` for a name in plain options that none of the known ones is: what is misspelt would be ignored. */
export function checkKnown(what: string, given: object, known: readonly string[]): void {
  const odd = Object.keys(given).find((name) => !known.includes(name));
  if (odd === undefined) return;
  const alias = ALIASES[odd];
  const near = alias !== undefined && known.includes(alias) ? alias : nearestName(odd, known);
  throw solveError(
    "SOLV-017",
    `There is no ${odd} in the ${what} of a run`,
    near === undefined ? `There are ${known.join(", ")}.` : `Did you mean ${near}?`,
    { name: odd },
  );
}
