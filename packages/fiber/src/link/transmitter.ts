/**
 * Dual-polarisation QPSK transmitter at unit power: Gray mapping, root-raised-cosine pulses, phase noise of the laser.
 * The launch power is set by `launch`, so that a sweep of it keeps this waveform.
 */
import { defineStage } from "@simloom/pipeline";
import { z } from "@simloom/units/zod";
import { qpskSymbols } from "../transmitter/qpsk.ts";
import { addLaserPhaseNoise, shapePulses } from "../transmitter/transmit.ts";
import { fieldValue, opticalFieldPort, payloadPort, sentPort, sentValue } from "./ports.ts";
import { positive, zeroOrMore } from "./settings.ts";

export const transmitter = defineStage(import.meta, {
  name: "fiber/transmitter",
  version: 1,
  config: z.strictObject({
    symbolRateBd: positive("Bd"),
    samplesPerSymbol: z.int().positive(),
    rollOff: z.number().min(0).max(1),
    laserLinewidthHz: zeroOrMore("Hz").default(0),
    carrierHz: positive("Hz").default(193.1e12),
  }),
  inputs: { payload: payloadPort() },
  outputs: { field: opticalFieldPort(), sent: sentPort() },
  random: ["laser"],
  run({ config, inputs, random }) {
    const bits = inputs.payload.channel.data;
    const half = bits.length / 2;
    const x = bits.slice(0, half);
    const y = bits.slice(half);
    const symbols = [qpskSymbols(x), qpskSymbols(y)] as const;
    const shaped = shapePulses(symbols, config);
    const field = addLaserPhaseNoise(shaped, config.laserLinewidthHz, random("laser"));
    return { field: fieldValue(field), sent: sentValue({ bits: [x, y], symbols }) };
  },
});
