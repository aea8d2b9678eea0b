/**
 * The functions that minimisers are held against: classical ones, rotated ones of ten dimensions, and constrained ones, with the
 * starts that ours and the peers get.
 */
import { randomStream } from "@simloom/numerics";
import type { Objective } from "@simloom/solve";
import { problems as constrainedProblems } from "../../packages/solve/src/minimise/fixtures/constrained.ts";
import {
  ackley,
  discus,
  ellipsoid,
  rastrigin,
  rosenbrock,
  rotated,
} from "../../packages/solve/src/minimise/fixtures/functions.ts";

/** Kinds of methods that are compared among each other. */
export type Kind = "slopes by differences" | "simplex" | "covariance" | "population";

/** A function in a box, with starts in it. */
export interface BoxProblem {
  readonly name: string;
  /** What it is called in `bench/peers/minimisers.py`. */
  readonly function: string;
  readonly objective: Objective;
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  readonly minimum: number;
  readonly starts: readonly (readonly number[])[];
  readonly kinds: readonly Kind[];
}

const EVERY: readonly Kind[] = ["slopes by differences", "simplex", "covariance", "population"];
const GLOBAL: readonly Kind[] = ["covariance", "population"];

/** Problems of a box with so many starts each; kinds that cannot solve one are left out. */
export function boxProblems(starts: number): readonly BoxProblem[] {
  const make = (
    name: string,
    [fn, objective]: readonly [string, Objective],
    [dimension, low, high]: readonly [number, number, number],
    kinds: readonly Kind[],
  ): BoxProblem => ({
    name,
    function: fn,
    objective,
    lower: new Array(dimension).fill(low),
    upper: new Array(dimension).fill(high),
    minimum: 0,
    starts: startsIn(name, starts, new Array(dimension).fill(low), new Array(dimension).fill(high)),
    kinds,
  });
  const withoutPopulation = EVERY.filter((kind) => kind !== "population");
  return [
    make("Rosenbrock 2", ["rosenbrock", rosenbrock], [2, -5, 10], EVERY),
    make("Rosenbrock 10", ["rosenbrock", rosenbrock], [10, -5, 10], EVERY),
    make("Rosenbrock 30", ["rosenbrock", rosenbrock], [30, -5, 10], ["slopes by differences"]),
    make("Rastrigin 10", ["rastrigin", rastrigin], [10, -5.12, 5.12], GLOBAL),
    make("Ackley 10", ["ackley", ackley], [10, -32.768, 32.768], GLOBAL),
    make("rotated ellipsoid 10", ["rotated ellipsoid", rotated(ellipsoid)], [10, -5, 5], withoutPopulation),
    make("rotated discus 10", ["rotated discus", rotated(discus)], [10, -5, 5], withoutPopulation),
    make("rotated Rosenbrock 10", ["rotated rosenbrock", rotated(rosenbrock, 1)], [10, -5, 5], withoutPopulation),
  ];
}

/** Constrained problems with so many starts each. */
export function problemsUnderConstraints(starts: number) {
  return constrainedProblems.map((problem) => ({
    ...problem,
    starts: startsIn(problem.name, starts, problem.lower, problem.upper),
  }));
}

/** Places with the values there, for the peers to see that they have the same function. */
export function checksOf({
  objective,
  starts,
}: {
  readonly objective: Objective;
  readonly starts: readonly (readonly number[])[];
}) {
  return starts.slice(0, 2).map((start) => [start, objective.value(Float64Array.from(start))] as const);
}

function startsIn(name: string, count: number, lower: readonly number[], upper: readonly number[]) {
  const stream = randomStream({ seed: 0, name: ["bench", name] });
  return Array.from({ length: count }, () => lower.map((low, i) => stream.uniform(low, upper[i] as number)));
}
