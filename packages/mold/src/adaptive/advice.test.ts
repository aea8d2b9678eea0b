import type { FailureReason } from "@simloom/solve";
import { describe, expect, it } from "vitest";
import { MoldError } from "../errors.ts";
import { scenarioWith, useCase1 } from "../fixtures/cases.ts";
import { prepare } from "../legacy/preparation.ts";
import * as node from "../node/index.ts";
import { BACKENDS, type SolverChoice, solverOf } from "../scenario/backend.ts";
import { parseScenario } from "../scenario/scenario.ts";
import { integrateShot } from "../shot/integrate.ts";
import { shotSettings } from "../shot/settings.ts";
import { adviceOn } from "./advice.ts";

const REASONS: readonly FailureReason[] = [
  "step-limit",
  "step-too-small",
  "not-finite",
  "singular-matrix",
  "no-convergence",
  "saved-numbers-limit",
];

type Chosen = Exclude<SolverChoice, { readonly backend: "manual" }>;

const choiceOf = (backend: string): Chosen => solverOf(scenarioWith({ simulation: { backend } }).simulation) as Chosen;

describe.each(BACKENDS.filter((backend) => backend !== "manual"))("advice on the back end %s", (backend) => {
  it.each(REASONS)("for %s names fields that a scenario has", (reason) => {
    const advice = adviceOn(reason, choiceOf(backend));
    const { simulation } = parseScenario(useCase1());
    const named = [...advice.matchAll(/simulation\.(\w+)/g)].map(([, field]) => field as string);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((field) => !(field in simulation))).toEqual([]);
    expect(advice).not.toMatch(/limits\.|rodas5p|radau5/);
  });

  it("names the tolerances that this back end reads", () => {
    expect(adviceOn("step-limit", choiceOf(backend))).toContain(
      backend === "cvode" ? "simulation.sundials_rtol" : "simulation.solve_ivp_rtol",
    );
  });

  it("does not advise the back end that just failed", () => {
    for (const reason of REASONS) expect(adviceOn(reason, choiceOf(backend))).not.toContain(`backend to ${backend}`);
  });
});

describe("integration", () => {
  const { shot, thermal, grid, solver } = shotSettings(scenarioWith({ simulation: { backend: "ensemble" } }));

  function refusal(changed: SolverChoice): MoldError {
    try {
      integrateShot(prepare(shot), { thermal, grid, solver: changed });
    } catch (thrown) {
      if (thrown instanceof MoldError) return thrown;
      throw thrown;
    }
    throw new Error("the shot was integrated");
  }

  it("that ends at the step limit advises what the scenario can say", () => {
    const { code, remedy } = refusal({ ...solver, stepLimit: 3 } as SolverChoice);
    expect([code, remedy]).toEqual([
      "MOLD-030",
      "Set simulation.backend to stiff, or raise simulation.solve_ivp_rtol or simulation.solve_ivp_atol.",
    ]);
  });

  it("by cvode without its stage names the stage that has it", () => {
    const { code, remedy } = refusal(choiceOf("cvode"));
    expect(code).toBe("MOLD-021");
    expect(remedy).toMatch(/(\w+) of @simloom\/mold\/node/);
    expect(Object.keys(node)).toContain(/(\w+) of @simloom\/mold\/node/.exec(remedy)?.[1]);
  });
});
