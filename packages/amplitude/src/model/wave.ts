import { type Expression, imaginary, type Operand, real } from "@simloom/kernel";
import type { Reflectivity } from "../function/spherical-harmonic.ts";

/** A share of a wave in one coherent sum. */
export interface WavePart {
  /** Name of the sum; amplitudes of one name are added before the square is taken. */
  readonly sum: string;
  /** What depends on angles and polarisation alone. */
  readonly angular: Operand;
}

/** A partial wave: an amplitude of couplings and line shapes, times an angular part in each of its coherent sums. */
export interface Wave {
  readonly name: string;
  /** Names by which projections and activation find the wave, beside its own. */
  readonly tags: readonly string[];
  /** Production coupling times line shape, complex. */
  readonly amplitude: Expression;
  readonly parts: readonly WavePart[];
}

/** A wave whose angular part stands in one coherent sum. */
export function wave(
  name: string,
  amplitude: Expression,
  angular: Operand,
  { sum = "main", tags = [] }: { readonly sum?: string; readonly tags?: readonly string[] } = {},
): Wave {
  return { name, tags, amplitude, parts: [{ sum, angular }] };
}

/**
 * A wave of a polarised photon: it adds to the waves of the same reflectivity, in one sum by the real part of its harmonic
 * and in another by the imaginary part.
 */
export function polarizedWave(
  name: string,
  amplitude: Expression,
  reflectivity: Reflectivity,
  harmonic: Expression,
  tags: readonly string[] = [],
): Wave {
  return {
    name,
    tags,
    amplitude,
    parts: [
      { sum: `${reflectivity} real`, angular: real(harmonic) },
      { sum: `${reflectivity} imaginary`, angular: imaginary(harmonic) },
    ],
  };
}
