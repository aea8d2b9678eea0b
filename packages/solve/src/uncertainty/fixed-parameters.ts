import { fixParameter, type ParameterSet, parameterOf } from "@simloom/kernel";
import { solveError } from "../errors.ts";
import { ERRORS_UNDER_CONSTRAINTS, requireUnconstrained } from "../minimise/frame/constraints-kept.ts";
import { type MinimiseOptions, type Minimum, minimise } from "../minimise/frame/minimise.ts";
import type { Objective } from "../minimise/frame/objective.ts";

/** The least value with some free parameters held, and where the others then are (all of the set's free parameters). */
export interface ProfilePoint {
  readonly x: Float64Array;
  readonly value: number;
  readonly converged: boolean;
}

/** Holds named free parameters and minimises over the rest, each time from where the last point was. */
export interface Profile {
  at(values: readonly number[], start: Float64Array): ProfilePoint;
  /** Runs so far that did not converge. */
  readonly failures: number;
}

/** A profile of an objective over some of the free parameters. Throws `SOLV-066` under constraints, `SOLV-070` for names that are not free. */
export function profileOf(
  objective: Objective,
  set: ParameterSet,
  names: readonly string[],
  options: MinimiseOptions,
): Profile {
  requireUnconstrained(objective, "profiles do not keep to", ERRORS_UNDER_CONSTRAINTS);
  const places = names.map((name) => {
    const place = set.freeNames.indexOf(name);
    if (place >= 0) return place;
    parameterOf(set, name);
    throw solveError("SOLV-070", `The parameter \`${name}\` is fixed`, "Free it to scan it.", { name });
  });
  const rest = [...set.freeNames.keys()].filter((i) => !places.includes(i));
  let failures = 0;
  return {
    get failures() {
      return failures;
    },
    at(values, start) {
      const x = Float64Array.from(start);
      places.forEach((place, k) => {
        x[place] = values[k] as number;
      });
      if (rest.length === 0) return { x, value: finite(objective.value(x)), converged: true };
      const held = names.reduce((each, name, k) => fixParameter(each, name, values[k] as number), set);
      const found: Minimum = minimise(embedded(objective, x, rest), held, {
        ...options,
        start: rest.map((i) => start[i] as number),
      });
      rest.forEach((i, k) => {
        x[i] = found.x[k] as number;
      });
      if (!found.converged) failures++;
      return { x, value: finite(found.value), converged: found.converged };
    },
  };
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : Number.POSITIVE_INFINITY;
}

/** The objective over some coordinates, the others held where `x` has them. */
function embedded(objective: Objective, x: Float64Array, rest: readonly number[]): Objective {
  const point = Float64Array.from(x);
  const slopes = new Float64Array(x.length);
  const filled = (inner: Float64Array): Float64Array => {
    rest.forEach((i, k) => {
      point[i] = inner[k] as number;
    });
    return point;
  };
  return {
    value: (inner) => objective.value(filled(inner)),
    ...(objective.values === undefined
      ? {}
      : {
          values: (inner: readonly Float64Array[], values: Float64Array) =>
            objective.values?.(
              inner.map((one) => Float64Array.from(filled(one))),
              values,
            ),
        }),
    ...(objective.gradient === undefined
      ? {}
      : {
          gradient: (inner: Float64Array, target: Float64Array) => {
            const value = objective.gradient?.(filled(inner), slopes) ?? Number.NaN;
            rest.forEach((i, k) => {
              target[k] = slopes[i] as number;
            });
            return value;
          },
        }),
  };
}
