/** Breit–Wigner line shapes. Masses and widths in GeV, s in GeV². */
import { divide, type Expression, i, integerPower, multiply, type Operand, sqrt, subtract } from "@simloom/kernel";
import { barrierSquared, INTERACTION_MOMENTUM_GEV } from "../function/blatt-weisskopf.ts";
import { breakupMomentumSquared, complexRoot, type DecayMasses, squared } from "../function/breakup-momentum.ts";

/** A resonance with a running width. */
export interface BreitWigner extends DecayMasses {
  readonly mass: Operand;
  readonly width: Operand;
  /** Orbital angular momentum of the decay, 0 … 8. */
  readonly l: number;
  /** q_R of the barrier factors in GeV. Default 0.1973, which is 1 fm. */
  readonly interactionMomentum?: Operand;
  /** `false` leaves the barrier factors out: the width then grows as q^(2l+1). Default true. */
  readonly hasBarriers?: boolean;
  /**
   * Whether the decay is open in every event and at the resonance's own mass, as it is where the daughters are those of
   * the event. The width is then real, which halves what is kept per event; below threshold it is NaN instead of
   * imaginary. Default false.
   */
  readonly isOpen?: boolean;
}

/**
 * 1 / (m₀² − s − i m₀ Γ(s)) with Γ(s) = Γ₀ (m₀/√s) (q/q₀) (B_l(q)/B_l(q₀))², where q₀ = q(m₀²). Below threshold the
 * momentum, and so the width, is imaginary. There is no numerator: its scale belongs to the production coupling.
 *
 * Γ(s) is written as Γ₀ h(s) / h(m₀²), so that h(s) depends on the data alone and what a fit varies stands outside of it.
 * Source: Review of Particle Physics, Resonances. Throws `AMPL-002` for an l that is not 0 … 8.
 */
export function relativisticBreitWigner(s: Operand, resonance: BreitWigner): Expression {
  const { mass, width } = resonance;
  const growth = divide(multiply(mass, width), runningRate(squared(mass), resonance));
  return resonancePole(s, mass, multiply(growth, runningRate(s, resonance)));
}

/** 1 / (m₀² − s − i m₀ Γ₀), with a constant width. */
export function breitWigner(s: Operand, mass: Operand, width: Operand): Expression {
  return resonancePole(s, mass, multiply(mass, width));
}

/** h(s) = q B_l(q)² / √s, or q^(2l+1) / √s without barriers: how the width grows with s. */
function runningRate(s: Operand, resonance: BreitWigner): Expression {
  const { l, interactionMomentum = INTERACTION_MOMENTUM_GEV } = resonance;
  const momentumSquared = breakupMomentumSquared(s, resonance);
  const momentum = resonance.isOpen === true ? sqrt(momentumSquared) : complexRoot(momentumSquared);
  const growth =
    resonance.hasBarriers === false
      ? integerPower(momentumSquared, l)
      : barrierSquared(momentumSquared, l, interactionMomentum);
  return divide(l === 0 ? momentum : multiply(growth, momentum), sqrt(s));
}

/** 1 / (m₀² − s − i `massTimesWidth`). */
function resonancePole(s: Operand, mass: Operand, massTimesWidth: Expression): Expression {
  return divide(1, subtract(subtract(squared(mass), s), multiply(i, massTimesWidth)));
}
