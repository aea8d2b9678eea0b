/** The reaction k1 k2 → k3 k4, of which one momentum may be unknown. */
import type { Expression } from "@simloom/kernel";
import { amplitudeError } from "../errors.ts";
import { boostedToRest, type FourVector, fourDifference, fourSum, massSquared } from "./vectors.ts";

/** The four momenta of k1 k2 → k3 k4, and the frames that angles are taken in. */
export interface Topology {
  readonly k1: FourVector;
  readonly k2: FourVector;
  readonly k3: FourVector;
  readonly k4: FourVector;
  /** The total momentum: of the final state where that was measured, else of the initial one. */
  readonly total: FourVector;
}

/** What is known of the reaction: all momenta or all but one. */
export interface TopologyMomenta {
  readonly k1?: FourVector;
  readonly k2?: FourVector;
  readonly k3?: FourVector;
  readonly k4?: FourVector;
}

/**
 * The reaction k1 k2 → k3 k4; one momentum may be left out and follows from the others by conservation. For
 * photoproduction k1 is the beam, k2 the target, k3 the resonance (the sum of its daughters), k4 the recoil.
 * Throws `AMPL-001` where more than one is left out.
 */
export function topology({ k1, k2, k3, k4 }: TopologyMomenta): Topology {
  if (k3 && k4) {
    const total = fourSum(k3, k4);
    if (k1 && k2) return { k1, k2, k3, k4, total };
    if (k1) return { k1, k2: fourDifference(total, k1), k3, k4, total };
    if (k2) return { k1: fourDifference(total, k2), k2, k3, k4, total };
  } else if (k1 && k2) {
    const total = fourSum(k1, k2);
    if (k3) return { k1, k2, k3, k4: fourDifference(total, k3), total };
    if (k4) return { k1, k2, k3: fourDifference(total, k4), k4, total };
  }
  const missing = Object.entries({ k1, k2, k3, k4 }).flatMap(([name, known]) => (known === undefined ? name : []));
  throw amplitudeError({
    code: "AMPL-001",
    message: `${missing.join(" and ")} are left out, but conservation gives only one momentum`,
    remedy: "Give three of the four momenta.",
    context: { missing },
  });
}

/** The momentum in the frame in which the reaction as a whole is at rest. */
export function inCentreOfMomentum({ total }: Topology, p: FourVector): FourVector {
  return boostedToRest(p, total);
}

/** s = (k1 + k2)², as the square of the total momentum. */
export function mandelstamS({ total }: Topology): Expression {
  return massSquared(total);
}

/** t = (k1 − k3)². */
export function mandelstamT({ k1, k3 }: Topology): Expression {
  return massSquared(fourDifference(k1, k3));
}

/** u = (k1 − k4)². */
export function mandelstamU({ k1, k4 }: Topology): Expression {
  return massSquared(fourDifference(k1, k4));
}
