/**
 * No-U-turn sampler: Hamiltonian trajectories as long as they go away from where they began, a draw from each by the weights of
 * its points. Step and metric are learned during warm-up.
 *
 * Sources: M. D. Hoffman, A. Gelman, JMLR 15 (2014) 1593–1623; M. Betancourt, arXiv:1701.02434, appendix A, for multinomial draws
 * and the criterion of turning, checked across halves, too.
 */
import { exp, log } from "@simloom/numerics";
import { solveError } from "../../errors.ts";
import type { Sampler, SamplerState, SamplingProblem } from "../frame/sampler.ts";
import type { Uniforms } from "../frame/uniforms.ts";
import {
  type Adaptation,
  freshAdaptation,
  learnedCovariance,
  learnedStep,
  restarted,
  settledStep,
} from "./adaptation.ts";
import { drawMomentum, type Metric, type MetricKind, metricOf, unitMetric, velocityOf } from "./metric.ts";
import {
  type Branch,
  branchAt,
  energyOf,
  type Growth,
  grow,
  join,
  leapfrog,
  type Phase,
  PhasePool,
} from "./trajectory.ts";

/** Settings of the no-U-turn sampler. */
export interface NutsOptions {
  /** Mean acceptance that the step is chosen for. Default 0.8; more is slower and safer. */
  readonly acceptance?: number;
  /** Trajectories have up to 2^depth steps. Default 10. */
  readonly depth?: number;
  /**
   * What is learned of the density's shape: a variance per parameter (default), or the whole covariance, which takes away linear
   * correlations and costs 2 n² multiplications per step.
   */
  readonly metric?: MetricKind;
}

interface NutsChain {
  step: number;
  metric: Metric;
  gradient: Float64Array;
  adaptation: Adaptation;
  /** Numbers taken from the stream of choices, and from that of momenta. */
  position: number;
  momentumPosition: number;
}

interface NutsState extends SamplerState {
  chains: NutsChain[];
  divergences: number;
}

/** Working memory of all chains: they move one after the other. */
interface Scratch {
  readonly count: number;
  readonly pool: PhasePool;
  readonly start: Phase;
  readonly whole: Branch;
  readonly added: Branch;
  readonly further: readonly Branch[];
}

/** NUTS as a value: chains are independent, 2 or more to compare them. Needs slopes. Throws `SOLV-062`. */
export function nuts({ acceptance = 0.8, depth = 10, metric = "diagonal" }: NutsOptions = {}): Sampler {
  if (!(acceptance > 0 && acceptance < 1 && Number.isInteger(depth) && depth >= 1 && depth <= 20))
    throw solveError(
      "SOLV-062",
      `NUTS cannot work for an acceptance of ${acceptance} at depth ${depth}`,
      "Give 0 to 1, and 1 to 20.",
    );
  if (metric !== "diagonal" && metric !== "dense")
    throw solveError("SOLV-062", `NUTS knows no metric \`${metric}\``, 'Give "diagonal" or "dense".', { metric });
  let scratch: Scratch | undefined;
  const scratchFor = (count: number): Scratch => {
    if (scratch?.count !== count) scratch = freshScratch(count, depth);
    return scratch;
  };
  const sampler: Sampler<NutsState> = {
    name: metric === "dense" ? "nuts-dense" : "nuts",
    bounds: "transformed",
    warmup: 1000,
    walkersNeeded: () => 2,
    start(problem, walkers, warmup) {
      const logs = new Float64Array(walkers.length);
      const chains = walkers.map((walker, k): NutsChain => {
        const gradient = new Float64Array(problem.count);
        const value = problem.gradient(walker, gradient);
        logs[k] = value;
        const chain = {
          ...{ step: 1, metric: unitMetric(metric, problem.count), gradient, position: 0, momentumPosition: 0 },
          adaptation: freshAdaptation(problem.count, warmup, 1, metric),
        };
        chain.step = firstStep(problem, chain, walker, value, k, scratchFor(problem.count));
        Object.assign(chain.adaptation, restarted(chain.step));
        return chain;
      });
      const zeros = () => new Float64Array(walkers.length);
      return {
        ...{ walkers: walkers.map((walker) => Float64Array.from(walker)), logs, accepted: zeros(), proposed: zeros() },
        ...{ chains, divergences: 0 },
      };
    },
    step(problem, state) {
      state.chains.forEach((chain, k) => {
        advance(problem, state, chain, k, acceptance, depth, scratchFor(problem.count));
      });
    },
  };
  return sampler;
}

