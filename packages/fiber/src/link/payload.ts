/** Random information bits, encoded with the code of the specification where there is one, filling the record. */
import { defineStage, ndarrayFrom } from "@simloom/pipeline";
import { z } from "zod";
import { encodePayload, layoutForChannel } from "../fec/payload.ts";
import { specifiedCode } from "../fec/specified-code.ts";
import { fecSchema } from "../specification/processing-schema.ts";
import { randomBits } from "../transmitter/bits.ts";
import { payloadPort } from "./ports.ts";

/** Channel bits of one polarisation are two per symbol; what the codewords leave free is filled with random bits. */
export const payload = defineStage(import.meta, {
  name: "fiber/payload",
  version: 1,
  config: z.strictObject({ symbolCount: z.int().positive(), fec: fecSchema.nullable() }),
  outputs: { payload: payloadPort() },
  random: ["payload"],
  run({ config: { symbolCount, fec }, random, warn, metric }) {
    const source = random("payload");
    const channelBitCount = 4 * symbolCount;
    if (fec === null || !fec.enabled) {
      const bits = ndarrayFrom("uint8", randomBits(source, channelBitCount));
      return { payload: { information: bits, channel: bits } };
    }
    const { code, warnings } = specifiedCode(fec);
    for (const warning of warnings) warn(warning);
    const layout = layoutForChannel(code, channelBitCount);
    const information = randomBits(source, layout.payloadBitCount);
    const channel = randomBits(source, channelBitCount);
    channel.set(encodePayload(layout, information));
    metric("codewords", layout.wordCount);
    metric("code_rate", code.rate);
    return { payload: { information: ndarrayFrom("uint8", information), channel: ndarrayFrom("uint8", channel) } };
  },
});
