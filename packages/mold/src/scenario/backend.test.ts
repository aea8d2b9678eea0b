import { describe, expect, it } from "vitest";
import { scenarioWith } from "../fixtures/cases.ts";
import { type SolverChoice, solverOf } from "./backend.ts";

const choose = (simulation: Readonly<Record<string, unknown>>): SolverChoice =>
  solverOf(scenarioWith({ simulation }).simulation);

describe("the older names of back ends", () => {
  it.each([
    ["RK45", "adaptive", "tsit5"],
    ["RK23", "adaptive", "tsit5"],
    ["DOP853", "adaptive", "dopri853"],
    ["Radau", "stiff", "radau5"],
    ["BDF", "stiff", "bdf"],
    ["LSODA", "stiff", "bdf"],
  ])("solve_ivp with %s is %s by %s", (method, backend, ours) => {
    expect(choose({ backend: "solve_ivp", solve_ivp_method: method })).toMatchObject({ backend, method: ours });
  });

  it("sundials is cvode and jax is ensemble", () => {
    expect(choose({ backend: "sundials" })).toMatchObject({ backend: "cvode", method: "cvode" });
    expect(choose({ backend: "jax" })).toMatchObject({ backend: "ensemble", method: "tsit5" });
  });
});

describe("tolerances", () => {
  const given = { solve_ivp_rtol: 1e-8, solve_ivp_atol: 1e-10, sundials_rtol: 1e-5, sundials_atol: 1e-7 };

  it("of solve_ivp hold for adaptive, stiff and ensemble", () => {
    for (const backend of ["adaptive", "stiff", "ensemble", "solve_ivp", "jax"])
      expect(choose({ ...given, backend })).toMatchObject({ relativeTolerance: 1e-8, absoluteTolerance: 1e-10 });
  });

  it("of sundials hold for cvode, its step limit too", () => {
    for (const backend of ["cvode", "sundials"])
      expect(choose({ ...given, backend, sundials_max_steps: 77 })).toMatchObject({
        relativeTolerance: 1e-5,
        absoluteTolerance: 1e-7,
        stepLimit: 77,
      });
  });

  it("mean nothing to manual", () => {
    expect(choose({ ...given, backend: "manual" })).toEqual({ backend: "manual" });
  });
});

it("a method of the other kind gives a back end its own", () => {
  expect(choose({ backend: "adaptive", solve_ivp_method: "BDF" })).toMatchObject({ method: "tsit5" });
  expect(choose({ backend: "stiff", solve_ivp_method: "RK45" })).toMatchObject({ method: "radau5" });
});
