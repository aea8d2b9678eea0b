/** Coherent receiver: local oscillator, hybrids, balanced diodes with their noise, then the converter to digital. */
import { defineStage } from "@simloom/pipeline";
import { z } from "@simloom/units/zod";
import { inTime } from "../dsp/signal.ts";
import { digitise } from "../receiver/analogue-to-digital.ts";
import { DEFAULT_LO_POWER_DBM, detectCoherently } from "../receiver/coherent-front-end.ts";
import { fieldOf, opticalFieldPort, signalPort, signalValue } from "./ports.ts";
import { figure, positive, zeroOrMore } from "./settings.ts";

/** `signal` is the digitised photocurrent I + jQ of x and y at the converter's rate, in A. Errors: `FIBR-007` for one polarisation. */
export const coherentReceiver = defineStage(import.meta, {
  name: "fiber/coherent-receiver",
  version: 1,
  config: z.strictObject({
    loPowerDbm: figure("dBm").default(DEFAULT_LO_POWER_DBM),
    loLinewidthHz: zeroOrMore("Hz").default(0),
    hasShotNoise: z.boolean().default(true),
    hasThermalNoise: z.boolean().default(true),
    bandwidthHz: positive("Hz"),
    adcSampleRateHz: positive("Hz"),
    adcBits: z.int().min(1).max(16),
  }),
  inputs: { field: opticalFieldPort() },
  outputs: { signal: signalPort("A") },
  random: ["lo", "diodes"],
  run({ config, inputs, random, metric, warn }) {
    const detected = detectCoherently(fieldOf(inputs.field), config, {
      loPhase: random("lo"),
      diodes: random("diodes"),
    });
    const { signal, fullScale, clippedCount, warnings } = digitise(detected, {
      sampleRateHz: config.adcSampleRateHz,
      bits: config.adcBits,
    });
    for (const warning of warnings) warn(warning);
    metric("adc_full_scale", fullScale, "A");
    metric("adc_clipped", clippedCount);
    const { polarisations, sampleRateHz } = inTime(signal);
    return { signal: signalValue(polarisations, sampleRateHz) };
  },
});
