/**
 * Erbium-doped fibre amplifier: gain, then amplified spontaneous emission in every polarisation.
 *
 * The noise density per polarisation is n_sp (G − 1) h f = (G F − 1) h f / 2.
 * Source: R.-J. Essiambre et al., J. Lightwave Technol. 28 (2010) 662, eq. 54.
 */
import { defineStage } from "@simloom/pipeline";
import { z } from "@simloom/units/zod";
import { amplify, amplifyWithoutNoise } from "../amplifier/amplify.ts";
import { isBelowQuantumLimit, quantumLimitNoiseFigureDb } from "../amplifier/spontaneous-emission.ts";
import { fieldOf, fieldValue, opticalFieldPort } from "./ports.ts";
import { figure, zeroOrMore } from "./settings.ts";

/** A noise figure below the quantum limit is computed as asked and logged; specifications warn of it once for all spans. */
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
  run({ config, inputs, random, log }) {
    const field = fieldOf(inputs.field);
    const { gainDb, noiseFigureDb } = config;
    if (!config.spontaneousEmission) return { field: fieldValue(amplifyWithoutNoise(field, gainDb)) };
    if (isBelowQuantumLimit(gainDb, noiseFigureDb)) {
      log(
        `${noiseFigureDb} dB is below the quantum limit of ${quantumLimitNoiseFigureDb(gainDb)} dB at ${gainDb} dB gain`,
      );
    }
    return { field: fieldValue(amplify(field, config, random("ase"))) };
  },
});
