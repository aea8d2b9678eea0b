/**
 * Hamiltonian trajectories as binary trees, grown in place: points come from a pool, branches are made once per level. Making
 * objects would cost more than the slopes of a small density.
 */
import { exp, log1p } from "@simloom/numerics";
import type { SamplingProblem } from "../frame/sampler.ts";
import type { Uniforms } from "../frame/uniforms.ts";
import { type Metric, velocityOf } from "./metric.ts";

/** A point of phase space. */
export interface Phase {
  readonly x: Float64Array;
  readonly momentum: Float64Array;
  /** Metric times momentum. */
  readonly velocity: Float64Array;
  /** Slopes of the log density at `x`. */
  readonly gradient: Float64Array;
  /** Log density at `x`. */
  value: number;
}

/** Points that are given out again after `reset`. What is taken holds old numbers. */
export class PhasePool {
  readonly #count: number;
  readonly #phases: Phase[] = [];
  #next = 0;

  constructor(count: number) {
    this.#count = count;
  }

  take(): Phase {
    const known = this.#phases[this.#next++];
    if (known !== undefined) return known;
    const vector = () => new Float64Array(this.#count);
    const phase = { x: vector(), momentum: vector(), velocity: vector(), gradient: vector(), value: Number.NaN };
    this.#phases.push(phase);
    return phase;
  }

  reset(): void {
    this.#next = 0;
  }
}

/** A stretch of a trajectory, and a draw from it. */
export interface Branch {
  left: Phase;
  right: Phase;
  draw: Phase;
  /** Logarithm of the sum of exp(start energy − energy) over its points. */
  logWeight: number;
  readonly momentumSum: Float64Array;
  /** Sum over steps of the probability to be accepted. */
  acceptance: number;
  steps: number;
  isTurning: boolean;
  isDivergent: boolean;
}

/** A branch to write into. Its numbers begin as NaN, so that the engine keeps them as float64 from the start. */
export function branchAt(phase: Phase): Branch {
  return {
    left: phase,
    right: phase,
    draw: phase,
    logWeight: Number.NaN,
    momentumSum: phase.momentum.slice(),
    acceptance: Number.NaN,
    steps: 0,
    isTurning: false,
    isDivergent: false,
  };
}

/** What growing needs. */
export interface Growth {
  readonly problem: SamplingProblem;
  readonly uniforms: Uniforms;
  readonly pool: PhasePool;
  /** A branch per level, for the further half of what grows there. */
  readonly further: readonly Branch[];
  metric: Metric;
  /** Negative to go back in time. */
  step: number;
  /** Energy at the start. */
  energy: number;
}

/** Rise of the energy at which a trajectory has gone astray. */
const ASTRAY = 1000;

/** 2^level further steps into a branch, joined as a binary tree whose every branch is looked at for turning. */
export function grow(growth: Growth, from: Phase, level: number, into: Branch): void {
  if (level === 0) {
    growOne(growth, from, into);
    return;
  }
  grow(growth, from, level - 1, into);
  if (into.isTurning || into.isDivergent) return;
  const isBack = growth.step < 0;
  const far = growth.further[level] as Branch;
  grow(growth, isBack ? into.left : into.right, level - 1, far);
  if (far.isTurning || far.isDivergent) {
    into.acceptance += far.acceptance;
    into.steps += far.steps;
    into.isTurning = far.isTurning;
    into.isDivergent = far.isDivergent;
    return;
  }
  // by weight: the points of either half are as likely as if they had been drawn at once
  const more = far.logWeight - into.logWeight;
  const less = exp(-Math.abs(more));
  if (growth.uniforms.next() * (1 + less) < (more > 0 ? 1 : less)) into.draw = far.draw;
  join(into, far, isBack);
}

function growOne({ problem, metric, step, energy, pool }: Growth, from: Phase, into: Branch): void {
  const phase = pool.take();
  leapfrog(problem, metric, from, step, phase);
  const own = energyOf(phase);
  const change = Number.isFinite(own) ? energy - own : Number.NEGATIVE_INFINITY;
  into.left = phase;
  into.right = phase;
  into.draw = phase;
  into.logWeight = change;
  for (let i = 0; i < phase.momentum.length; i++) into.momentumSum[i] = phase.momentum[i] as number;
  into.steps = 1;
  into.acceptance = change >= 0 ? 1 : exp(change);
  into.isTurning = false;
  into.isDivergent = !(change > -ASTRAY);
}

/** One leapfrog step. */
export function leapfrog(problem: SamplingProblem, metric: Metric, from: Phase, step: number, to: Phase): void {
  const { x, momentum, velocity, gradient } = to;
  const n = x.length;
  for (let i = 0; i < n; i++) momentum[i] = (from.momentum[i] as number) + 0.5 * step * (from.gradient[i] as number);
  velocityOf(metric, momentum, velocity);
  for (let i = 0; i < n; i++) x[i] = (from.x[i] as number) + step * (velocity[i] as number);
  to.value = problem.gradient(x, gradient);
  for (let i = 0; i < n; i++) momentum[i] = (momentum[i] as number) + 0.5 * step * (gradient[i] as number);
  velocityOf(metric, momentum, velocity);
}

/**
 * Adds a branch to one that it goes on from, on the left where `isBack`; weights add up, and turning is looked for over the whole
 * and across the seam. The draw stays.
 */
export function join(into: Branch, added: Branch, isBack: boolean): void {
  const a = isBack ? added : into;
  const b = isBack ? into : added;
  const { left, momentumSum: aSum } = a;
  const { right, momentumSum: bSum } = b;
  const sum = into.momentumSum;
  const firstVelocity = left.velocity;
  const lastVelocity = right.velocity;
  const { momentum: beforeSeam, velocity: beforeSeamVelocity } = a.right;
  const { momentum: afterSeam, velocity: afterSeamVelocity } = b.left;
  let first = 0;
  let last = 0;
  let firstToSeam = 0;
  let afterToSeam = 0;
  let beforeToLast = 0;
  let lastToSeam = 0;
  for (let i = 0; i < sum.length; i++) {
    const sumA = aSum[i] as number;
    const sumB = bSum[i] as number;
    const whole = sumA + sumB;
    first += whole * (firstVelocity[i] as number);
    last += whole * (lastVelocity[i] as number);
    const toSeam = sumA + (afterSeam[i] as number);
    firstToSeam += toSeam * (firstVelocity[i] as number);
    afterToSeam += toSeam * (afterSeamVelocity[i] as number);
    const fromSeam = sumB + (beforeSeam[i] as number);
    beforeToLast += fromSeam * (beforeSeamVelocity[i] as number);
    lastToSeam += fromSeam * (lastVelocity[i] as number);
    sum[i] = whole;
  }
  const greater = Math.max(a.logWeight, b.logWeight);
  const lesser = Math.min(a.logWeight, b.logWeight);
  into.left = left;
  into.right = right;
  into.logWeight = greater + log1p(exp(lesser - greater));
  into.acceptance += added.acceptance;
  into.steps += added.steps;
  into.isTurning = !(first > 0 && last > 0 && firstToSeam > 0 && afterToSeam > 0 && beforeToLast > 0 && lastToSeam > 0);
}

/** Minus the log density, and the kinetic energy. */
export function energyOf({ value, momentum, velocity }: Phase): number {
  let kinetic = 0;
  for (let i = 0; i < momentum.length; i++) kinetic += (momentum[i] as number) * (velocity[i] as number);
  return kinetic / 2 - value;
}
