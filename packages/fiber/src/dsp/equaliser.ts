/**
 * Blind adaptive 2×2 equaliser: polarisation demultiplexing, polarisation-mode dispersion and residual filtering.
 *
 * The record is known as a whole, so training repeats it: constant modulus until it has converged from the best single-tap
 * rotation, then decision-directed, then one last adapting pass writes every symbol. No symbol is lost to training.
 */
import { fiberError } from "../errors.ts";
import type { EqualiserAlgorithm } from "../specification/dsp-chain.ts";
import { type ButterflyRun, runButterfly } from "./butterfly.ts";
import { greatestCorrelation, makeOrthogonal, startWeights } from "./equaliser-start.ts";
import { resampleSpectrum } from "./resample.ts";
import {
  type DspSignal,
  inFrequency,
  inTime,
  mapPair,
  meanSquare,
  type PolarisationPair,
  recordLength,
} from "./signal.ts";

/** The knobs of the equaliser. */
export interface Equaliser {
  /** Length of each of the four filters at two samples per symbol. */
  readonly taps: number;
  /** Step size for inputs of unit power per polarisation; with `nlms` relative to the energy in the filter. */
  readonly mu: number;
  /** Which error steers the filters after the start, which is always constant-modulus: decision-directed but for `cma`. */
  readonly type: EqualiserAlgorithm;
}

/** Equalised symbols. */
export interface Equalised {
  readonly signal: DspSignal;
  /** Greatest correlation between the outputs over all lags in reach; above ½ they carry the same polarisation. */
  readonly outputCorrelation: number;
  /** Symbols used in training before the last pass, repetitions counted. */
  readonly trainingUpdates: number;
  /** Final filters, eight numbers per tap in the layout of `runButterfly`. */
  readonly weights: Float64Array;
  readonly warnings: readonly string[];
}

/** E|y|⁴/(E|y|²)² of QPSK is 1 without noise, 1.75 at 0 dB and 2 for noise alone; adaptation flatters it a little. */
const MODULUS_SPREAD_OF_NOISE = 1.7;
/** Training ends after this many time constants of the slowest error, 1/μ symbols … */
const TRAINING_TIME_CONSTANTS = 8;
/** … but not later than this many updates. */
const GREATEST_TRAINING = 131_072;
/** Step of the constant-modulus start relative to the energy in a filter: it diverges from about 0.5 on. */
const GREATEST_START_STEP = 0.2;
/** Outputs that correlate more than this carry the same polarisation. */
const SAME_POLARISATION = 0.5;

/**
 * Equalises to one sample per symbol. The input is brought to two samples per symbol (exactly, by its spectrum) if it has
 * any other rate above one; at one sample per symbol the filters are spaced by whole symbols.
 *
 * @throws FIBR-018 when the adaptation diverges. Singular solutions are restarted and, if they persist, reported.
 */
export function equalise(signal: DspSignal, symbolCount: number, { taps, mu, type }: Equaliser): Equalised {
  const oversampling = recordLength(signal) === symbolCount ? 1 : 2;
  const input = extendedInput(atOversampling(signal, oversampling * symbolCount), taps);
  const isNormalised = type === "nlms";
  const shape = { input, taps, oversampling, symbolCount, mu, isNormalised };
  const startMu = Math.min(mu, isNormalised ? GREATEST_START_STEP : GREATEST_START_STEP / (2 * taps));
  const timeConstant = isNormalised ? (2 * taps) / startMu : 1 / startMu;
  const stageUpdates = Math.min(GREATEST_TRAINING, Math.ceil(TRAINING_TIME_CONSTANTS * timeConstant));
  const start: ButterflyRun = { ...shape, updates: stageUpdates, adaptation: "constant-modulus", mu: startMu };
  const phasors = Float64Array.of(1, 0, 1, 0);
  const weights = startWeights(input, shape);
  let trainingUpdates = stageUpdates;
  runButterfly(start, weights, phasors);
  if (trialCorrelation(shape, weights) > SAME_POLARISATION) {
    makeOrthogonal(weights);
    runButterfly(start, weights, phasors);
    trainingUpdates += stageUpdates;
  }
  const adaptation = type === "cma" ? "constant-modulus" : "decision-directed";
  if (type !== "cma") {
    runButterfly({ ...shape, updates: stageUpdates, adaptation }, weights, phasors);
    trainingUpdates += stageUpdates;
  }
  const outputs: PolarisationPair = [new Float64Array(2 * symbolCount), new Float64Array(2 * symbolCount)];
  runButterfly({ ...shape, updates: symbolCount, adaptation }, weights, phasors, outputs);
  refuseDivergence(outputs, mu, taps);
  const outputCorrelation = greatestCorrelation(outputs[0], outputs[1], lagReach(taps, oversampling));
  const warnings = [
    ...(outputCorrelation > SAME_POLARISATION
      ? ["mimo_eq: both outputs carry the same polarisation; use more symbols or fewer taps."]
      : []),
    ...(modulusSpread(outputs) > MODULUS_SPREAD_OF_NOISE
      ? [`mimo_eq: the outputs look like noise; use a smaller mu than ${mu}, or more taps than ${taps}.`]
      : []),
  ];
  return {
    signal: {
      domain: "time",
      polarisations: outputs,
      sampleRateHz: (signal.sampleRateHz * symbolCount) / recordLength(signal),
    },
    outputCorrelation,
    trainingUpdates,
    weights,
    warnings,
  };
}

