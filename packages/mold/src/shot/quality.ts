/** Hardness, demoulding window and verdict of a part. */
import { defineStage } from "@simloom/pipeline";
import { z } from "@simloom/units/zod";
import { partResult } from "../quality/part.ts";
import { above, field, fromZero, share } from "../scenario/field.ts";
import { gasOf, gasPort, partPort, partValue, preparationPort, trajectoryOf, trajectoryPort } from "./ports.ts";

export const quality = defineStage(import.meta, {
  name: "mold/quality",
  version: 1,
  config: z.strictObject({
    hardness: z.strictObject({
      baseShore: field("1", "Hardness without conversion"),
      conversionGainShore: fromZero("1", "Hardness gained by conversion"),
      densityGainShore: fromZero("1", "Hardness gained by density"),
      referenceKgPerM3: above("kg/m³", "Reference density of hardness"),
      dayBonusShore: field("1", "Hardness gained in 24 h"),
    }),
    limits: z.strictObject({
      minConversion: share("Least conversion at demoulding"),
      minDensityKgPerM3: above("kg/m³", "Least density"),
      maxDensityKgPerM3: above("kg/m³", "Largest density"),
      maxCoreC: field("°C", "Hottest core at demoulding"),
      minHardnessShore: above("1", "Least hardness at demoulding"),
      minDemoldShore: above("1", "Least hardness at the advised time"),
      minDayShore: above("1", "Least hardness after 24 h"),
      maxPressureBar: above("bar", "Largest pressure"),
      maxDefectRisk: share("Largest risk of a defect"),
    }),
  }),
  inputs: { prepared: preparationPort(), trajectory: trajectoryPort(), gas: gasPort() },
  outputs: { part: partPort() },
  run({ config, inputs, metric }) {
    const trajectory = trajectoryOf(inputs.trajectory);
    const part = partResult(inputs.prepared, trajectory, gasOf(inputs.gas), config.hardness, config.limits);
    metric("rho_moulded", part.densityKgPerM3, "kg/m^3");
    metric("H_demold", part.demoldShore);
    metric("H_24h", part.dayShore);
    metric("T_core_max", part.hottestC, "°C");
    metric("defect_risk", part.defectRisk);
    if (part.window !== undefined) metric("t_demold_opt", part.window.optS, "s");
    return { part: partValue(part) };
  },
});
