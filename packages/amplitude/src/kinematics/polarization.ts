/** Linear polarisation of the beam, from its degree and its direction in the laboratory. */
import { atan2, cos, cross, dot, type Expression, scale, sin, vector } from "@simloom/kernel";
import type { Topology } from "./topology.ts";
import { momentum, unit } from "./vectors.ts";

/** The degree P in [0, 1] and the angle Φ between the polarisation and the production plane. */
export interface Polarization {
  readonly magnitude: Expression;
  readonly angle: Expression;
}

/**
 * Polarisation of a beam along z whose electric vector stands at the azimuth `direction` in the laboratory:
 * Φ = atan2(y·ε, k1·(ε × y)) with ε = (cos α, sin α, 0) and y along k1 × (−k4).
 */
export function polarization(reaction: Topology, magnitude: Expression, direction: Expression): Polarization {
  const electric = vector([cos(direction), sin(direction), 0]);
  const beam = momentum(reaction.k1);
  const normal = unit(cross(beam, scale(-1, momentum(reaction.k4))));
  return { magnitude, angle: atan2(dot(normal, electric), dot(unit(beam), cross(electric, normal))) };
}
