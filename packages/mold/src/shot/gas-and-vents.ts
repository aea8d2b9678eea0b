/** Gas, expansion, vents and pressure along a trajectory. */
import { defineStage } from "@simloom/pipeline";
import { z } from "@simloom/units/zod";
import { gasProfiles } from "../legacy/gas.ts";
import { above, fromZero, share, whole } from "../scenario/field.ts";
import { gasPort, gasValue, preparationPort, trajectoryOf, trajectoryPort } from "./ports.ts";

export const gasAndVents = defineStage(import.meta, {
  name: "mold/gas-and-vents",
  version: 1,
  config: z.strictObject({
    ventCount: whole(0, "Number of vents"),
    ventConductanceM3PerSPa: above("m³/(s Pa)", "Conductance of an open vent"),
    closureConversion: share("Conversion at which foam closes a vent"),
    clogExponent: above("1", "Exponent of the closing"),
    minVentEfficiency: share("What stays open of a closed vent"),
    ventReliefScale: fromZero("1", "How much overfilling hinders vents"),
    evaporationRatePerS: fromZero("1/s", "Largest rate of evaporation of pentane"),
    evaporationOnsetK: above("K", "Temperature at which pentane begins to evaporate"),
    evaporationSlopePerK: fromZero("1/K", "How fast evaporation sets in"),
  }),
  inputs: { prepared: preparationPort(), trajectory: trajectoryPort() },
  outputs: { gas: gasPort() },
  run({ config, inputs, metric }) {
    const gas = gasProfiles(inputs.prepared, config, trajectoryOf(inputs.trajectory));
    metric("p_max", gas.peakPa, "Pa");
    metric("t_p_max", gas.peakTimeS, "s");
    if (gas.ventClosureS !== null) metric("t_vent_closure", gas.ventClosureS, "s");
    return { gas: gasValue(gas) };
  },
});
