/** A span of fibre: the symmetric split-step method of `split-step/propagator.ts`, with the steps that the rule chooses. */
import { defineStage } from "@simloom/pipeline";
import { z } from "@simloom/units/zod";
import { sampleCount } from "../physics/optical-field.ts";
import { constantLocalErrorSteps, DEFAULT_SNR_ERROR_DB } from "../split-step/constant-local-error-steps.ts";
import { fixedSteps } from "../split-step/fixed-steps.ts";
import { logarithmicSteps } from "../split-step/logarithmic-steps.ts";
import { withPropagator } from "../split-step/propagator-pool.ts";
import type { StepRule } from "../split-step/step-rule.ts";
import { fieldOf, fieldValue, opticalFieldPort } from "./ports.ts";
import { figure, positive, zeroOrMore } from "./settings.ts";

const stepsSchema = z.discriminatedUnion("rule", [
  z.strictObject({ rule: z.literal("fixed"), stepM: positive("m") }),
  z.strictObject({
    rule: z.literal("constantLocalError"),
    snrErrorDb: positive("dB").default(DEFAULT_SNR_ERROR_DB),
  }),
  z.strictObject({ rule: z.literal("logarithmic"), stepsPerSpan: z.int().positive() }),
]);

/**
 * Standard single-mode fibre unless the settings say otherwise. Emits `steps` and, where the rule is calibrated for the
 * conditions, `expected_field_error` and `expected_snr_error` (both in dB, at the end of a link of `spanCount` spans).
 *
 * Errors: `FIBR-060` unphysical span, `FIBR-061` unusable step rule. Cost: 2 transforms per polarisation and step.
 */
export const fibreSpan = defineStage(import.meta, {
  name: "fiber/fibre-span",
  version: 1,
  config: z.strictObject({
    lengthM: positive("m"),
    lossDbPerKm: zeroOrMore("dB/km").default(0.2),
    beta2S2PerM: figure("s^2/m").default(-2.17e-26),
    beta3S3PerM: figure("s^3/m").default(0),
    gammaPerWM: zeroOrMore("1/(W m)").default(0.0013),
    model: z.enum(["scalar", "manakov"]).default("manakov"),
    dispersion: z.boolean().default(true),
    nonlinearity: z.boolean().default(true),
    steps: stepsSchema.prefault({ rule: "constantLocalError" }),
    occupiedBandwidthHz: positive("Hz")
      .nullable()
      .default(null)
      .meta({ description: "Band that holds the light, for the choice of steps; measured from the field when null" }),
    precision: z.enum(["float64", "float32"]).default("float64"),
    spanCount: z
      .int()
      .positive()
      .default(1)
      .meta({ description: "Spans of the link, for the expected error at its end" }),
  }),
  inputs: { field: opticalFieldPort() },
  outputs: { field: opticalFieldPort() },
  resources: { cpu: 1, memoryMb: 1024 },
  run({ config, inputs, metric }) {
    const field = fieldOf(inputs.field);
    const { occupiedBandwidthHz } = config;
    const shape = {
      sampleCount: sampleCount(field),
      polarisationCount: field.polarisations.length,
      sampleRateHz: field.sampleRateHz,
      precision: config.precision,
    };
    const { field: output, plan } = withPropagator(shape, (propagator) =>
      propagator.propagate(field, config, {
        model: config.model,
        effects: { dispersion: config.dispersion, nonlinearity: config.nonlinearity },
        steps: ruleOf(config.steps),
        spanCount: config.spanCount,
        ...(occupiedBandwidthHz === null ? {} : { occupiedBandwidthHz }),
      }),
    );
    metric("steps", plan.stepsM.length);
    if (plan.expected !== undefined) {
      // −Infinity where one step is exact.
      if (Number.isFinite(plan.expected.fieldErrorDb)) metric("expected_field_error", plan.expected.fieldErrorDb, "dB");
      metric("expected_snr_error", plan.expected.snrErrorDb, "dB");
    }
    return { field: fieldValue(output) };
  },
});

function ruleOf(steps: z.output<typeof stepsSchema>): StepRule {
  switch (steps.rule) {
    case "fixed":
      return fixedSteps(steps.stepM);
    case "constantLocalError":
      return constantLocalErrorSteps({ snrErrorDb: steps.snrErrorDb });
    case "logarithmic":
      return logarithmicSteps(steps.stepsPerSpan);
    default:
      return steps satisfies never;
  }
}
