/** When a part may leave the mould. */
import { ICE_POINT_K } from "../legacy/constants.ts";

/** Limits that hold at demoulding. */
export interface DemoldLimits {
  readonly minConversion: number;
  readonly minDensityKgPerM3: number;
  readonly maxDensityKgPerM3: number;
  readonly maxCoreC: number;
  readonly minHardnessShore: number;
}

/** Profiles that the window looks at; equally long. */
export interface DemoldProfiles {
  readonly timeS: Float64Array;
  readonly conversion: Float64Array;
  readonly coreK: Float64Array;
  readonly densityKgPerM3: Float64Array;
  readonly hardnessShore: Float64Array;
}

/** First and last time at which every limit holds, and the time that is advised. There may be gaps between. */
export interface DemoldWindow {
  readonly minS: number;
  readonly maxS: number;
  /** A third of the way in: 0.3 of the window. */
  readonly optS: number;
}

/** Whether every limit holds at a point; what is no number keeps none. */
export function isDemoldable(
  limits: DemoldLimits,
  conversion: number,
  coreK: number,
  densityKgPerM3: number,
  hardnessShore: number,
): boolean {
  return (
    conversion >= limits.minConversion &&
    densityKgPerM3 >= limits.minDensityKgPerM3 &&
    densityKgPerM3 <= limits.maxDensityKgPerM3 &&
    coreK - ICE_POINT_K <= limits.maxCoreC &&
    hardnessShore >= limits.minHardnessShore
  );
}

/** The window; undefined when the limits never hold together. */
export function demoldWindow(limits: DemoldLimits, profiles: DemoldProfiles): DemoldWindow | undefined {
  const { timeS, conversion, coreK, densityKgPerM3, hardnessShore } = profiles;
  let first = -1;
  let last = -1;
  for (let i = 0; i < timeS.length; i++) {
    const density = densityKgPerM3[i] as number;
    const hardness = hardnessShore[i] as number;
    if (!isDemoldable(limits, conversion[i] as number, coreK[i] as number, density, hardness)) continue;
    if (first < 0) first = i;
    last = i;
  }
  return first < 0 ? undefined : windowOf(timeS[first] as number, timeS[last] as number);
}

/** The window between two times. */
export function windowOf(minS: number, maxS: number): DemoldWindow {
  return { minS, maxS, optS: minS + 0.3 * (maxS - minS) };
}

/** Two points and how far from the first to the second a time lies. */
export interface Bracket {
  readonly low: number;
  readonly high: number;
  readonly share: number;
}

/** The points around a time; outside of all, the first or last one twice. */
export function bracketAt(timeS: Float64Array, atS: number): Bracket {
  const lastIndex = timeS.length - 1;
  if (atS <= (timeS[0] as number)) return { low: 0, high: 0, share: 0 };
  if (atS >= (timeS[lastIndex] as number)) return { low: lastIndex, high: lastIndex, share: 0 };
  let low = 0;
  let high = lastIndex;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((timeS[middle] as number) <= atS) low = middle;
    else high = middle;
  }
  const from = timeS[low] as number;
  return { low, high, share: (atS - from) / ((timeS[high] as number) - from) };
}

/** A profile at a time between its points, linearly; its end values outside. */
export function valueAt(timeS: Float64Array, profile: Float64Array, atS: number): number {
  const { low, high, share } = bracketAt(timeS, atS);
  return between(profile[low] as number, profile[high] as number, share);
}

/** A value between two, by its share of the way. */
export function between(low: number, high: number, share: number): number {
  return low + share * (high - low);
}

/** Time at which a rising profile first reaches a value, linearly between points; null when it does not. */
export function timeAt(timeS: Float64Array, profile: Float64Array, value: number): number | null {
  const index = profile.findIndex((one) => one >= value);
  if (index < 0) return null;
  if (index === 0) return timeS[0] as number;
  const before = profile[index - 1] as number;
  const from = timeS[index - 1] as number;
  return from + ((value - before) / ((profile[index] as number) - before)) * ((timeS[index] as number) - from);
}
