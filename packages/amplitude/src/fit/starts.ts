import { initialValues, type ParameterSet, parameterOf, sampleInitial } from "@simloom/kernel";
import { nearestName } from "@simloom/units";
import { amplitudeError } from "../errors.ts";

/** Where a fit starts, and where its restarts do. */
export interface Starts {
  /** The start of a number: 0 is that of the file, the others are drawn. */
  at(index: number): Float64Array;
}

/**
 * The starts of a fit: initial values, with those that are given in their place; then random ones from the ranges of the initial
 * values, each of which depends on the seed and its number only. Those of fixed parameters do not count.
 * Throws `AMPL-032` where nothing is free, for a value of an unknown parameter or out of bounds, and for restarts that would all
 * be the same.
 */
export function startsOf(
  parameters: ParameterSet,
  given: Readonly<Record<string, number>>,
  restarts: number,
  seed: number,
): Starts {
  if (parameters.free.length === 0)
    throw refused(
      "There is no free parameter to fit",
      `Free at least one; fixed are ${parameters.fixedNames.join(", ") || "none, for the model has no parameters"}.`,
      "parameters",
    );
  for (const [name, value] of Object.entries(given)) checkStart(parameters, name, value);
  if (restarts > 0 && parameters.free.every(({ initialRange }) => initialRange === undefined))
    throw refused(
      `${restarts} restarts would all begin where the first start does: no free parameter has a range`,
      "Give parameters a range to draw from: initial: [low, high].",
      "fit.restarts",
    );
  return {
    at: (index) => {
      if (index > 0) return sampleInitial(parameters, `${seed}/${index}`);
      const values = initialValues(parameters);
      return values.map((value, k) => given[parameters.freeNames[k] as string] ?? value);
    },
  };
}

function checkStart(parameters: ParameterSet, name: string, value: number): void {
  const path = `fit.start.${name}`;
  const known = [...parameters.freeNames, ...parameters.fixedNames];
  if (!known.includes(name)) {
    const near = nearestName(name, known);
    throw refused(
      `${path}: there is no parameter ${name}`,
      near === undefined ? `There are ${known.join(", ")}.` : `Did you mean ${near}?`,
      path,
    );
  }
  const { fixed, bounds, isPeriodic } = parameterOf(parameters, name);
  const [low, high] = bounds;
  if (fixed !== undefined || (Number.isFinite(value) && (isPeriodic || (value >= low && value <= high)))) return;
  throw refused(
    `${path}: the start ${value} is not in the bounds ${low} to ${high} of ${name}`,
    "Give a number in the bounds, or widen them.",
    path,
  );
}

function refused(message: string, remedy: string, path: string): Error {
  return amplitudeError({ code: "AMPL-032", message, remedy, path });
}
