/** Random information bits, encoded with the code of the link where there is one, filling the record. */
import { defineStage, ndarrayFrom } from "@simloom/pipeline";
import { z } from "@simloom/units/zod";
import { ldpcCode } from "../fec/code.ts";
import { parityCheckFromDense } from "../fec/parity-check.ts";
import { encodePayload, layoutForChannel } from "../fec/payload.ts";
import { randomBits } from "../transmitter/bits.ts";
import { payloadPort } from "./ports.ts";

/**
 * Channel bits of one polarisation are two per symbol; what the codewords leave free is filled with random bits. The
 * settings hold the matrix alone: how it is decoded changes nothing that is sent.
 *
 * Errors: `FIBR-040`, `FIBR-041` for a matrix that makes no code, `FIBR-042` for a record shorter than its parity.
 */
export const payload = defineStage(import.meta, {
  name: "fiber/payload",
  version: 1,
  config: z.strictObject({
    symbolCount: z.int().positive(),
    parityCheck: z
      .array(z.array(z.literal([0, 1])).min(1))
      .min(1)
      .nullable()
      .default(null)
      .meta({ description: "Parity-check matrix of the code; null sends the bits as they are" }),
  }),
  outputs: { payload: payloadPort() },
  random: ["payload"],
  run({ config: { symbolCount, parityCheck }, random, metric }) {
    const source = random("payload");
    const channelBitCount = 4 * symbolCount;
    if (parityCheck === null) {
      const bits = ndarrayFrom("uint8", randomBits(source, channelBitCount));
      return { payload: { information: bits, channel: bits } };
    }
    const layout = layoutForChannel(ldpcCode(parityCheckFromDense(parityCheck)), channelBitCount);
    const information = randomBits(source, layout.payloadBitCount);
    const channel = randomBits(source, channelBitCount);
    channel.set(encodePayload(layout, information));
    metric("codewords", layout.wordCount);
    return { payload: { information: ndarrayFrom("uint8", information), channel: ndarrayFrom("uint8", channel) } };
  },
});
