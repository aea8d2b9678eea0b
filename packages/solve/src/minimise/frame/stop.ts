/** When a run ends: rules as values, composed by `anyOf` and `allOf`. */
import { solveError } from "../../errors.ts";
import type { EvaluationCounts } from "./objective.ts";

/** Where a run stands after an iteration: what rules and observers see. */
export interface Progress {
  readonly iteration: number;
  /** Outer coordinates. */
  readonly x: Float64Array;
  readonly value: number;
  /** Greatest slope in inner coordinates that does not push against a bound; undefined for methods without slopes. */
  readonly gradientNorm?: number;
  /** Estimated distance in value from the minimum. */
  readonly edm?: number;
  /** Extent of what is searched, in inner coordinates. */
  readonly extent?: number;
  /** Values after the last iterations, the present one last; at most 50. */
  readonly recentValues: readonly number[];
  readonly evaluations: EvaluationCounts;
  /** Rise of the objective that stands for one standard deviation. */
  readonly errorLevel: number;
}

/** Why a run ended. */
export interface Stop {
  readonly reason: string;
  /** Whether the rule claims a minimum; limits do not. */
  readonly converged: boolean;
  readonly message: string;
}

/** A rule that looks at a run after each iteration. */
export interface StopRule {
  readonly name: string;
  check(progress: Progress): Stop | undefined;
}

/**
 * The estimated distance to the minimum is below `tolerance` × error level (default 1e-9: the parameters are within 1e-4.5
 * standard deviations of the minimum), or below what rounding of the value leaves visible (4 × 2^-52 |f|).
 */
export function edmBelow(tolerance = 1e-9): StopRule {
  positive("edmBelow", tolerance);
  return rule("edm", ({ edm, errorLevel, value }) =>
    edm !== undefined && edm <= Math.max(tolerance * errorLevel, 4 * Number.EPSILON * Math.abs(value))
      ? `the estimated distance to the minimum is ${edm.toExponential(1)}`
      : undefined,
  );
}

/** The greatest slope (not counting those that push against bounds) is at most `tolerance`; default 0. */
export function gradientBelow(tolerance = 0): StopRule {
  return rule("gradient", ({ gradientNorm }) =>
    gradientNorm !== undefined && gradientNorm <= tolerance
      ? `the greatest slope is ${gradientNorm.toExponential(1)}`
      : undefined,
  );
}

/** Over the last `patience` iterations the value changed by at most `absolute` + `relative` × |f|. Defaults 0, 1e-12, 5. */
export function valueSettled(
  options: { readonly absolute?: number; readonly relative?: number; readonly patience?: number } = {},
): StopRule {
  const { absolute = 0, relative = 1e-12, patience = 5 } = options;
  if (!(patience >= 1 && patience < RECENT && Number.isInteger(patience) && absolute >= 0 && relative >= 0))
    throw setting("valueSettled", `patience ${patience}, absolute ${absolute}, relative ${relative}`);
  return rule("value", ({ recentValues, value }) => {
    const earlier = recentValues[recentValues.length - 1 - patience];
    return earlier !== undefined && Math.abs(earlier - value) <= absolute + relative * Math.abs(value)
      ? `the value changed by ${Math.abs(earlier - value).toExponential(1)} in ${patience} iterations`
      : undefined;
  });
}

/** What is searched (step, simplex, standard deviation) extends no further than `tolerance`, in scaled coordinates. */
export function extentBelow(tolerance: number): StopRule {
  positive("extentBelow", tolerance);
  return rule("extent", ({ extent }) =>
    extent !== undefined && extent <= tolerance ? `the search extends over ${extent.toExponential(1)}` : undefined,
  );
}

/** The value has reached `target`. */
export function valueReached(target: number): StopRule {
  return rule("target", ({ value }) => (value <= target ? `the value reached ${target}` : undefined));
}

/** After `count` iterations, without a claim to have converged. */
export function iterationLimit(count: number): StopRule {
  positive("iterationLimit", count);
  return rule(
    "iterations",
    ({ iteration }) => (iteration >= count ? `${count} iterations were done` : undefined),
    false,
  );
}

/** After `count` evaluations of value or gradient, without a claim to have converged. */
export function evaluationLimit(count: number): StopRule {
  positive("evaluationLimit", count);
  return rule(
    "evaluations",
    ({ evaluations }) =>
      evaluations.value + evaluations.gradient >= count ? `${count} evaluations were done` : undefined,
    false,
  );
}

/** Stops where one of the rules does; the first in order speaks. */
export function anyOf(...rules: readonly StopRule[]): StopRule {
  return {
    name: rules.map(({ name }) => name).join(" or "),
    check(progress) {
      for (const each of rules) {
        const stop = each.check(progress);
        if (stop !== undefined) return stop;
      }
      return undefined;
    },
  };
}

/** Stops where all of the rules do at once. */
export function allOf(...rules: readonly StopRule[]): StopRule {
  const name = rules.map((each) => each.name).join(" and ");
  return {
    name,
    check(progress) {
      const stops = rules.map((each) => each.check(progress));
      const all = stops.filter((stop) => stop !== undefined);
      if (all.length === 0 || all.length < rules.length) return undefined;
      return {
        reason: name,
        converged: all.every(({ converged }) => converged),
        message: all.map(({ message }) => message).join(", and "),
      };
    },
  };
}

/** Values that a run keeps for its rules. */
export const RECENT = 50;

function rule(name: string, message: (progress: Progress) => string | undefined, converged = true): StopRule {
  return {
    name,
    check(progress) {
      const text = message(progress);
      return text === undefined ? undefined : { reason: name, converged, message: text };
    },
  };
}

function positive(name: string, value: number): void {
  if (!(value > 0)) throw setting(name, `${value}`);
}

function setting(name: string, value: string): Error {
  return solveError("SOLV-062", `The stop rule ${name} cannot work with ${value}`, "Give numbers above 0.", { name });
}
