import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type BandShape,
  bandLength,
  bandPlace,
  factorBand,
  factorBandComplex,
  solveBand,
  solveBandComplex,
} from "./band-lu.ts";
import { factorDense, factorDenseComplex, solveDense, solveDenseComplex } from "./dense-lu.ts";
import { planElimination } from "./elimination-plan.ts";
import { reverseCuthillMcKee } from "./reverse-cuthill-mckee.ts";
import { factorComplexText, factorText, solveComplexText, solveText } from "./unrolled-lu.ts";
import {
  type BandText,
  writtenBandFactor,
  writtenBandLength,
  writtenBandMargins,
  writtenBandSolve,
} from "./written-band.ts";

const OFFSET = 3;
const entry = fc.double({ min: -1, max: 1, noNaN: true });
/** Square matrices that are well conditioned: the diagonal outweighs the rest. */
const matrix = fc
  .integer({ min: 1, max: 7 })
  .chain((n) =>
    fc.tuple(
      fc.constant(n),
      fc.array(entry, { minLength: n * n, maxLength: n * n }),
      fc.array(entry, { minLength: n, maxLength: n }),
    ),
  )
  .map(([n, values, x]) => ({
    n,
    a: Float64Array.from(values, (value, k) => (k % (n + 1) === 0 ? value + 2 * n : value)),
    x,
  }));

function times(a: Float64Array, n: number, x: readonly number[]): number[] {
  return x.map((_, i) => x.reduce((sum, value, j) => sum + (a[i * n + j] as number) * value, 0));
}

function expectClose(found: ArrayLike<number>, expected: readonly number[]): void {
  // well conditioned, a handful of operations: some hundred units of rounding
  for (const [i, value] of expected.entries()) expect(found[OFFSET + i]).toBeCloseTo(value, 12);
}

describe("dense elimination", () => {
  it("solves what it factorised, for any rows in any order", () => {
    fc.assert(
      fc.property(matrix, fc.nat(), ({ n, a, x }, turn) => {
        // rows turned: the largest entries leave the diagonal, and rows must be exchanged
        const turned = Float64Array.from(a, (_, k) => a[((Math.floor(k / n) + turn) % n) * n + (k % n)] as number);
        const b = Float64Array.from([0, 0, 0, ...times(turned, n, x)]);
        const pivots = new Int32Array(n);
        expect(factorDense(turned, n, pivots)).toBe(-1);
        solveDense(turned, n, pivots, b, OFFSET);
        expectClose(b, x);
      }),
      { seed: 1 },
    );
  });

  it("names the column without a pivot", () => {
    expect(factorDense(Float64Array.of(1, 2, 2, 4), 2, new Int32Array(2))).toBe(1);
    expect(factorDense(Float64Array.of(Number.NaN), 1, new Int32Array(1))).toBe(0);
    expect(factorDenseComplex(Float64Array.of(0, 1, 0, 1), new Float64Array(4), 2, new Int32Array(2))).toBe(0);
  });
});

/** A complex system (re + i s) x = b with x real: the imaginary part of b is s x on the diagonal. */
function complexCase({ n, a, x }: { n: number; a: Float64Array; x: readonly number[] }, s: number) {
  const im = Float64Array.from(a, (_, k) => (k % (n + 1) === 0 ? s : 0));
  const b = Float64Array.from([0, 0, 0, ...times(a, n, x), ...times(im, n, x)]);
  return { im, b };
}

describe("complex elimination", () => {
  it("solves dense systems", () => {
    fc.assert(
      fc.property(matrix, entry, (system, s) => {
        const { n, x } = system;
        const { im, b } = complexCase(system, s);
        const re = system.a.slice();
        const pivots = new Int32Array(n);
        expect(factorDenseComplex(re, im, n, pivots)).toBe(-1);
        solveDenseComplex(re, im, n, pivots, b, OFFSET, OFFSET + n);
        expectClose(b, x);
        expect(b.slice(OFFSET + n).every((value) => Math.abs(value) < 1e-12)).toBe(true); // x is real, up to rounding
      }),
      { seed: 2 },
    );
  });
});

const band = fc
  .record({
    n: fc.integer({ min: 5, max: 12 }),
    lower: fc.integer({ min: 0, max: 2 }),
    upper: fc.integer({ min: 0, max: 2 }),
  })
  .chain((shape) =>
    fc.tuple(
      fc.constant(shape),
      fc.array(entry, { minLength: shape.n ** 2, maxLength: shape.n ** 2 }),
      fc.array(entry, { minLength: shape.n, maxLength: shape.n }),
    ),
  );

function bandMatrix(shape: BandShape, values: readonly number[], diagonal: number) {
  const { n, lower, upper } = shape;
  const dense = new Float64Array(n * n);
  const stored = new Float64Array(bandLength(shape));
  for (let i = 0; i < n; i++)
    for (let j = Math.max(0, i - lower); j <= Math.min(n - 1, i + upper); j++) {
      const value = (values[i * n + j] as number) + (i === j ? diagonal : 0);
      dense[i * n + j] = value;
      stored[bandPlace(shape, i, j)] = value;
    }
  return { dense, stored };
}

