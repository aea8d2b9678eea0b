import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sincos } from "../elementary/generated/sincos.ts";
import { type ArenaField, FftArena } from "../fft/arena.ts";
import type { FftPrecision } from "../fft/lanes.ts";
import { fieldEnergy, multiplyField, peakPower, rotateByPower, scaleField } from "./field.ts";

const arena = new FftArena();

function fieldOf(values: readonly (readonly [number, number])[], precision: FftPrecision = "float64"): ArenaField {
  const field = arena.field(values.length, precision);
  values.forEach(([re, im], i) => {
    field.re[i] = re;
    field.im[i] = im;
  });
  return field;
}

function contents(field: ArenaField): number[] {
  return Array.from({ length: field.length }, (_, i) => [field.re[i] as number, field.im[i] as number]).flat();
}

const numbers = (limit: number) => fc.double({ min: -limit, max: limit, noNaN: true });
const complexNumbers = (limit: number) =>
  fc.array(fc.tuple(numbers(limit), numbers(limit)), { minLength: 1, maxLength: 70 });

describe("rotateByPower in float64", () => {
  const sineCosine = new Float64Array(2);

  /** The same steps in TypeScript with the house's sincos. */
  function rotated(values: readonly (readonly [number, number])[], powers: readonly number[], c: number): number[] {
    return values.flatMap(([re, im], i) => {
      sincos(c * (powers[i] as number), sineCosine);
      const [sine, cosine] = sineCosine as unknown as readonly [number, number];
      return [re * cosine - im * sine, re * sine + im * cosine];
    });
  }

  it.each([0.01, 0.7, 3, -50, 1e5])("has the bits of the elementary sincos, phases up to %d", (c) => {
    fc.assert(
      fc.property(complexNumbers(1), (values) => {
        const x = fieldOf(values);
        rotateByPower(x, undefined, c);
        const powers = values.map(([re, im]) => re * re + im * im);
        expect(contents(x)).toEqual(rotated(values, powers, c));
        x.release();
      }),
      { seed: 1 },
    );
  });

  it("turns both polarisations by the phase of their common power", () => {
    fc.assert(
      fc.property(complexNumbers(2), complexNumbers(2), numbers(4), (a, b, c) => {
        const length = Math.min(a.length, b.length);
        const [first, second] = [a.slice(0, length), b.slice(0, length)];
        const [x, y] = [fieldOf(first), fieldOf(second)];
        rotateByPower(x, y, c);
        const power = ([re, im]: readonly [number, number]) => re * re + im * im;
        const powers = first.map((value, i) => power(value) + power(second[i] as readonly [number, number]));
        expect(contents(x)).toEqual(rotated(first, powers, c));
        expect(contents(y)).toEqual(rotated(second, powers, c));
        x.release();
        y.release();
      }),
      { seed: 2 },
    );
  });
});

describe("rotateByPower in float32", () => {
  it.each([0.1, 0.7, 30, -2000])("rotates to single precision, phases up to %d", (c) => {
    const values = Array.from({ length: 257 }, (_, i): [number, number] => [
      Math.cos(i) * (i / 257),
      Math.sin(i) * (i / 257),
    ]);
    const [x, y] = [fieldOf(values, "float32"), fieldOf(values.toReversed(), "float32")];
    const before = contents(x);
    const phases = Array.from({ length: 257 }, (_, i) => {
      const squares = [x.re[i], x.im[i], y.re[i], y.im[i]].map((value) => Math.fround((value as number) ** 2));
      const [a, b, d, e] = squares as [number, number, number, number];
      return Math.fround(Math.fround(c) * Math.fround(Math.fround(a + b) + Math.fround(d + e)));
    });
    rotateByPower(x, y, c);
    phases.forEach((phase, i) => {
      const [re, im] = [before[2 * i] as number, before[2 * i + 1] as number];
      // sine and cosine to 1e-7, two products and a sum of numbers below 1
      expect(Math.abs((x.re[i] as number) - (re * Math.cos(phase) - im * Math.sin(phase)))).toBeLessThan(4e-7);
      expect(Math.abs((x.im[i] as number) - (re * Math.sin(phase) + im * Math.cos(phase)))).toBeLessThan(4e-7);
    });
  });
});

describe.each(["float64", "float32"] as const)("pointwise operations in %s", (precision) => {
  const round = precision === "float64" ? (value: number) => value : Math.fround;
  const awkwardLengths = [1, 2, 3, 7, 8, 9, 16, 17, 1023, 1024, 1025, 5000];
  const values = (length: number, seed: number) =>
    Array.from({ length }, (_, i): [number, number] => [
      round(((i * 37 + seed) % 101) / 64 - 0.7),
      round(((i * 53 + seed) % 97) / 64 - 0.8),
    ]);

  it("multiplies and scales number by number", () => {
    for (const length of awkwardLengths) {
      const [x, t] = [fieldOf(values(length, 1), precision), fieldOf(values(length, 5), precision)];
      const expected = values(length, 1).flatMap(([a, b], i) => {
        const [c, d] = values(length, 5)[i] as [number, number];
        return [round(round(round(a * c) - round(b * d)) * 0.5), round(round(round(a * d) + round(b * c)) * 0.5)];
      });
      multiplyField(x, t, 0.5);
      expect(contents(x)).toEqual(expected);
      scaleField(x, 4);
      expect(contents(x)).toEqual(expected.map((value) => round(4 * value)));
      x.release();
      t.release();
    }
  });

  it("adds up energies exactly where the sum is exact", () => {
    for (const length of awkwardLengths) {
      const small = Array.from({ length }, (_, i): [number, number] => [(i % 7) / 4, (i % 5) / 8]);
      const x = fieldOf(small, precision);
      expect(fieldEnergy(x)).toBe(small.reduce((sum, [re, im]) => sum + re * re + im * im, 0));
      x.release();
    }
  });

  it("finds the peak of one field and of two, wherever it stands", () => {
    for (const length of [1, 5, 64, 1000])
      for (const place of [0, length >> 1, length - 1]) {
        const [x, y] = [fieldOf(values(length, 1), precision), fieldOf(values(length, 2), precision)];
        x.re[place] = 3;
        x.im[place] = 4;
        y.re[place] = 1;
        y.im[place] = 2;
        expect(peakPower(x)).toBe(25);
        expect(peakPower(x, y)).toBe(30);
        x.release();
        y.release();
      }
  });
});

describe("energy", () => {
  it("keeps small terms beside large ones, by compensation between blocks", () => {
    const length = 2 ** 16;
    const x = arena.field(length);
    x.re.fill(2 ** -20);
    x.re[0] = 2 ** 14;
    // 64 blocks of 2^-30 each: together the last place of 2^28, alone far below half of it
    expect(fieldEnergy(x)).toBe(2 ** 28 + 2 ** -24);
    x.release();
  });
});

describe("misuse", () => {
  it("refuses fields of two arenas, lengths or precisions", () => {
    const elsewhere = new FftArena().field(8);
    expect(() => multiplyField(arena.field(8), elsewhere)).toThrow(/different arenas/);
    expect(() => rotateByPower(arena.field(8), arena.field(9), 1)).toThrow(/meets one of 9/);
    expect(() => peakPower(arena.field(8), arena.field(8, "float32"))).toThrow(/float32/);
  });
});
