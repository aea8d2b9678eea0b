/** Forward error correction behind the channel: decoding of every codeword, errors counted against the payload sent. */
import { log } from "@simloom/numerics";
import { defineStage, numberPort, type StageContext } from "@simloom/pipeline";
import { z } from "@simloom/units/zod";
import { demapQpsk } from "../dsp/demap.ts";
import { createLdpcDecoder } from "../fec/decoder.ts";
import { type CodewordLayout, decodePayload, layoutForChannel, type PayloadErrors } from "../fec/payload.ts";
import { specifiedCode } from "../fec/specified-code.ts";
import { type CountedRate, countedRate } from "../metrics/interval.ts";
import { qpskBitErrorRatio } from "../metrics/theory.ts";
import { fecSchema } from "../specification/processing-schema.ts";
import { wordsCounted } from "./counted-words.ts";
import { countedSymbolsPort, payloadPort, signalPort } from "./ports.ts";

/**
 * Decodes the symbols as they were received: a quarter turn per polarisation is known, a cycle slip is not taken back, so
 * what follows one is lost to the decoder as it would be without pilots. Codewords that reach into the edges of the
 * record, which `signal-quality` leaves out, are decoded and not counted. Messages are float64 whatever `prec` says.
 *
 * Errors: `FIBR-022`, `FIBR-040` to `FIBR-043` for a code that cannot be used.
 */
export const fecDecoder = defineStage(import.meta, {
  name: "fiber/fec-decoder",
  version: 1,
  config: z.strictObject({
    fec: fecSchema,
    isSoft: z
      .boolean()
      .meta({ description: "Log-likelihood ratios from the samples; else all bits are equally reliable" }),
  }),
  inputs: { aligned: signalPort("1"), counted: countedSymbolsPort(), payload: payloadPort() },
  outputs: { postFecBer: numberPort() },
  run({ config: { fec, isSoft }, inputs, metric, warn }) {
    const { code, decoder: options, warnings } = specifiedCode(fec);
    for (const warning of warnings) warn(warning);
    const { aligned, counted, payload } = inputs;
    const channelBitCount = payload.channel.data.length;
    const layout = layoutForChannel(code, channelBitCount);
    const llrs = new Float64Array(channelBitCount);
    llrs.set(reliabilities(aligned.x.data, isSoft));
    llrs.set(reliabilities(aligned.y.data, isSoft), channelBitCount / 2);
    const decoder = createLdpcDecoder(code.matrix, options);
    const decoded = decodePayload(layout, decoder, llrs.subarray(0, layout.codedBitCount));
    const isCounted = wordsCounted(layout, channelBitCount, counted);
    if (!isCounted.includes(1)) {
      isCounted.fill(1);
      warn(
        "Every codeword reaches into the edges of the record, so all are counted; a higher runtime.n_symbols helps.",
      );
    }
    const errors = countErrors(layout, isCounted, payload.information.data, decoded.payload);
    const bits = countedRate(errors.bitErrorCount, errors.bitCount);
    emitRate(metric, "post_fec_ber", bits);
    emitRate(metric, "fer", countedRate(errors.wordErrorCount, errors.wordCount));
    metric("post_fec_bit_errors", errors.bitErrorCount);
    metric("information_bits", errors.bitCount);
    metric("frame_errors", errors.wordErrorCount);
    metric("frames", errors.wordCount);
    metric("excluded_frames", layout.wordCount - errors.wordCount);
    metric("code_rate", code.rate);
    metric("codeword_length", code.bitCount, "bit");
    metric("unresolved_frames", decoded.unresolvedWordCount);
    metric("mean_iterations", decoded.iterationCounts.reduce((sum, count) => sum + count, 0) / layout.wordCount);
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

function countErrors(
  { code, payloadBitCount }: CodewordLayout,
  isCounted: Uint8Array,
  sent: Uint8Array,
  decoded: Uint8Array,
): PayloadErrors {
  const counts = { bitErrorCount: 0, bitCount: 0, wordErrorCount: 0, wordCount: 0 };
  isCounted.forEach((isIn, word) => {
    if (isIn === 0) return;
    const end = Math.min(payloadBitCount, (word + 1) * code.informationBitCount);
    let wrong = 0;
    for (let bit = word * code.informationBitCount; bit < end; bit++) if (sent[bit] !== decoded[bit]) wrong++;
    counts.bitErrorCount += wrong;
    counts.bitCount += end - word * code.informationBitCount;
    counts.wordErrorCount += wrong > 0 ? 1 : 0;
    counts.wordCount += 1;
  });
  return counts;
}

function emitRate(metric: StageContext<never, never, never, never>["metric"], name: string, rate: CountedRate): void {
  metric(name, rate.estimate);
  metric(`${name}_lower`, rate.lower);
  metric(`${name}_upper`, rate.upper);
}
