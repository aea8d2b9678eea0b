import type { RandomStream } from "@simloom/numerics";
import type { Uniforms } from "./uniforms.ts";

/** A density as a sampler sees it: −∞ where a point cannot be, never NaN. */
export interface SamplingProblem {
  readonly count: number;
  value(u: Float64Array): number;
  gradient(u: Float64Array, slopes: Float64Array): number;
  values(points: readonly Float64Array[], values: Float64Array): void;
  /** Lengths of the periods of parameters, 0 where there is none; undefined where there is none at all. */
  readonly periods: Float64Array | undefined;
  /** Takes periodic parameters of a point into their bounds, in place. */
  wrap(u: Float64Array): void;
  /**
   * The random stream of a name, at a position; depends on the seed of the run and the name only. One object per name: a second
   * call moves the stream of the first.
   */
  stream(name: string, position: number): RandomStream;
  /** Uniform numbers of the stream of a name, from a position on; likewise one object per name. */
  uniforms(name: string, position: number): Uniforms;
}

/** What every sampler keeps: where its walkers stand. Numbers, text, Float64Array, lists and objects of these only. */
export interface SamplerState {
  walkers: Float64Array[];
  logs: Float64Array;
  /** Proposals that were accepted, and made, per walker. */
  accepted: Float64Array;
  proposed: Float64Array;
  /** Steps whose energy went astray, for samplers that integrate. */
  divergences?: number;
}

/** A sampler, as a value. `step` moves every walker once, in place. */
export interface Sampler<State extends SamplerState = SamplerState> {
  readonly name: string;
  /** `limited`: a point out of bounds cannot be. `transformed`: works in coordinates without bounds. */
  readonly bounds: "limited" | "transformed";
  /** Fewest walkers for so many parameters. */
  walkersNeeded(count: number): number;
  /** Steps that are taken to adapt and not kept, unless told otherwise. */
  readonly warmup: number;
  start(problem: SamplingProblem, walkers: readonly Float64Array[], warmup: number): State;
  step(problem: SamplingProblem, state: State): void;
}
