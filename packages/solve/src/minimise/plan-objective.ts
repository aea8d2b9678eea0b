import type { BoundPlan } from "@simloom/kernel";
import { solveError } from "../errors.ts";
import type { Objective } from "./frame/objective.ts";

/** What `objectiveOfPlan` makes: values, and slopes where the plan has derivatives. */
export interface PlanObjective extends Objective {
  values(points: readonly Float64Array[], values: Float64Array): void;
}

/**
 * An output of a bound plan as an objective of the plan's parameters, in their order. Where the plan has `derivatives` of that
 * output by all its parameters, it has slopes, too. Points of a batch (populations, differences, second derivatives) are
 * computed together on the threads of the plan's context, with the bits of one after the other. Throws `SOLV-064` for an
 * output that is not a number of the plan.
 */
export function objectiveOfPlan(bound: BoundPlan, output: string): PlanObjective {
  const { parameters, outputs } = bound.plan;
  const numbers = outputs.filter(({ kind }) => kind === "number").map(({ name }) => name);
  const place = numbers.indexOf(output);
  if (place < 0)
    throw solveError("SOLV-064", `The plan has no number \`${output}\``, `It has ${numbers.join(", ") || "none"}.`, {
      numbers,
    });
  const slopePlaces = parameters.map((name) => numbers.indexOf(`${output}/${name}`));
  const hasSlopes = parameters.length > 0 && slopePlaces.every((at) => at >= 0);
  const roomFor = (points: readonly unknown[]) => points.map(() => new Float64Array(numbers.length));
  const results = new Float64Array(numbers.length);
  const readSlopes = (from: Float64Array, target: Float64Array) => {
    for (let i = 0; i < slopePlaces.length; i++) target[i] = from[slopePlaces[i] as number] as number;
  };
  return {
    value(x) {
      bound.evaluateValues(x, results);
      return results[place] as number;
    },
    values(points, values) {
      const rows = roomFor(points);
      bound.evaluateValuesBatch(points, rows);
      for (const [k, row] of rows.entries()) values[k] = row[place] as number;
    },
    ...(hasSlopes
      ? {
          gradient(x: Float64Array, slopes: Float64Array) {
            bound.evaluate(x, results);
            readSlopes(results, slopes);
            return results[place] as number;
          },
          gradients(points: readonly Float64Array[], slopes: readonly Float64Array[], values: Float64Array) {
            const rows = roomFor(points);
            bound.evaluateBatch(points, rows);
            for (const [k, row] of rows.entries()) {
              readSlopes(row, slopes[k] as Float64Array);
              values[k] = row[place] as number;
            }
          },
        }
      : {}),
  };
}
