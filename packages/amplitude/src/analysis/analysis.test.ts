import { compileJavaScript, evaluate, kernelProgram } from "@simloom/kernel";
import { describe, expect, it } from "vitest";
import { closureMonteCarlo } from "../event/closure-set.ts";
import { expectClose } from "../fixtures/close.ts";
import { modelOf, termsOf } from "./model.ts";
import { valueOfParameter } from "./parameters.ts";
import { parseAnalysis } from "./parse.ts";
import { withValues } from "./values.ts";

/** A file that is complete, as small as can be, with parts replaced. */
const file = (changes: Readonly<Record<string, unknown>> = {}) => ({
  topology: { k1: "beam", k3: ["kshort1", "kshort2"], k4: "proton" },
  angles: { of: "kshort1" },
  waves: { S: { coupling: { real: 2 } } },
  likelihood: { d: { data: "closure:data", monteCarlo: "closure:monte-carlo" } },
  ...changes,
});
const polarized = { polarization: { magnitude: "pol_magnitude", angle: "pol_angle" } };
const modelFrom = (changes: Readonly<Record<string, unknown>>) => modelOf(parseAnalysis(file(changes)));

const events = closureMonteCarlo(5);

/** Intensities of five events. */
function intensities(changes: Readonly<Record<string, unknown>>): readonly number[] {
  const { intensity, parameters } = modelFrom(changes);
  const kernel = compileJavaScript(kernelProgram({ intensity }));
  const values = Object.fromEntries(parameters.specs.map((one) => [one.name, valueOfParameter(one)]));
  const inputs = { ...values, ...events.columns(kernel.program.columns) };
  return [...(evaluate(kernel, inputs).intensity as Float64Array)];
}

function expectSame(actual: readonly number[], expected: readonly number[]): void {
  for (const [row, value] of actual.entries()) expectClose([value, 0], expected[row] as number, 1e-12); // two ways to the same number
}

describe("an analysis file", () => {
  it("fills in defaults", () => {
    const analysis = parseAnalysis(file());
    expect(analysis.angles.frame).toBe("helicity");
    expect(analysis.likelihood.d?.kind).toBe("shape");
    expect(modelOf(analysis).parameters.free).toEqual([expect.objectContaining({ name: "S re", initial: 2 })]);
    expect(intensities({})).toEqual([4]);
  });

  it("makes line shapes by formulas that are those of the package", () => {
    const resonance = { mass: 1.5, width: 0.1, masses: [0.497611, 0.497611] };
    const parameters = { m0: 1.5, g: { initial: 0.1, bounds: [0, 1] } };
    const formula = "1/(m0^2 - s - i*m0*g*(m0/m)*sqrt((s - 4*mk^2)/(m0^2 - 4*mk^2))*m0/m*m/m0)";
    const waves = { S: { shape: "f" } };
    expectSame(
      intensities({ parameters, variables: { mk: "0.497611" }, shapes: { f: { formula } }, waves }),
      intensities({ shapes: { f: { breitWigner: resonance } }, waves }).map((value) => value),
    );
  });

  it("makes K-matrices by tables that are those of Kopf", () => {
    const general = {
      poles: [
        { name: "a0(980)", mass: 0.95395 },
        { name: "a0(1450)", mass: 1.26767 },
      ],
      channels: [
        { name: "pi eta", masses: [0.1349768, 0.547862] },
        { name: "K K", masses: [0.493677, 0.497611] },
      ],
      couplings: [
        [0.43215, 0.19],
        [-0.28825, 0.43372],
      ],
      channel: "K K",
    };
    const waves = { S: { shape: "a0", couplings: { "a0(980)": 1, "a0(1450)": { cartesian: [0.5, -0.2] } } } };
    expectSame(
      intensities({ shapes: { a0: { kMatrix: general } }, waves }),
      intensities({ shapes: { a0: { kopf: { set: "a0", channel: "K K" } } }, waves }),
    );
  });

  it("adds waves of one sum coherently and others not", () => {
    const one = (sum: string) => ({ A: { coupling: 1 }, B: { coupling: -1, sum } });
    expect(intensities({ waves: one("main") })).toEqual([0]);
    expect(intensities({ waves: one("other") })).toEqual([2]);
  });

  it("knows harmonics, formulas of angles, and polar couplings", () => {
    const y = intensities({ waves: { P: { y: [1, 0], coupling: { polar: [2, 0.3] } } } });
    const angular = intensities({ waves: { P: { angular: "sqrt(3/(4*pi))*cosTheta", coupling: 2 } } });
    expectSame(y, angular);
  });

  it("ties parameters that two waves name", () => {
    const { parameters } = modelFrom({
      parameters: { a: 1 },
      waves: { A: { coupling: "a" }, B: { coupling: { cartesian: ["a", 2] }, sum: "other" } },
    });
    expect(parameters.freeNames).toEqual(["a", "B im"]);
  });

  it("keeps what is known of a parameter", () => {
    const phase = {
      initial: 1,
      bounds: [0, 6.283],
      periodic: true,
      unit: "rad",
      scale: 0.1,
      latex: "\\phi",
      description: "phase",
    };
    const { parameters } = modelFrom({ waves: { A: { coupling: { polar: [{ fixed: 1 }, phase] } } } });
    expect(parameters.fixed).toEqual([expect.objectContaining({ name: "A magnitude", fixed: 1 })]);
    expect(parameters.free).toEqual([
      {
        name: "A phase",
        initial: 1,
        bounds: [0, 6.283],
        isPeriodic: true,
        scale: 0.1,
        unit: "rad",
        latex: "\\phi",
        description: "phase",
      },
    ]);
  });

  it("takes values by name", () => {
    const { parameters } = modelFrom({});
    expect(withValues(parameters, { "S re": 5 }).free[0]?.initial).toBe(5);
    expect(withValues(parameters, { parameters: [{ name: "S re", value: 6 }] }).free[0]?.initial).toBe(6);
    expect(() => withValues(parameters, { "S rr": 5 })).toThrow(
      expect.objectContaining({ code: "KERN-049", remedy: "Did you mean S re?" }),
    );
    expect(() => withValues(parameters, [1])).toThrow(expect.objectContaining({ code: "AMPL-043" }));
    expect(() => withValues(parameters, { "S re": "5" })).toThrow(expect.objectContaining({ code: "AMPL-043" }));
    expect(() => withValues(parameters, { parameters: [{ value: 5 }] })).toThrow(
      expect.objectContaining({ code: "AMPL-043" }),
    );
  });

  it("says that a file needs a reader", async () => {
    const analysis = parseAnalysis(file({ likelihood: { d: { data: "a.parquet", monteCarlo: "b.parquet" } } }));
    await expect(termsOf(analysis, modelOf(analysis))).rejects.toThrow(expect.objectContaining({ code: "AMPL-046" }));
  });
});

