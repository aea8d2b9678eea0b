import { absSquared, add, complex, constant, type Expression, multiply, parameter } from "@simloom/kernel";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectClose, numberOf } from "../fixtures/close.ts";
import { cartesianCoupling, polarCoupling } from "./coupling.ts";
import { intensityOf } from "./intensity.ts";
import { polarizedWave, wave } from "./wave.ts";

const z = (re: number, im: number): Expression => complex(constant(re), constant(im));
const part = fc.double({ min: -10, max: 10, noNaN: true });
const pair = fc.tuple(part, part);

describe("the intensity of waves", () => {
  it("adds amplitudes of one sum before the square, and squares of different sums", () => {
    const waves = [wave("a", z(1, 2), 3), wave("b", z(-2, 1), 1), wave("c", z(0, 1), 5, { sum: "other" })];
    // |3(1 + 2i) + (−2 + i)|² + |5i|² = |1 + 7i|² + 25
    expect(numberOf(intensityOf(waves))[0]).toBe(75);
  });

  it("is |Σ A Re Z|² + |Σ A Im Z|² for each reflectivity", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(pair, pair, fc.constantFrom<("+" | "-")[]>("+", "-")), { minLength: 1, maxLength: 5 }),
        (given) => {
          const waves = given.map(([amplitude, harmonic, reflectivity], index) =>
            polarizedWave(`w${index}`, z(...amplitude), reflectivity, z(...harmonic)),
          );
          let expected = 0;
          let size = 0;
          for (const reflectivity of ["+", "-"])
            for (const side of [0, 1] as const) {
              const sum = [0, 0];
              for (const [amplitude, harmonic, own] of given)
                if (own === reflectivity)
                  for (const k of [0, 1] as const) {
                    sum[k] = (sum[k] as number) + amplitude[k] * harmonic[side];
                    size += (amplitude[k] * harmonic[side]) ** 2;
                  }
              expected += (sum[0] as number) ** 2 + (sum[1] as number) ** 2;
            }
          // Products of four numbers, in two orders: some ten roundings of the largest of five squares.
          expectClose(numberOf(intensityOf(waves)), expected, 1e-13 * Math.max(1, size));
        },
      ),
      { seed: 11 },
    );
  });

  it("keeps waves with complex harmonics apart", () => {
    const waves = [wave("a", z(1, 0), z(0, 1)), wave("b", z(2, 0), z(1, 1))];
    expect(numberOf(intensityOf(waves))[0]).toBe(13); // |i + 2 + 2i|²
  });

  it("does not depend on names and tags", () => {
    const amplitude = multiply(parameter("a"), parameter("x"));
    const plain = intensityOf([wave("a", amplitude, 2)]);
    expect(numberOf(plain, { a: 2, x: 3 })).toEqual(numberOf(multiply(4, absSquared(amplitude)), { a: 2, x: 3 }));
    const marked = intensityOf([wave("b", amplitude, 2, { tags: ["S", "positive"] })]);
    expect(numberOf(marked, { a: 2, x: 3 })).toEqual(numberOf(plain, { a: 2, x: 3 }));
  });

  it("refuses a tag that is the name of another wave", () => {
    const waves = [wave("S", z(1, 0), 1), wave("D", z(2, 0), 1, { tags: ["S"] })];
    expect(() => intensityOf(waves)).toThrow(
      expect.objectContaining({ code: "AMPL-021", message: expect.stringMatching(/wave D has the tag S/) }),
    );
    expect(() => intensityOf([wave("S", z(1, 0), 1, { tags: ["S"] })])).not.toThrow();
  });

  it("refuses no waves, and two of one name", () => {
    expect(() => intensityOf([])).toThrow(expect.objectContaining({ code: "AMPL-020" }));
    expect(() => intensityOf([wave("a", z(1, 0), 1), wave("a", z(2, 0), 1)])).toThrow(
      expect.objectContaining({ code: "AMPL-021" }),
    );
  });
});

describe("couplings", () => {
  it("are the same number by parts and by magnitude and phase", () => {
    const polar = polarCoupling("c");
    expectClose(numberOf(polar, { "c magnitude": 2, "c phase": Math.PI / 3 }), [1, Math.sqrt(3)], 1e-15); // one rounding each
    expectClose(numberOf(add(cartesianCoupling("d"), 0), { "d re": 1, "d im": -2 }), [1, -2], 0);
  });
});
