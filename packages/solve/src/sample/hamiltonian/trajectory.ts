/** Pieces of Hamiltonian trajectories. */
import { exp, log, type RandomStream } from "@simloom/numerics";
import type { SamplingProblem } from "../frame/sampler.ts";
import type { VectorPool } from "../frame/vector-pool.ts";

/** A point of phase space. */
export interface Phase {
  readonly x: Float64Array;
  readonly momentum: Float64Array;
  /** Slopes of the log density at `x`. */
  readonly gradient: Float64Array;
  /** Log density at `x`. */
  readonly value: number;
}

/** A stretch of a trajectory, and a draw from it. */
export interface Trajectory {
  readonly left: Phase;
  readonly right: Phase;
  readonly draw: Phase;
  /** Logarithm of the sum of exp(start energy − energy) over its points. */
  readonly logWeight: number;
  readonly momentumSum: Float64Array;
  /** Sum over steps of the probability to be accepted. */
  readonly acceptance: number;
  readonly steps: number;
  readonly isTurning: boolean;
  readonly isDivergent: boolean;
}

/** What growing needs. */
export interface Growth {
  readonly problem: SamplingProblem;
  readonly variances: Float64Array;
  /** Negative to go back in time. */
  readonly step: number;
  readonly energy: number;
  readonly stream: RandomStream;
  readonly pool: VectorPool;
}

/** Rise of the energy at which a trajectory has gone astray. */
const ASTRAY = 1000;

/** 2^level further steps, joined as a binary tree whose every branch is looked at for turning. */
export function grow(growth: Growth, from: Phase, level: number): Trajectory {
  if (level === 0) return single(growth, from);
  const near = grow(growth, from, level - 1);
  if (near.isTurning || near.isDivergent) return near;
  const isBack = growth.step < 0;
  const far = grow(growth, isBack ? near.left : near.right, level - 1);
  const counted = { acceptance: near.acceptance + far.acceptance, steps: near.steps + far.steps };
  if (far.isTurning || far.isDivergent)
    return { ...near, ...counted, isTurning: far.isTurning, isDivergent: far.isDivergent };
  const joined = joinHalves(isBack ? far : near, isBack ? near : far, growth.variances, growth.pool);
  const isFar = log(1 - growth.stream.uniform()) < far.logWeight - joined.logWeight;
  return { ...joined, draw: isFar ? far.draw : near.draw };
}

function single({ problem, variances, step, energy, pool }: Growth, from: Phase): Trajectory {
  const phase = leapfrog(problem, from, step, variances, pool);
  const own = energyOf(phase, variances);
  const change = Number.isFinite(own) ? energy - own : Number.NEGATIVE_INFINITY;
  return {
    left: phase,
    right: phase,
    draw: phase,
    logWeight: change,
    momentumSum: phase.momentum,
    steps: 1,
    acceptance: change >= 0 ? 1 : exp(change),
    isTurning: false,
    isDivergent: !(change > -ASTRAY),
  };
}

/** One leapfrog step. */
export function leapfrog(
  problem: SamplingProblem,
  from: Phase,
  step: number,
  variances: Float64Array,
  pool: VectorPool,
): Phase {
  const n = problem.count;
  const [x, momentum, gradient] = [pool.take(n), pool.take(n), pool.take(n)];
  for (let i = 0; i < n; i++) {
    const half = (from.momentum[i] as number) + 0.5 * step * (from.gradient[i] as number);
    momentum[i] = half;
    x[i] = (from.x[i] as number) + step * (variances[i] as number) * half;
  }
  const value = problem.gradient(x, gradient);
  for (let i = 0; i < n; i++) momentum[i] = (momentum[i] as number) + 0.5 * step * (gradient[i] as number);
  return { x, momentum, gradient, value };
}

/** Both halves as one; weights add up, and turning is looked for over the whole and across the seam. */
export function joinHalves(a: Trajectory, b: Trajectory, variances: Float64Array, pool: VectorPool): Trajectory {
  const n = variances.length;
  const momentumSum = pool.take(n);
  let [first, last, firstSeam, lastSeam, seamFirst, seamLast] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    const variance = variances[i] as number;
    const [sumA, sumB] = [a.momentumSum[i] as number, b.momentumSum[i] as number];
    const [aLeft, aRight] = [a.left.momentum[i] as number, a.right.momentum[i] as number];
    const [bLeft, bRight] = [b.left.momentum[i] as number, b.right.momentum[i] as number];
    momentumSum[i] = sumA + sumB;
    const whole = variance * (sumA + sumB);
    first += whole * aLeft;
    last += whole * bRight;
    const overLeft = variance * (sumA + bLeft);
    firstSeam += overLeft * aLeft;
    lastSeam += overLeft * bLeft;
    const overRight = variance * (sumB + aRight);
    seamFirst += overRight * aRight;
    seamLast += overRight * bRight;
  }
  const greater = Math.max(a.logWeight, b.logWeight);
  return {
    left: a.left,
    right: b.right,
    draw: a.draw,
    momentumSum,
    logWeight: greater + log(exp(a.logWeight - greater) + exp(b.logWeight - greater)),
    acceptance: a.acceptance + b.acceptance,
    steps: a.steps + b.steps,
    isTurning: !(first > 0 && last > 0 && firstSeam > 0 && lastSeam > 0 && seamFirst > 0 && seamLast > 0),
    isDivergent: false,
  };
}

/** Minus the log density, and the kinetic energy. */
export function energyOf({ value, momentum }: Phase, variances: Float64Array): number {
  let kinetic = 0;
  for (let i = 0; i < momentum.length; i++) {
    const p = momentum[i] as number;
    kinetic += (variances[i] as number) * p * p;
  }
  return kinetic / 2 - value;
}
