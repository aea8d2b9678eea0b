/**
 * Reaction clock φ and conversion α = 1 − exp(−φ^ν), an Avrami law whose clock runs faster when it is hot:
 * dφ/dt = f(T) (0.4 + 0.6 m) / τ with f(T) = exp(−(E/R)(1/T − 1/T_ref)).
 */
import { exp, log, pow } from "@simloom/numerics";
import { COLDEST_K, GAS_CONSTANT, REACTION_STAGES } from "./constants.ts";

/** Reaction times of a cup test in s; null where the data sheet has none. */
export interface ReactionTimes {
  readonly creamS: number | null;
  readonly gelS: number | null;
  readonly riseS: number | null;
  readonly tackFreeS: number | null;
}

/** Time constant τ in s and exponent ν of the conversion. */
export interface ReactionClock {
  readonly timeConstantS: number;
  readonly exponent: number;
}

/**
 * τ and ν such that the conversion passes the first and the last of the known times at 25 °C. Times between them are not used.
 * With one time ν is `order`, without any τ is 120 s.
 */
export function calibrateClock(times: ReactionTimes, order: number): ReactionClock {
  const stages = [
    [times.creamS, REACTION_STAGES.cream],
    [times.gelS, REACTION_STAGES.gel],
    [times.riseS, REACTION_STAGES.rise],
    [times.tackFreeS, REACTION_STAGES.tackFree],
  ] as const;
  const known = stages.flatMap(([timeS, conversion]) =>
    timeS === null || timeS === 0 ? [] : [{ timeS, progress: progressAt(conversion) }],
  );
  const first = known[0];
  const last = known[known.length - 1];
  if (first === undefined || last === undefined) return { timeConstantS: 120, exponent: Math.max(order, 1.1) };
  if (known.length === 1)
    return {
      timeConstantS: first.timeS / pow(first.progress, 1 / Math.max(order, 1e-6)),
      exponent: Math.max(order, 1.1),
    };
  if (first.timeS === last.timeS || first.progress === last.progress)
    return { timeConstantS: 120, exponent: Math.max(order, 1) };
  const slope = log(first.progress / last.progress) / log(first.timeS / last.timeS);
  const exponent = Math.min(Math.max(slope, 0.8), 4);
  return { timeConstantS: first.timeS / pow(first.progress, 1 / exponent), exponent };
}

/** φ^ν at a conversion: −ln(1 − α). */
export function progressAt(conversion: number): number {
  return -log(Math.max(1e-6, 1 - conversion));
}

/** The clock at which a conversion is reached. */
export function clockAt(conversion: number, exponent: number): number {
  return pow(progressAt(conversion), 1 / exponent);
}

/** Factor of the rate at a temperature in K; 1 at the reference temperature. */
export function arrheniusFactor(temperatureK: number, activationEnergyJPerMol: number, referenceK: number): number {
  return exp(
    -(activationEnergyJPerMol / GAS_CONSTANT) *
      (1 / Math.max(temperatureK, COLDEST_K) - 1 / Math.max(referenceK, 1e-6)),
  );
}

/** Conversion at a clock. */
export function conversion(clock: number, exponent: number): number {
  return 1 - exp(-pow(Math.max(clock, 0), exponent));
}

/** The clock from which on the conversion is 1 in float64: exp(−38) is less than half of the last digit. */
export function saturationClock(exponent: number): number {
  return pow(38, 1 / exponent);
}

/** Rate of conversion in 1/s at a clock that runs at `clockRate`. */
export function conversionRate(clock: number, clockRate: number, exponent: number): number {
  if (!(clock > 0 && clockRate > 0)) return 0;
  const phi = Math.max(clock, 1e-12);
  return exp(-pow(phi, exponent)) * exponent * pow(phi, exponent - 1) * clockRate;
}
