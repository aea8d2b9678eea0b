/** The linear operator of a piece of fibre in the frequency domain. */
import { exp, sincos } from "@simloom/numerics";
import type { PropagationCoefficients } from "./fibre-span.ts";

/** The linear part of the equation. */
export type LinearCoefficients = Omit<PropagationCoefficients, "kerrPerWM">;

/** Angular frequency in rad/s of a bin of an N-point transform: 0, +, …, −. */
export function binAngularFrequency(bin: number, sampleCount: number, sampleRateHz: number): number {
  return (2 * Math.PI * (bin < sampleCount / 2 ? bin : bin - sampleCount) * sampleRateHz) / sampleCount;
}

/**
 * Writes exp((−a/2 + j(β₂/2 ω² + β₃/6 ω³)) z) for every bin in FFT order, interleaved, into `transfer`.
 * The sign is that of `OpticalField`. Exact for any length z in m, negative ones included.
 */
export function fillTransfer(
  transfer: Float64Array,
  coefficients: LinearCoefficients,
  lengthM: number,
  sampleRateHz: number,
): Float64Array {
  const sampleCount = transfer.length / 2;
  const amplitude = exp((-coefficients.attenuationPerM * lengthM) / 2);
  const quadraticS2 = (coefficients.beta2S2PerM * lengthM) / 2;
  const cubicS3 = (coefficients.beta3S3PerM * lengthM) / 6;
  const turn = new Float64Array(2);
  for (let bin = 0; bin < sampleCount; bin++) {
    const mirrored = sampleCount - bin;
    if (cubicS3 === 0 && mirrored < bin) {
      // even in ω: the negative frequencies are those already written
      transfer[2 * bin] = transfer[2 * mirrored] as number;
      transfer[2 * bin + 1] = transfer[2 * mirrored + 1] as number;
      continue;
    }
    const omega = binAngularFrequency(bin, sampleCount, sampleRateHz);
    sincos((quadraticS2 + cubicS3 * omega) * omega * omega, turn);
    transfer[2 * bin] = amplitude * (turn[1] as number);
    transfer[2 * bin + 1] = amplitude * (turn[0] as number);
  }
  return transfer;
}
