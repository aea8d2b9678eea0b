import { dataset, readCsv } from "@simloom/columns";
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

const general = (changes: Readonly<Record<string, unknown>> = {}) => ({
  shapes: {
    f: {
      kMatrix: {
        poles: [
          { name: "a", mass: 1 },
          { name: "b", mass: 1.5 },
        ],
        channels: [
          { name: "pi pi", masses: [0.14, 0.14] },
          { name: "K K", masses: [0.5, 0.5] },
        ],
        couplings: [
          [0.4, 0.2],
          [0.3, 0.1],
        ],
        channel: "K K",
        ...changes,
      },
    },
  },
  waves: { S: { shape: "f", couplings: { a: 1 } } },
});
const breitWigner = { mass: 1.5, width: 0.1, masses: [0.5, 0.5] };

describe("a file with settings that would be ignored", () => {
  it.each<readonly [string, Readonly<Record<string, unknown>>, string, string, RegExp]>([
    [
      "a coupling beside couplings",
      { ...general(), waves: { S: { shape: "f", coupling: 2, couplings: { a: 1 } } } },
      "AMPL-043",
      "waves.S",
      /coupling and couplings are given together/,
    ],
    [
      "a sum beside a reflectivity",
      { ...polarized, waves: { S: { z: [0, 0, "+"], sum: "apart" } } },
      "AMPL-043",
      "waves.S.sum",
      /a wave with a reflectivity has its own coherent sums/,
    ],
    [
      "a background that is not symmetric",
      general({
        background: [
          [0, 0.1],
          [0, 0],
        ],
      }),
      "AMPL-010",
      "shapes.f.kMatrix.background",
      /\[1\]\[0\] is 0 and \[0\]\[1\] is 0\.1/,
    ],
    [
      "two poles of one name",
      general({ poles: [1, 1.5].map((mass) => ({ name: "a", mass })) }),
      "AMPL-048",
      "shapes.f.kMatrix.poles[1].name",
      /two poles are called a/,
    ],
    [
      "two channels of one name",
      general({ channels: [0.14, 0.5].map((mass) => ({ name: "K K", masses: [mass, mass] })) }),
      "AMPL-048",
      "shapes.f.kMatrix.channels[1].name",
      /two channels are called K K/,
    ],
    [
      "a range of barriers that are left out",
      { shapes: { f: { breitWigner: { ...breitWigner, hasBarriers: false, interactionMomentum: 0.2 } } } },
      "AMPL-043",
      "shapes.f.breitWigner.interactionMomentum",
      /hasBarriers is false/,
    ],
    [
      "a line shape that no wave has",
      { shapes: { "f(1500)": { breitWigner }, "f(1510)": { breitWigner } }, waves: { S: { shape: "f(1500)" } } },
      "AMPL-048",
      "shapes.f(1510)",
      /nothing depends on the line shape/,
    ],
    [
      "a column that no formula has",
      { columns: ["x", "y"], waves: { S: { coupling: "x" } } },
      "AMPL-048",
      "columns[1]",
      /nothing depends on the column y/,
    ],
    ["a tag that is another wave", { waves: { S: {}, D: { tags: ["S"] } } }, "AMPL-021", "waves", /the tag S/],
  ])("is refused for %s", (_, changes, code, path, message) => {
    expect(() => modelFrom(changes)).toThrow(
      expect.objectContaining({ code, path, message: expect.stringMatching(message) }),
    );
  });

  it("is not refused for a background with the same formula on both sides", () => {
    const more = {
      parameters: { c: 0.1 },
      ...general({
        background: [
          [0, "2*c"],
          ["2*c", 0],
        ],
      }),
    };
    expect(() => modelFrom(more)).not.toThrow();
  });

  it("names what is used and nearest", () => {
    const shapes = { "f(1500)": { breitWigner }, "f(1510)": { breitWigner } };
    expect(() => modelFrom({ shapes, waves: { S: { shape: "f(1500)" } } })).toThrow(
      expect.objectContaining({ remedy: expect.stringMatching(/Did you mean f\(1500\)\?/) }),
    );
  });
});

describe("what functions refuse", () => {
  it.each<readonly [string, Readonly<Record<string, unknown>>, string, string]>([
    ["a harmonic", { ...polarized, waves: { S: { z: [2, 3, "+"] } } }, "AMPL-002", "waves.S.z"],
    ["a spherical harmonic", { waves: { S: { y: [1, 2] } } }, "AMPL-002", "waves.S.y"],
    ["a channel by number", { shapes: { f: { kopf: { set: "a0", channel: 9 } } } }, "AMPL-011", "shapes.f.kopf"],
    ["ragged couplings", general({ couplings: [[0.4, 0.2], [0.3]] }), "AMPL-010", "shapes.f.kMatrix"],
    ["a name with a star", { waves: { "S*": { coupling: 1 } } }, "KERN-033", "waves.S*"],
    ["two unknown momenta", { topology: { k1: "beam", k4: "proton" } }, "AMPL-001", "topology"],
  ])("has the place in the file: %s", (_, changes, code, path) => {
    const attempt = () => modelFrom(changes);
    expect(attempt).toThrow(expect.objectContaining({ code, path, cause: expect.objectContaining({ code }) }));
    expect(attempt).toThrow(`${path}: `);
  });

  it("keeps the facts of the first error", () => {
    expect(() => modelFrom({ shapes: { f: { kopf: { set: "a0", channel: 9 } } } })).toThrow(
      expect.objectContaining({ context: expect.objectContaining({ channel: 9 }) }),
    );
    expect(() => modelFrom({ waves: { "S*": { coupling: 1 } } })).toThrow(
      expect.objectContaining({ context: { tags: ["S*"] } }),
    );
  });
});

describe("the events of a file", () => {
  const files = { likelihood: { d: { data: "a.csv", monteCarlo: "b.csv" } } };
  const analysis = parseAnalysis(file({ ...files, columns: ["x"], waves: { S: { coupling: "x" } } }));
  const model = modelOf(analysis);

  it("are asked for the columns of the model alone", async () => {
    const asked: unknown[] = [];
    await termsOf(analysis, model, async (...what) => {
      asked.push(what);
      return dataset({ x: [1] });
    });
    expect(asked).toEqual([
      ["a.csv", ["x"]],
      ["b.csv", ["x"]],
    ]);
  });

  it("that cannot be used are refused with the file and its place", async () => {
    const read = (source: string, columns: readonly string[]) =>
      readCsv(new TextEncoder().encode(source === "a.csv" ? "x\n1\n" : "x\n1\nnan\n"), { columns });
    await expect(termsOf(analysis, model, read)).rejects.toThrow(
      expect.objectContaining({
        code: "COLS-022",
        path: "likelihood.d.monteCarlo",
        message: "b.csv: x has no value in line 3",
      }),
    );
  });

  it("that lack one are refused with the nearest", async () => {
    const read = (source: string, columns: readonly string[]) =>
      readCsv(new TextEncoder().encode(source === "a.csv" ? "x\n1\n" : "x2\n1\n"), { columns });
    await expect(termsOf(analysis, model, read)).rejects.toThrow(
      expect.objectContaining({ code: "AMPL-047", path: "likelihood.d.monteCarlo", remedy: "Did you mean x2?" }),
    );
  });
});
