/** One piece of fibre and which of its effects are simulated. */
import { fiberError } from "../errors.ts";
import { attenuationPerM } from "../physics/attenuation.ts";
import { MANAKOV_FACTOR } from "../physics/kerr.ts";

/** A span of uniform fibre, exactly as long as given. */
export interface FibreSpan {
  readonly lengthM: number;
  /** Power loss in dB/km, ≥ 0. */
  readonly lossDbPerKm: number;
  /** Group-velocity dispersion β₂ in s²/m. */
  readonly beta2S2PerM: number;
  /** Third-order dispersion β₃ in s³/m. */
  readonly beta3S3PerM: number;
  /** Nonlinear coefficient γ in 1/(W m), ≥ 0. */
  readonly gammaPerWM: number;
}

/**
 * How the Kerr effect couples the polarisations. `scalar`: γ times the total power, for light in one polarisation.
 * `manakov`: 8/9 γ times the total power, for light whose polarisation the birefringence of the fibre scrambles.
 */
export type PropagationModel = "scalar" | "manakov";

/** Switches of the effects; loss is always on. Both on when absent. */
export interface PropagationEffects {
  readonly dispersion?: boolean;
  readonly nonlinearity?: boolean;
}

/** The coefficients that the equation really has, in SI units, after model and switches are applied. */
export interface PropagationCoefficients {
  readonly attenuationPerM: number;
  readonly beta2S2PerM: number;
  readonly beta3S3PerM: number;
  /** Factor of the total power in the phase rate, 1/(W m). */
  readonly kerrPerWM: number;
}

/** Applies model and switches to a span. Throws `FIBR-060` when a figure of the span is not physical. */
export function propagationCoefficients(
  span: FibreSpan,
  model: PropagationModel,
  effects: PropagationEffects = {},
): PropagationCoefficients {
  checkSpan(span);
  const isDispersive = effects.dispersion ?? true;
  const isNonlinear = effects.nonlinearity ?? true;
  return {
    attenuationPerM: attenuationPerM(span.lossDbPerKm),
    beta2S2PerM: isDispersive ? span.beta2S2PerM : 0,
    beta3S3PerM: isDispersive ? span.beta3S3PerM : 0,
    kerrPerWM: isNonlinear ? span.gammaPerWM * (model === "manakov" ? MANAKOV_FACTOR : 1) : 0,
  };
}

/** The coefficients with every sign turned: the fibre that undoes the given one. */
export function invertCoefficients(coefficients: PropagationCoefficients): PropagationCoefficients {
  return {
    attenuationPerM: -coefficients.attenuationPerM,
    beta2S2PerM: -coefficients.beta2S2PerM,
    beta3S3PerM: -coefficients.beta3S3PerM,
    kerrPerWM: -coefficients.kerrPerWM,
  };
}

function checkSpan(span: FibreSpan): void {
  const nonNegative = [span.lengthM, span.lossDbPerKm, span.gammaPerWM];
  const figures = [...nonNegative, span.beta2S2PerM, span.beta3S3PerM];
  if (figures.every(Number.isFinite) && nonNegative.every((figure) => figure >= 0)) return;
  throw fiberError({
    code: "FIBR-060",
    message: `A fibre span has a figure that is not physical: ${JSON.stringify(span)}`,
    remedy: "Give finite figures, with length, loss and nonlinear coefficient of zero or more.",
    context: { span },
  });
}
