/**
 * Polarisation-diverse coherent receiver: local oscillator, ideal 90° hybrids, balanced photodiodes, ideal low-pass.
 *
 * Per polarisation i_I + j i_Q = R √(P_LO/2) E exp(−jφ_LO): the oscillator's power is split over the polarisations.
 * Each balanced pair carries R (|E|² + P_LO/2)/2 in its two diodes together, which sets its shot noise.
 * Source: K. Kikuchi, J. Lightwave Technol. 34 (2016) 157, sections III and IV.
 */
import type { NormalSource } from "../amplifier/normal-source.ts";
import {
  binFrequencyHz,
  type DspSignal,
  filterReal,
  inFrequency,
  inTime,
  mapPair,
  multiplyComplex,
  type PolarisationPair,
} from "../dsp/signal.ts";
import { fiberError } from "../errors.ts";
import { wattsFromDbm } from "../physics/decibel.ts";
import type { OpticalField } from "../physics/optical-field.ts";
import { laserPhaseRad, phasorsOf } from "../transmitter/laser.ts";
import { shotNoiseVarianceA2, thermalNoiseVarianceA2 } from "./detector-noise.ts";

/**
 * Power of the local oscillator in dBm when none is given, both polarisations together. With 0 dBm of signal at 32 GBd
 * shot noise then allows 50 dB of SNR and a 50 Ω load 54 dB: neither dominates a link with amplifiers.
 */
export const DEFAULT_LO_POWER_DBM = 10;

/** The receiver's optics and diodes. */
export interface CoherentFrontEnd {
  /** Default 10 dBm. */
  readonly loPowerDbm?: number;
  readonly loLinewidthHz: number;
  readonly hasShotNoise: boolean;
  readonly hasThermalNoise: boolean;
  /**
   * One-sided bandwidth in Hz of the ideal low-pass behind the diodes. The noise is white over the simulated band before
   * it. The symbol rate is a good choice: it holds every roll-off up to 1. No filter when absent or beyond the band.
   */
  readonly bandwidthHz?: number;
  /** Default 1 A/W. */
  readonly responsivityAPerW?: number;
  /** Dark current of each diode, default 5 nA. */
  readonly darkCurrentA?: number;
  /** Default 298.15 K (25 °C). */
  readonly temperatureK?: number;
  /** Load that each balanced pair drives (one amplifier per pair, so one thermal source), default 50 Ω. */
  readonly loadOhm?: number;
}

/** The random streams of the front end. */
export interface FrontEndNoise {
  readonly loPhase: NormalSource;
  readonly diodes: NormalSource;
}

/**
 * Photocurrents I + jQ of both polarisations in A, at the sample rate of the field.
 * The sum of shot and thermal noise is one draw per balanced pair and sample, so a flag changes the size of the noise
 * and not its draws; without both flags nothing is drawn. @throws FIBR-007 when the field has one polarisation.
 */
export function detectCoherently(field: OpticalField, frontEnd: CoherentFrontEnd, noise: FrontEndNoise): DspSignal {
  const [x, y] = field.polarisations;
  if (y === undefined) {
    throw fiberError({
      code: "FIBR-007",
      message: "The coherent receiver needs a field of two polarisations, but this one has one",
      remedy: "Set signal.n_pol to 2.",
      path: "signal.n_pol",
    });
  }
  const { sampleRateHz } = field;
  const loPolarisationW = wattsFromDbm(frontEnd.loPowerDbm ?? DEFAULT_LO_POWER_DBM) / 2;
  const responsivity = frontEnd.responsivityAPerW ?? 1;
  const line = { linewidthHz: frontEnd.loLinewidthHz, sampleRateHz };
  const lagging = laserPhaseRad(noise.loPhase, x.length / 2, line).map((phaseRad) => -phaseRad);
  const phasors = phasorsOf(lagging);
  const beat = (envelope: Float64Array) => {
    const gain = responsivity * Math.sqrt(loPolarisationW);
    const current = line.linewidthHz === 0 ? envelope.slice() : multiplyComplex(envelope, phasors);
    for (let i = 0; i < current.length; i++) current[i] = gain * (current[i] as number);
    return current;
  };
  const currents: PolarisationPair = [beat(x), beat(y)];
  if (frontEnd.hasShotNoise || frontEnd.hasThermalNoise) {
    addDiodeNoise(currents[0], x, loPolarisationW, sampleRateHz, frontEnd, noise.diodes);
    addDiodeNoise(currents[1], y, loPolarisationW, sampleRateHz, frontEnd, noise.diodes);
  }
  return lowPass({ domain: "time", polarisations: currents, sampleRateHz }, frontEnd.bandwidthHz);
}

/** Adds the noise of the two balanced pairs of one polarisation, white over the simulated band (half the sample rate). */
function addDiodeNoise(
  current: Float64Array,
  envelope: Float64Array,
  loPolarisationW: number,
  sampleRateHz: number,
  frontEnd: CoherentFrontEnd,
  source: NormalSource,
): void {
  const bandwidthHz = sampleRateHz / 2;
  const responsivity = frontEnd.responsivityAPerW ?? 1;
  const pairDarkCurrentA = 2 * (frontEnd.darkCurrentA ?? 5e-9);
  const thermalA2 = frontEnd.hasThermalNoise
    ? thermalNoiseVarianceA2(frontEnd.temperatureK ?? 298.15, frontEnd.loadOhm ?? 50, bandwidthHz)
    : 0;
  const draws = new Float64Array(current.length);
  source.fillNormal(draws);
  for (let i = 0; i < current.length; i += 2) {
    const re = envelope[i] as number;
    const im = envelope[i + 1] as number;
    const signalW = re * re + im * im;
    const pairCurrentA = (responsivity * (signalW + loPolarisationW)) / 2;
    const shotA2 = frontEnd.hasShotNoise ? shotNoiseVarianceA2(pairCurrentA, pairDarkCurrentA, bandwidthHz) : 0;
    const deviationA = Math.sqrt(shotA2 + thermalA2);
    current[i] = (current[i] as number) + deviationA * (draws[i] as number);
    current[i + 1] = (current[i + 1] as number) + deviationA * (draws[i + 1] as number);
  }
}

/** Ideal low-pass: every bin at or below the bandwidth passes unchanged. */
function lowPass(signal: DspSignal, bandwidthHz: number | undefined): DspSignal {
  if (bandwidthHz === undefined || bandwidthHz >= signal.sampleRateHz / 2) return signal;
  const count = signal.polarisations[0].length / 2;
  const response = new Float64Array(count);
  for (let bin = 0; bin < count; bin++) {
    response[bin] = Math.abs(binFrequencyHz(bin, count, signal.sampleRateHz)) <= bandwidthHz ? 1 : 0;
  }
  return inTime(mapPair(inFrequency(signal), (spectrum) => filterReal(spectrum, response)));
}