function freshScratch(count: number, depth: number): Scratch {
  const pool = new PhasePool(count);
  const start = pool.take();
  const branch = () => branchAt(start);
  return { count, pool, start, whole: branch(), added: branch(), further: Array.from({ length: depth }, branch) };
}

function advance(
  problem: SamplingProblem,
  state: NutsState,
  chain: NutsChain,
  k: number,
  target: number,
  depth: number,
  scratch: Scratch,
): void {
  const x = state.walkers[k] as Float64Array;
  const uniforms = problem.uniforms(`nuts ${k}`, chain.position);
  const start = startAt(problem, chain, x, state.logs[k] as number, k, scratch);
  const found = trajectoryFrom(problem, start, chain, depth, uniforms, scratch);
  x.set(found.draw.x);
  state.logs[k] = found.draw.value;
  chain.gradient.set(found.draw.gradient);
  chain.position = uniforms.position;
  const acceptance = found.acceptance / Math.max(1, found.steps);
  state.accepted[k] = (state.accepted[k] as number) + acceptance;
  state.proposed[k] = (state.proposed[k] as number) + 1;
  if (found.isDivergent) state.divergences++;
  const { adaptation } = chain;
  if (adaptation.iteration >= adaptation.warmup) return;
  chain.step = learnedStep(adaptation, acceptance, target);
  const covariance = learnedCovariance(adaptation, x);
  if (covariance !== undefined) {
    // one that rounding has left indefinite teaches nothing: the last one stays
    chain.metric = metricOf(covariance, problem.count) ?? chain.metric;
    chain.step = firstStep(problem, chain, x, state.logs[k] as number, k, scratch);
    Object.assign(adaptation, restarted(chain.step));
  }
  if (adaptation.iteration === adaptation.warmup && adaptation.count > 0) chain.step = settledStep(adaptation);
}

/** Where a chain stands, with a fresh momentum. */
function startAt(
  problem: SamplingProblem,
  chain: NutsChain,
  x: Float64Array,
  value: number,
  k: number,
  { pool, start }: Scratch,
): Phase {
  pool.reset();
  pool.take(); // the start itself
  const stream = problem.stream(`nuts ${k} momenta`, chain.momentumPosition);
  drawMomentum(chain.metric, stream, start.momentum);
  chain.momentumPosition = stream.position;
  velocityOf(chain.metric, start.momentum, start.velocity);
  start.x.set(x);
  start.gradient.set(chain.gradient);
  start.value = value;
  return start;
}

/** Doubles the trajectory to either side until it turns. */
function trajectoryFrom(
  problem: SamplingProblem,
  start: Phase,
  { step, metric }: NutsChain,
  depth: number,
  uniforms: Uniforms,
  { pool, whole, added, further }: Scratch,
): Branch {
  const growth: Growth = { problem, uniforms, pool, further, metric, step, energy: energyOf(start) };
  whole.left = start;
  whole.right = start;
  whole.draw = start;
  whole.logWeight = 0;
  whole.acceptance = 0;
  whole.steps = 0;
  whole.isTurning = false;
  whole.isDivergent = false;
  whole.momentumSum.set(start.momentum);
  for (let level = 0; level < depth && !whole.isTurning; level++) {
    const isBack = uniforms.next() < 0.5;
    growth.step = isBack ? -step : step;
    grow(growth, isBack ? whole.left : whole.right, level, added);
    if (added.isTurning || added.isDivergent) {
      whole.acceptance += added.acceptance;
      whole.steps += added.steps;
      whole.isDivergent = added.isDivergent;
      break;
    }
    // the new half is preferred, which makes for longer moves
    const more = added.logWeight - whole.logWeight;
    const isTaken = uniforms.next() < (more >= 0 ? 1 : exp(more));
    if (isTaken) whole.draw = added.draw;
    join(whole, added, isBack);
  }
  return whole;
}

/** A step at which one leapfrog is accepted about four times in five, by doubling or halving. */
function firstStep(
  problem: SamplingProblem,
  chain: NutsChain,
  x: Float64Array,
  value: number,
  k: number,
  scratch: Scratch,
): number {
  let { step } = chain;
  let direction = 0;
  for (let tries = 0; tries < 60; tries++) {
    const start = startAt(problem, chain, x, value, k, scratch);
    const end = scratch.pool.take();
    leapfrog(problem, chain.metric, start, step, end);
    const change = energyOf(start) - energyOf(end);
    const wanted = change > log(0.8) ? 1 : -1;
    if (direction !== 0 && wanted !== direction) return step;
    direction = wanted;
    step *= wanted > 0 ? 2 : 0.5;
  }
  return step;
}
