import { describe, expect, it } from "vitest";
import { testStream } from "../dsp/fixtures/test-bench.ts";
import { forwardTransform } from "../dsp/fourier.ts";
import { matchedFilter } from "../dsp/matched-filter.ts";
import { binFrequencyHz, type DspSignal, inTime } from "../dsp/signal.ts";
import { FiberError } from "../errors.ts";
import { meanPowerW, type OpticalField } from "../physics/optical-field.ts";
import { addLaserPhaseNoise, drawQpskSymbols, launchAtPower, shapePulses } from "./transmit.ts";

const SYMBOL_RATE_BD = 32e9;

function waveform(rollOff: number, samplesPerSymbol: number) {
  return { symbolRateBd: SYMBOL_RATE_BD, rollOff, samplesPerSymbol, carrierHz: 193.1e12 };
}

function asSignal(field: OpticalField): DspSignal {
  const [x, y] = field.polarisations;
  if (y === undefined) throw new Error("two polarisations expected");
  return { domain: "time", polarisations: [x, y], sampleRateHz: field.sampleRateHz };
}

describe("transmitter", () => {
  it.each([
    [0, 1],
    [0, 2],
    [0.01, 2],
    [0.2, 4],
    [1, 2],
    [1, 8],
  ])(
    "has no intersymbol interference behind a matched filter at roll-off %s and %s samples per symbol",
    (rollOff, samplesPerSymbol) => {
      const sent = drawQpskSymbols(testStream(1), 256);
      const field = shapePulses(sent.symbols, waveform(rollOff, samplesPerSymbol));
      const filtered = inTime(matchedFilter(asSignal(field), { symbolRateBd: SYMBOL_RATE_BD, rollOff }));
      sent.symbols.forEach((symbols, polarisation) => {
        const received = filtered.polarisations[polarisation] ?? new Float64Array();
        const gain =
          (received[0] as number) * (symbols[0] as number) + (received[1] as number) * (symbols[1] as number);
        for (let k = 0; k < 256; k++) {
          // Transforms of 2048 samples round to about 1e-15; the claim allows 1e-10 of a symbol.
          const at = 2 * k * samplesPerSymbol;
          expect(Math.abs((received[at] as number) / gain - (symbols[2 * k] as number))).toBeLessThan(1e-10);
          expect(Math.abs((received[at + 1] as number) / gain - (symbols[2 * k + 1] as number))).toBeLessThan(1e-10);
        }
      });
    },
  );

  it("emits exactly the launch power, both polarisations together", () => {
    const field = shapePulses(drawQpskSymbols(testStream(2), 1024).symbols, waveform(0.2, 4));
    // 8192 squares are summed: relative rounding stays below 8192 · 2^-53.
    expect(Math.abs(meanPowerW(field) - 1)).toBeLessThan(1e-12);
    expect(Math.abs(meanPowerW(launchAtPower(field, -3)) / 10 ** -3.3 - 1)).toBeLessThan(1e-12);
  });

  it("stays inside (1 + roll-off) times half the symbol rate", () => {
    const field = shapePulses(drawQpskSymbols(testStream(3), 512).symbols, waveform(0.2, 4));
    const spectrum = forwardTransform(field.polarisations[0]);
    const outside = Array.from({ length: 2048 }, (_, bin) => bin)
      .filter((bin) => Math.abs(binFrequencyHz(bin, 2048, 4 * SYMBOL_RATE_BD)) > 0.6 * SYMBOL_RATE_BD)
      .map((bin) => Math.abs(spectrum[2 * bin] as number) + Math.abs(spectrum[2 * bin + 1] as number));
    // Bins of the signal are of order 30; what is left is rounding.
    expect(Math.max(...outside)).toBeLessThan(1e-11);
  });

  it("refuses a rate that cannot hold the pulse", () => {
    const { symbols } = drawQpskSymbols(testStream(4), 128);
    expect(() => shapePulses(symbols, waveform(0.2, 1))).toThrow(FiberError);
    expect(() => shapePulses(symbols, waveform(0.2, 1))).toThrow(/1 samples per symbol.*roll-off 0.2/);
  });

  it("draws different payload for the two polarisations and the same one for the same stream", () => {
    const sent = drawQpskSymbols(testStream(5), 1024);
    expect(sent.bits[0]).not.toEqual(sent.bits[1]);
    expect(drawQpskSymbols(testStream(5), 1024)).toEqual(sent);
  });

  it("turns both polarisations by the phase of one laser and leaves their power alone", () => {
    const field = shapePulses(drawQpskSymbols(testStream(6), 256).symbols, waveform(0.2, 2));
    const noisy = addLaserPhaseNoise(field, 1e6, testStream(7));
    const turns = field.polarisations.map((before, polarisation) => {
      const after = noisy.polarisations[polarisation] ?? new Float64Array();
      const at = 2 * 300;
      const re =
        (after[at] as number) * (before[at] as number) + (after[at + 1] as number) * (before[at + 1] as number);
      const im =
        (after[at + 1] as number) * (before[at] as number) - (after[at] as number) * (before[at + 1] as number);
      return Math.atan2(im, re);
    });
    // Rounding of two products.
    expect(turns[0]).toBeCloseTo(turns[1] ?? Number.NaN, 12);
    expect(turns[0]).not.toBe(0);
    expect(meanPowerW(noisy)).toBeCloseTo(1, 12);
  });
});
