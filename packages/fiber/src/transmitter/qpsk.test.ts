import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { randomBits } from "./bits.ts";
import { qpskHardBits, qpskSymbols } from "./qpsk.ts";

describe("QPSK", () => {
  it("maps 00, 01, 10, 11 to 1, j, -j, -1", () => {
    expect(Array.from(qpskSymbols(Uint8Array.of(0, 0, 0, 1, 1, 0, 1, 1)))).toEqual([1, 0, 0, 1, 0, -1, -1, 0]);
  });

  it("gives neighbours labels that differ in one bit", () => {
    const around = [
      [0, 0],
      [0, 1],
      [1, 1],
      [1, 0],
    ];
    for (let k = 0; k < 4; k++) {
      const [a, b] = [around[k] ?? [], around[(k + 1) % 4] ?? []];
      const [p, q] = [qpskSymbols(Uint8Array.from(a)), qpskSymbols(Uint8Array.from(b))];
      // A quarter turn apart: the inner product vanishes.
      expect(Math.abs((p[0] ?? 0) * (q[0] ?? 0) + (p[1] ?? 0) * (q[1] ?? 0))).toBe(0);
      expect(a.filter((bit, i) => bit !== b[i])).toHaveLength(1);
    }
  });

  it("decides back to the bits it was given", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0, 1), { minLength: 1, maxLength: 50 }), (half) => {
        const bits = Uint8Array.from([...half, ...half]);
        expect(qpskHardBits(qpskSymbols(bits))).toEqual(bits);
      }),
      { seed: 1 },
    );
  });

  it("takes bits from words, most significant first", () => {
    const words = [0x80000001, 0xc0000000];
    const bits = randomBits({ uint32: () => words.shift() ?? 0 }, 34);
    expect(Array.from(bits)).toEqual([1, ...Array(30).fill(0), 1, 1, 1]);
  });
});
