/** One propagator that stays warm between the spans of a link. */
import { createPropagator, type Propagator, type PropagatorShape } from "./propagator.ts";

/** The propagator last used. Transforms and transfer functions only: nothing of any field outlives a call. */
let kept: { readonly key: string; readonly propagator: Propagator } | undefined;

/**
 * Runs `work` with a propagator for the shape: the one of the previous call when the shape is the same, a new one
 * otherwise. Results are those of a fresh propagator, bit for bit; spans of one link share transfer functions that would
 * take as long to make as the span. At most one propagator is kept, with `transferCacheBytes` at the most.
 *
 * `work` runs to its end before this returns; it must not keep the propagator or dispose of it.
 */
export function withPropagator<Result>(
  shape: Omit<PropagatorShape, "kernels">,
  work: (propagator: Propagator) => Result,
): Result {
  const { sampleCount, polarisationCount, sampleRateHz, precision = "float64", transferCacheBytes } = shape;
  const key = JSON.stringify([sampleCount, polarisationCount, sampleRateHz, precision, transferCacheBytes]);
  if (kept?.key !== key) {
    releasePropagator();
    kept = { key, propagator: createPropagator(shape) };
  }
  return work(kept.propagator);
}

/** Gives the memory of the kept propagator back. The next `withPropagator` makes a new one. */
export function releasePropagator(): void {
  kept?.propagator.dispose();
  kept = undefined;
}
