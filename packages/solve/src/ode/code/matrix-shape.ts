import { solveError } from "../../errors.ts";
import { type BandShape, bandPlace } from "../../linear/band-lu.ts";
import { type EliminationPlan, type MatrixPlace, planElimination } from "../../linear/elimination-plan.ts";
import { reverseCuthillMcKee } from "../../linear/reverse-cuthill-mckee.ts";
import type { OdeProblem } from "../problem/problem.ts";
import { massPlaces } from "./jacobian.ts";

/** Largest elimination that is written out. */
const MAX_UNROLLED_OPERATIONS = 2500;
const MAX_UNROLLED_STATES = 64;
/** Diagonals beside the main one up to which the inner loops of band elimination are written out. */
export const MAX_WRITTEN_DIAGONALS = 8;
/** Share of its diagonals that an order may leave a band; taking components out of order costs a little in each solve. */
const WORTH_AN_ORDER = 0.7;

/** How the Jacobian is stored and (shift) M − J is factorised. */
export type MatrixShape =
  | { readonly kind: "unrolled"; readonly plan: EliminationPlan; readonly index: ReadonlyMap<number, number> }
  | { readonly kind: "band"; readonly band: BandShape; readonly order?: BandOrder | undefined }
  | { readonly kind: "dense" };

/** Rows and columns of a band in an order of their own. */
export interface BandOrder {
  /** State at each place of the band. */
  readonly states: Int32Array;
  /** Place of each state in it. */
  readonly positions: Int32Array;
}

/** Chooses by size and sparsity: written out, banded (where that is narrower, in an order of its own), or dense. */
export function matrixShape(
  problem: OdeProblem,
  jacobianPlaces: readonly MatrixPlace[] | "dense" | { readonly lower: number; readonly upper: number },
): MatrixShape {
  const n = problem.stateNames.length;
  const mass = massPlaces(problem);
  if (jacobianPlaces === "dense") return { kind: "dense" };
  if ("lower" in jacobianPlaces) {
    const lower = Math.min(n - 1, Math.max(jacobianPlaces.lower, ...mass.map(({ row, column }) => row - column)));
    const upper = Math.min(n - 1, Math.max(jacobianPlaces.upper, ...mass.map(({ row, column }) => column - row)));
    return { kind: "band", band: { n, lower, upper } };
  }
  const places = [...jacobianPlaces, ...mass];
  checkStructure(problem, places);
  if (n <= MAX_UNROLLED_STATES) {
    const plan = planElimination(n, places);
    if (plan.operations <= MAX_UNROLLED_OPERATIONS) {
      const index = new Map<number, number>();
      for (const { row, column } of jacobianPlaces) index.set(row * n + column, index.size);
      return { kind: "unrolled", plan, index };
    }
  }
  const natural = bandOf(n, places);
  if (diagonals(natural) <= MAX_WRITTEN_DIAGONALS) return { kind: "band", band: natural };
  const states = reverseCuthillMcKee(n, places);
  const positions = new Int32Array(n);
  states.forEach((state, position) => {
    positions[state] = position;
  });
  const reordered = bandOf(n, places, positions);
  const isBetter = diagonals(reordered) <= WORTH_AN_ORDER * diagonals(natural);
  const band = isBetter ? reordered : natural;
  if (2 * band.lower + band.upper + 1 >= n / 2) return { kind: "dense" };
  return { kind: "band", band, order: isBetter ? { states, positions } : undefined };
}

function bandOf(n: number, places: readonly MatrixPlace[], positions?: Int32Array): BandShape {
  const at = (index: number) => positions?.[index] ?? index;
  let [lower, upper] = [0, 0];
  for (const { row, column } of places) {
    lower = Math.max(lower, at(row) - at(column));
    upper = Math.max(upper, at(column) - at(row));
  }
  return { n, lower, upper };
}

const diagonals = ({ lower, upper }: BandShape) => lower + upper;

/** Place of an entry in a band with an order of its own. */
export function orderedPlace(band: BandShape, order: BandOrder | undefined, row: number, column: number): number {
  return order === undefined
    ? bandPlace(band, row, column)
    : bandPlace(band, order.positions[row] as number, order.positions[column] as number);
}

/** Throws `SOLV-009` where an equation, or a state, is in neither the mass matrix nor the Jacobian. */
function checkStructure({ stateNames, name }: OdeProblem, places: readonly MatrixPlace[]): void {
  const rows = new Set(places.map(({ row }) => row));
  const columns = new Set(places.map(({ column }) => column));
  const odd = stateNames.findIndex((_, index) => !rows.has(index) || !columns.has(index));
  if (odd < 0) return;
  const state = stateNames[odd] as string;
  throw solveError(
    "SOLV-009",
    rows.has(odd)
      ? `No equation of ${name} determines ${state}: its column is empty in the mass matrix and in the Jacobian`
      : `The algebraic equation of ${state} in ${name} holds no state: its row is empty in the mass matrix and the Jacobian`,
    "Give the row a mass, or let the equation depend on the states.",
    { state },
  );
}
