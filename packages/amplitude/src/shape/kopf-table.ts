/**
 * K-matrices of light mesons in π⁻p, p̄p and ππ data.
 * Source: B. Kopf et al., Eur. Phys. J. C 81 (2021) 1056, doi 10.1140/epjc/s10052-021-09821-2. Masses in GeV.
 */

/** One K-matrix of the publication. Rows are channels, columns are poles. */
export interface KopfTable {
  readonly l: number;
  readonly channels: readonly { readonly name: string; readonly mass1: number; readonly mass2: number }[];
  readonly poles: readonly { readonly name: string; readonly mass: number }[];
  readonly couplings: readonly (readonly number[])[];
  readonly background: readonly (readonly number[])[];
  /** Factor (s − zero) / norm that makes the amplitude vanish below threshold. */
  readonly adler?: { readonly zero: number; readonly norm: number };
}

const PION = 0.1349768;
const ETA = 0.547862;
const ETA_PRIME = 0.95778;
const CHARGED_KAON = 0.493677;
const NEUTRAL_KAON = 0.497611;

const channels = {
  "pi pi": { name: "pi pi", mass1: PION, mass2: PION },
  "2pi 2pi": { name: "2pi 2pi", mass1: 2 * PION, mass2: 2 * PION },
  "K K": { name: "K K", mass1: CHARGED_KAON, mass2: NEUTRAL_KAON },
  "eta eta": { name: "eta eta", mass1: ETA, mass2: ETA },
  "eta eta'": { name: "eta eta'", mass1: ETA, mass2: ETA_PRIME },
  "pi eta": { name: "pi eta", mass1: PION, mass2: ETA },
  "pi eta'": { name: "pi eta'", mass1: PION, mass2: ETA_PRIME },
} as const;

/** The six sets, by the mesons that they describe. */
export const kopfTables = {
  f0: {
    l: 0,
    channels: [channels["pi pi"], channels["2pi 2pi"], channels["K K"], channels["eta eta"], channels["eta eta'"]],
    poles: [
      { name: "f0(500)", mass: 0.51461 },
      { name: "f0(980)", mass: 0.9063 },
      { name: "f0(1370)", mass: 1.23089 },
      { name: "f0(1500)", mass: 1.46104 },
      { name: "f0(1710)", mass: 1.69611 },
    ],
    couplings: [
      [0.74987, 0.06401, -0.23417, 0.0127, -0.14242],
      [-0.01257, 0.00204, -0.01032, 0.267, 0.2278],
      [0.27536, 0.77413, 0.72283, 0.09214, 0.15981],
      [-0.15102, 0.50999, 0.11934, 0.02742, 0.16272],
      [0.36103, 0.13112, 0.36792, -0.04025, -0.17397],
    ],
    background: [
      [0.03728, 0, -0.01398, -0.02203, 0.01397],
      [0, 0, 0, 0, 0],
      [-0.01398, 0, 0.02349, 0.03101, -0.04003],
      [-0.02203, 0, 0.03101, -0.13769, -0.06722],
      [0.01397, 0, -0.04003, -0.06722, -0.28401],
    ],
    adler: { zero: 0.0091125, norm: 1 },
  },
  f2: {
    l: 2,
    channels: [channels["pi pi"], channels["2pi 2pi"], channels["K K"], channels["eta eta"]],
    poles: [
      { name: "f2(1270)", mass: 1.15299 },
      { name: "f2'(1525)", mass: 1.48359 },
      { name: "f2(1810)", mass: 1.72923 },
      { name: "f2(1950)", mass: 1.967 },
    ],
    couplings: [
      [0.40033, 0.0182, -0.06709, -0.49924],
      [0.15479, 0.173, 0.22941, 0.19295],
      [-0.089, 0.32393, -0.43133, 0.27975],
      [-0.00113, 0.15256, 0.23721, -0.03987],
    ],
    background: [
      [-0.04319, 0, 0.00984, 0.01028],
      [0, 0, 0, 0],
      [0.00984, 0, -0.07344, 0.05533],
      [0.01028, 0, 0.05533, -0.05183],
    ],
  },
  a0: {
    l: 0,
    channels: [channels["pi eta"], channels["K K"]],
    poles: [
      { name: "a0(980)", mass: 0.95395 },
      { name: "a0(1450)", mass: 1.26767 },
    ],
    couplings: [
      [0.43215, 0.19],
      [-0.28825, 0.43372],
    ],
    background: [
      [0, 0],
      [0, 0],
    ],
  },
  a2: {
    l: 2,
    channels: [channels["pi eta"], channels["K K"], channels["pi eta'"]],
    poles: [
      { name: "a2(1320)", mass: 1.3008 },
      { name: "a2(1700)", mass: 1.75351 },
    ],
    couplings: [
      [0.30073, 0.68567],
      [0.21426, 0.12543],
      [-0.09162, 0.00184],
    ],
    background: [
      [-0.40184, 0.00033, -0.08707],
      [0.00033, -0.21416, -0.06193],
      [-0.08707, -0.06193, -0.17435],
    ],
  },
  rho: {
    l: 1,
    channels: [channels["pi pi"], channels["2pi 2pi"], channels["K K"]],
    poles: [
      { name: "rho(770)", mass: 0.71093 },
      { name: "rho(1700)", mass: 1.5866 },
    ],
    couplings: [
      [0.28023, 0.16318],
      [0.01806, 0.53879],
      [0.06501, 0.00495],
    ],
    background: [
      [-0.06948, 0, 0.07958],
      [0, 0, 0],
      [0.07958, 0, -0.6],
    ],
  },
  pi1: {
    l: 1,
    channels: [channels["pi eta"], channels["pi eta'"]],
    poles: [{ name: "pi1(1600)", mass: 1.38552 }],
    couplings: [[0.80564], [1.04595]],
    background: [
      [1.05, 0.15163],
      [0.15163, -0.24611],
    ],
  },
} as const satisfies Readonly<Record<string, KopfTable>>;

/** Name of a set. */
export type KopfSet = keyof typeof kopfTables;
