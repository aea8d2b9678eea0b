/** Forward error correction behind the channel: decoding of every codeword, errors counted against the payload sent. */
import { log } from "@simloom/numerics";
import { defineStage, numberPort, type StageContext } from "@simloom/pipeline";
import { z } from "zod";
import { demapQpsk } from "../dsp/demap.ts";
import { createLdpcDecoder } from "../fec/decoder.ts";
import { countPayloadErrors, decodePayload, layoutForChannel } from "../fec/payload.ts";
import { specifiedCode } from "../fec/specified-code.ts";
import { countedRate } from "../metrics/interval.ts";
import { qpskBitErrorRatio } from "../metrics/theory.ts";
import { fecSchema } from "../specification/processing-schema.ts";
import { payloadPort, signalPort } from "./ports.ts";

export const fecDecoder = defineStage(import.meta, {
  name: "fiber/fec-decoder",
  version: 1,
  config: z.strictObject({ fec: fecSchema, isSoft: z.boolean() }),
  inputs: { aligned: signalPort("1"), payload: payloadPort() },
  outputs: { postFecBer: numberPort() },
  run({ config: { fec, isSoft }, inputs, metric }) {
    const { code, decoder: options } = specifiedCode(fec);
    const { aligned, payload } = inputs;
    const layout = layoutForChannel(code, payload.channel.data.length);
    const llrs = new Float64Array(payload.channel.data.length);
    llrs.set(reliabilities(aligned.x.data, isSoft));
    llrs.set(reliabilities(aligned.y.data, isSoft), llrs.length / 2);
    const decoded = decodePayload(layout, createLdpcDecoder(code.matrix, options), llrs.subarray(0, layout.codedBitCount));
    const errors = countPayloadErrors(layout, payload.information.data, decoded.payload);
    const bits = countedRate(errors.bitErrorCount, errors.bitCount);
    const words = countedRate(errors.wordErrorCount, errors.wordCount);
    emitRate(metric, "post_fec_ber", bits);
    emitRate(metric, "fer", words);
    metric("post_fec_bit_errors", errors.bitErrorCount);
    metric("information_bits", errors.bitCount);
    metric("frame_errors", errors.wordErrorCount);
    metric("frames", errors.wordCount);
    metric("code_rate", code.rate);
    metric("codeword_length", code.bitCount, "bit");
    metric("unresolved_frames", decoded.unresolvedWordCount);
    metric("mean_iterations", decoded.iterationCounts.reduce((sum, count) => sum + count, 0) / errors.wordCount);
    return { postFecBer: bits.estimate };
  },
});

/**
 * LLRs of one polarisation. With hard decisions every bit has the reliability ln((1 − p)/p) of the error ratio p that
 * the estimated SNR stands for.
 */
function reliabilities(symbols: Float64Array, isSoft: boolean): Float64Array {
  const { bits, llrs, estimatedSnr } = demapQpsk(symbols, { isSoft });
  if (llrs !== undefined) return llrs;
  const errorRatio = Math.max(SMALLEST_ERROR_RATIO, qpskBitErrorRatio(estimatedSnr));
  const certainty = log((1 - errorRatio) / errorRatio);
  return Float64Array.from(bits, (bit) => (bit === 0 ? certainty : -certainty));
}

/** Below this a hard decision is as good as certain. */
const SMALLEST_ERROR_RATIO = 1e-30;

function emitRate(metric: StageContext<never, never, never, never>["metric"], name: string, rate: { estimate: number; lower: number; upper: number }): void {
  metric(name, rate.estimate);
  metric(`${name}_lower`, rate.lower);
  metric(`${name}_upper`, rate.upper);
}
