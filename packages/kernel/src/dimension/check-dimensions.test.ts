import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { add, multiply, power, subtract, total } from "../expression/build.ts";
import type { Expression } from "../expression/expression.ts";
import { column, parameter } from "../expression/leaves.ts";
import { named, tagged } from "../expression/marks.ts";
import { parseFormula, symbolTable } from "../formula/formula.ts";
import { lookUpTable } from "../table/table.ts";
import { checkDimensions, checkUnit, type InputUnits, unitOfFormula } from "./check-dimensions.ts";

const units = {
  parameters: {
    m: "GeV",
    g: "MeV",
    E: "GeV",
    k: "1/GeV^2",
    r: "1",
    phi: "rad",
    deg: "deg",
    R: "J/(mol K)",
    Ea: "J/mol",
  },
  columns: { s: "GeV^2", T: "K", celsius: "degC" },
  states: { x: "m" },
  time: "s",
} satisfies InputUnits;
const symbols = symbolTable({
  parameters: [...Object.keys(units.parameters), "free"],
  columns: Object.keys(units.columns),
  states: ["x"],
  time: "t",
});
const formula = (text: string): Expression => parseFormula(text, symbols);
const unitOf = (text: string) => unitOfFormula(formula(text), units);
const refusal = (text: string): unknown => {
  try {
    checkDimensions(formula(text), units);
  } catch (thrown) {
    return thrown;
  }
  return undefined;
};

describe("the units of a formula", () => {
  it.each([
    ["m^2 - s - i*m*E", "GeV^2"],
    ["1/(m^2 - s - i*m*E)", "GeV^-2"],
    ["m*E/s", "1"],
    ["m*g", "GeV MeV"],
    ["-m", "GeV"],
    ["abs(m + i*E)", "GeV"],
    ["abs2(m + i*E)", "GeV^2"],
    ["real(m + i*E) + imag(m + i*E)", "GeV"],
    ["conj(complex(m, E))", "GeV"],
    ["arg(m + i*E)", "1"],
    ["sqrt(s)", "GeV"],
    ["sqrt(m)", "GeV^(1/2)"],
    ["m^(-2/3)", "GeV^(-2/3)"],
    ["m^0.7", "GeV^0.7"],
    ["cbrt(m^3)", "GeV"],
    ["m^-2", "GeV^-2"],
    ["s^1.5", "GeV^3"],
    ["s^(1/2)", "GeV"],
    ["floor(m)", "GeV"],
    ["sign(m)", "1"],
    ["min(m, E) + max(m, 2)", "GeV"],
    ["hypot(m, E)", "GeV"],
    ["atan2(m, E)", "1"],
    ["select(m < E, m, E)", "GeV"],
    ["exp(-k*s)", "1"],
    ["exp(-Ea/(R*T))", "1"],
    ["log(s/m^2) + erf(r) + cosh(r) + faddeeva(r)", "1"],
    ["sin(phi)", "1"],
    ["r^r", "1"],
    ["x/t", "m s^-1"],
    ["total(s)", "GeV^2"],
    ["Ea/R", "(J/mol) (J/(mol K))^-1"],
  ])("%s is in %s", (text, expected) => expect(unitOf(text)).toBe(expected));

  it.each([
    ["m + 1", "GeV"],
    ["1 - m/E", "1"],
    ["m + 2*3 + exp(1)", "GeV"],
    ["2*m", "GeV"],
    ["select(m > 1, m, 0)", "GeV"],
    ["atan2(m, 1)", "1"],
  ])("numbers fit any unit: %s is in %s", (text, expected) => expect(unitOf(text)).toBe(expected));

  it.each(["2*pi", "i", "free", "free*m", "free + m", "exp(2)", "celsius + 273.15", "sqrt(free)", "min(1, 2)"])(
    "is not known of %s",
    (text) => expect(unitOf(text)).toBeUndefined(),
  );

  it("passes through tags and names", () => {
    const mark = named(tagged(parameter("m"), "a"), "mass");
    expect(unitOfFormula(mark, units)).toBe("GeV");
  });

  it("of a look-up is unknown unless it is given, whatever is looked up", () => {
    for (const interpolation of ["step", "linear", "cubic", "monotone"] as const) {
      const values = interpolation === "step" ? [0, 1, 4] : [0, 1, 4, 9];
      const value = lookUpTable({ axes: [[0, 1, 2.5, 4]], values, interpolation })(column("s"));
      checkDimensions(add(value, parameter("m")), units);
      const given = { ...units, expressions: new Map([[value, "GeV^2"]]) };
      expect(unitOfFormula(add(value, column("s")), given)).toBe("GeV^2");
      expect(() => checkDimensions(add(value, parameter("m")), given)).toThrow(/GeV\^2/);
    }
  });
});

