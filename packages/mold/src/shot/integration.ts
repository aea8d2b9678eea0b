/** Cure and temperatures over time, by a back end that runs everywhere; `@simloom/mold/node` has one for CVODE. */
import { defineStage } from "@simloom/pipeline";
import { integrateShot } from "./integrate.ts";
import { integrationConfig } from "./integration-config.ts";
import { emitIntegration } from "./integration-metrics.ts";
import { preparationPort, trajectoryPort, trajectoryValue } from "./ports.ts";

export const integration = defineStage(import.meta, {
  name: "mold/integration",
  version: 1,
  config: integrationConfig,
  inputs: { prepared: preparationPort() },
  outputs: { trajectory: trajectoryPort() },
  run({ config, inputs, metric }) {
    const done = integrateShot(inputs.prepared, config);
    emitIntegration(done, metric);
    return { trajectory: trajectoryValue(done) };
  },
});
