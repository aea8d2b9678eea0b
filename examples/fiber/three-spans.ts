/** Three amplified spans, written as the bench they stand for. `simloom sweep` varies any setting of any node. */
import { graph } from "simloom";
import { coherentReceiver, dsp, edfa, fibreSpan, launch, payload, signalQuality, transmitter } from "simloom/fiber";

const symbolRateBd = 32e9;
const rollOff = 0.2;
const symbolCount = 8192;
const spanCount = 3;
const spanLengthM = 80e3;
const beta2S2PerM = -2.17e-26;

export const link = graph("three spans", ({ add }) => {
  const bits = add(payload, { symbolCount });
  const tx = add(transmitter, { symbolRateBd, rollOff, samplesPerSymbol: 4 }, { payload: bits.payload });
  let { field } = add(launch, { launchPowerDbm: 0 }, { field: tx.field });
  for (let span = 1; span <= spanCount; span++) {
    field = add(fibreSpan, { lengthM: spanLengthM, beta2S2PerM, spanCount }, { field }, { id: `span-${span}` }).field;
    field = add(edfa, { gainDb: 16, noiseFigureDb: 5 }, { field }, { id: `edfa-${span}` }).field;
  }
  const optics = { bandwidthHz: symbolRateBd, adcSampleRateHz: 4 * symbolRateBd, adcBits: 8 };
  const { signal } = add(coherentReceiver, optics, { field }, { id: "receiver" });
  const beta2S2 = beta2S2PerM * spanLengthM * spanCount;
  const { symbols } = add(dsp, { symbolRateBd, rollOff, symbolCount, beta2S2 }, { signal });
  return { symbols: add(signalQuality, { symbolRateBd, rollOff, beta2S2 }, { symbols, sent: tx.sent }).aligned };
});
