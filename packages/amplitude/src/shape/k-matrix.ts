/**
 * K-matrix amplitudes in the form that is cleared of poles: with Π(s) = ∏_α (m_α² − s) and Π_α the same without pole α,
 * K̂ = Π K and P̂ = Π P are finite everywhere, and F = (Π 1 + K̂ C)⁻¹ P̂. At a pole K̂ has rank one: of sixteen digits about as
 * many are lost as |m_α² − s| has zeros, and for s = m_α² exactly the result is NaN or wrong.
 */
import {
  add,
  constant,
  diagonalMatrix,
  type Expression,
  type Matrix,
  matMul,
  matrix,
  multiply,
  type Operand,
  plus,
  solve,
  subtract,
  transpose,
  type Vector,
  vector,
} from "@simloom/kernel";
import { amplitudeError } from "../errors.ts";
import { squared } from "../function/breakup-momentum.ts";

/** The poles of a K-matrix and how channels couple to them: `couplings[channel][pole]`. */
export interface PoleTable {
  /** Bare masses m_α in GeV. */
  readonly poleMasses: readonly Operand[];
  readonly couplings: readonly (readonly Operand[])[];
  /** Ratios B_iα of centrifugal barriers; all 1 unless given. */
  readonly barriers?: readonly (readonly Operand[])[];
}

/** What depends on s and the poles alone. */
interface Clearing {
  /** Π. */
  readonly all: Expression;
  /** Π_α. */
  readonly without: readonly Expression[];
}

/**
 * K̂_ij = Σ_α B_iα B_jα g_iα g_jα Π_α + c_ij Π with a symmetric background c. Throws `AMPL-010` for tables that
 * do not fit each other and for numbers that make the background asymmetric; of expressions the lower triangle is read.
 */
export function kMatrix(s: Operand, poles: PoleTable, background?: readonly (readonly Operand[])[]): Matrix {
  const { all, without } = clearing(s, poles);
  const { couplings, barriers } = checked(poles, background);
  const residues = couplings.map((row, channel) =>
    row.map((coupling, pole) => product(barriers[channel]?.[pole] ?? 1, coupling)),
  );
  const entry = (row: number, column: number): Operand =>
    sum([
      ...without.map((others, pole) =>
        product(product(residues[row]?.[pole] ?? 0, residues[column]?.[pole] ?? 0), others),
      ),
      product(background?.[row]?.[column] ?? 0, all),
    ]);
  return matrix(
    couplings.map((_, row) => couplings.map((__, column) => entry(Math.max(row, column), Math.min(row, column)))),
  );
}

/**
 * P̂_i = Σ_α β_α B_iα g_iα Π_α, with the production couplings β; a background c adds Π c_i. Throws `AMPL-010` for
 * tables that do not fit.
 */
export function pVector(
  s: Operand,
  poles: PoleTable,
  production: readonly Operand[],
  background?: readonly Operand[],
): Vector {
  const { all } = clearing(s, poles);
  const columns = productionColumns(s, poles);
  return vector(
    columns.map((row, channel) => {
      const terms = row.map((one, pole) => product(production[pole] ?? 0, one));
      return sum([...terms, product(background?.[channel] ?? 0, all)]);
    }),
  );
}

/** F = (Π 1 + K̂ C)⁻¹ P̂, with C the diagonal of phase space or Chew–Mandelstam functions. Throws `KERN-030` for wrong shapes. */
export function fVector(s: Operand, poles: PoleTable, k: Matrix, p: Vector, phaseSpace: readonly Operand[]): Vector {
  return solve(denominator(s, poles, k, phaseSpace), p);
}

/**
 * ψ_α of one channel, in which F_channel = Σ_α β_α ψ_α is linear in the production couplings: the amplitude that a
 * coupling of one to pole α alone would make. Costs one `solve`. Throws `AMPL-011` for a channel that is not there.
 */
