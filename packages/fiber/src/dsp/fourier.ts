/** Discrete Fourier transforms of interleaved complex records [re, im, re, im, …] of any length, into new arrays. */
import { fftPlan } from "@simloom/numerics";

/** Σ x_n e^(−j2πkn/N) of a record. */
export function forwardTransform(samples: Float64Array): Float64Array {
  const spectrum = samples.slice();
  fftPlan(samples.length / 2).forward(spectrum);
  return spectrum;
}

/** (1/N) Σ X_k e^(+j2πkn/N) of a spectrum: the inverse of `forwardTransform`. */
export function inverseTransform(spectrum: Float64Array): Float64Array {
  const samples = spectrum.slice();
  fftPlan(samples.length / 2).inverse(samples);
  return samples;
}
