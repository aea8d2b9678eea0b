import { describe, expect, it } from "vitest";
import { addNoise, testStream } from "../dsp/fixtures/test-bench.ts";
import { meanSquare } from "../dsp/signal.ts";
import { turnByPhase } from "../transmitter/laser.ts";
import { drawQpskSymbols, shapePulses } from "../transmitter/transmit.ts";
import { constellationPoints } from "./constellation.ts";
import { eyeTraces } from "./eye.ts";
import { phaseErrorRad } from "./phase-error.ts";
import { powerSpectrum } from "./power-spectrum.ts";

describe("constellation", () => {
  it("shows every symbol of a short record and 4096 evenly spaced ones of a long one", () => {
    const short = Float64Array.of(1, 2, 3, 4);
    expect(constellationPoints(short)).toEqual(short);
    const long = Float64Array.from({ length: 2 * 10_000 }, (_, i) => i >> 1);
    const points = constellationPoints(long);
    expect(points).toHaveLength(8192);
    expect([points[0], points[2], points[8190]]).toEqual([0, 2, 9997]);
  });
});

describe("eye", () => {
  it("has at most 128 traces of two symbols that meet the symbols at −1, 0 and 1", () => {
    const sent = drawQpskSymbols(testStream(1), 512);
    const field = shapePulses(sent.symbols, {
      symbolRateBd: 1e9,
      rollOff: 1,
      samplesPerSymbol: 4,
      carrierHz: 193.1e12,
    });
    const { timeSymbols, traces } = eyeTraces(field.polarisations[0], { samplesPerSymbol: 4 });
    expect(traces).toHaveLength(128);
    expect([timeSymbols[0], timeSymbols[4], timeSymbols[8]]).toEqual([-1, 0, 1]);
    expect(traces[3]?.[4]).toBe(field.polarisations[0][2 * (3 * 8 + 4)]);
    expect(traces[3]?.[8]).toBe(traces[4]?.[0]);
  });

  it("is empty for a record shorter than a trace", () => {
    expect(eyeTraces(new Float64Array(8), { samplesPerSymbol: 4 }).traces).toEqual([]);
  });
});

describe("power spectrum", () => {
  it("puts a tone into its bin and the noise evenly beside it", () => {
    const count = 2 ** 14;
    const tone = new Float64Array(2 * count);
    for (let i = 0; i < count; i++) {
      tone[2 * i] = Math.cos((2 * Math.PI * i * -100) / 1024);
      tone[2 * i + 1] = Math.sin((2 * Math.PI * i * -100) / 1024);
    }
    const { frequencyHz, powerDb } = powerSpectrum(addNoise(tone, 1e-3, testStream(2)), 1024);
    const peak = powerDb.indexOf(Math.max(...powerDb));
    expect(frequencyHz[peak]).toBe(-100);
    // A Hann window keeps 2/3 of a tone in its bin: −1.76 dB.
    expect(powerDb[peak]).toBeCloseTo(10 * Math.log10(2 / 3), 1);
    // −30 dB over 1024 bins; 32 half-overlapping segments leave 1 dB of spread, three deviations.
    expect(Math.abs((powerDb[700] ?? 0) + 30 + 10 * Math.log10(1024))).toBeLessThan(3);
  });

  it("adds up to the mean power of noise", () => {
    const noise = addNoise(new Float64Array(2 ** 13), 2.5, testStream(3));
    const { powerDb } = powerSpectrum(noise, 1e9, 256);
    const total = powerDb.reduce((sum, level) => sum + 10 ** (level / 10), 0);
    // The overlapping windows weigh the record unevenly: 3 % for 4096 samples.
    expect(Math.abs(total / meanSquare(noise) - 1)).toBeLessThan(0.03);
  });

  it("takes a record that is shorter than its bins as one segment", () => {
    const { powerDb, frequencyHz } = powerSpectrum(new Float64Array(32), 16);
    expect([powerDb.length, frequencyHz[0], powerDb[3]]).toEqual([16, -8, -300]);
  });
});

describe("phase error", () => {
  it("is the angle from the sent to the received symbol", () => {
    const { symbols } = drawQpskSymbols(testStream(4), 64);
    const turned = turnByPhase(symbols[0], new Float64Array(64).fill(-0.2));
    // Rounding of a rotation.
    for (const error of phaseErrorRad(turned, symbols[0])) expect(error).toBeCloseTo(-0.2, 12);
  });
});
