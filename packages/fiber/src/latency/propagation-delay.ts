import { fiberError } from "../errors.ts";
import { SPEED_OF_LIGHT_M_S } from "../physics/constants.ts";
import type { LatencySegment } from "./specification.ts";

/** Temperature at which the group index of a specification holds, in °C. */
export const REFERENCE_TEMPERATURE_C = 20;

/** Relative change of the group delay per °C: 7e-6 (6.7e-6 measured on loose-tube cable, Electron. Lett. 19 (1983) 21). */
export const GROUP_DELAY_COEFFICIENT_PER_C = 7e-6;

/** Spread of the propagation delay over unknown temperatures, in seconds. Names are those of the result document. */
export interface PropagationSpread {
  readonly p05_s: number;
  readonly p50_s: number;
  readonly p95_s: number;
  /** Population standard deviation of the draws. */
  readonly std_s: number;
  /** What the standard deviation tends to: (n_group/c)·7e-6·√ΣLᵢ². */
  readonly std_closed_form_s: number;
  readonly draws: number;
}

type Segments = readonly LatencySegment[];

/** Delay of the path at the reference temperature: ΣL·n_group/c. */
export function propagationDelayS(segments: Segments, groupIndex: number): number {
  const lengthM = segments.reduce((sum, { length_m: segmentLengthM }) => sum + segmentLengthM, 0);
  return (lengthM * groupIndex) / SPEED_OF_LIGHT_M_S;
}

/** Delay of the path at the temperatures of its segments: Σ Lᵢ·n_group·(1 + 7e-6·(Tᵢ − 20))/c. */
export function propagationDelayAtTemperatureS(segments: Segments, groupIndex: number): number {
  return segments.reduce(
    (sum, segment) => sum + segmentDelayS(segment.length_m, temperatureOf(segment), groupIndex),
    0,
  );
}

/**
 * Spread of the delay when each segment's temperature is normal about its mean with 1 °C, independently: 512 draws,
 * segments in order within a draw; percentiles by linear interpolation.
 *
 * @param normal Standard normal draws of a stream that belongs to the latency alone; as many as 512 times the segments.
 * @throws FiberError `FIBR-032` for a draw that is not finite.
 */
export function propagationSpread(segments: Segments, groupIndex: number, normal: () => number): PropagationSpread {
  const delaysS = Float64Array.from({ length: DRAW_COUNT }, () =>
    segments.reduce((sum, segment) => {
      const temperatureC = temperatureOf(segment) + TEMPERATURE_DEVIATION_C * normal();
      return sum + segmentDelayS(segment.length_m, temperatureC, groupIndex);
    }, 0),
  ).sort();
  if (!delaysS.every(Number.isFinite)) throw badStream();
  const meanS = delaysS.reduce((sum, delayS) => sum + delayS, 0) / DRAW_COUNT;
  const varianceS2 = delaysS.reduce((sum, delayS) => sum + (delayS - meanS) * (delayS - meanS), 0) / DRAW_COUNT;
  const squaredLengthM2 = segments.reduce((sum, { length_m: lengthM }) => sum + lengthM * lengthM, 0);
  return {
    p05_s: percentile(delaysS, 0.05),
    p50_s: percentile(delaysS, 0.5),
    p95_s: percentile(delaysS, 0.95),
    std_s: Math.sqrt(varianceS2),
    std_closed_form_s: (groupIndex / SPEED_OF_LIGHT_M_S) * GROUP_DELAY_COEFFICIENT_PER_C * Math.sqrt(squaredLengthM2),
    draws: DRAW_COUNT,
  };
}

const DRAW_COUNT = 512;
const TEMPERATURE_DEVIATION_C = 1;

function segmentDelayS(lengthM: number, temperatureC: number, groupIndex: number): number {
  const drift = GROUP_DELAY_COEFFICIENT_PER_C * (temperatureC - REFERENCE_TEMPERATURE_C);
  return (lengthM * groupIndex * (1 + drift)) / SPEED_OF_LIGHT_M_S;
}

function temperatureOf({ temp_c: temperatureC }: Segments[number]): number {
  return temperatureC ?? REFERENCE_TEMPERATURE_C;
}

/** Percentile of ascending values, linear between neighbours. */
function percentile(ascending: Float64Array, fraction: number): number {
  const position = (ascending.length - 1) * fraction;
  const index = Math.floor(position);
  const lower = ascending[index] ?? Number.NaN;
  const upper = ascending[Math.min(index + 1, ascending.length - 1)] ?? Number.NaN;
  return lower + (upper - lower) * (position - index);
}

function badStream() {
  return fiberError({
    code: "FIBR-032",
    message: "the stream of the latency spread gave a draw that is not finite",
    remedy: "Pass a source of standard normal numbers.",
  });
}
