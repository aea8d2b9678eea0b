import Fft from "fft.js";
import { describe, expect, it } from "vitest";
import type { ComplexField, RealArray } from "../fft/arena.ts";
import type { FftPrecision } from "../fft/lanes.ts";
import { type FftPlan, fftPlan } from "../fft/plan.ts";
import { rootsOfUnity } from "../fft/roots.ts";
import { loadFftw } from "./fftw.ts";

/** One suite over every implementation of `FftPlan`. */
interface Implementation {
  readonly name: string;
  readonly precision: FftPrecision;
  plan(length: number): FftPlan;
  /** Lengths of 1 … 512 to try against the definition. */
  readonly lengths: readonly number[];
}

const everyLength = Array.from({ length: 512 }, (_, i) => i + 1);
const fftw = loadFftw();
const implementations: Implementation[] = [
  { name: "own float64", precision: "float64", plan: (n) => fftPlan(n), lengths: everyLength },
  {
    name: "own float32",
    precision: "float32",
    plan: (n) => fftPlan(n, { precision: "float32" }),
    lengths: everyLength,
  },
  ...(fftw?.precisions ?? []).map((precision): Implementation => {
    const plan = (n: number) => (fftw as NonNullable<typeof fftw>).plan(n, { precision, effort: "estimate" });
    return { name: `FFTW ${precision}`, precision, plan, lengths: everyLength.filter((n) => n % 16 === 0 || n < 34) };
  }),
];

const epsilonOf = (precision: FftPrecision) => (precision === "float64" ? 2 ** -53 : 2 ** -24);
const arrayOf = (precision: FftPrecision, values: ArrayLike<number>): RealArray =>
  precision === "float64" ? Float64Array.from(values) : Float32Array.from(values);

/** Reproducible numbers in (−1, 1), exact in single precision, from a 32-bit congruential generator. */
function noise(count: number, seed = 1): Float64Array {
  let state = seed >>> 0;
  return Float64Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >> 8) / 2 ** 23;
  });
}

/** The definition, summed in twice the precision (two-sum), so that its own error is below half an ulp or so. */
function definition(x: RealArray): Float64Array {
  const length = x.length / 2;
  const roots = rootsOfUnity(length);
  const cosine = Float64Array.from({ length }, (_, k) => roots.cosine(k));
  const sine = Float64Array.from({ length }, (_, k) => roots.negativeSine(k));
  const result = new Float64Array(2 * length);
  for (let k = 0; k < length; k++) {
    let re = 0;
    let im = 0;
    let reLow = 0;
    let imLow = 0;
    for (let n = 0, turn = 0; n < length; n++) {
      const a = x[2 * n] as number;
      const b = x[2 * n + 1] as number;
      const c = cosine[turn] as number;
      const s = sine[turn] as number;
      const termRe = a * c - b * s;
      const termIm = a * s + b * c;
      const sumRe = re + termRe;
      const sumIm = im + termIm;
      const shadowRe = sumRe - re;
      const shadowIm = sumIm - im;
      reLow += re - (sumRe - shadowRe) + (termRe - shadowRe);
      imLow += im - (sumIm - shadowIm) + (termIm - shadowIm);
      re = sumRe;
      im = sumIm;
      turn += k;
      if (turn >= length) turn -= length;
    }
    result[2 * k] = re + reLow;
    result[2 * k + 1] = im + imLow;
  }
  return result;
}

/** Root mean square difference relative to the root mean square of what was expected. */
function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [difference, size] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    difference += ((actual[i] as number) - (expected[i] as number)) ** 2;
    size += (expected[i] as number) ** 2;
  }
  return Math.sqrt(difference / size);
}

const definitions = new Map<number, Float64Array>();
function expectedSpectrum(length: number): Float64Array {
  const known = definitions.get(length) ?? definition(noise(2 * length, length));
  definitions.set(length, known);
  return known;
}

/**
 * Each of log2 n levels adds an independent rounding error of about 0.6 ε; a convolution (other primes than 2, 3, 5)
 * makes three transforms of four times the length and three products. Twice the worst that was measured.
 */
