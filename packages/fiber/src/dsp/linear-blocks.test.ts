import { describe, expect, it } from "vitest";
import { compensateDispersion, dispersionMemorySymbols } from "./dispersion-compensation.ts";
import { receiveBackToBack, TEST_ROLL_OFF, TEST_SYMBOL_RATE_BD } from "./fixtures/back-to-back.ts";
import { addNoise, testStream } from "./fixtures/test-bench.ts";
import { forwardTransform, inverseTransform } from "./fourier.ts";
import { matchedFilter } from "./matched-filter.ts";
import { resampleTo } from "./resample.ts";
import { binFrequencyHz, type DspSignal, inFrequency, inTime, mapPair, multiplyComplex } from "./signal.ts";
import { sampleAtSymbols } from "./symbol-timing.ts";

const RATE_HZ = 64e9;

function noiseSignal(count: number): DspSignal {
  const zero = new Float64Array(2 * count);
  const polarisations = [addNoise(zero, 1, testStream(1)), addNoise(zero, 1, testStream(2))] as const;
  return { domain: "time", polarisations, sampleRateHz: RATE_HZ };
}

function largestDifference(a: DspSignal, b: DspSignal): number {
  let largest = 0;
  for (const p of [0, 1] as const) {
    const [u, v] = [inTime(a).polarisations[p], inTime(b).polarisations[p]];
    expect(u.length).toBe(v.length);
    for (let i = 0; i < u.length; i++) largest = Math.max(largest, Math.abs((u[i] as number) - (v[i] as number)));
  }
  return largest;
}

function allPass(signal: DspSignal, phaseRad: (omega: number) => number): DspSignal {
  const count = signal.polarisations[0].length / 2;
  const response = new Float64Array(2 * count);
  for (let bin = 0; bin < count; bin++) {
    const phase = phaseRad(2 * Math.PI * binFrequencyHz(bin, count, signal.sampleRateHz));
    response[2 * bin] = Math.cos(phase);
    response[2 * bin + 1] = Math.sin(phase);
  }
  return mapPair(signal, (samples) => inverseTransform(multiplyComplex(forwardTransform(samples), response)));
}

describe("signals in two domains", () => {
  it("come back unchanged and are not transformed twice", () => {
    const signal = noiseSignal(256);
    // Two transforms of 256 samples.
    expect(largestDifference(inTime(inFrequency(signal)), signal)).toBeLessThan(1e-14);
    expect(inTime(signal)).toBe(signal);
    expect(inFrequency(inFrequency(signal)).polarisations).toEqual(inFrequency(signal).polarisations);
  });
});

describe("resampling", () => {
  it("up and down again returns the record", () => {
    const signal = noiseSignal(256);
    const up = resampleTo(signal, 4 * RATE_HZ).signal;
    expect(up.polarisations[0].length).toBe(8 * 256);
    // The bin at half the rate is split and put together again; the rest is copied.
    expect(largestDifference(resampleTo(up, RATE_HZ).signal, signal)).toBeLessThan(1e-13);
  });

  it("keeps the samples that both rates share", () => {
    const signal = noiseSignal(128);
    const up = inTime(resampleTo(signal, 2 * RATE_HZ).signal);
    for (let k = 0; k < 128; k++) {
      // Rounding of two transforms.
      expect(up.polarisations[0][4 * k]).toBeCloseTo(signal.polarisations[0][2 * k] ?? Number.NaN, 12);
    }
  });

  it("removes what the lower rate cannot carry instead of folding it back", () => {
    const tone = new Float64Array(2 * 128);
    for (let i = 0; i < 128; i++) {
      tone[2 * i] = Math.cos((2 * Math.PI * 40 * i) / 128);
      tone[2 * i + 1] = Math.sin((2 * Math.PI * 40 * i) / 128);
    }
    const low = resampleTo({ domain: "time", polarisations: [tone, tone], sampleRateHz: RATE_HZ }, RATE_HZ / 2).signal;
    // Only rounding is left of a tone of amplitude 1.
    expect(Math.max(...inTime(low).polarisations[0])).toBeLessThan(1e-14);
  });

  it("tells how far the rate is from the one asked for", () => {
    expect(resampleTo(noiseSignal(128), RATE_HZ * 2).rateError).toBe(0);
    // 129.28 samples become 129... which no test transform needs: half of 128 plus a third of a sample is 64.
    expect(resampleTo(noiseSignal(128), (RATE_HZ * 64.3) / 128).rateError).toBeCloseTo(64 / 64.3 - 1, 12);
  });
});

describe("dispersion compensation", () => {
  it("undoes second and third order exactly, without delay", () => {
    const signal = noiseSignal(512);
    const [beta2S2, beta3S3] = [-2.17e-26 * 800e3, 1.3e-40 * 800e3];
    const dispersed = allPass(signal, (omega) => (beta2S2 / 2) * omega ** 2 + (beta3S3 / 6) * omega ** 3);
    expect(largestDifference(dispersed, signal)).toBeGreaterThan(1);
    // Phases reach 350 rad: each loses 350 · 2^-53 · a few.
    expect(largestDifference(compensateDispersion(dispersed, { beta2S2, beta3S3 }), signal)).toBeLessThan(1e-11);
  });

  it("leaves a link without dispersion untouched", () => {
    const signal = noiseSignal(8);
    expect(compensateDispersion(signal, { beta2S2: 0, beta3S3: 0 })).toBe(signal);
  });

  it("has a memory of 67 symbols at 400 km of standard fibre, 32 GBd and roll-off 0.2", () => {
    // 2π · 21.7e-27 · 4e5 · 1.2 · (32e9)², by hand.
    expect(dispersionMemorySymbols(-2.17e-26 * 400e3, 32e9, 0.2)).toBeCloseTo(67.0, 1);
  });
});

describe("symbol timing", () => {
  const { received, sent } = receiveBackToBack({ seed: 3, symbolCount: 1024, samplesPerSymbol: 4 });
  const filtered = matchedFilter(received, { symbolRateBd: TEST_SYMBOL_RATE_BD, rollOff: TEST_ROLL_OFF });

  it.each([0, 0.125, -0.4, 0.3])("finds a delay of %s symbols exactly without noise", (delay) => {
    const delayed = allPass(inTime(filtered), (omega) => (-omega * delay) / TEST_SYMBOL_RATE_BD);
    const { signal, timingOffsetSymbols } = sampleAtSymbols(delayed, 1024);
    // The symbols drop out of the clock tone, so only rounding is left.
    expect(timingOffsetSymbols).toBeCloseTo(delay, 10);
    const [x] = signal.polarisations;
    const gain = (x[0] as number) * (sent.symbols[0][0] as number) + (x[1] as number) * (sent.symbols[0][1] as number);
    for (let i = 0; i < x.length; i++) {
      expect(Math.abs((x[i] as number) / gain - (sent.symbols[0][i] as number))).toBeLessThan(1e-8);
    }
  });

  it("leaves a signal at the symbol rate alone", () => {
    const once = sampleAtSymbols(filtered, 1024).signal;
    expect(sampleAtSymbols(once, 1024)).toEqual({ signal: once, timingOffsetSymbols: 0 });
  });
});
