/** How many values of an objective a minimiser asks for until one is within 1e-6 of the minimum. */
import { parameterSet, parameterSpec } from "@simloom/kernel";
import { randomStream } from "@simloom/numerics";
import { type Constraints, edmBelow, type Minimiser, minimise, type Objective, subjectTo } from "@simloom/solve";

const TOLERANCE = 1e-6;
/** A method that fails from so many starts in a row is given up. */
const HOPELESS = 3;

/** What is minimised, and where the goal is. */
export interface CountedProblem {
  readonly objective: Objective;
  readonly constraints?: Constraints;
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  readonly minimum: number;
  readonly starts: readonly (readonly number[])[];
}

class Reached extends Error {}

/** Values asked for from each start; undefined where `cap` was not enough. */
export function evaluationsOf(
  problem: CountedProblem,
  method: Minimiser,
  cap: number,
): readonly (number | undefined)[] {
  const found: (number | undefined)[] = [];
  for (const [seed, start] of problem.starts.entries()) {
    found.push(evaluations(problem, method, start, seed, cap));
    if (found.length === HOPELESS && found.every((one) => one === undefined)) break;
  }
  return found;
}

/** Local methods start again at random points where they end early; every value counts, those of differences too. */
function evaluations(
  { objective, constraints, lower, upper, minimum }: CountedProblem,
  method: Minimiser,
  first: readonly number[],
  seed: number,
  cap: number,
): number | undefined {
  const goal = minimum + TOLERANCE * Math.max(1, constraints === undefined ? 1 : Math.abs(minimum));
  const limits = new Float64Array(constraints?.count ?? 0);
  let calls = 0;
  let isHit = false;
  const counted: Objective = {
    value(x) {
      calls++;
      const value = objective.value(x);
      if (value <= goal) {
        constraints?.values(x, limits);
        isHit = limits.every((limit) => limit <= TOLERANCE);
      }
      if (isHit || calls >= cap) throw new Reached();
      return value;
    },
  };
  const set = parameterSet(
    first.map((initial, i) =>
      parameterSpec({ name: `p${i}`, initial, bounds: [lower[i] as number, upper[i] as number] }),
    ),
  );
  const stream = randomStream({ seed, name: ["bench", "restarts"] });
  let start: readonly number[] = first;
  try {
    for (;;) {
      minimise(constraints === undefined ? counted : subjectTo(counted, constraints), set, {
        method,
        start,
        seed,
        errorLevel: 1,
        // as tight as the tolerances of the peers; other methods have rules of their own
        ...(method.name === "lbfgsb" ? { stop: edmBelow(1e-13) } : {}),
        evaluationLimit: cap,
        iterationLimit: cap,
      });
      start = first.map((_, i) => stream.uniform(lower[i] as number, upper[i] as number));
    }
  } catch (thrown) {
    if (!(thrown instanceof Reached)) throw thrown;
  }
  return isHit ? calls : undefined;
}