function tolerance(length: number, precision: FftPrecision): number {
  const isSmooth =
    [2, 3, 5].reduce((rest, prime) => {
      let left = rest;
      while (left % prime === 0) left /= prime;
      return left;
    }, length) === 1;
  return epsilonOf(precision) * (isSmooth ? 1 + 0.6 * Math.log2(length) : 6 + 0.8 * Math.log2(length));
}

function throughField(plan: FftPlan, input: RealArray, work: (field: ComplexField) => void): RealArray {
  const field = plan.field();
  field.load(input);
  work(field);
  const output = arrayOf(plan.precision, input);
  field.store(output);
  field.release();
  return output;
}

describe.each(implementations)("$name", ({ precision, plan, lengths }) => {
  const rounded = (count: number, seed?: number) => arrayOf(precision, noise(count, seed));

  it("agrees with the definition at every length up to 512", () => {
    for (const length of lengths) {
      const data = rounded(2 * length, length);
      plan(length).forward(data);
      expect(relativeError(data, expectedSpectrum(length)), `length ${length}`).toBeLessThan(
        tolerance(length, precision),
      );
    }
  });

  it("comes back after the inverse, which is scaled by 1/N", () => {
    for (const length of [1, 2, 7, 30, 64, 100, 331, 512, 1000, 1024, 4096]) {
      const data = rounded(2 * length, 3);
      plan(length).forward(data);
      plan(length).inverse(data);
      // two transforms
      expect(relativeError(data, noise(2 * length, 3)), `length ${length}`).toBeLessThan(
        2 * tolerance(length, precision),
      );
    }
  });

  it.each([60, 77, 256, 2048, 8192])("keeps the energy (Parseval) at length %i", (length) => {
    const data = rounded(2 * length, 5);
    plan(length).forward(data);
    // Sums halves first, so that the sum's own error stays below an ε or two.
    const energy = (values: RealArray): number => {
      const middle = values.length >> 1;
      if (middle === 0) return (values[0] as number) ** 2;
      return energy(values.subarray(0, middle)) + energy(values.subarray(middle));
    };
    // the energy's relative error is at most twice that of the field, and two sums
    expect(Math.abs(energy(data) / length / energy(noise(2 * length, 5)) - 1)).toBeLessThan(
      2 * tolerance(length, precision),
    );
  });

  it.each([48, 49, 1024])("is linear at length %i", (length) => {
    const [a, b] = [noise(2 * length, 7), noise(2 * length, 8)];
    const transformed = (values: Float64Array) => {
      const data = arrayOf(precision, values);
      plan(length).forward(data);
      return data;
    };
    const [ta, tb] = [transformed(a), transformed(b)];
    const together = transformed(a.map((value, i) => 0.5 * value + 2 * (b[i] as number)));
    const apart = Float64Array.from(ta, (value, i) => 0.5 * value + 2 * (tb[i] as number));
    // three transforms and the rounding of the combined input
    expect(relativeError(together, apart)).toBeLessThan(3 * tolerance(length, precision));
  });

  it.each([45, 128, 131, 900])("turns a shift by one into a rotation at length %i", (length) => {
    const data = noise(2 * length, 9);
    const shifted = arrayOf(precision, [...data.slice(2), ...data.slice(0, 2)]);
    const straight = arrayOf(precision, data);
    plan(length).forward(straight);
    plan(length).forward(shifted);
    const roots = rootsOfUnity(length);
    const rotated = new Float64Array(2 * length);
    for (let k = 0; k < length; k++) {
      const [c, s] = [roots.cosine(k), -roots.negativeSine(k)];
      rotated[2 * k] = (straight[2 * k] as number) * c - (straight[2 * k + 1] as number) * s;
      rotated[2 * k + 1] = (straight[2 * k] as number) * s + (straight[2 * k + 1] as number) * c;
    }
    // two transforms and one product
    expect(relativeError(shifted, rotated)).toBeLessThan(2 * tolerance(length, precision) + epsilonOf(precision));
  });

  it("gives the same bits in a field, in an array, and again", () => {
    for (const length of [11, 40, 64, 1024, 4096]) {
      const p = plan(length);
      const first = rounded(2 * length, 11);
      p.forward(first);
      const second = rounded(2 * length, 11);
      p.forward(second);
      expect(second).toEqual(first);
      expect(throughField(p, rounded(2 * length, 11), (field) => p.forward(field))).toEqual(first);
    }
  });

  it("unordered transforms are the ordered ones in the order of frequencyOfPosition", () => {
    for (const length of [13, 27, 64, 240, 1024, 2048]) {
      const p = plan(length);
      const input = rounded(2 * length, 13);
      const ordered = throughField(p, input, (field) => p.forward(field));
      const unordered = throughField(p, input, (field) => p.forwardUnordered(field));
      expect(new Set(p.frequencyOfPosition).size).toBe(length);
      p.frequencyOfPosition.forEach((frequency, position) => {
        expect(unordered[2 * position]).toBe(ordered[2 * frequency]);
        expect(unordered[2 * position + 1]).toBe(ordered[2 * frequency + 1]);
      });
      const back = throughField(p, unordered, (field) => p.inverseUnordered(field));
      // two transforms
      expect(relativeError(back, input)).toBeLessThan(2 * tolerance(length, precision));
    }
  });

  it("filter multiplies the spectrum", () => {
    for (const length of [21, 36, 64, 1024, 16384]) {
      const p = plan(length);
      const response = rounded(2 * length, 17);
      const input = rounded(2 * length, 18);
      const product = arrayOf(precision, input);
      p.forward(product);
      for (let k = 0; k < length; k++) {
        const [a, b, c, d] = [2 * k, 2 * k + 1].flatMap((i) => [product[i], response[i]]) as [
          number,
          number,
          number,
          number,
        ];
        product[2 * k] = a * b - c * d;
        product[2 * k + 1] = a * d + b * c;
      }
      p.inverse(product);
      const permuted = arrayOf(precision, response);
      p.frequencyOfPosition.forEach((frequency, position) => {
        permuted[2 * position] = response[2 * frequency] as number;
        permuted[2 * position + 1] = response[2 * frequency + 1] as number;
      });
      const transfer = p.field();
      transfer.load(permuted);
      const filtered = throughField(p, input, (field) => p.filter(field, transfer));
      transfer.release();
      // two ways of two transforms and a product each
      expect(relativeError(filtered, product), `length ${length}`).toBeLessThan(
        4 * tolerance(length, precision) + 4 * epsilonOf(precision),
      );
    }
  });

  it("refuses a field of another length and an array of another size", () => {
    const field = plan(8).field();
    expect(() => plan(16).forward(field)).toThrow(/does not fit a plan/);
    expect(() => plan(16).forward(new Float64Array(16))).toThrow(/does not hold/);
    expect(() => plan(0)).toThrow(/cannot have 0 points/);
  });
});

