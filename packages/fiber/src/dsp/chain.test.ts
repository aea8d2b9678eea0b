import { describe, expect, it } from "vitest";
import { measureSignalQuality } from "../metrics/signal-quality.ts";
import { planCoherentChain, runCoherentChain } from "./chain.ts";
import {
  chainOf,
  receiveBackToBack,
  runBackToBack,
  TEST_SYMBOL_RATE_BD,
  testLink,
  type WrittenBlock,
} from "./fixtures/back-to-back.ts";

function blocksRun(...blocks: readonly WrittenBlock[]) {
  return runBackToBack({ seed: 1, symbolCount: 512, chain: chainOf(...blocks) }).result.notes.map(({ block }) => block);
}

describe("coherent DSP chain", () => {
  it("is error-free above 60 dB back to back", () => {
    const { result, sent } = runBackToBack({ seed: 1, symbolCount: 2048, samplesPerSymbol: 4 });
    const quality = measureSignalQuality(result.symbols, sent);
    expect(quality.count).toEqual({ errors: 0, bits: 8192 });
    expect(quality.snrDb).toBeGreaterThan(60);
    expect(result.warnings).toEqual([]);
  });

  it.each([
    { snrDb: 7, seed: 2 },
    { snrDb: 9, seed: 3 },
    { snrDb: 10, seed: 4 },
  ])(
    "converges through 60° of rotation, 3 ps of DGD and 200 kHz of lasers at $snrDb dB within 0.3 dB",
    ({ snrDb, seed }) => {
      const { result, sent } = runBackToBack({
        seed,
        symbolCount: 2 ** 14,
        snrDb,
        linewidthHz: 100e3,
        polarisation: { angleRad: Math.PI / 3, phaseRad: 1, dgdS: 3e-12 },
      });
      const quality = measureSignalQuality(result.symbols, sent, { edgeSymbols: 32 });
      expect(quality.cycleSlips).toBe(0);
      // 16 352 symbols per polarisation: the estimate's deviation is 0.024 dB, so this is a loss of 0.3 dB at most.
      expect(quality.snrDb).toBeGreaterThan(snrDb - 0.3);
      // The counted errors are those of Gaussian noise at that SNR: four deviations of the count.
      const expected = quality.theoryBer * quality.count.bits;
      expect(Math.abs(quality.count.errors - expected)).toBeLessThan(4 * Math.sqrt(expected));
    },
  );

  it("runs its blocks in order and decimates once, where it must", () => {
    expect(blocksRun({ name: "cpr" }, { name: "demap" })).toEqual(["decimate", "cpr", "demap"]);
    expect(blocksRun({ name: "matched_filter" }, { name: "cpr", enabled: false })).toEqual([
      "matched_filter",
      "decimate",
    ]);
  });

  it("runs a specification's default chain", () => {
    expect(blocksRun()).toEqual(["resample", "matched_filter", "cd_comp", "mimo_eq", "cpr", "demap"]);
  });

  it("decimates at the right instant when there is no equaliser", () => {
    const chain = chainOf({ name: "matched_filter" }, { name: "mimo_eq", enabled: false }, { name: "cpr" });
    const { result, sent } = runBackToBack({ seed: 5, symbolCount: 1024, chain, samplesPerSymbol: 4 });
    expect(result.symbols[0]).toHaveLength(2048);
    // Rounding only: the sample instant is exact.
    expect(measureSignalQuality(result.symbols, sent).snrDb).toBeGreaterThan(200);
  });

  it.each([509, 1000])("takes records of any length, %s symbols too", (symbolCount) => {
    const { result, sent } = runBackToBack({ seed: 11, symbolCount, polarisation: { angleRad: 1 } });
    const quality = measureSignalQuality(result.symbols, sent);
    expect(quality.count).toEqual({ errors: 0, bits: 4 * symbolCount });
    // The rotation by 57.3° is started 11° off; what the filters have not unlearned after 8000 updates is far below −40 dB.
    expect(quality.snrDb).toBeGreaterThan(40);
  });

  it("undoes the dispersion it is told about", () => {
    const { received, sent } = receiveBackToBack({ seed: 6, symbolCount: 1024 });
    const link = { ...testLink(1024), dispersion: { beta2S2: -2.17e-26 * 80e3, beta3S3: 0 } };
    const plan = chainOf({ name: "matched_filter" }, { name: "cd_comp" });
    const dispersed = runCoherentChain(planCoherentChain(plan, link), received, {
      ...link,
      dispersion: { beta2S2: 0, beta3S3: 0 },
    });
    // Compensating what is not there disperses: the chain used the link's figure.
    expect(measureSignalQuality(dispersed.symbols, sent).snrDb).toBeLessThan(10);
  });

  it("gives two bits and two LLRs per symbol when demap is soft, and no LLR when it is not", () => {
    const soft = runBackToBack({
      seed: 7,
      symbolCount: 256,
      snrDb: 12,
      chain: chainOf({ name: "demap", params: { soft: true } }),
    });
    const hard = runBackToBack({ seed: 7, symbolCount: 256, snrDb: 12, chain: chainOf({ name: "demap" }) });
    expect(soft.result.decisions?.[0].bits).toHaveLength(512);
    expect(soft.result.decisions?.[0].llrs).toHaveLength(512);
    expect(hard.result.decisions?.[0].llrs).toBeUndefined();
  });

  it("honours the rate, the taps and the step, the window and the test angles", () => {
    const { result } = runBackToBack({
      seed: 8,
      symbolCount: 512,
      snrDb: 15,
      samplesPerSymbol: 4,
      chain: chainOf(
        { name: "resample", params: { out_fs_hz: 2 * TEST_SYMBOL_RATE_BD } },
        { name: "matched_filter" },
        { name: "mimo_eq", params: { taps: 9, mu: 2e-3, type: "cma" } },
        { name: "cpr", params: { avg_window: 5, test_angles: 32 } },
      ),
    });
    const statistics = Object.fromEntries(result.notes.map((note) => [note.block, note.statistics]));
    expect(statistics.resample).toEqual({ sampleRateHz: 64e9 });
    expect(statistics.mimo_eq).toMatchObject({ taps: 9, mu: 2e-3, trainingUpdates: 4000 });
    expect(statistics.cpr).toMatchObject({ averageWindow: 5, testAngles: 32 });
  });

  it("warns when it cannot run at exactly the rate it was given", () => {
    const chain = chainOf({ name: "resample", params: { out_fs_hz: 50.03e9 } });
    const { result } = runBackToBack({ seed: 10, symbolCount: 256, chain });
    expect(result.warnings).toEqual([expect.stringMatching(/^resample runs at 50000000000 Hz/)]);
  });
});
