import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  canonicalValues,
  checkValues,
  fixParameter,
  freeBounds,
  freeParameter,
  freeScales,
  initialValues,
  mergedParameters,
  parameterOf,
  parameterSet,
  renameParameters,
  sampleInitial,
  updateParameter,
  valuesByName,
} from "./parameter-set.ts";
import { optionsOf, type ParameterOptions, parameterSpec, wrapped } from "./parameter-spec.ts";

const mass = parameterSpec({ name: "mass", initial: 1.3, bounds: [1, null], unit: "GeV", scale: 0.1 });
const width = parameterSpec({ name: "width", initial: [0.1, 0.3], bounds: [0, 1] });
const phase = parameterSpec({ name: "phase", initial: 7, bounds: [-Math.PI, Math.PI], periodic: true });
const radius = parameterSpec({ name: "radius", fixed: 0.1973 });
const set = parameterSet([mass, width, radius, phase]);

const code = (value: string) => expect.objectContaining({ code: value });

describe("a parameter", () => {
  it("starts at its value, in the middle of its range, where it is held, or in the middle of its bounds", () => {
    expect([mass, width, radius].map(({ initial }) => initial)).toEqual([1.3, 0.2, 0.1973]);
    const start = (bounds: ParameterOptions["bounds"]) => parameterSpec({ name: "p", bounds }).initial;
    expect([start(undefined), start([2, 4]), start([2, null]), start([null, -1])]).toEqual([0, 3, 2, -1]);
  });

  it("is taken into [low, high) where it is periodic", () => {
    expect(phase.initial).toBeCloseTo(7 - 2 * Math.PI, 15);
    expect(parameterSpec({ ...optionsOf(phase), fixed: Math.PI }).fixed).toBe(-Math.PI);
  });

  it("can be said again from what it is", () => {
    for (const spec of [mass, width, phase, radius]) expect(parameterSpec(optionsOf(spec))).toEqual(spec);
  });

  it("has periods that never leave [low, high), and do not move what lies in it", () => {
    const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(number, number, fc.double({ min: 1e-3, max: 1e3, noNaN: true }), (value, low, period) => {
        const high = low + period;
        const moved = wrapped(value, low, high);
        expect(moved >= low && moved < high).toBe(true);
        expect(wrapped(moved, low, high)).toBe(moved);
      }),
      { seed: 3, numRuns: 500 },
    );
  });

  it.each<readonly [string, string, ParameterOptions]>([
    ["an empty name", "KERN-040", { name: " " }],
    ["bounds in the wrong order", "KERN-042", { name: "p", bounds: [2, 1] }],
    ["equal bounds", "KERN-042", { name: "p", bounds: [1, 1] }],
    ["bounds that are no numbers", "KERN-042", { name: "p", bounds: [Number.NaN, 1] }],
    ["a period without bounds", "KERN-043", { name: "p", periodic: true }],
    ["a period with one bound", "KERN-043", { name: "p", periodic: true, bounds: [0, null] }],
    ["an initial value outside", "KERN-044", { name: "p", initial: 2, bounds: [0, 1] }],
    ["an initial value that is no number", "KERN-044", { name: "p", initial: Number.NaN }],
    ["a fixed value outside", "KERN-044", { name: "p", fixed: -1, bounds: [0, null] }],
    ["a periodic value that is infinite", "KERN-044", { name: "p", initial: Infinity, bounds: [0, 1], periodic: true }],
    ["a scale of 0", "KERN-045", { name: "p", scale: 0 }],
    ["an infinite scale", "KERN-045", { name: "p", scale: Infinity }],
    ["a range outside", "KERN-046", { name: "p", initial: [0, 2], bounds: [0, 1] }],
    ["a range in the wrong order", "KERN-046", { name: "p", initial: [1, 0] }],
    ["an infinite range", "KERN-046", { name: "p", initial: [0, Infinity] }],
  ])("refuses %s with %s", (_, expected, options) => {
    expect(() => parameterSpec(options)).toThrow(code(expected));
  });
});