describe("band elimination", () => {
  it("gives what dense elimination gives, with row exchanges too", () => {
    fc.assert(
      fc.property(band, fc.constantFrom(0.3, 8), ([shape, values, x], diagonal) => {
        const { dense, stored } = bandMatrix(shape, values, diagonal);
        const pivots = new Int32Array(shape.n);
        const reference = Float64Array.from([0, 0, 0, ...times(dense, shape.n, x)]);
        const b = reference.slice();
        const failed = factorDense(dense, shape.n, pivots) >= 0;
        if (failed) return;
        solveDense(dense, shape.n, pivots, reference, OFFSET);
        expect(factorBand(stored, shape, pivots)).toBe(-1);
        solveBand(stored, shape, pivots, b, OFFSET);
        const size = reference.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
        // a weak diagonal may condition the system badly; both solve it backward stably
        if (diagonal > 1)
          for (const [i, value] of reference.entries())
            expect(Math.abs((b[i] as number) - value)).toBeLessThan(1e-11 * size);
        else expect(b.every(Number.isFinite)).toBe(true);
      }),
      { seed: 3 },
    );
  });

  it("solves complex systems", () => {
    fc.assert(
      fc.property(band, entry, ([shape, values, x], s) => {
        const { dense, stored } = bandMatrix(shape, values, 8);
        const { b } = complexCase({ n: shape.n, a: dense, x }, s);
        const im = new Float64Array(bandLength(shape));
        for (let i = 0; i < shape.n; i++) im[bandPlace(shape, i, i)] = s;
        const pivots = new Int32Array(shape.n);
        expect(factorBandComplex(stored, im, shape, pivots)).toBe(-1);
        solveBandComplex(stored, im, shape, pivots, b, OFFSET, OFFSET + shape.n);
        expectClose(b, x);
      }),
      { seed: 4 },
    );
  });

  const inOrder = fc.constantFrom(false, true);

  it.each([false, true])("written out, solves s M − J (complex: %s), rows in any order", (isComplex) => {
    fc.assert(
      fc.property(band, entry, inOrder, inOrder, ([shape, values, x], c, isTurned, hasMass) => {
        const { n } = shape;
        const [s, weight] = [9, 1.5];
        const { dense, stored } = bandMatrix(shape, values, 0);
        const m = hasMass ? weight : 1;
        const shifted = Float64Array.from(dense, (value, k) => (k % (n + 1) === 0 ? s * m - value : -value));
        const { before, after } = writtenBandMargins(shape);
        const source = OFFSET + 4 * n + before;
        const mass = source + stored.length + after + before;
        const factors = mass + stored.length + after;
        const text: BandText = {
          shape,
          isComplex,
          source,
          mass: hasMass ? mass : undefined,
          factors,
          order: isTurned ? { component: `${n - 1} - j`, scratch: OFFSET + 2 * n } : undefined,
        };
        const w = new Float64Array(factors + writtenBandLength(text));
        const right = isComplex ? complexCase({ n, a: shifted, x }, c * m).b.slice(OFFSET) : times(shifted, n, x);
        for (const [i, value] of right.entries()) w[OFFSET + (isTurned ? turned(i, n) : i)] = value;
        w.set(stored, source);
        for (let i = 0; i < n; i++) w[mass + bandPlace(shape, i, i)] = weight;
        const growth = new Function("w", "s", "c", `${writtenBandFactor(text)} return growth;`)(w, s, c);
        new Function("w", "b", "c", writtenBandSolve(text))(w, OFFSET, OFFSET + n);
        expect(growth).toBeLessThan(Number.POSITIVE_INFINITY);
        const found = x.map((_, i) => w[OFFSET + (isTurned ? turned(i, n) : i)] as number);
        expectClose([...new Array<number>(OFFSET).fill(0), ...found], x);
      }),
      { seed: 5 },
    );
  });

  it("written out, tells of a pivot that vanishes", () => {
    const shape = { n: 2, lower: 1, upper: 1 };
    const { before, after } = writtenBandMargins(shape);
    const text: BandText = { shape, isComplex: false, source: before, factors: before + bandLength(shape) + after };
    const w = new Float64Array(text.factors + writtenBandLength(text));
    w[before + bandPlace(shape, 0, 1)] = 1;
    w[before + bandPlace(shape, 1, 0)] = 1;
    const growth = new Function("w", "s", `${writtenBandFactor(text)} return growth;`)(w, 0);
    expect(growth < Number.POSITIVE_INFINITY).toBe(false);
  });
});

/** Places of real parts, then of imaginary ones, each in the opposite order. */
function turned(index: number, n: number): number {
  return index < n ? n - 1 - index : 3 * n - 1 - index;
}

