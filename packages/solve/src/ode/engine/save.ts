import { solveError } from "../../errors.ts";
import type { OdeProblem } from "../problem/problem.ts";

/** Which states a run keeps. */
export type SavePlan =
  | { readonly kind: "steps" }
  | { readonly kind: "end" }
  | { readonly kind: "times"; readonly times: ArrayLike<number> }
  | { readonly kind: "count"; readonly count: number }
  | { readonly kind: "every"; readonly interval: number };

/** Every accepted step, and the start. */
export function saveSteps(): SavePlan {
  return { kind: "steps" };
}

/** Only the last state: at the end, or where an event stops the run. */
export function saveEnd(): SavePlan {
  return { kind: "end" };
}

/** At given times, in the order of the run; by dense output, so steps do not depend on them. */
export function saveAt(times: ArrayLike<number>): SavePlan {
  return { kind: "times", times };
}

/** At `count` equally spaced times, both ends among them. */
export function savePoints(count: number): SavePlan {
  return { kind: "count", count };
}

/** From the start on, every `interval` of time. */
export function saveEvery(interval: number): SavePlan {
  return { kind: "every", interval };
}

/**
 * Times of a plan; undefined where steps are saved. Throws `SOLV-006` for times outside the span or out of order and `SOLV-007`
 * where more than `numbersAtMost` numbers would be kept, before memory is asked for.
 */
export function saveTimes(
  problem: OdeProblem,
  [start, end]: readonly [number, number],
  plan: SavePlan,
  numbersAtMost: number,
): Float64Array | undefined {
  const span = end - start;
  switch (plan.kind) {
    case "steps":
      return undefined;
    case "end":
      return Float64Array.of(end);
    case "times":
      checkAmount(problem, plan.times.length, numbersAtMost);
      return checkedTimes(Float64Array.from(plan.times), start, end);
    case "count": {
      if (!Number.isInteger(plan.count) || plan.count < 2)
        throw solveError("SOLV-006", `${plan.count} is not a number of save points`, "Give a whole number from 2 on.");
      checkAmount(problem, plan.count, numbersAtMost);
      const last = plan.count - 1;
      return Float64Array.from({ length: plan.count }, (_, index) =>
        index === last ? end : start + (span * index) / last,
      );
    }
    case "every": {
      if (!(plan.interval > 0 && plan.interval < Number.POSITIVE_INFINITY))
        throw solveError(
          "SOLV-006",
          `An interval of ${plan.interval} between save points cannot be kept`,
          "Give a positive number.",
        );
      const count = Math.floor(Math.abs(span) / plan.interval + 1e-9) + 1;
      checkAmount(problem, count, numbersAtMost);
      const signed = Math.sign(span) * plan.interval;
      return Float64Array.from({ length: count }, (_, index) => {
        const time = start + index * signed;
        return (time - end) * span > 0 ? end : time;
      });
    }
  }
}

/** Throws `SOLV-007` where points times states are more numbers than a run may keep. */
export function checkAmount({ stateNames, name }: OdeProblem, points: number, numbersAtMost: number): void {
  const numbers = points * (stateNames.length + 1);
  if (numbers <= numbersAtMost) return;
  throw solveError(
    "SOLV-007",
    `A run of ${name} would keep ${points.toExponential(2)} points, ${((numbers * 8) / 2 ** 30).toPrecision(3)} GiB`,
    "Save fewer points (savePoints, saveEnd), or raise limits.savedNumbers.",
    { points, numbers, numbersAtMost },
  );
}

function checkedTimes(times: Float64Array, start: number, end: number): Float64Array {
  const direction = Math.sign(end - start);
  let before = start;
  for (const [index, time] of times.entries()) {
    if ((time - before) * direction >= 0 && (end - time) * direction >= 0 && (index === 0 || time !== before)) {
      before = time;
      continue;
    }
    throw solveError(
      "SOLV-006",
      `The save point ${time} (number ${index}) does not lie between ${before} and ${end}`,
      "Give different times in the order of the run, none outside its time span.",
      { index, time },
    );
  }
  return times;
}