export function productionBasis(
  s: Operand,
  poles: PoleTable,
  k: Matrix,
  phaseSpace: readonly Operand[],
  channel: number,
): readonly Expression[] {
  const columns = productionColumns(s, poles);
  if (columns[channel] === undefined)
    throw amplitudeError({
      code: "AMPL-011",
      message: `There is no channel ${channel} among ${columns.length}`,
      remedy: `Channels count from 0 to ${columns.length - 1}.`,
      context: { channel },
    });
  const chosen = vector(columns.map((_, index) => (index === channel ? 1 : 0)));
  const row = solve(transpose(denominator(s, poles, k, phaseSpace)), chosen);
  return poles.poleMasses.map((_, pole) =>
    expressed(sum(row.components.map((entry, index) => product(entry, columns[index]?.[pole] ?? 0)))),
  );
}

function denominator(s: Operand, poles: PoleTable, k: Matrix, phaseSpace: readonly Operand[]): Matrix {
  const { all } = clearing(s, poles);
  return plus(diagonalMatrix(phaseSpace.map(() => all)), matMul(k, diagonalMatrix(phaseSpace)));
}

/** B_iα g_iα Π_α, a row per channel. */
function productionColumns(s: Operand, poles: PoleTable): readonly (readonly Operand[])[] {
  const { without } = clearing(s, poles);
  const { couplings, barriers } = checked(poles);
  return couplings.map((row, channel) =>
    row.map((coupling, pole) => product(product(barriers[channel]?.[pole] ?? 1, coupling), without[pole] ?? 1)),
  );
}

function clearing(s: Operand, { poleMasses }: PoleTable): Clearing {
  const factors = poleMasses.map((mass) => subtract(typeof mass === "number" ? mass * mass : squared(mass), s));
  const productOf = (chosen: readonly Expression[]): Expression => expressed(chosen.reduce<Operand>(product, 1));
  return {
    all: productOf(factors),
    without: factors.map((_, pole) => productOf(factors.filter((__, index) => index !== pole))),
  };
}

/** Couplings and barriers of one shape, a row per channel and an entry per pole; with square constants. */
function checked(
  { poleMasses, couplings, barriers }: PoleTable,
  background?: readonly (readonly Operand[])[],
): { readonly couplings: PoleTable["couplings"]; readonly barriers: PoleTable["couplings"] } {
  const ones = couplings.map((row) => row.map(() => 1));
  const poleCount = poleMasses.length;
  const channelCount = couplings.length;
  const isRagged = (rows: readonly (readonly Operand[])[], length: number): boolean =>
    rows.length !== channelCount || rows.some((row) => row.length !== length);
  if (
    channelCount === 0 ||
    poleCount === 0 ||
    isRagged(couplings, poleCount) ||
    (barriers !== undefined && isRagged(barriers, poleCount)) ||
    (background !== undefined && isRagged(background, channelCount))
  )
    throw amplitudeError({
      code: "AMPL-010",
      message: `The tables of a K-matrix with ${channelCount} channels and ${poleCount} poles do not fit each other`,
      remedy:
        "Give couplings and barriers a row per channel with an entry per pole, and the background a square of channels.",
      context: { channelCount, poleCount },
    });
  for (const [i, row] of (background ?? []).entries())
    for (const [j, entry] of row.slice(0, i).entries()) {
      const other = background?.[j]?.[i];
      if (typeof entry !== "number" || typeof other !== "number" || entry === other) continue;
      throw amplitudeError({
        code: "AMPL-010",
        message: `The background of a K-matrix is symmetric, but [${i}][${j}] is ${entry} and [${j}][${i}] is ${other}`,
        remedy: "Give both entries the same number.",
        context: { entries: [`[${i}][${j}]`, `[${j}][${i}]`] },
      });
    }
  return { couplings, barriers: barriers ?? ones };
}

/** a · b; the numbers 0 and 1 make no node. */
function product(a: Operand, b: Operand): Operand {
  if (a === 0 || b === 0) return 0;
  if (typeof a === "number" && typeof b === "number") return a * b;
  return a === 1 ? b : b === 1 ? a : multiply(a, b);
}

/** From the first to the last; the number 0 makes no node. */
function sum(terms: readonly Operand[]): Operand {
  const present = terms.filter((term) => term !== 0);
  return present.length === 0 ? 0 : present.reduce((total, term) => add(total, term));
}

function expressed(operand: Operand): Expression {
  return typeof operand === "number" ? constant(operand) : operand;
}
