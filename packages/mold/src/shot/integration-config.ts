/** What integrating stages are configured with: the heat balance, the points and the solver. */
import { z } from "@simloom/units/zod";
import { above, field, fromZero, relativeTolerance, whole } from "../scenario/field.ts";
import { MOST_POINTS } from "../scenario/simulation.ts";

const tolerances = {
  relativeTolerance: relativeTolerance("Relative tolerance"),
  absoluteTolerance: above("1", "Absolute tolerance"),
  stepLimit: whole(1, "Most steps"),
};

export const integrationConfig = z.strictObject({
  thermal: z.strictObject({
    activationEnergyJPerMol: above("J/mol", "Activation energy"),
    referenceK: above("K", "Temperature at which the clock runs at its cup-test rate"),
    reactionHeatJPerKg: field("J/kg", "Heat of reaction per mass of mix"),
    foamHeatJPerKgK: above("J/(kg K)", "Specific heat of the foam"),
    surfaceM2: above("m²", "Area between foam and mould"),
    coreToMoldWPerM2K: fromZero("W/(m² K)", "Heat transfer from foam to mould"),
    moldToAmbientWPerM2K: fromZero("W/(m² K)", "Heat transfer from mould to ambient"),
    moldKg: above("kg", "Mass of the mould"),
    moldHeatJPerKgK: above("J/(kg K)", "Specific heat of the mould"),
  }),
  grid: z.strictObject({
    totalS: above("s", "End of the simulated time"),
    count: z.int().min(2).max(MOST_POINTS).meta({ description: "Number of points, both ends among them" }),
  }),
  solver: z.discriminatedUnion("backend", [
    z.strictObject({ backend: z.literal("manual") }),
    z.strictObject({
      backend: z.enum(["adaptive", "stiff", "cvode", "ensemble"]),
      method: z.enum(["tsit5", "dopri853", "radau5", "bdf", "cvode"]),
      ...tolerances,
    }),
  ]),
});
