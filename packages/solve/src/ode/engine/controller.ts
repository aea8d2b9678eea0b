import { numberText } from "@simloom/kernel";
import { solveError } from "../../errors.ts";
import { slot } from "../code/workspace.ts";

/**
 * How the next step follows from scaled errors e₁ (now), e₂, e₃ (before), for an estimate of order k:
 * factor = safety · e₁^(−α/k) · e₂^(β/k) · e₃^(−γ/k), kept within bounds. A predictive one also compares with the last
 * step: Gustafsson, ACM Trans. Math. Softw. 20 (1994) 496.
 */
export interface StepController {
  readonly alpha: number;
  readonly beta: number;
  readonly gamma: number;
  readonly safety: number;
  readonly minimumFactor: number;
  readonly maximumFactor: number;
  /** Factors from 1 up to this leave the step as it is, which spares implicit methods a factorisation. */
  readonly keepUpTo: number;
  readonly isPredictive: boolean;
}

type Settings = Partial<StepController>;

const BASE: StepController = {
  alpha: 1,
  beta: 0,
  gamma: 0,
  safety: 0.9,
  minimumFactor: 0.2,
  maximumFactor: 10,
  keepUpTo: 1,
  isPredictive: false,
};

/** The elementary controller: the step that the last error asks for. */
export function integralController(settings: Settings = {}): StepController {
  return checked({ ...BASE, ...settings });
}

/** Proportional-integral control, which damps the hunting of steps: α = 0.7, β = 0.4. */
export function piController(settings: Settings = {}): StepController {
  return checked({ ...BASE, alpha: 0.7, beta: 0.4, ...settings });
}

/** Control by three errors; α = 0.49, β = 0.34, γ = 0.1 (Kennedy and Carpenter, Appl. Numer. Math. 44 (2003) 139). */
export function pidController(settings: Settings = {}): StepController {
  return checked({ ...BASE, alpha: 0.49, beta: 0.34, gamma: 0.1, ...settings });
}

/** The smaller of the elementary step and the one that the trend of the last two errors predicts; for stiff methods. */
export function predictiveController(settings: Settings = {}): StepController {
  return checked({ ...BASE, isPredictive: true, ...settings });
}

function checked(controller: StepController): StepController {
  const { safety, minimumFactor, maximumFactor, alpha } = controller;
  if (safety > 0 && safety <= 1 && minimumFactor > 0 && minimumFactor < 1 && maximumFactor > 1 && alpha > 0)
    return controller;
  throw solveError(
    "SOLV-010",
    `A controller with safety ${safety}, factors ${minimumFactor} … ${maximumFactor} and α = ${alpha} cannot steer`,
    "Take a safety in (0, 1], a smallest factor in (0, 1), a largest one above 1 and α > 0.",
  );
}

/** Statements after an accepted step: slot `nextStep` from the errors, which they shift. */
export function acceptText(controller: StepController, errorExponent: number): string {
  const { alpha, beta, gamma, safety, minimumFactor, maximumFactor, keepUpTo, isPredictive } = controller;
  const k = errorExponent;
  const e1 = slot("logError1");
  const e2 = slot("logError2");
  const trend = [
    beta === 0 ? "" : ` + ${numberText(beta / k)} * ${e1}`,
    gamma === 0 ? "" : ` - ${numberText(gamma / k)} * ${e2}`,
  ].join("");
  return `
const le = log(Math.max(${slot("error")}, 1e-10));
let factor = ${numberText(safety)} * exp(${numberText(-alpha / k)} * le${trend});
${
  isPredictive
    ? `if (${slot("accepted")} > 1 && ${slot("previousStep")} !== 0) {
  const predicted = ${numberText(safety)} * (h / ${slot("previousStep")}) * exp((${e1} - 2 * le) / ${numberText(k)});
  if (predicted < factor) factor = predicted;
}`
    : ""
}
factor = Math.min(${numberText(maximumFactor)}, Math.max(${numberText(minimumFactor)}, factor));
if (${slot("justRejected")} === 1 && factor > 1) factor = 1;
${keepUpTo > 1 ? `if (factor >= 1 && factor <= ${numberText(keepUpTo)}) factor = 1;` : ""}
${gamma === 0 ? "" : `${e2} = ${e1};`}
${e1} = ${isPredictive ? "Math.max(le, -4.605170185988091)" : "le"};
${slot("previousStep")} = h;
${slot("nextStep")} = h * factor;`;
}

/** Expression for the factor after a rejected step with a finite error. */
export function rejectText({ safety, minimumFactor }: StepController, errorExponent: number): string {
  const shrink = `${numberText(safety)} * exp(${numberText(-1 / errorExponent)} * log(${slot("error")}))`;
  return `Math.min(0.9, Math.max(${numberText(minimumFactor)}, ${shrink}))`;
}