describe("units that do not fit", () => {
  it.each([
    ["m + s", "add"],
    ["m - s", "subtract"],
    ["min(m, s)", "min"],
    ["max(m, s)", "max"],
    ["hypot(m, s)", "hypot"],
    ["atan2(m, s)", "atan2"],
    ["complex(m, s)", "complex"],
    ["select(m < s, 1, 2)", "less"],
    ["select(m >= s, 1, 2)", "lessOrEqual"],
    ["select(m == s, 1, 2)", "equal"],
    ["select(m != s, 1, 2)", "notEqual"],
    ["select(r < 1, m, s)", "select"],
    ["m/E + m", "add"],
    ["free*(m + s)", "add"],
    ["exp(free) + m", "add"],
    ["sign(m) + m", "add"],
  ])("%s is refused for its dimensions", (text, operation) =>
    expect(refusal(text)).toMatchObject({ code: "KERN-091", context: { operation } }),
  );

  it.each(["m + g", "m*g - s", "select(m < g, 1, 2)", "hypot(m, g)", "phi + deg"])(
    "%s is refused for its sizes",
    (text) => expect(refusal(text)).toMatchObject({ code: "KERN-092" }),
  );

  it.each([
    ...["exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sin", "cos", "tan", "asin", "acos", "atan"],
    ...["sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "erf", "erfc", "faddeeva"],
  ])("%s takes pure numbers only", (name) => {
    expect(refusal(`${name}(m)`)).toMatchObject({
      code: "KERN-093",
      context: { operation: name, units: ["GeV", "1"] },
    });
    expect(refusal(`${name}(m/g)`)).toMatchObject({ code: "KERN-093" });
    expect(refusal(`${name}(m/E)`)).toBeUndefined();
    expect(refusal(`${name}(free)`)).toBeUndefined();
  });

  it.each(["r^m", "m^r", "m^free", "sin(deg)", "exp(-0.5*s)"])("%s is refused", (text) =>
    expect(refusal(text)).toMatchObject({ code: "KERN-093" }),
  );

  it("are told with the operation, both units and the part of the formula", () => {
    expect(refusal("free*exp(r)/(m^2 + m*g)")).toMatchObject({
      message: expect.stringMatching(
        /^`add` meets two units of one dimension: .*is in GeV MeV.*, in `[^ ]+ \+ [^ ]+`$/,
      ),
    });
    const message = (refusal("sqrt(m + s)") as Error).message;
    expect(message).toMatch(/`add` needs one dimension/);
    expect(message).toContain("`m` is in GeV");
    expect(message).toContain("`s` is in GeV^2");
    expect(message).toMatch(/in `(m \+ s|s \+ m)`$/);
  });

  it("are found in each of several outputs", () => {
    expect(() => checkDimensions({ a: formula("m"), b: formula("m + s") }, units)).toThrow(/KERN-091|one dimension/);
  });

  it("cannot be hidden by a text that is no unit", () => {
    expect(() => checkDimensions(parameter("m"), { parameters: { m: "Gev" } })).toThrow(
      expect.objectContaining({ code: "KERN-090", message: expect.stringContaining("`m`") }),
    );
  });
});

describe("a unit that a formula must have", () => {
  it("is that of the formula, or nothing is known", () => {
    for (const text of ["m", "sqrt(s)", "free", "2"]) checkUnit(formula(text), "GeV", units);
    for (const text of ["s", "g", "r"])
      expect(() => checkUnit(formula(text), "GeV", units)).toThrow(
        expect.objectContaining({ code: "KERN-094", message: expect.stringContaining("must be in GeV") }),
      );
  });
});

describe("multiplying out", () => {
  const leaf = fc.constantFrom("m", "E", "2", "g").map((name) => formula(name));
  const factor = fc.array(leaf, { minLength: 1, maxLength: 3 }).map((all) => all.reduce((a, b) => multiply(a, b)));

  it("changes neither unit nor whether units fit", () => {
    const outcome = (one: Expression): unknown => {
      try {
        return unitOfFormula(one, units) ?? "unknown";
      } catch (thrown) {
        return (thrown as { code?: string }).code;
      }
    };
    const claim = fc.property(factor, factor, factor, (a, b, c) => {
      const hasLiteral = [a, b, c].some((one) => unitOfFormula(one, units) === undefined);
      fc.pre(!hasLiteral); // 2·(m + 1) is in GeV, and a number fits m·1 in another way
      expect(outcome(multiply(a, add(b, c)))).toBe(outcome(add(multiply(a, b), multiply(a, c))));
      expect(outcome(multiply(subtract(b, c), a))).toBe(outcome(subtract(multiply(b, a), multiply(c, a))));
      expect(outcome(power(multiply(a, b), 2))).toBe(outcome(multiply(power(a, 2), power(b, 2))));
      expect(outcome(total(multiply(a, b)))).toBe(outcome(multiply(a, b)));
    });
    fc.assert(claim, { seed: 4, numRuns: 200 });
  });
});
