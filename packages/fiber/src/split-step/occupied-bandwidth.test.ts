import { randomStream } from "@simloom/numerics";
import { describe, expect, it } from "vitest";
import { amplify } from "../amplifier/amplify.ts";
import { qpskComb } from "./fixtures/qpsk-wdm.ts";
import { occupiedBandwidthHz } from "./occupied-bandwidth.ts";
import { createPropagator } from "./propagator.ts";

describe("occupiedBandwidthHz", () => {
  it.each([
    { channelCount: 1, samplesPerSymbol: 4, widthHz: 34.3e9 },
    { channelCount: 1, samplesPerSymbol: 2, widthHz: 34.3e9 },
    { channelCount: 5, samplesPerSymbol: 16, widthHz: 234.3e9 },
  ])(
    "is that of $channelCount channels at $samplesPerSymbol samples per symbol",
    ({ channelCount, samplesPerSymbol, widthHz }) => {
      // a raised-cosine edge of roll-off 0.1 falls to a twentieth 17.14 GHz from the centre; two stretches of 1 GHz or less
      expect(Math.abs(measured(channelCount, samplesPerSymbol) - widthHz)).toBeLessThan(2e9);
    },
  );

  it("does not take the noise of amplifiers for light, down to an SNR of 12 dB", () => {
    const quiet = measured(1, 16);
    // 37 dB of gain at NF 5 dB: OSNR 16 dB in 12.5 GHz; noise in the simulated 512 GHz holds as much power as the signal
    expect(Math.abs(measured(1, 16, 37) - quiet)).toBeLessThan(2e9);
  });

  it("counts the whole band when noise is all there is", () => {
    expect(measured(1, 16, 60)).toBeGreaterThan(500e9);
  });

  it("is at least one stretch, in records shorter than the stretches too", () => {
    expect(occupiedBandwidthHz(Float64Array.of(1, 0, 0), 3e9)).toBe(1e9);
    expect(occupiedBandwidthHz(Float64Array.of(0, 0, 0, 0), 4e9)).toBe(1e9);
  });
});

/** Width of a comb of −1 dBm or so per channel, behind an amplifier of that gain and an attenuator that takes it off. */
function measured(channelCount: number, samplesPerSymbol: number, gainDb = 0): number {
  const symbolCount = 32768 / samplesPerSymbol;
  const { field } = qpskComb({ symbolCount, samplesPerSymbol, channelCount, launchPowerDbm: -gainDb, seed: 12 });
  const noisy = gainDb === 0 ? field : amplify(field, { gainDb, noiseFigureDb: 5 }, randomStream({ seed: 1 }));
  const shape = { sampleCount: 32768, polarisationCount: 2, sampleRateHz: field.sampleRateHz } as const;
  const propagator = createPropagator(shape);
  const widthHz = propagator.occupiedBandwidthHz(noisy);
  propagator.dispose();
  return widthHz;
}
