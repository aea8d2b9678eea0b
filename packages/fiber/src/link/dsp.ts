/** The receiver's DSP chain, block by block as the specification lists them; the result has one sample per symbol. */
import { defineStage } from "@simloom/pipeline";
import { z } from "@simloom/units/zod";
import { planCoherentChain, runCoherentChain } from "../dsp/chain.ts";
import { type DspBlock, resolveDspChain } from "../specification/dsp-chain.ts";
import { signalOf, signalPort, signalValue } from "./ports.ts";
import { figure, positive } from "./settings.ts";

/** Blocks as `resolveDspChain` gives them: in order, enabled ones only, every parameter filled in. */
const blockSchema = z.discriminatedUnion("name", [
  z.strictObject({ name: z.literal("resample"), outputRateHz: positive("Hz").nullable().default(null) }),
  z.strictObject({ name: z.literal("matched_filter") }),
  z.strictObject({ name: z.literal("cd_comp") }),
  z.strictObject({
    name: z.literal("mimo_eq"),
    tapCount: z.int().positive(),
    stepSize: positive("1"),
    type: z.enum(["lms", "nlms", "cma"]).default("lms"),
  }),
  z.strictObject({
    name: z.literal("cpr"),
    averagingWindowSymbols: z.int().positive(),
    testAngleCount: z.int().positive(),
  }),
  z.strictObject({ name: z.literal("demap"), isSoft: z.boolean() }),
]);

/** Emits nothing but `symbols`, up to a delay, a swap of polarisations and quarter turns: `signal-quality` finds those. */
export const dsp = defineStage(import.meta, {
  name: "fiber/dsp",
  version: 1,
  config: z.strictObject({
    chain: z.array(blockSchema).prefault(defaultChain),
    symbolCount: z.int().positive(),
    symbolRateBd: positive("Bd"),
    rollOff: z.number().min(0).max(1),
    beta2S2: figure("s^2").meta({ description: "Dispersion summed over the link" }),
    beta3S3: figure("s^3").default(0),
  }),
  inputs: { signal: signalPort("A") },
  outputs: { symbols: signalPort("1") },
  run({ config, inputs, warn, log }) {
    const { chain, symbolCount, symbolRateBd, rollOff, beta2S2, beta3S3 } = config;
    const link = { symbolCount, symbolRateBd, rollOff, dispersion: { beta2S2, beta3S3 } };
    const result = runCoherentChain(planCoherentChain(chain.map(given), link), signalOf(inputs.signal), link);
    for (const warning of result.warnings) warn(warning);
    for (const { block, detail } of result.notes) log(`${block}: ${detail}`);
    return { symbols: signalValue(result.symbols, symbolRateBd) };
  },
});

function defaultChain() {
  const specification = { processing: { dsp_chain: [] }, signal: { format: "coherent_qpsk" } } as const;
  return resolveDspChain(specification).flatMap(blockSettings);
}

/** A block of a resolved chain as the stage takes it. A coherent chain has no `ffe`. */
export function blockSettings(block: DspBlock): readonly z.input<typeof blockSchema>[] {
  if (block.name === "ffe") return [];
  return [block.name === "resample" ? { name: block.name, outputRateHz: block.outputRateHz ?? null } : block];
}

function given(block: z.output<typeof blockSchema>): Parameters<typeof planCoherentChain>[0][number] {
  return block.name === "resample" ? { name: block.name, outputRateHz: block.outputRateHz ?? undefined } : block;
}
