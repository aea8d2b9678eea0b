import { numberText } from "@simloom/kernel";
import { solveError } from "../../errors.ts";
import { type BandShape, bandLength, bandPlace } from "../../linear/band-lu.ts";
import { type EliminationPlan, type MatrixPlace, planElimination } from "../../linear/elimination-plan.ts";
import { factorComplexText, factorText, solveComplexText, solveText } from "../../linear/unrolled-lu.ts";
import {
  type BandText,
  writtenBandFactor,
  writtenBandLength,
  writtenBandMargins,
  writtenBandSolve,
} from "../../linear/written-band.ts";
import type { OdeProblem } from "../problem/problem.ts";
import type { PlacedTable } from "./equations.ts";
import { massPlaces } from "./jacobian.ts";
import { type Region, slot, type WorkspaceLayout } from "./workspace.ts";

/** Largest elimination that is written out. */
const MAX_UNROLLED_OPERATIONS = 2500;
const MAX_UNROLLED_STATES = 64;
/** Diagonals beside the main one up to which the inner loops of band elimination are written out. */
const MAX_WRITTEN_DIAGONALS = 8;

/** How the Jacobian is stored and (shift) M − J is factorised. */
export type MatrixShape =
  | { readonly kind: "unrolled"; readonly plan: EliminationPlan; readonly index: ReadonlyMap<number, number> }
  | { readonly kind: "band"; readonly band: BandShape }
  | { readonly kind: "dense" };

/** Text and places for the matrices of an implicit method. Number 0 is real; the complex ones count from 1. */
export interface MatrixWriter {
  readonly shape: MatrixShape;
  readonly jacobian: Region;
  /** Place of entry (row, column) in the region of the Jacobian. */
  place(row: number, column: number): number;
  /** Functions `factor0(re)`, `factor1(re, im)` … and `solve0(b)`, `solve1(b, c)` …, taking places of their arguments. */
  readonly functions: string;
  /** What stands in the workspace before each run. */
  readonly constants: readonly PlacedTable[];
}

/** Chooses by size and sparsity: written out, banded, or dense. */
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
  const distances = places.map(({ row, column }) => row - column);
  const lower = distances.reduce((most, distance) => Math.max(most, distance), 0);
  const upper = distances.reduce((most, distance) => Math.max(most, -distance), 0);
  if (n <= MAX_UNROLLED_STATES) {
    const plan = planElimination(n, places);
    if (plan.operations <= MAX_UNROLLED_OPERATIONS) {
      const index = new Map<number, number>();
      for (const { row, column } of jacobianPlaces) index.set(row * n + column, index.size);
      return { kind: "unrolled", plan, index };
    }
  }
  return 2 * lower + upper + 1 < n / 2 ? { kind: "band", band: { n, lower, upper } } : { kind: "dense" };
}

/** Lays out the Jacobian and the factors, and writes the functions. */
export function matrixWriter(
  problem: OdeProblem,
  shape: MatrixShape,
  complexCount: number,
  layout: WorkspaceLayout,
): MatrixWriter {
  const n = problem.stateNames.length;
  if (shape.kind === "unrolled") return unrolledWriter(problem, shape, complexCount, layout);
  if (shape.kind === "band" && shape.band.lower + shape.band.upper <= MAX_WRITTEN_DIAGONALS)
    return narrowBand(problem, shape, complexCount, layout);
  const host = (number: number) =>
    `function factor${number}(re, im) { ${count()} ${slot("matrixFailure")} = host.factor(${number}, re, im); }
function solve${number}(b, c) { host.solve(${number}, b, c); }`;
  return {
    shape,
    jacobian: layout.region(shape.kind === "dense" ? n * n : bandLength(shape.band)),
    place: (row, column) => (shape.kind === "dense" ? row * n + column : bandPlace(shape.band, row, column)),
    functions: Array.from({ length: complexCount + 1 }, (_, number) => host(number)).join("\n"),
    constants: [],
  };
}

