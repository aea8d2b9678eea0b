import { describe, expect, it } from "vitest";
import { addNoise, testStream } from "../dsp/fixtures/test-bench.ts";
import type { PolarisationPair } from "../dsp/signal.ts";
import { drawQpskSymbols } from "../transmitter/transmit.ts";
import { AWGN_QPSK } from "./fixtures/awgn-qpsk.ts";
import { countedRate } from "./interval.ts";
import { measureSignalQuality } from "./signal-quality.ts";
import { estimateSnr } from "./signal-to-noise.ts";
import { qpskBitErrorRatio } from "./theory.ts";

function noisyRecord(seed: number, symbolCount: number, snrDb: number) {
  const sent = drawQpskSymbols(testStream(seed), symbolCount);
  const noise = testStream(seed + 1000);
  const variance = 10 ** (-snrDb / 10);
  const received: PolarisationPair = [
    addNoise(sent.symbols[0], variance, noise),
    addNoise(sent.symbols[1], variance, noise),
  ];
  return { sent, received };
}

describe("SNR estimate", () => {
  it.each([0, 5, 8, 12, 16, 20, 25, 30])("is unbiased at %s dB", (snrDb) => {
    let meanDb = 0;
    for (let seed = 1; seed <= 8; seed++) {
      const { sent, received } = noisyRecord(seed, 2048, snrDb);
      // An arbitrary gain must not matter.
      const scaled = received[0].map((value) => 3e-5 * value);
      meanDb += (10 * Math.log10(estimateSnr(scaled, sent.symbols[0], 0, 2048).snr)) / 8;
    }
    // 8 records of 2048 symbols: 0.8 % or 0.034 dB; three of them make the 0.1 dB that is promised.
    expect(Math.abs(meanDb - snrDb)).toBeLessThan(0.1);
  });

  it("is unbiased for short records as well, where the gain fits part of the noise", () => {
    let noiseToSignal = 0;
    for (let seed = 1; seed <= 2000; seed++) {
      const { sent, received } = noisyRecord(seed, 8, 10);
      noiseToSignal += estimateSnr(received[0], sent.symbols[0], 0, 8).noiseToSignal / 2000;
    }
    // Without N − 1 it would be 12 % low; 2000 records of 7 degrees of freedom have an error of 0.85 %, and the ratio
    // to a noisy |h|² is itself 1.5 % high.
    expect(Math.abs(noiseToSignal / 0.1 - 1)).toBeLessThan(0.04);
  });
});

describe("signal quality", () => {
  it("stays finite without noise, without signal, and on a record of zeros", () => {
    const { sent } = noisyRecord(1, 256, 10);
    const other = noisyRecord(2, 256, 10).received;
    const zeros: PolarisationPair = [new Float64Array(512), new Float64Array(512)];
    for (const received of [sent.symbols, other, zeros]) {
      const { snrDb, evmRms, qFactorDb, theoryBer } = measureSignalQuality(received, sent);
      expect([snrDb, evmRms, qFactorDb, theoryBer].every(Number.isFinite)).toBe(true);
    }
    // 1/N of 256 symbols is −24 dB; rounding is −320 dB.
    expect(measureSignalQuality(sent.symbols, sent).snrDb).toBeCloseTo(320, 6);
    expect(measureSignalQuality(zeros, sent).snrDb).toBeCloseTo(-24.08, 2);
  });

  it("has EVM = 1/√SNR and Q = SNR in dB", () => {
    const { sent, received } = noisyRecord(3, 4096, 14);
    const quality = measureSignalQuality(received, sent);
    // The same figure by definition; the noise itself is within 2 % (four deviations of 8192 symbols).
    expect(quality.evmRms * 10 ** (quality.snrDb / 20)).toBeCloseTo(1, 12);
    expect(quality.qFactorDb).toBeCloseTo(quality.snrDb, 10);
    expect(Math.abs(quality.evmRms / 10 ** (-14 / 20) - 1)).toBeLessThan(0.02);
  });

  it("leaves out the edges it is told to and says how many symbols that is", () => {
    const { sent, received } = noisyRecord(4, 1024, 40);
    received[0].fill(0, 0, 64);
    received[1].fill(0, 2 * 1024 - 64);
    const all = measureSignalQuality(received, sent);
    const inner = measureSignalQuality(received, sent, { edgeSymbols: 32 });
    expect(all.excludedSymbols).toBe(0);
    expect(all.count).toEqual({ errors: expect.any(Number), bits: 4096 });
    expect(all.count.errors).toBeGreaterThan(20);
    expect(inner.excludedSymbols).toBe(64);
    expect(inner.count).toEqual({ errors: 0, bits: 4 * 960 });
    // 40 dB of noise remain; 1920 symbols give 0.1 dB, three of them.
    expect(Math.abs(inner.snrDb - 40)).toBeLessThan(0.3);
  });

  it("averages the theory over polarisations of different quality", () => {
    const { sent } = noisyRecord(5, 8192, 10);
    const received: PolarisationPair = [
      addNoise(sent.symbols[0], 0.1, testStream(7)),
      addNoise(sent.symbols[1], 0.4, testStream(8)),
    ];
    const quality = measureSignalQuality(received, sent);
    const expected = (qpskBitErrorRatio(10) + qpskBitErrorRatio(2.5)) / 2;
    // The SNRs are known to 1.1 %, which moves the larger ratio (5.7 %) by 1.5 %; three of them.
    expect(Math.abs(quality.theoryBer / expected - 1)).toBeLessThan(0.045);
    expect(quality.polarisations[0].snrDb).toBeGreaterThan(quality.polarisations[1].snrDb + 5);
  });

  it("bounds the counted ratio: no error in N bits is at most 3/N at 95 %", () => {
    const { sent, received } = noisyRecord(6, 1024, 20);
    const { preFecBer, qFactorFromBerDb } = measureSignalQuality(received, sent);
    // ln 20 = 2.996.
    expect(preFecBer).toMatchObject({ estimate: 0, lower: 0, trialCount: 4096 });
    expect(preFecBer.upper * 4096).toBeCloseTo(2.996, 2);
    expect(qFactorFromBerDb).toBe(Number.POSITIVE_INFINITY);
  });

  it("warns when the errors are not those of Gaussian noise at the measured SNR", () => {
    const { sent, received } = noisyRecord(7, 4096, 12);
    expect(measureSignalQuality(received, sent).warnings).toEqual([]);
    // A burst: 40 symbols point the other way.
    for (let i = 0; i < 80; i++) received[0][1000 + i] = -(received[0][1000 + i] as number);
    const [warning, ...others] = measureSignalQuality(received, sent).warnings;
    expect(warning).toMatch(/more errors than Gaussian noise makes/);
    expect(others).toEqual([]);
  });
});

describe("counted error ratio of QPSK in Gaussian noise", () => {
  it.each(AWGN_QPSK)(
    "contains the theory in its 99 % interval at Es/N0 $snrDb dB",
    ({ snrDb, bitErrorRatio, bits }) => {
      const { sent, received } = noisyRecord(11, bits / 4, snrDb);
      const count = measureSignalQuality(received, sent).count;
      const { lower, upper } = countedRate(count.errors, count.bits, 0.99);
      expect(count.bits).toBe(bits);
      expect(lower).toBeLessThanOrEqual(bitErrorRatio);
      expect(upper).toBeGreaterThanOrEqual(bitErrorRatio);
    },
  );
});
