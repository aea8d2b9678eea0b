/** The two ends of a link: the signal that is sent and the transceiver that sends and receives it. */
import { z } from "@simloom/units/zod";
import { quantity, wholeNumber } from "./quantity.ts";

/** Modulation, symbol rate and frame. Coherent formats need `n_pol` 2, IM/DD formats 1. */
export const signalSchema = z.strictObject({
  format: z.enum(["coherent_qpsk", "imdd_ook", "imdd_pam4"]),
  symbol_rate_baud: quantity("Bd", "Symbols per second", { above: 0 }),
  rolloff: quantity("1", "Roll-off of the root-raised-cosine pulse", { min: 0, max: 1 }),
  n_pol: z.literal([1, 2]).meta({ description: "Polarisations: 2 for coherent formats, 1 for IM/DD" }),
  frame: z.strictObject({
    payload_bits: wholeNumber("bit", "Information bits of one frame", { min: 1 }),
    preamble_bits: wholeNumber("bit", "Preamble of one frame", { min: 0 }).default(0),
    pilot_bits: wholeNumber("bit", "Pilots of one frame", { min: 0 }).default(0),
  }),
});

/** Transmitter and receiver hardware. */
export const transceiverSchema = z.strictObject({
  tx: z.strictObject({
    laser_linewidth_hz: quantity("Hz", "Lorentzian linewidth of the transmit laser", { min: 0 }).default(0),
    launch_power_dbm: quantity("dBm", "Power into the first span, all polarisations together"),
  }),
  rx: z.strictObject({
    coherent: z.boolean(),
    lo_linewidth_hz: quantity("Hz", "Lorentzian linewidth of the local oscillator", { min: 0 }).default(0),
    adc: z.strictObject({
      sample_rate_hz: quantity("Hz", "Sampling rate of the converter", { above: 0 }),
      bits: wholeNumber("bit", "Resolution of the converter", { min: 1, max: 16 }),
    }),
    noise: z.strictObject({ thermal: z.boolean().default(true), shot: z.boolean().default(true) }).prefault({}),
  }),
});