describe("a file with mistakes", () => {
  it.each<readonly [string, Readonly<Record<string, unknown>>, string, RegExp]>([
    ["an unknown key", { likelihod: {} }, "AMPL-041", /Did you mean "likelihood"/],
    [
      "an unknown key deep inside",
      { shapes: { f: { breitWigner: { mass: 1, width: 1, masses: [1, 1], barriers: true } } } },
      "AMPL-041",
      /hasBarriers/,
    ],
    ["an unknown key of a coupling", { waves: { S: { coupling: { reel: 1 } } } }, "AMPL-041", /Did you mean "real"/],
    ["an unknown key of a parameter", { parameters: { a: { inital: 1 } } }, "AMPL-041", /Did you mean "initial"/],
    ["a missing field", { angles: {} }, "AMPL-042", /daughter of k3/],
    ["a wrong type", { columns: "x" }, "AMPL-043", /fits/],
    [
      "a value that is not allowed",
      { angles: { of: "kshort1", frame: "helicty" } },
      "AMPL-043",
      /Did you mean helicity/,
    ],
    ["an unknown shape", { waves: { S: { shape: "g" } } }, "AMPL-044", /There are none/],
    [
      "two kinds of shape",
      { shapes: { f: { formula: "1", constantWidth: { mass: 1, width: 1 } } } },
      "AMPL-043",
      /exactly one/,
    ],
    ["two angular parts", { waves: { S: { y: [0, 0], angular: "1" } } }, "AMPL-043", /exactly one/],
    ["a reflectivity without polarisation", { waves: { S: { z: [0, 0, "+"] } } }, "AMPL-042", /polarization/],
    ["a harmonic that does not exist", { ...polarized, waves: { S: { z: [0, 1, "+"] } } }, "AMPL-002", /whole numbers/],
    [
      "a K-matrix with one coupling",
      { shapes: { f: { kopf: { set: "a0", channel: 0 } } }, waves: { S: { shape: "f", coupling: 1 } } },
      "AMPL-042",
      /couplings/,
    ],
    [
      "an unknown pole",
      { shapes: { f: { kopf: { set: "a0", channel: 0 } } }, waves: { S: { shape: "f", couplings: { "a0(981)": 1 } } } },
      "AMPL-044",
      /a0\(980\)/,
    ],
    ["couplings without poles", { waves: { S: { couplings: { a: 1 } } } }, "AMPL-042", /coupling/],
    ["an unknown channel", { shapes: { f: { kopf: { set: "a0", channel: "K" } } } }, "AMPL-011", /pi eta/],
    ["a parameter that is not used", { parameters: { idle: 1 } }, "AMPL-048", /remove it/],
    ["a value out of bounds", { parameters: { a: { initial: 3, bounds: [0, 1] } } }, "KERN-044", /widen/],
    ["bounds upside down", { parameters: { a: { initial: 1, bounds: [2, 0] } } }, "KERN-042", /lower one first/],
    ["an open period", { parameters: { a: { initial: 1, periodic: true } } }, "KERN-043", /two finite bounds/],
    ["a name of two things", { parameters: { s: 1 } }, "AMPL-048", /another name/],
    ["an unknown name in a formula", { waves: { S: { coupling: "cosTheata" } } }, "KERN-003", /cosTheta/],
    ["two unknown momenta", { topology: { k1: "beam", k4: "proton" } }, "AMPL-001", /three of the four/],
  ])("is refused for %s", (_, changes, code, remedy) => {
    expect(() => modelFrom(changes)).toThrow(expect.objectContaining({ code, remedy: expect.stringMatching(remedy) }));
  });

  it("lists all problems at once", () => {
    const attempt = () => parseAnalysis(file({ angles: { frame: "x" }, columns: 3, more: 1 }), { source: "a.yaml" });
    expect(attempt).toThrow(
      expect.objectContaining({ code: "AMPL-040", problems: expect.objectContaining({ length: 4 }) }),
    );
    expect(attempt).toThrow(/a\.yaml has 4 problems/);
  });
});
