import { describe, expect, it } from "vitest";
import { modelOf } from "./model.ts";
import { parseAnalysis } from "./parse.ts";

const GEV = { m0: { initial: 1.5, unit: "GeV" }, w: { initial: 0.1, unit: "GeV" } };
const breitWigner = { mass: "m0", width: "w", masses: [0.4976, 0.4976] };

/** The model of a file with one wave of the shape `f`, with parts replaced. */
const modelFrom = (changes: Readonly<Record<string, unknown>>) =>
  modelOf(
    parseAnalysis({
      topology: { k1: "beam", k3: ["kshort1", "kshort2"], k4: "proton" },
      angles: { of: "kshort1" },
      polarization: { magnitude: "pol_magnitude", angle: "pol_angle" },
      parameters: GEV,
      shapes: { f: { breitWigner } },
      waves: { S: { shape: "f" } },
      likelihood: { d: { data: "closure:data", monteCarlo: "closure:monte-carlo" } },
      ...changes,
    }),
  );
const shapeOf = (formula: string, more: Readonly<Record<string, unknown>> = {}) => ({
  shapes: { f: { formula } },
  ...more,
});

describe("units of an analysis file", () => {
  it.each([
    "1/(m0^2 - s - i*m0*w)",
    "w*sqrt(s)/(m^2 - m0^2 - i*m0*w*(m/m0))",
    "m0*w/t + cosTheta*P + sin(Phi + phi)",
    "m0 - w + 0.3",
  ])("fit in %s, of which s and t are in GeV^2, m is in GeV and angles are pure", (formula) => {
    expect(() => modelFrom(shapeOf(formula))).not.toThrow();
  });

  it.each(["GeV/c", "GeV/c^2", "GeV/c²"])("are natural ones, so %s is GeV", (unit) => {
    const parameters = { m0: { initial: 1.5, unit }, w: { initial: 0.1, unit: "GeV" } };
    expect(() => modelFrom(shapeOf("1/(m0^2 - s - i*m0*w)", { parameters }))).not.toThrow();
  });

  it.each(["km/c", "s/c^2"])("are divided by c otherwise, which nobody knows: %s", (unit) => {
    const parameters = { m0: { initial: 1.5, unit }, w: { initial: 0.1, unit: "GeV" } };
    expect(() => modelFrom(shapeOf("m0*w", { parameters }))).toThrow(
      expect.objectContaining({ code: "KERN-090", path: "parameters.m0.unit" }),
    );
  });

  it("are those of variables and of listed columns as well", () => {
    const variables = { z: { massSquared: ["kshort1", "proton"] }, root: "sqrt(z)" };
    const more = { variables, columns: ["e"], units: { e: "GeV" } };
    expect(() => modelFrom(shapeOf("1/(m0 - root - e + i*w)", more))).not.toThrow();
    expect(() => modelFrom(shapeOf("1/(m0 - z + i*w)", more))).toThrow(expect.objectContaining({ code: "KERN-091" }));
  });

  it("are not asked of formulas whose numbers may carry them", () => {
    const waves = { S: { shape: "f", coupling: "m0/w" } };
    const variables = { x: "s/1.5", half: "0.5", odd: "(w/m0)^0.7 + m0^0.7/w^0.7" };
    expect(() => modelFrom(shapeOf("exp(-0.5*s)/(1 + s + s^2)", { waves }))).not.toThrow();
    expect(() => modelFrom(shapeOf("m0*w*log(x)*odd + half", { variables }))).not.toThrow();
  });

  it.each<readonly [string, Readonly<Record<string, unknown>>, string, string, RegExp]>([
    [
      "a width in MeV",
      { parameters: { ...GEV, w: { initial: 100, unit: "MeV" } } },
      "KERN-094",
      "shapes.f.breitWigner.width",
      /`w` is in MeV, but must be in GeV/,
    ],
    [
      "a square for a mass",
      { parameters: { ...GEV, m0: { initial: 2.25, unit: "GeV^2" } } },
      "KERN-094",
      "shapes.f.breitWigner.mass",
      /`m0` is in GeV\^2/,
    ],
    [
      "a constant width in MeV",
      {
        parameters: { ...GEV, w: { initial: 100, unit: "MeV" } },
        shapes: { f: { constantWidth: { mass: "m0", width: "w" } } },
      },
      "KERN-094",
      "shapes.f.constantWidth.width",
      /MeV/,
    ],
    [
      "a mass and a square",
      shapeOf("1/(m0 - s + i*w*m0)"),
      "KERN-091",
      "shapes.f.formula",
      /`subtract` .*: `m0` is in GeV and `s` is in GeV\^2, in `m0 - s`/,
    ],
    [
      "MeV and GeV",
      shapeOf("1/(m0^2 - s - i*m0*w)", { parameters: { ...GEV, w: { initial: 100, unit: "MeV" } } }),
      "KERN-092",
      "shapes.f.formula",
      /GeV MeV/,
    ],
    ["an exponential of GeV", shapeOf("exp(-w)*m0"), "KERN-093", "shapes.f.formula", /`exp` takes a pure number/],
    ["a variable", shapeOf("m0*w*v", { variables: { v: "m0 + s" } }), "KERN-091", "variables.v", /`add`/],
    ["an angular part", { waves: { S: { shape: "f", angular: "cos(m0)" } } }, "KERN-093", "waves.S.angular", /`cos`/],
    [
      "a phase in degrees",
      { waves: { S: { shape: "f", coupling: { polar: [1, { initial: 30, unit: "deg" }] } } } },
      "KERN-094",
      "waves.S.coupling",
      /is in deg, but must be in rad/,
    ],
    [
      "a coupling in seconds",
      { waves: { S: { shape: "f", coupling: { real: { initial: 1, unit: "s" } } } } },
      "KERN-094",
      "waves.S.coupling",
      /is in s/,
    ],
    [
      "a unit that nobody knows",
      { parameters: { ...GEV, w: { initial: 0.1, unit: "Gev" } } },
      "KERN-090",
      "parameters.w.unit",
      /Gev/,
    ],
    ["a unit of a column that is not listed", { columns: ["e"], units: { f: "GeV" } }, "AMPL-044", "units.f", /f/],
  ])("are refused for %s, with the place", (_, changes, code, path, message) => {
    expect(() => modelFrom(changes)).toThrow(
      expect.objectContaining({ code, path, message: expect.stringMatching(message) }),
    );
  });
});
