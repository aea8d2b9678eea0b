/** The back end `cvode`: the legacy equations by CVODE of SUNDIALS, where this machine has it. */
import { defineStage } from "@simloom/pipeline";
import { integrateWith } from "../adaptive/solve-shot.ts";
import { integrateShot } from "../shot/integrate.ts";
import { integrationConfig } from "../shot/integration-config.ts";
import { emitIntegration } from "../shot/integration-metrics.ts";
import { preparationPort, trajectoryPort, trajectoryValue } from "../shot/ports.ts";

/** What the stage `mold/integration` does, with one more back end. Errors: `SOLV-020` where SUNDIALS is not installed. */
export const sundialsIntegration = defineStage(import.meta, {
  name: "mold/integration-cvode",
  version: 1,
  config: integrationConfig,
  inputs: { prepared: preparationPort() },
  outputs: { trajectory: trajectoryPort() },
  async run({ config, inputs, metric }) {
    const { thermal, grid, solver } = config;
    // loaded only now: the library behind it is large, and the other back ends do without
    const done =
      solver.backend === "cvode"
        ? integrateWith((await import("@simloom/solve/node")).cvode, solver, inputs.prepared, thermal, grid)
        : integrateShot(inputs.prepared, config);
    emitIntegration(done, metric);
    return { trajectory: trajectoryValue(done) };
  },
});
