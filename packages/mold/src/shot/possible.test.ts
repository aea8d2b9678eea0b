import { describe, expect, it } from "vitest";
import { MoldError } from "../errors.ts";
import { type Changes, scenarioWith } from "../fixtures/cases.ts";
import { computeShot } from "./compute.ts";
import { shotFigures } from "./figures-only.ts";
import { type ShotSettings, shotSettings } from "./settings.ts";

function refusal(compute: (settings: ShotSettings) => unknown, changes: Changes): MoldError {
  try {
    compute(shotSettings(scenarioWith(changes)));
  } catch (thrown) {
    if (thrown instanceof MoldError) return thrown;
    throw thrown;
  }
  throw new Error("the shot was computed");
}

const cold = { reaction_enthalpy_J_per_kg: -1e9 };

describe.each([
  ["a mould too light for the steps", "simulation.time_step_s", { mold: { mold_mass_kg: 0.035 } }],
  ["a transfer too fast for the steps", "simulation.time_step_s", { mold: { h_core_to_mold_W_per_m2K: 18000 } }],
  ["a heat of reaction by manual", "simulation.time_step_s", { simulation: cold }],
  ["one by adaptive", "simulation.reaction_enthalpy_J_per_kg", { simulation: { ...cold, backend: "adaptive" } }],
  ["one by stiff", "simulation.reaction_enthalpy_J_per_kg", { simulation: { ...cold, backend: "stiff" } }],
  ["one by ensemble", "simulation.reaction_enthalpy_J_per_kg", { simulation: { ...cold, backend: "ensemble" } }],
  ["a mould that begins too hot", "process", { process: { T_mold_init_C: 2e4 } }],
] as const)("%s", (_, path, changes: Changes) => {
  it("is refused with the time and the part, though every number is finite", () => {
    const { code, message, path: found, context } = refusal(computeShot, changes);
    expect([code, found]).toEqual(["MOLD-031", path]);
    expect(message).toMatch(/the (core|mould) is at -?[\d.e+]+ K at [\d.]+ s \(point \d+\)/);
    expect(context).toMatchObject({ point: expect.any(Number), timeS: expect.any(Number) });
  });

  it("is refused in the same words where figures alone are asked for", () => {
    expect(refusal(shotFigures, changes).message).toBe(refusal(computeShot, changes).message);
  });
});