function atOversampling(signal: DspSignal, count: number): PolarisationPair {
  if (recordLength(signal) === count) return inTime(signal).polarisations;
  return inTime(mapPair(inFrequency(signal), (spectrum) => resampleSpectrum(spectrum, count))).polarisations;
}

/** Samples as [xr, xi, yr, yi] at unit mean power per polarisation, with the periodic record continued at both ends. */
function extendedInput([x, y]: PolarisationPair, taps: number): Float64Array {
  const count = x.length / 2;
  const centre = Math.floor(taps / 2);
  const input = new Float64Array(4 * (count + taps - 1));
  const power = (meanSquare(x) + meanSquare(y)) / 2;
  const scale = power === 0 ? 1 : 1 / Math.sqrt(power);
  let from = (((-centre % count) + count) % count) * 2;
  for (let to = 0; to < input.length; to += 4) {
    input[to] = scale * (x[from] as number);
    input[to + 1] = scale * (x[from + 1] as number);
    input[to + 2] = scale * (y[from] as number);
    input[to + 3] = scale * (y[from + 1] as number);
    from += 2;
    if (from === x.length) from = 0;
  }
  return input;
}

/** Symbols that a filter can shift an output by, and two outputs against each other. */
function lagReach(taps: number, oversampling: number): number {
  return Math.ceil(taps / oversampling);
}

/** Correlation of the two outputs with the filters as they are. */
function trialCorrelation(shape: Omit<ButterflyRun, "updates" | "adaptation">, weights: Float64Array): number {
  const updates = Math.min(shape.symbolCount, 4096);
  const outputs: PolarisationPair = [new Float64Array(2 * updates), new Float64Array(2 * updates)];
  runButterfly({ ...shape, updates, adaptation: "none" }, weights, new Float64Array(4), outputs);
  return greatestCorrelation(outputs[0], outputs[1], lagReach(shape.taps, shape.oversampling));
}

/** E|y|⁴/(E|y|²)² over both outputs. */
function modulusSpread(outputs: PolarisationPair): number {
  let second = 0;
  let fourth = 0;
  for (const output of outputs) {
    for (let i = 0; i < output.length; i += 2) {
      const re = output[i] as number;
      const im = output[i + 1] as number;
      const power = re * re + im * im;
      second += power;
      fourth += power * power;
    }
  }
  return (fourth * outputs[0].length) / (second * second);
}

function refuseDivergence(outputs: PolarisationPair, mu: number, taps: number): void {
  const power = (meanSquare(outputs[0]) + meanSquare(outputs[1])) / 2;
  if (power < 4) return; // NaN is not below
  throw fiberError({
    code: "FIBR-018",
    message: `mimo_eq diverges with mu ${mu} and ${taps} taps`,
    remedy: `Set mu to ${(0.2 / (2 * taps)).toPrecision(1)} or less.`,
    path: "processing.dsp_chain",
    context: { mu, taps, outputPower: power },
  });
}
