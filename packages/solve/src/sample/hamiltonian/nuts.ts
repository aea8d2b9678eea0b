/**
 * No-U-turn sampler: Hamiltonian trajectories as long as they go away from where they began, a draw from each by the weights of
 * its points. Step and diagonal metric are learned during warm-up.
 *
 * Sources: M. D. Hoffman, A. Gelman, JMLR 15 (2014) 1593–1623; M. Betancourt, arXiv:1701.02434, appendix A, for multinomial draws
 * and the criterion of turning, checked across halves, too.
 */
import { log, type RandomStream } from "@simloom/numerics";
import { solveError } from "../../errors.ts";
import type { Sampler, SamplerState, SamplingProblem } from "../frame/sampler.ts";
import { VectorPool } from "../frame/vector-pool.ts";
import {
  type Adaptation,
  freshAdaptation,
  learnedStep,
  learnedVariances,
  restarted,
  settledStep,
} from "./adaptation.ts";
import { energyOf, grow, joinHalves, leapfrog, type Phase, type Trajectory } from "./trajectory.ts";

/** Settings of the no-U-turn sampler. */
export interface NutsOptions {
  /** Mean acceptance that the step is chosen for. Default 0.8; more is slower and safer. */
  readonly acceptance?: number;
  /** Trajectories have up to 2^depth steps. Default 10. */
  readonly depth?: number;
}

interface NutsChain {
  step: number;
  variances: Float64Array;
  gradient: Float64Array;
  adaptation: Adaptation;
  position: number;
}

interface NutsState extends SamplerState {
  chains: NutsChain[];
  divergences: number;
}

/** NUTS as a value: chains are independent, 2 or more to compare them. Needs slopes. Throws `SOLV-062`. */
export function nuts({ acceptance = 0.8, depth = 10 }: NutsOptions = {}): Sampler {
  if (!(acceptance > 0 && acceptance < 1 && Number.isInteger(depth) && depth >= 1 && depth <= 20))
    throw solveError(
      "SOLV-062",
      `NUTS cannot work for an acceptance of ${acceptance} at depth ${depth}`,
      "Give 0 to 1, and 1 to 20.",
    );
  const pool = new VectorPool();
  const sampler: Sampler<NutsState> = {
    name: "nuts",
    bounds: "transformed",
    warmup: 1000,
    walkersNeeded: () => 2,
    start(problem, walkers, warmup) {
      const logs = new Float64Array(walkers.length);
      const chains = walkers.map((walker, k) => {
        const gradient = new Float64Array(problem.count);
        logs[k] = problem.gradient(walker, gradient);
        const stream = problem.stream(`nuts ${k}`, 0);
        const variances = new Float64Array(problem.count).fill(1);
        const step = firstStep(problem, { x: walker, gradient, value: logs[k] as number }, variances, 1, stream, pool);
        return {
          step,
          variances,
          gradient,
          adaptation: freshAdaptation(problem.count, warmup, step),
          position: stream.position,
        };
      });
      const zeros = () => new Float64Array(walkers.length);
      return {
        ...{ walkers: walkers.map((walker) => Float64Array.from(walker)), logs, accepted: zeros(), proposed: zeros() },
        ...{ chains, divergences: 0 },
      };
    },
    step(problem, state) {
      state.chains.forEach((chain, k) => {
        advance(problem, state, chain, k, acceptance, depth, pool);
      });
    },
  };
  return sampler;
}

function advance(
  problem: SamplingProblem,
  state: NutsState,
  chain: NutsChain,
  k: number,
  target: number,
  depth: number,
  pool: VectorPool,
): void {
  const stream = problem.stream(`nuts ${k}`, chain.position);
  const x = state.walkers[k] as Float64Array;
  pool.reset();
  const momentum = pool.take(problem.count);
  for (let i = 0; i < momentum.length; i++) momentum[i] = stream.normal() / Math.sqrt(chain.variances[i] as number);
  const start: Phase = { x, momentum, gradient: chain.gradient, value: state.logs[k] as number };
  const found = trajectoryFrom(problem, start, chain, depth, stream, pool);
  x.set(found.draw.x);
  state.logs[k] = found.draw.value;
  chain.gradient.set(found.draw.gradient);
  const acceptance = found.acceptance / Math.max(1, found.steps);
  state.accepted[k] = (state.accepted[k] as number) + acceptance;
  state.proposed[k] = (state.proposed[k] as number) + 1;
  if (found.isDivergent) state.divergences++;
  const { adaptation } = chain;
  if (adaptation.iteration < adaptation.warmup) {
    chain.step = learnedStep(adaptation, acceptance, target);
    const variances = learnedVariances(adaptation, found.draw.x);
    if (variances !== undefined) {
      chain.variances = variances;
      chain.step = firstStep(problem, found.draw, variances, chain.step, stream, pool);
      Object.assign(adaptation, restarted(chain.step));
    }
    if (adaptation.iteration === adaptation.warmup && adaptation.count > 0) chain.step = settledStep(adaptation);
  }
  chain.position = stream.position;
}

/** Doubles the trajectory to either side until it turns. */
function trajectoryFrom(
  problem: SamplingProblem,
  start: Phase,
  { step, variances }: NutsChain,
  depth: number,
  stream: RandomStream,
  pool: VectorPool,
): Trajectory {
  const energy = energyOf(start, variances);
  let whole: Trajectory = {
    ...{ left: start, right: start, draw: start, logWeight: 0, momentumSum: start.momentum },
    ...{ acceptance: 0, steps: 0, isTurning: false, isDivergent: false },
  };
  for (let level = 0; level < depth; level++) {
    const side = stream.uniform() < 0.5 ? -1 : 1;
    const from = side < 0 ? whole.left : whole.right;
    const added = grow({ problem, variances, step: side * step, energy, stream, pool }, from, level);
    const counted = { acceptance: whole.acceptance + added.acceptance, steps: whole.steps + added.steps };
    if (added.isTurning || added.isDivergent) return { ...whole, ...counted, isDivergent: added.isDivergent };
    // the new half is preferred, which makes for longer moves
    const isTaken = log(1 - stream.uniform()) < added.logWeight - whole.logWeight;
    const joined = joinHalves(side < 0 ? added : whole, side < 0 ? whole : added, variances, pool);
    whole = { ...joined, ...counted, draw: isTaken ? added.draw : whole.draw };
    if (whole.isTurning) break;
  }
  return whole;
}

/** A step at which one leapfrog is accepted about four times in five, by doubling or halving. */
function firstStep(
  problem: SamplingProblem,
  { x, gradient, value }: Omit<Phase, "momentum">,
  variances: Float64Array,
  guess: number,
  stream: RandomStream,
  pool: VectorPool,
): number {
  let step = guess;
  let direction = 0;
  for (let tries = 0; tries < 60; tries++) {
    const momentum = variances.map((variance) => stream.normal() / Math.sqrt(variance));
    const start: Phase = { x, momentum, gradient, value };
    const change = energyOf(start, variances) - energyOf(leapfrog(problem, start, step, variances, pool), variances);
    const wanted = change > log(0.8) ? 1 : -1;
    if (direction !== 0 && wanted !== direction) return step;
    direction = wanted;
    step *= wanted > 0 ? 2 : 0.5;
  }
  return step;
}