describe("the order of Cuthill and McKee, reversed", () => {
  it("takes each index once, and brings scattered chains back to three diagonals", () => {
    const chains = fc.integer({ min: 1, max: 30 }).chain((n) =>
      fc.tuple(
        fc.shuffledSubarray(
          Array.from({ length: n }, (_, index) => index),
          { minLength: n },
        ),
        fc.array(fc.boolean(), { minLength: n, maxLength: n }),
      ),
    );
    fc.assert(
      fc.property(chains, ([names, isCut]) => {
        const places = names
          .slice(1)
          .flatMap((name, k) => (isCut[k] ? [] : [{ row: name, column: names[k] as number }]));
        const order = reverseCuthillMcKee(names.length, places);
        expect([...order].sort((a, b) => a - b)).toEqual(names.map((_, index) => index));
        for (const { row, column } of places) expect(Math.abs(order.indexOf(row) - order.indexOf(column))).toBe(1);
      }),
      { seed: 8 },
    );
  });

  it("keeps the band of a grid to its shorter side", () => {
    const [long, short] = [12, 5];
    const at = (x: number, y: number) => ((x * short + y) * 7) % (long * short);
    const places = Array.from({ length: long * short }, (_, k) => [Math.floor(k / short), k % short] as const).flatMap(
      ([x, y]) => [
        ...(x + 1 < long ? [{ row: at(x, y), column: at(x + 1, y) }] : []),
        ...(y + 1 < short ? [{ row: at(x, y), column: at(x, y + 1) }] : []),
      ],
    );
    const order = reverseCuthillMcKee(long * short, places);
    const widest = Math.max(...places.map(({ row, column }) => Math.abs(order.indexOf(row) - order.indexOf(column))));
    // levels are diagonals of the grid: no wider than its shorter side
    expect(widest).toBe(short);
  });
});

describe("elimination that is written out", () => {
  const pattern = fc.tuple(matrix, fc.array(fc.boolean(), { minLength: 49, maxLength: 49 })).map(([system, keep]) => {
    const { n } = system;
    const a = Float64Array.from(system.a, (value, k) => (k % (n + 1) === 0 || keep[k] === true ? value : 0));
    return { ...system, a };
  });
  const placesOf = (a: Float64Array, n: number) =>
    [...a].flatMap((value, k) => (value === 0 ? [] : [{ row: Math.floor(k / n), column: k % n }]));

  it("solves sparse systems, real and complex", () => {
    fc.assert(
      fc.property(pattern, entry, ({ n, a, x }, s) => {
        const plan = planElimination(n, placesOf(a, n));
        const place = (row: number, column: number) => `f[${row * n + column}]`;
        const value = (row: number, column: number) =>
          a[row * n + column] === 0 ? undefined : `a[${row * n + column}]`;
        const real = `${factorText(plan, { entry: value, factor: place })}\n${solveText(plan, place, (i) => `b[${OFFSET + i}]`)} return growth;`;
        const b = Float64Array.from([0, 0, 0, ...times(a, n, x)]);
        expect(new Function("a", "f", "b", real)(a, new Float64Array(n * n), b)).toBeLessThan(Number.POSITIVE_INFINITY);
        expectClose(b, x);

        const factor = (row: number, column: number) => ({ re: place(row, column), im: `g[${row * n + column}]` });
        const complex = factorComplexText(plan, {
          entry: (row, column) => {
            const re = value(row, column);
            return re === undefined ? undefined : { re, im: row === column ? "s" : "0" };
          },
          factor,
        });
        const solve = solveComplexText(plan, factor, (i) => ({ re: `b[${OFFSET + i}]`, im: `b[${OFFSET + n + i}]` }));
        const c = complexCase({ n, a, x }, s).b;
        new Function("a", "f", "g", "b", "s", `{ ${complex} }\n{ ${solve} }`)(
          a,
          new Float64Array(n * n),
          new Float64Array(n * n),
          c,
          s,
        );
        expectClose(c, x);
      }),
      { seed: 6 },
    );
  });

  it("eliminates an arrow from its tip, without fill", () => {
    const n = 6;
    const places = Array.from({ length: n }, (_, i) => [
      { row: 0, column: i },
      { row: i, column: 0 },
    ]).flat();
    const plan = planElimination(n, places);
    expect(plan.order.indexOf(0)).toBeGreaterThanOrEqual(n - 2);
    expect(plan.isFilled.flat().filter(Boolean).length).toBe(3 * n - 2);
  });

  it("reports a vanishing or a tiny pivot as growth that is not finite", () => {
    const text = factorText(
      planElimination(2, [
        { row: 0, column: 1 },
        { row: 1, column: 0 },
      ]),
      {
        entry: (row, column) => `a[${2 * row + column}]`,
        factor: (row, column) => `f[${2 * row + column}]`,
      },
    );
    const growth = (...a: readonly number[]) => new Function("a", "f", `${text} return growth;`)(a, [0, 0, 0, 0]);
    expect(growth(0, 1, 1, 1)).toBe(Number.POSITIVE_INFINITY);
    expect(growth(1e-20, 1, 1, 1)).toBe(Number.POSITIVE_INFINITY);
    expect(growth(2, 1, 1, 2)).toBeLessThan(2);
  });
});
