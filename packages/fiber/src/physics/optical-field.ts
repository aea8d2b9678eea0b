/**
 * A sampled optical field: one periodic record of complex envelope per polarisation.
 *
 * Convention (everything in this package follows it): the envelope is in √W, so |E|² summed over the polarisations is
 * the power in W. Bins of the forward transform Σ E e^(−jωt) at +f stand for light at carrier + f, and travelling a
 * length z multiplies them by exp(+j(β₂/2 ω² + β₃/6 ω³) z); the Kerr effect turns the field by exp(+jγ|E|²z). With these
 * signs the local dispersion at +f is β₂ + β₃·2πf, and the sample index runs against the clock of the laboratory: a
 * component that is delayed appears at a lower index. No power, error or phase statistic depends on that mirror.
 */

import { decibelFromRatio } from "./decibel.ts";

/** One or two polarisations, each interleaved [re, im, re, im, …] in √W with the same number of samples. */
export type Polarisations = readonly [Float64Array] | readonly [Float64Array, Float64Array];

/** A record of the optical field. Periodic: the last sample is followed by the first. Never modified by its readers. */
export interface OpticalField {
  readonly polarisations: Polarisations;
  /** Samples per second; the simulated band is ± half of it around the carrier. */
  readonly sampleRateHz: number;
  /** Optical frequency in Hz of the envelope's zero. */
  readonly carrierHz: number;
}

/** Number of complex samples of each polarisation. */
export function sampleCount(field: OpticalField): number {
  return field.polarisations[0].length / 2;
}

/** Mean power in W over the record, both polarisations together. Sums run in index order. */
export function meanPowerW(field: OpticalField): number {
  const [x, y] = field.polarisations;
  return (energy(x) + (y === undefined ? 0 : energy(y))) / sampleCount(field);
}

/** The same record with every polarisation replaced by `change(envelope)`. */
export function mapPolarisations(field: OpticalField, change: (envelope: Float64Array) => Float64Array): OpticalField {
  const [x, y] = field.polarisations;
  return { ...field, polarisations: y === undefined ? [change(x)] : [change(x), change(y)] };
}

/** The field multiplied by a real factor (its power by the square of it). */
export function scaleField(field: OpticalField, factor: number): OpticalField {
  return mapPolarisations(field, (envelope) => {
    const scaled = new Float64Array(envelope.length);
    for (let i = 0; i < scaled.length; i++) scaled[i] = factor * (envelope[i] as number);
    return scaled;
  });
}

/** Sum of |E|² of one interleaved record. */
export function energy(envelope: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < envelope.length; i++) sum += (envelope[i] as number) * (envelope[i] as number);
  return sum;
}

/**
 * Power of the difference of two fields over the power of the reference, in dB; −Infinity when they are equal.
 * The yardstick of every accuracy statement about propagation.
 */
export function fieldErrorDb(field: OpticalField, reference: OpticalField): number {
  let difference = 0;
  let power = 0;
  reference.polarisations.forEach((expected, polarisation) => {
    const actual = field.polarisations[polarisation];
    for (let i = 0; i < expected.length; i++) {
      const wanted = expected[i] as number;
      const error = (actual?.[i] ?? 0) - wanted;
      difference += error * error;
      power += wanted * wanted;
    }
  });
  return decibelFromRatio(difference / power);
}
