import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { above, below, between, type Coordinate } from "./coordinates.ts";

const coordinates: readonly (readonly [string, Coordinate, number, number])[] = [
  ["between two bounds", between(-3, 5), -3, 5],
  ["above a bound", above(-3, 2), -3, Number.POSITIVE_INFINITY],
  ["below a bound", below(5, 2), Number.NEGATIVE_INFINITY, 5],
];

describe.each(coordinates)("coordinates %s", (_, coordinate, low, high) => {
  const anywhere = fc.double({ min: -20, max: 20, noNaN: true });

  it("never leave the bounds, and come back from inside", () => {
    fc.assert(
      fc.property(anywhere, (v) => {
        const x = coordinate.outer(v);
        expect(x).toBeGreaterThanOrEqual(low);
        expect(x).toBeLessThanOrEqual(high);
        const again = coordinate.outer(coordinate.inner(x));
        expect(Math.abs(again - x)).toBeLessThan(1e-5 * 4); // a start on a bound is moved by 2e-6 half widths
      }),
    );
  });

  it("have the slope and the curvature of their differences", () => {
    const h = 1e-6;
    fc.assert(
      fc.property(anywhere, (v) => {
        const slope = (coordinate.outer(v + h) - coordinate.outer(v - h)) / (2 * h);
        // curvature jumps by at most 20 where a zone ends: a difference across it is half of that times h off
        expect(Math.abs(coordinate.slope(v) - slope)).toBeLessThan(1e-4);
        const bend = (coordinate.slope(v + h) - coordinate.slope(v - h)) / (2 * h);
        const isAtJump = coordinate.curvature(v + h) !== coordinate.curvature(v - h);
        if (!isAtJump) expect(Math.abs(coordinate.curvature(v) - bend)).toBeLessThan(1e-6); // exact but for rounding over h
      }),
    );
  });
});

describe("coordinates between two bounds", () => {
  it("are straight inside, and reach a bound with slope 0", () => {
    const coordinate = between(-1, 1);
    expect(coordinate.outer(0.5)).toBe(0.5);
    expect(coordinate.outer(-0.9)).toBe(-0.9);
    expect(coordinate.outer(1.1)).toBe(1);
    expect(coordinate.slope(1.1)).toBeCloseTo(0, 12); // rounding of 1.1
  });
});