const oracle = fftw === undefined ? "fft.js (no FFTW on this machine)" : `FFTW ${fftw.version} and fft.js`;

describe(`long transforms against ${oracle}`, () => {
  it.each([2 ** 12, 2 ** 15, 2 ** 18])("2^k = %i points in float64", (length) => {
    const input = noise(2 * length, 19);
    const own = Float64Array.from(input);
    fftPlan(length).forward(own);
    const other = new Fft(length);
    const spectrum = other.createComplexArray();
    other.transform(spectrum, Array.from(input));
    // fft.js is radix 4 with twiddles from Math.sin: 2 ε per level
    expect(relativeError(own, spectrum)).toBeLessThan(2 ** -53 * 2 * Math.log2(length));
    if (fftw === undefined) return;
    const reference = Float64Array.from(input);
    fftw.plan(length, { effort: "estimate" }).forward(reference);
    // two transforms of 0.6 ε per level
    expect(relativeError(own, reference)).toBeLessThan(2 * tolerance(length, "float64"));
  });

  it.each([2 ** 12, 2 ** 16, 3 ** 9, 10007])("%i points in float32 against float64", (length) => {
    const [narrow, wide] = [Float32Array.from(noise(2 * length, 23)), noise(2 * length, 23)];
    fftPlan(length, { precision: "float32" }).forward(narrow);
    fftPlan(length).forward(wide);
    expect(relativeError(narrow, wide)).toBeLessThan(tolerance(length, "float32"));
  });
});
