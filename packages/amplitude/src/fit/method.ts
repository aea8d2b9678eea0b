import {
  adam,
  bfgs,
  cmaEs,
  conjugateGradient,
  differentialEvolution,
  lbfgsb,
  type Minimiser,
  nelderMead,
  particleSwarm,
  trustRegion,
} from "@simloom/solve";
import { nearestName } from "@simloom/units";
import { amplitudeError } from "../errors.ts";

/** What fits can be made with, by the name that files and commands use; each with its default settings. */
const METHODS: ReadonlyMap<string, () => Minimiser> = new Map(
  Object.entries({
    lbfgsb,
    bfgs,
    trustRegion,
    conjugateGradient,
    adam,
    nelderMead,
    cmaEs,
    differentialEvolution,
    particleSwarm,
  }),
);

/** Names of the methods that fits can use. */
export function methodNames(): readonly string[] {
  return [...METHODS.keys()];
}

/** The minimiser of a name, with its default settings. Throws `AMPL-044`, with the nearest name, where there is none. */
export function methodNamed(name: string): Minimiser {
  const make = METHODS.get(name);
  if (make !== undefined) return make();
  const names = methodNames();
  const near = nearestName(name, names);
  throw amplitudeError({
    code: "AMPL-044",
    message: `There is no method ${name} to fit with`,
    remedy: near === undefined ? `There are ${names.join(", ")}.` : `Did you mean ${near}?`,
    path: "fit.method",
    context: { name, known: names },
  });
}