describe("a set of parameters", () => {
  it("keeps the order of first appearance, free and fixed apart", () => {
    expect([set.freeNames, set.fixedNames]).toEqual([["mass", "width", "phase"], ["radius"]]);
    expect(mergedParameters(parameterSet([width]), set).freeNames).toEqual(["width", "mass", "phase"]);
  });

  it("merges one definition, with the first text that is given", () => {
    const described = parameterSpec({ ...optionsOf(mass), description: "of the resonance" });
    expect(parameterSet([mass, described, mass]).specs).toEqual([described]);
  });

  it("refuses two definitions of one name and shows both", () => {
    const other = parameterSpec({ ...optionsOf(mass), initial: 1.4, unit: "MeV" });
    expect(() => parameterSet([mass, other])).toThrow(code("KERN-047"));
    expect(() => parameterSet([mass, other])).toThrow(
      "`mass` is defined twice, with different initial value, unit: 1.3, GeV and 1.4, MeV",
    );
  });

  it("gives vectors over the free parameters", () => {
    expect([...initialValues(set)]).toEqual([1.3, 0.2, phase.initial]);
    expect(freeBounds(set)).toEqual({
      lower: Float64Array.of(1, 0, -Math.PI),
      upper: Float64Array.of(Infinity, 1, Math.PI),
    });
    expect([...freeScales(set)]).toEqual([0.1, 1, 1]);
  });

  it("fixes, frees and updates without touching the set it came from", () => {
    const held = fixParameter(set, "mass", 1.5);
    expect([held.freeNames, held.fixedNames]).toEqual([
      ["width", "phase"],
      ["mass", "radius"],
    ]);
    expect([parameterOf(held, "mass").fixed, set.freeNames.length]).toEqual([1.5, 3]);
    expect(parameterOf(freeParameter(held, "mass"), "mass").initial).toBe(1.5);
    expect(freeParameter(fixParameter(set, "width"), "width")).toEqual(set);
    expect(parameterOf(fixParameter(set, "width"), "width").fixed).toBe(0.2);
    const narrower = updateParameter(set, "width", { bounds: [0, 0.5], scale: 0.01 });
    expect(parameterOf(narrower, "width")).toMatchObject({ bounds: [0, 0.5], scale: 0.01, initialRange: [0.1, 0.3] });
    expect(parameterOf(updateParameter(set, "mass", { unit: undefined }), "mass").unit).toBeUndefined();
  });

  it("renames all at once, so that two may swap", () => {
    const swapped = renameParameters(set, { mass: "width", width: "mass" });
    expect(swapped.freeNames).toEqual(["width", "mass", "phase"]);
    expect(parameterOf(swapped, "width").unit).toBe("GeV");
  });

  it("puts free and fixed values in the order of a program", () => {
    expect([...valuesByName(set, [1, 2, 3], ["radius", "phase", "mass"])]).toEqual([0.1973, 3, 1]);
    expect([...valuesByName(set, [1, 2, 3])]).toEqual([1, 2, 0.1973, 3]);
    const target = new Float64Array(1);
    expect(valuesByName(set, [1, 2, 3], ["width"], target)).toBe(target);
  });

  it("takes periodic values home and leaves the others", () => {
    const values = canonicalValues(set, [0.5, 2, 3 * Math.PI]);
    expect([...values.slice(0, 2)]).toEqual([0.5, 2]);
    // one rounding of 3π and one of the difference
    expect(Math.abs((values[2] as number) + Math.PI)).toBeLessThan(4e-15);
  });

  it("draws from initial ranges by seed and name, whatever else there is", () => {
    const drawn = sampleInitial(set, 1);
    expect([drawn[0], drawn[2]]).toEqual([1.3, phase.initial]);
    expect(drawn[1]).toBeGreaterThan(0.1);
    expect(drawn[1]).toBeLessThan(0.3);
    expect(sampleInitial(parameterSet([width]), 1)[0]).toBe(drawn[1]);
    expect(sampleInitial(set, 2)[1]).not.toBe(drawn[1]);
  });

  it.each<readonly [string, string, () => unknown]>([
    ["an unknown name", "KERN-049", () => parameterOf(set, "masse")],
    ["fixing an unknown one", "KERN-049", () => fixParameter(set, "x", 1)],
    ["freeing an unknown one", "KERN-049", () => freeParameter(set, "x")],
    ["renaming an unknown one", "KERN-049", () => renameParameters(set, { x: "y" })],
    ["one name for two", "KERN-041", () => renameParameters(set, { mass: "width" })],
    ["an empty new name", "KERN-040", () => renameParameters(set, { mass: "" })],
    ["fixing outside the bounds", "KERN-044", () => fixParameter(set, "mass", 0)],
    ["too few values", "KERN-048", () => valuesByName(set, [1])],
    ["too many values", "KERN-048", () => canonicalValues(set, [1, 2, 3, 4])],
    ["a value outside", "KERN-044", () => checkValues(set, [0, 0.2, 0])],
    ["a value of an unknown name", "KERN-049", () => valuesByName(set, [1, 2, 3], ["x"])],
  ])("refuses %s with %s", (_, expected, action) => {
    expect(action).toThrow(code(expected));
  });

  it("suggests the name that was meant", () => {
    expect(() => parameterOf(set, "masse")).toThrow(expect.objectContaining({ remedy: "Did you mean mass?" }));
    expect(checkValues(set, [1.2, 0.2, 100])).toBeUndefined();
  });
});
