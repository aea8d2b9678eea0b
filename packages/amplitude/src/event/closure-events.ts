/**
 * Made-up events of γ p → K_S K_S p, the same everywhere: flat in the mass and in all directions, from one stream of
 * splitmix64. They serve examples and tests; to sample phase space for physics they are far too simple.
 */
import { cos, sin } from "@simloom/numerics";

const PROTON_MASS_GEV = 0.93827208816;
const KAON_MASS_GEV = 0.497611;
const BEAM_ENERGY_GEV = 8.5;

/** Columns that an event fills, in the order in which `closureEvent` gives its numbers. */
export const CLOSURE_COLUMNS = [
  ...["beam", "proton", "kshort1", "kshort2"].flatMap((name) =>
    ["e", "px", "py", "pz"].map((part) => `${name}_${part}`),
  ),
  "pol_magnitude",
  "pol_angle",
] as const;

/** Uniform numbers in (0, 1) from splitmix64, whose state moves on with each. Source: G. L. Steele et al., OOPSLA 2014. */
export function uniformStream(seed: bigint): () => number {
  let state = seed;
  const mask = (1n << 64n) - 1n;
  return () => {
    state = (state + 0x9e3779b97f4a7c15n) & mask;
    let mixed = state;
    mixed = ((mixed ^ (mixed >> 30n)) * 0xbf58476d1ce4e5b9n) & mask;
    mixed = ((mixed ^ (mixed >> 27n)) * 0x94d049bb133111ebn) & mask;
    return (Number((mixed ^ (mixed >> 31n)) >> 11n) + 0.5) / 2 ** 53;
  };
}

/** Energy, then momentum, in GeV. */
type Momentum = readonly [e: number, x: number, y: number, z: number];

/**
 * One event from seven uniform numbers: the mass of the pair from 1 to 2 GeV, its direction in the centre of momentum, the
 * direction of the first kaon in the rest frame of the pair, the degree (0.2 to 0.5) and the plane of polarisation (a multiple
 * of 90 degrees).
 */
export function closureEvent(uniform: () => number): readonly number[] {
  const u = Array.from({ length: 7 }, uniform) as unknown as readonly [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const pairMass = 1 + u[0];
  const s = PROTON_MASS_GEV ** 2 + 2 * PROTON_MASS_GEV * BEAM_ENERGY_GEV;
  const threshold = (s - (pairMass + PROTON_MASS_GEV) ** 2) * (s - (pairMass - PROTON_MASS_GEV) ** 2);
  const momentum = Math.sqrt(threshold) / (2 * Math.sqrt(s));
  const pairDirection = direction(2 * u[1] - 1, 2 * Math.PI * u[2]);
  const pair = along(Math.sqrt(pairMass ** 2 + momentum ** 2), momentum, pairDirection);
  const proton = along(Math.sqrt(PROTON_MASS_GEV ** 2 + momentum ** 2), -momentum, pairDirection);
  const kaonMomentum = Math.sqrt(pairMass ** 2 / 4 - KAON_MASS_GEV ** 2);
  const kaonDirection = direction(2 * u[3] - 1, 2 * Math.PI * u[4]);
  const pairVelocity = [pair[1] / pair[0], pair[2] / pair[0], pair[3] / pair[0]] as const;
  const kaons = [kaonMomentum, -kaonMomentum].map((size) =>
    boosted(along(pairMass / 2, size, kaonDirection), pairVelocity),
  );
  const laboratory = [0, 0, BEAM_ENERGY_GEV / (BEAM_ENERGY_GEV + PROTON_MASS_GEV)] as const;
  return [
    ...[BEAM_ENERGY_GEV, 0, 0, BEAM_ENERGY_GEV],
    ...[proton, ...kaons].flatMap((p) => boosted(p, laboratory)),
    0.2 + 0.3 * u[5],
    (Math.PI / 2) * Math.floor(4 * u[6]),
  ];
}

function direction(cosTheta: number, phi: number): readonly [number, number, number] {
  const sinTheta = Math.sqrt(1 - cosTheta * cosTheta);

  return [sinTheta * cos(phi), sinTheta * sin(phi), cosTheta];
}

function along(energy: number, size: number, [x, y, z]: readonly [number, number, number]): Momentum {
  return [energy, size * x, size * y, size * z];
}

/** p as seen where the frame moves with the velocity β. */
function boosted([e, x, y, z]: Momentum, [bx, by, bz]: readonly [number, number, number]): Momentum {
  const square = bx * bx + by * by + bz * bz;
  const gamma = 1 / Math.sqrt(1 - square);
  const projection = bx * x + by * y + bz * z;
  const gain = ((gamma - 1) * projection) / square + gamma * e;
  return [gamma * (e + projection), x + gain * bx, y + gain * by, z + gain * bz];
}
