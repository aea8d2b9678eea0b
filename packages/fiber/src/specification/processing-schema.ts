/** Digital processing of a specification: the DSP chain block by block, forward error correction, autotune. */
import { z } from "@simloom/units/zod";
import { quantity, wholeNumber } from "./quantity.ts";

const taps = (fallback: number) => wholeNumber("1", `Taps of the equaliser (${fallback})`, { min: 1 }).optional();
const stepSize = quantity("1", "Step size of the update, for inputs of unit power (0.001)", { above: 0 }).optional();

/** A block of the chain with its own closed parameter object. `type` and `method` name the algorithm. */
function block<Name extends string, Params extends z.ZodType>(name: Name, params: Params) {
  return z.strictObject({ name: z.literal(name), enabled: z.boolean().default(true), params });
}

/** One block of `processing.dsp_chain`, told apart by `name`. Parameters keep their defaults until the chain is resolved. */
export const dspBlockSchema = z.discriminatedUnion("name", [
  block(
    "resample",
    z
      .strictObject({
        out_fs_hz: quantity("Hz", "Sampling rate after the block (the current rate)", { above: 0 }).optional(),
      })
      .prefault({}),
  ),
  block("matched_filter", z.strictObject({ type: z.enum(["rrc"]).optional() }).prefault({})),
  block("cd_comp", z.strictObject({ method: z.enum(["fft"]).optional() }).prefault({})),
  block(
    "mimo_eq",
    z.strictObject({ type: z.enum(["lms", "nlms", "cma"]).optional(), taps: taps(15), mu: stepSize }).prefault({}),
  ),
  block("ffe", z.strictObject({ type: z.enum(["lms"]).optional(), taps: taps(11), mu: stepSize }).prefault({})),
  block(
    "cpr",
    z
      .strictObject({
        method: z.enum(["bps"]).optional(),
        avg_window: wholeNumber("symbol", "Neighbours on either side that are averaged (8)", { min: 1 }).optional(),
        test_angles: wholeNumber("1", "Test phases of the blind phase search (64)", { min: 1 }).optional(),
      })
      .prefault({}),
  ),
  block("demap", z.strictObject({ soft: z.boolean().optional() }).prefault({})),
]);

/** Parameters of an LDPC code and its decoder. `max_iters` is the legacy spelling of `max_iter`. */
export const fecParamsSchema = z.strictObject({
  H: z
    .array(z.array(z.literal([0, 1])).min(1))
    .min(1)
    .optional()
    .meta({ description: "Parity-check matrix, one row of 0 and 1 per check" }),
  max_iter: wholeNumber("1", "Decoder iterations per codeword", { min: 1 }).optional(),
  max_iters: wholeNumber("1", "Legacy name of max_iter", { min: 1 }).optional(),
  alg: z.enum(["SPA", "MSA"]).optional().meta({ description: "Sum-product or min-sum" }),
  normalization: quantity("1", "Factor on the check messages of min-sum (1: plain min-sum)", {
    above: 0,
    max: 1,
  }).optional(),
  prec: z.enum(["float32", "float64"]).optional().meta({ description: "Accepted; messages are always float64" }),
  block_size_bits: wholeNumber("bit", "Block that the latency model charges for (the payload)", { min: 1 }).optional(),
});

/** Forward error correction. With `enabled: false` the scheme is `none` and the rate 1, and need not be given. */
export const fecSchema = z.strictObject({
  enabled: z.boolean().default(true),
  scheme: z.enum(["none", "ldpc"]).default("ldpc"),
  code_rate: quantity("1", "Information bits per coded bit", { min: 0.1, max: 1 }).default(0.8),
  params: fecParamsSchema.prefault({}),
});

/** Autotune (refused by this release when enabled), the DSP chain, and FEC. An empty chain means the default one. */
export const processingSchema = z.strictObject({
  autotune: z
    .strictObject({
      enabled: z.boolean().default(false),
      budget_trials: wholeNumber("1", "Simulations that may be spent", { min: 1 }).default(30),
      targets: z.array(z.enum(["max_net_after_fec"])).default(["max_net_after_fec"]),
    })
    .nullable()
    .default(null),
  dsp_chain: z
    .array(dspBlockSchema)
    .default([])
    .meta({ description: "Blocks in order of execution; [] is the default chain" }),
  fec: fecSchema.prefault({}),
});
