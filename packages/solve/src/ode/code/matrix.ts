import { numberText } from "@simloom/kernel";
import { bandLength } from "../../linear/band-lu.ts";
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
import { MAX_WRITTEN_DIAGONALS, type MatrixShape, orderedPlace } from "./matrix-shape.ts";
import { type Region, slot, type WorkspaceLayout } from "./workspace.ts";

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
    place: (row, column) =>
      shape.kind === "dense" ? row * n + column : orderedPlace(shape.band, shape.order, row, column),
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
  const { band, order } = shape;
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
      order: order === undefined ? undefined : { component: "order[j]", scratch: layout.region(2 * band.n).offset },
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
    place: (row, column) => orderedPlace(band, order, row, column),
    functions: [...(order === undefined ? [] : ["const order = host.order;"]), ...functions].join("\n"),
    constants: mass === undefined ? [] : [{ region: mass, values: massBand(problem, shape) }],
  };
}

function massBand({ massMatrix }: OdeProblem, { band, order }: MatrixShape & { readonly kind: "band" }): Float64Array {
  const values = new Float64Array(bandLength(band));
  massMatrix?.forEach((row, i) => {
    row.forEach((value, j) => {
      if (value !== 0) values[orderedPlace(band, order, i, j)] = value;
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
