import { checkValues, initialValues, type ParameterSet, parameterSet, parameterSpec } from "@simloom/kernel";
import { solveError } from "../../errors.ts";

/** Parameters of a run: a set, whose free parameters are the variables, or just a start for parameters called x1, x2 … */
export type RunParameters = ParameterSet | ArrayLike<number>;

/** The set that is meant. Throws `SOLV-060` where nothing is free. */
export function runParameters(given: RunParameters): ParameterSet {
  const set = isSet(given)
    ? given
    : parameterSet(Array.from(given, (initial, index) => parameterSpec({ name: `x${index + 1}`, initial })));
  if (set.free.length > 0) return set;
  throw solveError("SOLV-060", "There is no free parameter to vary", "Free at least one parameter.", {
    fixed: set.fixedNames,
  });
}

/** The start: what is given, else the initial values. Throws `KERN-044`, `KERN-048` for one that does not fit. */
export function startOf(set: ParameterSet, start: ArrayLike<number> | undefined): Float64Array {
  if (start === undefined) return initialValues(set);
  checkValues(set, start);
  return Float64Array.from(start);
}

function isSet(given: RunParameters): given is ParameterSet {
  return "free" in given;
}
