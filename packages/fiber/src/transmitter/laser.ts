/**
 * Phase of a laser: a random walk (Wiener process), which gives a Lorentzian line.
 * Source: C. H. Henry, IEEE J. Quantum Electron. 18 (1982) 259; increments of variance 2π Δν T.
 */

import { cos, sin } from "@simloom/numerics";
import type { NormalSource } from "../amplifier/normal-source.ts";
import { multiplyComplex } from "../dsp/signal.ts";

/** A laser's line and how often its phase is sampled. */
export interface LaserLine {
  /** Full width at half maximum Δν in Hz; 0 is a perfect laser. */
  readonly linewidthHz: number;
  readonly sampleRateHz: number;
}

/**
 * Phase in rad at `count` samples, 0 at the first one. The walk does not close on itself: where the periodic record
 * wraps, the phase jumps, and filters with memory smear the jump over the symbols at both edges.
 */
export function laserPhaseRad(noise: NormalSource, count: number, line: LaserLine): Float64Array {
  const phaseRad = new Float64Array(count);
  if (line.linewidthHz === 0) return phaseRad;
  noise.fillNormal(phaseRad);
  const deviationRad = Math.sqrt((2 * Math.PI * line.linewidthHz) / line.sampleRateHz);
  let walk = 0;
  phaseRad[0] = 0;
  for (let i = 1; i < count; i++) {
    walk += deviationRad * (phaseRad[i] as number);
    phaseRad[i] = walk;
  }
  return phaseRad;
}

/** exp(j phase) of every sample, interleaved. */
export function phasorsOf(phaseRad: Float64Array): Float64Array {
  const phasors = new Float64Array(2 * phaseRad.length);
  for (let i = 0; i < phaseRad.length; i++) {
    phasors[2 * i] = cos(phaseRad[i] as number);
    phasors[2 * i + 1] = sin(phaseRad[i] as number);
  }
  return phasors;
}

/** The envelope multiplied by exp(j phase), sample by sample, in a new array. */
export function turnByPhase(envelope: Float64Array, phaseRad: Float64Array): Float64Array {
  return multiplyComplex(envelope, phasorsOf(phaseRad));
}
