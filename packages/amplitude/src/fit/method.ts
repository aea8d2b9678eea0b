import * as solve from "@simloom/solve";
import { nearestName } from "@simloom/units";
import { amplitudeError } from "../errors.ts";

/** Names under which minimisers are known; those that `@simloom/solve` has can be asked for. */
const CANDIDATES = [
  "lbfgsb",
  "bfgs",
  "trustRegion",
  "conjugateGradient",
  "adam",
  "nelderMead",
  "cmaEs",
  "differentialEvolution",
  "particleSwarm",
  "simulatedAnnealing",
];

/** Names of the methods that fits can use. */
export function methodNames(): readonly string[] {
  const exported: Readonly<Record<string, unknown>> = solve;
  return CANDIDATES.filter((name) => typeof exported[name] === "function");
}

/** The minimiser of a name, with its default settings. Throws `AMPL-044`, with the nearest name, where there is none. */
export function methodNamed(name: string): solve.Minimiser {
  const names = methodNames();
  const make = (solve as Readonly<Record<string, unknown>>)[name];
  if (names.includes(name) && typeof make === "function") return (make as () => solve.Minimiser)();
  const near = nearestName(name, names);
  throw amplitudeError({
    code: "AMPL-044",
    message: `There is no method ${name} to fit with`,
    remedy: near === undefined ? `There are ${names.join(", ")}.` : `Did you mean ${near}?`,
    path: "fit.method",
    context: { name, known: names },
  });
}
