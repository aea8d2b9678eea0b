/** Direction of a decay product in the rest frame of k3, in the helicity or the Gottfried–Jackson frame. */
import { atan2, cross, divide, dot, type Expression, norm, scale } from "@simloom/kernel";
import { inCentreOfMomentum, type Topology } from "./topology.ts";
import { boostedToRest, type FourVector, momentum, unit } from "./vectors.ts";

/** How the axes stand in the rest frame of k3: z against the recoil (helicity) or along k1 (Gottfried–Jackson). */
export type DecayFrame = "helicity" | "gottfried-jackson";

/** cos ϑ in [−1, 1] and φ in (−π, π]. */
export interface DecayAngles {
  readonly cosTheta: Expression;
  readonly phi: Expression;
}

/**
 * Angles of a daughter of k3: y stands on the production plane along k1 × k3 in the centre of momentum, x = y × z.
 * The daughter is boosted first to the centre of momentum, then to the rest frame of k3. Where the plane or the daughter
 * has no direction the angles are NaN.
 */
export function decayAngles(reaction: Topology, daughter: FourVector, frame: DecayFrame = "helicity"): DecayAngles {
  const k1 = inCentreOfMomentum(reaction, reaction.k1);
  const k3 = inCentreOfMomentum(reaction, reaction.k3);
  const k4 = inCentreOfMomentum(reaction, reaction.k4);
  const normal = unit(cross(momentum(k1), momentum(k3)));
  const polar = frame === "helicity" ? scale(-1, momentum(boostedToRest(k4, k3))) : momentum(boostedToRest(k1, k3));
  const z = unit(polar);
  const x = unit(cross(normal, z));
  const y = unit(cross(z, x));
  const direction = momentum(boostedToRest(inCentreOfMomentum(reaction, daughter), k3));
  return {
    cosTheta: divide(dot(direction, z), norm(direction)),
    phi: atan2(dot(direction, y), dot(direction, x)),
  };
}
