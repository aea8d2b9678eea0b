import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addDouble,
  type DoubleDouble,
  divideDouble,
  doubleFromDecimal,
  expDouble,
  logDouble,
  multiplyDouble,
  negateDouble,
  powDouble,
  sqrtDouble,
} from "./double-double.ts";

const decimal = (text: string): DoubleDouble => doubleFromDecimal(text) ?? [Number.NaN, 0];
/** Distance from a decimal of 40 digits, relative to it. */
const distance = (value: DoubleDouble, text: string): number => {
  const wanted = decimal(text);
  return Math.abs(addDouble(value, negateDouble(wanted))[0] / wanted[0]);
};

describe("double-double numbers", () => {
  it("agree with constants of 40 digits", () => {
    // functions are right to some 2^-98 = 3e-30
    expect(distance(expDouble([1, 0]), "2.718281828459045235360287471352662497757")).toBeLessThan(3e-30);
    expect(distance(expDouble([-40.5, 0]), "2.576757109154981e-18")).toBeLessThan(1e-15); // as long as the decimal
    expect(distance(logDouble([10, 0]), "2.302585092994045684017991454684364207601")).toBeLessThan(3e-30);
    expect(distance(sqrtDouble([2, 0]), "1.414213562373095048801688724209698078570")).toBeLessThan(3e-31);
    expect(distance(powDouble([2, 0], [0.5, 0]), "1.414213562373095048801688724209698078570")).toBeLessThan(3e-30);
    expect(distance(divideDouble([1, 0], [3, 0]), "0.3333333333333333333333333333333333333333")).toBeLessThan(3e-31);
  });

  it("take decimals for what is written", () => {
    expect(decimal("0.1")[0]).toBe(0.1);
    // 0.1 = 0x1.999999999999ap-4 − 5.551115123125783e-18
    expect(decimal("0.1")[1]).toBe(-5.551115123125783e-18);
    expect(decimal("-25e-1")).toEqual([-2.5, 0]);
    expect(decimal("1e23")[0] === 1e23 && decimal("1e23")[1] === 8388608).toBe(true);
    for (const text of ["", ".", "1.2.3", "x", "1e999", "0x10", "1e-300"])
      expect(doubleFromDecimal(text)).toBeUndefined();
  });

  it("keep the laws of arithmetic to 30 digits", () => {
    const number = fc.double({ min: 0.1, max: 10, noNaN: true });
    fc.assert(
      fc.property(number, number, number, (a, b, c) => {
        const [x, y]: [DoubleDouble, DoubleDouble] = [divideDouble([a, 0], [c, 0]), [b, 0]];
        const gap = (left: DoubleDouble, right: DoubleDouble) =>
          Math.abs(addDouble(left, negateDouble(right))[0] / right[0]);
        expect(gap(multiplyDouble(divideDouble(x, y), y), x)).toBeLessThan(1e-30);
        expect(gap(addDouble(addDouble(x, y), negateDouble(y)), x)).toBeLessThan(1e-29); // x may be 1/1000 of y
        expect(gap(logDouble(expDouble(x)), x)).toBeLessThan(1e-28); // e^100: 144 halvings, and x from 0.01
      }),
    );
  });
});
