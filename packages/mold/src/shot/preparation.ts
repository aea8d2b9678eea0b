/** Water, gas to come, volumes, temperatures and reaction clock of a shot. */
import { defineStage } from "@simloom/pipeline";
import { z } from "@simloom/units/zod";
import { prepare } from "../legacy/preparation.ts";
import { above, field, fromZero, share } from "../scenario/field.ts";
import { ordered } from "./ordered.ts";
import { preparationPort } from "./ports.ts";

const reactionTime = (stage: string) => above("s", `${stage} time of the cup test`).nullable();

export const preparation = defineStage(import.meta, {
  name: "mold/preparation",
  version: 1,
  config: z.strictObject({
    polyolKgPerM3: above("kg/m³", "Density of the polyol"),
    isocyanateKgPerM3: above("kg/m³", "Density of the isocyanate"),
    waterRatio: share("Water per polyol"),
    pentaneRatio: share("Pentane per polyol"),
    reactionTimes: z.strictObject({
      creamS: reactionTime("Cream"),
      gelS: reactionTime("Gel"),
      riseS: reactionTime("Rise"),
      tackFreeS: reactionTime("Tack-free"),
    }),
    reactionOrder: above("1", "Exponent where fewer than two times are known"),
    polyolKg: above("kg", "Mass of polyol"),
    isocyanateKg: above("kg", "Mass of isocyanate"),
    additivesKg: fromZero("kg", "Mass of additives"),
    polyolC: field("°C", "Temperature of the polyol"),
    isocyanateC: field("°C", "Temperature of the isocyanate"),
    moldC: field("°C", "Temperature of the mould"),
    ambientC: field("°C", "Temperature around the mould"),
    humidityRatio: share("Relative humidity"),
    mixingRatio: share("Mixing efficiency"),
    cavityM3: above("m³", "Volume of the cavity"),
    surfaceM2: above("m²", "Area between foam and mould"),
    humidityReferenceRatio: share("Humidity that brings no water"),
    surfaceMoistureKgPerM2: fromZero("kg/m²", "Water on the mould at full humidity"),
    waterRiskDeltaRatio: above("1", "Additional water that counts as full risk"),
    ambientPa: above("Pa", "Pressure around the mould"),
    minHeadspaceRatio: share("Part of the cavity that foam never fills"),
  }),
  outputs: { prepared: preparationPort() },
  run({ config, metric, warn }) {
    const prepared = ordered(prepare(config));
    metric("water", prepared.water.effectiveKg, "kg");
    metric("water_risk", prepared.water.riskScore);
    metric("mass", prepared.massKg, "kg");
    const { liquidM3, cavityM3 } = prepared;
    if (liquidM3 > cavityM3)
      warn(
        `the components fill ${litres(liquidM3)} l before they foam, and the cavity holds ${litres(cavityM3)} l: check the masses of process and mold.cavity_volume_m3`,
      );
    return { prepared };
  },
});

function litres(volumeM3: number): number {
  return Number((volumeM3 * 1e3).toPrecision(3));
}
