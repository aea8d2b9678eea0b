import { describe, expect, it } from "vitest";
import { measureSignalQuality } from "../metrics/signal-quality.ts";
import { planCoherentChain, runCoherentChain } from "./chain.ts";
import { receiveBackToBack, runBackToBack, TEST_SYMBOL_RATE_BD, testLink } from "./fixtures/back-to-back.ts";

function blocksOf(chain: readonly { name: string; enabled?: boolean; params?: Record<string, unknown> }[]) {
  return runBackToBack({ seed: 1, symbolCount: 512, chain }).result.notes.map(({ block }) => block);
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

  it("stands for the default chain when it is empty, in order, without the blocks that are disabled", () => {
    expect(blocksOf([])).toEqual(["resample", "matched_filter", "cd_comp", "mimo_eq", "cpr", "demap"]);
    expect(blocksOf([{ name: "cpr" }, { name: "matched_filter", enabled: false }, { name: "demap" }])).toEqual([
      "decimate",
      "cpr",
      "demap",
    ]);
  });

  it("decimates at the right instant when the equaliser is absent or disabled", () => {
    const chain = [{ name: "matched_filter" }, { name: "mimo_eq", enabled: false }, { name: "cpr" }];
    const { result, sent } = runBackToBack({ seed: 5, symbolCount: 1024, chain, samplesPerSymbol: 4 });
    expect(result.symbols[0]).toHaveLength(2048);
    // Rounding only: the sample instant is exact.
    expect(measureSignalQuality(result.symbols, sent).snrDb).toBeGreaterThan(200);
  });

  it("undoes the dispersion it is told about", () => {
    const { received, sent } = receiveBackToBack({ seed: 6, symbolCount: 1024 });
    const link = { ...testLink(1024), dispersion: { beta2S2: -2.17e-26 * 80e3, beta3S3: 0 } };
    const plan = [{ name: "matched_filter" }, { name: "cd_comp", params: { method: "fft" } }];
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
      chain: [{ name: "demap", params: { soft: true } }],
    });
    const hard = runBackToBack({ seed: 7, symbolCount: 256, snrDb: 12, chain: [{ name: "demap" }] });
    expect(soft.result.decisions?.[0].bits).toHaveLength(512);
    expect(soft.result.decisions?.[0].llrs).toHaveLength(512);
    expect(hard.result.decisions?.[0].llrs).toBeUndefined();
  });

  it("honours taps, mu, avg_window, test_angles and out_fs_hz", () => {
    const { result } = runBackToBack({
      seed: 8,
      symbolCount: 512,
      snrDb: 15,
      samplesPerSymbol: 4,
      chain: [
        { name: "resample", params: { out_fs_hz: 2 * TEST_SYMBOL_RATE_BD } },
        { name: "matched_filter" },
        { name: "mimo_eq", params: { taps: 9, mu: 2e-3, type: "lms" } },
        { name: "cpr", params: { avg_window: 5, test_angles: 32, method: "bps" } },
      ],
    });
    const statistics = Object.fromEntries(result.notes.map((note) => [note.block, note.statistics]));
    expect(statistics.resample).toEqual({ sampleRateHz: 64e9 });
    expect(statistics.mimo_eq).toMatchObject({ taps: 9, mu: 2e-3, trainingUpdates: 8000 });
    expect(statistics.cpr).toMatchObject({ averageWindow: 5, testAngles: 32 });
  });

  it.each([
    [{ name: "mimo_eq", params: { taps: 0 } }, "FIBR-005", /mimo_eq.taps is 0/],
    [{ name: "mimo_eq", params: { mu: -1 } }, "FIBR-005", /mimo_eq.mu is -1/],
    [{ name: "mimo_eq", params: { type: "rls" } }, "FIBR-006", /mimo_eq.type is "rls"/],
    [{ name: "resample", params: { out_fs_hz: 0 } }, "FIBR-005", /resample.out_fs_hz is 0/],
    [{ name: "cpr", params: { avg_window: 0 } }, "FIBR-005", /cpr.avg_window is 0/],
    [{ name: "cpr", params: { test_angles: 1.5 } }, "FIBR-005", /cpr.test_angles is 1.5/],
    [{ name: "demap", params: { soft: "yes" } }, "FIBR-004", /demap.soft is "yes"/],
    [{ name: "ffe" }, "FIBR-012", /directly detected/],
    [{ name: "mimo_ec" }, "FIBR-006", /"mimo_ec" is not a DSP block/],
  ])("refuses %j", (block, code, message) => {
    expect(() => planCoherentChain([block], testLink(256))).toThrow(expect.objectContaining({ code }));
    expect(() => planCoherentChain([block], testLink(256))).toThrow(message);
  });

  it("checks the parameters of disabled blocks as well", () => {
    const block = { name: "mimo_eq", enabled: false, params: { taps: 0 } };
    expect(() => planCoherentChain([block], testLink(256))).toThrow(/mimo_eq.taps/);
  });

  it("refuses a rate that cuts into the spectrum", () => {
    const chain = [{ name: "resample", params: { out_fs_hz: 33e9 } }];
    expect(() => runBackToBack({ seed: 9, symbolCount: 256, chain })).toThrow(/cuts into the signal's spectrum/);
  });

  it("warns about a parameter that no block reads", () => {
    const chain = [{ name: "mimo_eq", params: { tabs: 7 } }];
    const { result } = runBackToBack({ seed: 10, symbolCount: 256, chain });
    expect(result.warnings).toEqual(["mimo_eq ignores the parameter tabs (did you mean taps?)."]);
  });
});