function narrowBand(
  problem: OdeProblem,
  shape: MatrixShape & { readonly kind: "band" },
  complexCount: number,
  layout: WorkspaceLayout,
): MatrixWriter {
  const { band } = shape;
  const { before, after } = writtenBandMargins(band);
  const length = bandLength(band);
  const withMargins = () => ({ offset: layout.region(before + length + after).offset + before, length });
  const jacobian = withMargins();
  const mass = problem.massMatrix === undefined ? undefined : withMargins();
  const functions = Array.from({ length: complexCount + 1 }, (_, number) => {
    const isComplex = number > 0;
    const text: BandText = {
      shape: band,
      isComplex,
      source: jacobian.offset,
      mass: mass?.offset,
      factors: layout.region(writtenBandLength({ shape: band, isComplex })).offset,
    };
    return `let pivoted${number} = false;
function factor${number}(re, im) {
${count()}
const s = w[re]${isComplex ? ", c = w[im]" : ""};
${writtenBandFactor(text)}
${afterFactor(number)}
}
function solve${number}(b, c) {
if (pivoted${number}) { host.solve(${number}, b, c); return; }
${writtenBandSolve(text)}
}`;
  });
  return {
    shape,
    jacobian,
    place: (row, column) => bandPlace(band, row, column),
    functions: functions.join("\n"),
    constants: mass === undefined ? [] : [{ region: mass, values: massBand(problem, band) }],
  };
}

function massBand({ massMatrix }: OdeProblem, band: BandShape): Float64Array {
  const values = new Float64Array(bandLength(band));
  massMatrix?.forEach((row, i) => {
    row.forEach((value, j) => {
      if (value !== 0) values[bandPlace(band, i, j)] = value;
    });
  });
  return values;
}

function unrolledWriter(
  problem: OdeProblem,
  shape: MatrixShape & { readonly kind: "unrolled" },
  complexCount: number,
  layout: WorkspaceLayout,
): MatrixWriter {
  const n = problem.stateNames.length;
  const { plan, index } = shape;
  const jacobian = layout.region(Math.max(index.size, 1));
  const place = (row: number, column: number) => index.get(row * n + column) as number;
  const mass = (row: number, column: number) =>
    problem.massMatrix === undefined ? (row === column ? 1 : 0) : (problem.massMatrix[row]?.[column] as number);
  const scaled = (shift: string, row: number, column: number) => {
    const m = mass(row, column);
    return m === 0 ? "" : m === 1 ? shift : `${numberText(m)} * ${shift}`;
  };
  const slope = (row: number, column: number) =>
    index.has(row * n + column) ? ` - w[${jacobian.offset + place(row, column)}]` : "";
  const entry = (row: number, column: number) => `${scaled("s", row, column)}${slope(row, column)}`.trim() || undefined;
  const factorPlaces = new Map<number, number>();
  plan.isFilled.forEach((filled, row) => {
    filled.forEach((isFilled, column) => {
      if (isFilled) factorPlaces.set(row * n + column, factorPlaces.size);
    });
  });
  const factorsOf = (region: Region) => (row: number, column: number) =>
    `w[${region.offset + (factorPlaces.get(row * n + column) as number)}]`;
  const vector = (name: string) => (component: number) =>
    component === 0 ? `w[${name}]` : `w[${name} + ${component}]`;
  const real = layout.region(factorPlaces.size);
  const functions = [
    `function factor0(re) {
${count()}
const s = w[re];
${factorText(plan, { entry, factor: factorsOf(real) })}
${afterFactor(0)}
}
function solve0(b) {
if (pivoted0) { host.solve(0, b, 0); return; }
${solveText(plan, factorsOf(real), vector("b"))}
}`,
  ];
  for (let number = 1; number <= complexCount; number++) {
    const re = factorsOf(layout.region(factorPlaces.size));
    const im = factorsOf(layout.region(factorPlaces.size));
    const factor = (row: number, column: number) => ({ re: re(row, column), im: im(row, column) });
    const complexEntry = (row: number, column: number) => {
      const text = entry(row, column);
      return text === undefined ? undefined : { re: text, im: scaled("c", row, column) || "0" };
    };
    functions.push(`function factor${number}(re, im) {
${count()}
const s = w[re], c = w[im];
${factorComplexText(plan, { entry: complexEntry, factor })}
${afterFactor(number)}
}
function solve${number}(b, c) {
if (pivoted${number}) { host.solve(${number}, b, c); return; }
${solveComplexText(plan, factor, (component) => ({ re: vector("b")(component), im: vector("c")(component) }))}
}`);
  }
  const flags = functions.map((_, number) => `let pivoted${number} = false;`).join(" ");
  return { shape, jacobian, place, functions: `${flags}\n${functions.join("\n")}`, constants: [] };
}

const count = () => `${slot("factorisations")} += 1;`;

/** Where elimination without exchanges went wrong, the host pivots. */
function afterFactor(number: number): string {
  const complexPlace = number === 0 ? "0" : "im";
  return `${slot("matrixFailure")} = 0;
if (growth < Infinity) { pivoted${number} = false; return; }
pivoted${number} = true;
${slot("matrixFailure")} = host.factor(${number}, re, ${complexPlace});`;
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
