import { randomStream } from "@simloom/numerics";
import { describe, expect, it } from "vitest";
import { amplify } from "../amplifier/amplify.ts";
import { countOsnr } from "../amplifier/counted-osnr.ts";
import { osnrAfterSpansDb, snrFromOsnrDb } from "../amplifier/osnr.ts";
import { beta2S2PerM as beta2Of } from "../physics/dispersion.ts";
import { meanPowerW, type OpticalField, scaleField } from "../physics/optical-field.ts";
import { qpskComb, SYMBOL_RATE_BD } from "./fixtures/qpsk-wdm.ts";
import { createPropagator } from "./propagator.ts";

const link = { spanCount: 5, launchPowerDbm: 0, spanLossDb: 16, noiseFigureDb: 5.5, carrierHz: 193.1e12 };
const span = { lengthM: 80e3, lossDbPerKm: 0.2, beta2S2PerM: beta2Of(16.7, 193.1e12), beta3S3PerM: 0, gammaPerWM: 0 };
const comb = qpskComb({ symbolCount: 4096, samplesPerSymbol: 4, channelCount: 1, launchPowerDbm: 0, seed: 11 });
const propagator = createPropagator({
  sampleCount: 16384,
  polarisationCount: 2,
  sampleRateHz: comb.field.sampleRateHz,
});

describe("a link of five amplified spans without Kerr effect", () => {
  const received = travel(comb.field);

  it("shows in its spectrum the OSNR of the closed form", () => {
    const counted = countOsnr({
      binPowerW: propagator.binPowerW(received),
      sampleRateHz: comb.field.sampleRateHz,
      signalBand: { fromHz: -17.6e9, toHz: 17.6e9 },
      noiseBands: [
        { fromHz: -60e9, toHz: -20e9 },
        { fromHz: 20e9, toHz: 60e9 },
      ],
    });
    // 20480 bins of noise: standard error 0.7 % = 0.03 dB
    expect(Math.abs(counted.osnrDb - osnrAfterSpansDb(link))).toBeLessThan(0.1);
  });

  it("has behind the matched filter the SNR of OSNR · 12.5 GHz / R_s, 25.42 dB", () => {
    const compensated = propagator.compensateDispersion(received, { beta2LengthS2: span.beta2S2PerM * 400e3 });
    // 8192 symbols: standard error of their noise power 1.1 % = 0.05 dB; three of them
    expect(Math.abs(comb.snrDb(compensated) - snrFromOsnrDb(osnrAfterSpansDb(link), SYMBOL_RATE_BD))).toBeLessThan(
      0.15,
    );
    expect(snrFromOsnrDb(osnrAfterSpansDb(link), SYMBOL_RATE_BD)).toBeCloseTo(25.42, 2);
  });

  it.each([21, 22, 23])("gathers five times the noise of one span, whatever the seed (%i)", (seed) => {
    const dark = scaleField(comb.field, 0);
    const oneSpanW = meanPowerW(
      amplify(dark, { gainDb: 16, noiseFigureDb: 5.5 }, randomStream({ seed, name: ["first", "ase"] })),
    );
    // 2^16 and 2^16 draws: standard error of the ratio 0.8 % = 0.034 dB; three of them
    expect(Math.abs(10 * Math.log10(meanPowerW(travel(dark, seed)) / (5 * oneSpanW)))).toBeLessThan(0.1);
  });
});

function travel(launched: OpticalField, seed = 7): OpticalField {
  let field = launched;
  for (let index = 0; index < link.spanCount; index++) {
    const noise = randomStream({ seed, name: [`span-${index}`, "ase"] });
    field = amplify(
      propagator.propagate(field, span, { model: "manakov" }).field,
      { gainDb: 16, noiseFigureDb: 5.5 },
      noise,
    );
  }
  return field;
}
