/**
 * Erbium-doped fibre amplifier: gain, then amplified spontaneous emission in every polarisation.
 *
 * The noise density per polarisation is n_sp (G − 1) h f with n_sp = F G / (2 (G − 1)).
 * Source: G. P. Agrawal, Fiber-Optic Communication Systems, 4th ed., eqs. 7.2.11 and 7.2.15.
 */
import { defineStage } from "@simloom/pipeline";
import { z } from "zod";
import { amplify, amplifyWithoutNoise } from "../amplifier/amplify.ts";
import { isBelowQuantumLimit, quantumLimitNoiseFigureDb } from "../amplifier/spontaneous-emission.ts";
import { fieldOf, fieldValue, opticalFieldPort } from "./ports.ts";
import { figure, zeroOrMore } from "./settings.ts";

export const edfa = defineStage(import.meta, {
  name: "fiber/edfa",
  version: 1,
  config: z.strictObject({
    gainDb: figure("dB"),
    noiseFigureDb: zeroOrMore("dB").default(5),
    spontaneousEmission: z.boolean().default(true),
  }),
  inputs: { field: opticalFieldPort() },
  outputs: { field: opticalFieldPort() },
  random: ["ase"],
  run({ config, inputs, random, warn }) {
    const field = fieldOf(inputs.field);
    if (!config.spontaneousEmission) return { field: fieldValue(amplifyWithoutNoise(field, config.gainDb)) };
    if (isBelowQuantumLimit(config.gainDb, config.noiseFigureDb)) {
      const limit = quantumLimitNoiseFigureDb(config.gainDb).toFixed(2);
      warn(`a noise figure of ${config.noiseFigureDb} dB is below the quantum limit of ${limit} dB at ${config.gainDb} dB gain`);
    }
    return { field: fieldValue(amplify(field, config, random("ase"))) };
  },
});
