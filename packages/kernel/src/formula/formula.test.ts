import { describe, expect, it } from "vitest";
import { KernelError } from "../errors.ts";
import * as build from "../expression/build.ts";
import { column, constant, i, parameter, pi, state, time } from "../expression/leaves.ts";
import { expr, parseFormula, symbolTable } from "./formula.ts";
import { formulaFunctions, isReserved } from "./functions.ts";

const [a, b, c] = [parameter("a"), parameter("b"), parameter("c")];
const symbols = { a, b, c };
const read = (text: string) => parseFormula(text, symbols);

function errorOf(action: () => unknown): KernelError {
  try {
    action();
  } catch (error) {
    if (error instanceof KernelError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("formulas", () => {
  // equal expressions are one object, so `toBe` compares meaning
  it.each([
    ["a + b*c", build.add(a, build.multiply(b, c))],
    ["(a + b)*c", build.multiply(build.add(a, b), c)],
    ["a - b - c", build.subtract(build.subtract(a, b), c)],
    ["a / b / c", build.divide(build.divide(a, b), c)],
    ["a / b * c", build.multiply(build.divide(a, b), c)],
    ["-a^2", build.negate(build.integerPower(a, 2))],
    ["(-a)^2", build.integerPower(build.negate(a), 2)],
    ["a^-2", build.integerPower(a, -2)],
    ["a**3", build.integerPower(a, 3)],
    ["a^b^c", build.pow(a, build.pow(b, c))],
    ["a^0.5", build.pow(a, 0.5)],
    ["2^-a", build.pow(2, build.negate(a))],
    ["a*-b", build.multiply(a, build.negate(b))],
    ["+a", a],
    ["1.5e-3 + .5 + 2.", build.add(build.add(1.5e-3, 0.5), 2)],
    ["i*pi", build.multiply(i, pi)],
    ["exp(-a / b)", build.exp(build.divide(build.negate(a), b))],
    [
      "select(a < b and not b >= c or a == c, 1, 2)",
      build.select(build.or(build.and(build.less(a, b), build.not(build.lessOrEqual(c, b))), build.equal(a, c)), 1, 2),
    ],
    ["a != b", build.notEqual(a, b)],
    ["abs2(complex(a, b))", build.absSquared(build.complex(a, b))],
    ["  a\n\t+ b ", build.add(a, b)],
  ])("%s", (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it("know every function that they list, by the number of its arguments", () => {
    const special: Readonly<Record<string, string>> = {
      select: "select(a < b, b, c)",
      dot: "dot([a, b], [b, c])",
      cross: "cross([a, b, c], [b, c, a])[1]",
      norm: "norm([a, b])",
      transpose: "transpose([[a, b]])[1, 1] + b",
      diagonal: "diagonal([a, b])[1, 1] + b",
      solve: "solve([[a]], [b])[1]",
      inverse: "inverse([[a]])[1, 1]",
    };
    for (const [name, { arity }] of formulaFunctions) {
      const text = special[name] ?? `${name}(${["a", "b"].slice(0, arity).join(", ")})`;
      expect(read(text).args.length).toBeGreaterThan(0);
    }
  });

  it("take names with dots and letters of any script", () => {
    const Γ = parameter("Γ");
    expect(parseFormula("Γ * rho.mass", { Γ, "rho.mass": a })).toBe(build.multiply(Γ, a));
  });

  it("take numbers for names", () => {
    expect(parseFormula("R * a", { R: 8.314, a })).toBe(build.multiply(constant(8.314), a));
  });

  it.each([
    ["a = b", "KERN-001", "=", "Compare with =="],
    ["a % b", "KERN-001", "%", "floor"],
    ["a + 𝛼𝛽", "KERN-003", "𝛼𝛽", "Declare"],
    ["a + €", "KERN-001", "€", "Use numbers"],
    ["a +", "KERN-002", "", "Complete"],
    ["a + 1e400", "KERN-002", "1e400", "1.8e308"],
    ["", "KERN-002", "", "Complete"],
    ["a b", "KERN-002", "b", "operator"],
    ["2a", "KERN-002", "a", "operator"],
    ["(a + b", "KERN-002", "(", "closing"],
    ["a + b)", "KERN-002", ")", "operator"],
    ["a * / b", "KERN-002", "/", "operator"],
    ["sin + 1", "KERN-002", "sin", "sin(…)"],
    ["exp()", "KERN-005", "exp()", "missing"],
    ["foo + a", "KERN-003", "foo", "Declare"],
    ["sine(a)", "KERN-004", "sine", "Did you mean sin?"],
    ["a(b)", "KERN-004", "a", "Multiply"],
    ["hypot(a)", "KERN-005", "hypot(a)", "missing"],
    ["sin(a, b)", "KERN-005", "sin(a, b)", "surplus"],
    ["a + (b < c)", "KERN-006", "a + (b < c)", "select"],
    ["b * floor(i) + a", "KERN-006", "floor(i)", "real"],
    ["not a", "KERN-006", "not a", "select"],
    ["a < b < c", "KERN-007", "a < b <", "and"],
  ])("%s is refused with %s at %s", (text, code, place, remedy) => {
    const error = errorOf(() => read(text));
    const { from, to } = error.context as { readonly from: number; readonly to: number };
    expect({ code: error.code, place: text.slice(from, to) }).toEqual({ code, place });
    expect(error.remedy).toContain(remedy);
  });

  it("are refused with the line and the place underlined, and the path in the document", () => {
    const error = errorOf(() => parseFormula("a +\n\tb*gama", { a, b, gamma: c }, { path: "rates[2].law" }));
    expect(error.message).toBe("`gama` is not known here\n  \tb*gama\n  \t  ^^^^");
    expect([error.remedy, error.path]).toEqual(["Did you mean gamma?", "rates[2].law"]);
  });

  it("are refused when they nest too deeply, without exhausting the stack", () => {
    expect(errorOf(() => read("(".repeat(100_000))).code).toBe("KERN-002");
    expect(errorOf(() => read(`${"-".repeat(100_000)}a`)).code).toBe("KERN-002");
    expect(read(`${"(".repeat(150)}a${")".repeat(150)}`)).toBe(a);
  });

  it("have no limit on the length of sums", () => {
    expect(read(Array.from({ length: 20_000 }, () => "a").join(" + ")).type).toBe("real");
  });
});

describe("expr", () => {
  it("interpolates expressions and numbers, and takes bare names for columns", () => {
    const s = column("s");
    expect(expr`1 / (${a}^2 - s - i*${a}*${0.5})`).toBe(
      build.divide(
        1,
        build.subtract(build.subtract(build.integerPower(a, 2), s), build.multiply(build.multiply(i, a), 0.5)),
      ),
    );
  });

  it("takes an interpolated sum as a whole", () => {
    expect(expr`2*${build.add(a, b)}`).toBe(build.multiply(2, build.add(a, b)));
  });

  it("shows interpolated inputs by name in errors, and others by number", () => {
    const error = errorOf(() => expr`${a} + ${build.sin(a)} ${2}`);
    const lines = ["`\u0024{2}` should not stand here", "  \u0024{a} + \u0024{#2} \u0024{2}", "               ^^^^"];
    expect(error.message).toBe(lines.join("\n"));
  });
});

describe("symbolTable", () => {
  it("makes inputs of each kind", () => {
    const table = symbolTable({ parameters: ["k"], columns: ["T"], states: ["X"], time: "t" });
    expect(table).toEqual({ k: parameter("k"), T: column("T"), X: state("X"), t: time });
  });

  it.each([
    ["belongs to the language", () => symbolTable({ parameters: ["exp"] })],
    ["is the imaginary unit", () => symbolTable({ states: ["i"] })],
    ["is not a name", () => symbolTable({ columns: ["2x"] })],
    ["stands twice", () => symbolTable({ parameters: ["k"], states: ["k"] })],
    ["is reserved in a table of one's own", () => parseFormula("1", { and: 1 })],
    ["is empty", () => parameter("")],
  ])("refuses a name that %s", (_, action) => {
    expect(errorOf(action).code).toBe("KERN-008");
  });

  it("knows what is reserved", () => {
    expect(["i", "pi", "and", "select", "x", "e"].map(isReserved)).toEqual([true, true, true, true, false, false]);
  });
});
