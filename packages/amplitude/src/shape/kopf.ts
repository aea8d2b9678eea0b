import {
  add,
  divide,
  type Expression,
  type Matrix,
  mapEntries,
  multiply,
  type Operand,
  real,
  subtract,
} from "@simloom/kernel";
import { nearestName } from "@simloom/units";
import { amplitudeError } from "../errors.ts";
import { barrier, barrierSquared } from "../function/blatt-weisskopf.ts";
import { breakupMomentumSquared, complexRoot } from "../function/breakup-momentum.ts";
import { chewMandelstam } from "../function/chew-mandelstam.ts";
import { kMatrix, type PoleTable, productionBasis } from "./k-matrix.ts";
import type { KopfTable } from "./kopf-table.ts";

/**
 * How the background meets the barriers: `published` writes c_ij Σ_α B_iα B_jα; `legacy` is what one toolkit did before,
 * c_ij once per pole without barriers, and only the real parts of B. They differ for l > 0.
 */
export type KopfConvention = "published" | "legacy";

/**
 * ψ_α(s) of one channel of a Kopf K-matrix: F = Σ_α β_α ψ_α with one production coupling β per pole. With
 * K_ij = A Σ_α B_iα (g_iα g_jα / (m_α² − s) + c_ij) B_jα, barriers B_iα = B_l(q_i(s)) / B_l(q_i(m_α²)), the Adler factor A
 * and Chew–Mandelstam functions as phase space, cleared of poles. Throws `AMPL-011` for a channel that is not there.
 *
 * What the barriers of a channel have in common, b_i = B_l(q_i(s)), is taken out: with K = b K′ b and F = b y, the system
 * is (1 + K′ b² C) y = P′, in which K′ has no barriers but those at the poles and b² is real.
 */
export function kopfBasis(
  table: KopfTable,
  s: Operand,
  channel: number | string,
  convention: KopfConvention = "published",
): readonly Expression[] {
  const observed = channelIndex(table, channel);
  const phaseSpace = table.channels.map((masses) => chewMandelstam(s, masses));
  if (convention === "legacy" || table.l === 0) {
    const poles = poleTable(table, s, convention);
    const bare = kMatrix(s, poles, background(table, poles, convention));
    return productionBasis(s, poles, withAdlerZero(bare, table, s), phaseSpace, observed);
  }
  const poles = poleTable(table, undefined, convention);
  const bare = kMatrix(s, poles, background(table, poles, convention));
  const common = table.channels.map((masses) => barrierSquared(breakupMomentumSquared(s, masses), table.l));
  const weighted = phaseSpace.map((one, index) => multiply(common[index] as Expression, one));
  const root = complexRoot(common[observed] as Expression);
  return productionBasis(s, poles, withAdlerZero(bare, table, s), weighted, observed).map((psi) => multiply(root, psi));
}

/** Index of a channel given by name or index. Throws `AMPL-011`. */
export function channelIndex({ channels }: KopfTable, channel: number | string): number {
  const names = channels.map(({ name }) => name);
  const index = typeof channel === "number" ? channel : names.indexOf(channel);
  if (names[index] !== undefined) return index;
  const near = typeof channel === "string" ? nearestName(channel, names) : undefined;
  throw amplitudeError({
    code: "AMPL-011",
    message: `There is no channel ${channel} in this K-matrix`,
    remedy: near === undefined ? `The channels are ${names.join(", ")}.` : `Did you mean ${near}?`,
    context: { channel, channels: names },
  });
}

/** Masses, couplings and barriers of the poles; without `s` only the barriers 1 / B_l(q_i(m_α²)) at the poles. */
function poleTable(table: KopfTable, s: Operand | undefined, convention: KopfConvention): PoleTable {
  const { channels, poles, couplings, l } = table;
  const poleMasses = poles.map(({ mass }) => mass);
  if (l === 0) return { poleMasses, couplings };
  const barriers = channels.map((masses) => {
    const here = s === undefined ? 1 : barrier(breakupMomentumSquared(s, masses), l);
    return poleMasses.map((mass) => {
      const ratio = divide(here, barrier(breakupMomentumSquared(mass * mass, masses), l));
      return convention === "legacy" ? real(ratio) : ratio;
    });
  });
  return { poleMasses, couplings, barriers };
}

/** c_ij enters once per pole, with the barriers of both channels or without. */
function background(
  { background: constants, poles }: KopfTable,
  { barriers }: PoleTable,
  convention: KopfConvention,
): readonly (readonly Operand[])[] {
  const perPole = (row: readonly Operand[], other: readonly Operand[]): Operand =>
    row.map((one, pole) => multiply(one, other[pole] ?? 1)).reduce((sum, term) => add(sum, term));
  return constants.map((row, i) =>
    row.map((level, j) => {
      if (level === 0) return 0;
      const [one, other] = [barriers?.[i], barriers?.[j]];
      if (convention === "legacy" || one === undefined || other === undefined) return level * poles.length;
      return multiply(level, perPole(one, other));
    }),
  );
}

function withAdlerZero(k: Matrix, { adler }: KopfTable, s: Operand): Matrix {
  if (adler === undefined) return k;
  const factor = divide(subtract(s, adler.zero), adler.norm);
  return mapEntries(k, (entry) => multiply(factor, entry));
}
