import { describe, expect, it } from "vitest";
import { measureSignalQuality } from "../metrics/signal-quality.ts";
import { type Equaliser, equalise } from "./equaliser.ts";
import { greatestCorrelation, makeOrthogonal } from "./equaliser-start.ts";
import { type BackToBack, receiveBackToBack, TEST_ROLL_OFF, TEST_SYMBOL_RATE_BD } from "./fixtures/back-to-back.ts";
import { matchedFilter } from "./matched-filter.ts";
import { searchPhase } from "./phase-search.ts";
import { resampleTo } from "./resample.ts";
import { sampleAtSymbols } from "./symbol-timing.ts";

const DEFAULTS: Equaliser = { taps: 15, mu: 1e-3, type: "lms" };

function equaliseLink(options: BackToBack, equaliser: Partial<Equaliser> = {}) {
  const { received, sent } = receiveBackToBack(options);
  const filtered = matchedFilter(received, { symbolRateBd: TEST_SYMBOL_RATE_BD, rollOff: TEST_ROLL_OFF });
  const equalised = equalise(filtered, options.symbolCount, { ...DEFAULTS, ...equaliser });
  // A blind equaliser leaves the phase of its outputs free to drift.
  const { symbols } = searchPhase(equalised.signal.polarisations, { testAngles: 64, averageWindow: 16 });
  return { equalised, filtered, quality: measureSignalQuality(symbols, sent) };
}

describe("blind 2×2 equaliser", () => {
  it("leaves an ideal signal as clean as it was", () => {
    const { quality } = equaliseLink({ seed: 1, symbolCount: 1024 });
    // The start is the solution: the errors it adapts to are rounding.
    expect(quality.snrDb).toBeGreaterThan(200);
  });

  it.each(["lms", "cma", "nlms"] as const)("undoes 60° of rotation and 3 ps of DGD with %s", (type) => {
    const polarisation = { angleRad: Math.PI / 3, phaseRad: 0.4, dgdS: 3e-12 };
    const options = { seed: 2, symbolCount: 8192, snrDb: 12, polarisation };
    const { quality, equalised } = equaliseLink(options, { type, mu: type === "nlms" ? 0.03 : 1e-3 });
    // 30 weights per output adapting at μ = 1e-3 add 1.5 % (0.07 dB), twice that with the constant-modulus error, which
    // sees the radial noise doubled; carrier recovery 0.04 dB; the estimate is uncertain by 0.034 dB, three deviations.
    expect(quality.snrDb).toBeGreaterThan(type === "cma" ? 11.72 : 11.79);
    expect(equalised.warnings).toEqual([]);
    expect(quality.polarisations.map(({ alignment }) => alignment.output).sort()).toEqual(["x", "y"]);
  });

  it("never ends with both outputs on one polarisation, over 20 channels", () => {
    for (let seed = 0; seed < 20; seed++) {
      const polarisation = { angleRad: (Math.PI * seed) / 20, phaseRad: 2.4 * seed, dgdS: 1e-12 * (seed % 7) };
      const { equalised, quality } = equaliseLink({ seed, symbolCount: 1024, snrDb: 9, polarisation });
      // Unrelated records of 1024 symbols correlate by about 3 %, at most 15 % over all lags.
      expect(equalised.outputCorrelation).toBeLessThan(0.2);
      expect(new Set(quality.polarisations.map(({ alignment }) => alignment.output)).size).toBe(2);
      // Chance would be 0.5; the theory at 9 dB is 2.4e-3.
      expect(quality.preFecBer.estimate).toBeLessThan(0.01);
    }
  });

  it("undoes with fifteen taps a delay that one tap cannot undo", () => {
    const options = { seed: 3, symbolCount: 4096, snrDb: 20, polarisation: { angleRad: Math.PI / 4, dgdS: 12e-12 } };
    const long = equaliseLink(options).quality.snrDb;
    const short = equaliseLink(options, { taps: 1 }).quality.snrDb;
    // Misadjustment and the error of the estimate, as above.
    expect(long).toBeGreaterThan(19.5);
    expect(short).toBeLessThan(15);
  });

  it("adds noise in proportion to mu", () => {
    const excess = [4e-3, 1e-3].map((mu) => {
      const { quality } = equaliseLink({ seed: 4, symbolCount: 8192, snrDb: 12 }, { mu });
      return 10 ** (-quality.snrDb / 10) / 10 ** -1.2 - 1;
    });
    // Excess is μ/2 times the 30 weights of an output: 6 % and 1.5 %, and 1 % for carrier recovery; the estimates share
    // their noise, so the difference of 4.5 % is certain to about 1 %.
    const difference = (excess[0] ?? 0) - (excess[1] ?? 0);
    expect(difference).toBeGreaterThan(0.035);
    expect(difference).toBeLessThan(0.06);
  });

  it("takes any oversampling: the same symbols from 4 and from 3.2 samples per symbol", () => {
    const { received, sent } = receiveBackToBack({ seed: 5, symbolCount: 1024, snrDb: 15, samplesPerSymbol: 4 });
    const filtered = matchedFilter(received, { symbolRateBd: TEST_SYMBOL_RATE_BD, rollOff: TEST_ROLL_OFF });
    const odd = resampleTo(filtered, 3.2 * TEST_SYMBOL_RATE_BD).signal;
    const direct = equalise(filtered, 1024, DEFAULTS).signal;
    const other = equalise(odd, 1024, DEFAULTS).signal;
    // Both see the same spectrum; rounding is amplified by the adaptation.
    expect(other.polarisations[0][500]).toBeCloseTo(direct.polarisations[0][500] ?? Number.NaN, 9);
    expect(measureSignalQuality(other.polarisations, sent).snrDb).toBeGreaterThan(14.5);
  });

  it("separates polarisations at one sample per symbol too", () => {
    const { received, sent } = receiveBackToBack({
      seed: 6,
      symbolCount: 4096,
      snrDb: 15,
      polarisation: { angleRad: 1.1 },
    });
    const filtered = matchedFilter(received, { symbolRateBd: TEST_SYMBOL_RATE_BD, rollOff: TEST_ROLL_OFF });
    const equalised = equalise(sampleAtSymbols(filtered, 4096).signal, 4096, { ...DEFAULTS, taps: 5 });
    // Misadjustment of 20 complex weights, and the error of the estimate.
    expect(measureSignalQuality(equalised.signal.polarisations, sent).snrDb).toBeGreaterThan(14.7);
  });

  it("refuses a step that diverges and says which one works", () => {
    const link = { seed: 7, symbolCount: 512, snrDb: 12 };
    expect(() => equaliseLink(link, { mu: 0.5 })).toThrow(/diverges with mu 0.5 and 15 taps/);
  });

  it("starts with a step that is always stable, so that a fast final one still converges", () => {
    const options = { seed: 4, symbolCount: 4096, snrDb: 14, polarisation: { angleRad: 1 } };
    // 0.6 of the energy in a filter of 30 weights: excess noise 0.3/(1 − 0.3) = 43 %, 1.5 dB.
    expect(equaliseLink(options, { mu: 0.02 }).quality.snrDb).toBeGreaterThan(11.5);
  });

  it("warns when a step that is too large leaves outputs as spread as noise", () => {
    const { equalised } = equaliseLink({ seed: 11, symbolCount: 1024, snrDb: 10 }, { mu: 0.05 });
    expect(equalised.warnings).toEqual([expect.stringMatching(/outputs look like noise; use a smaller mu than 0.05/)]);
  });

  it("gives the same bytes twice", () => {
    const link = { seed: 8, symbolCount: 512, snrDb: 12, polarisation: { angleRad: 0.3 } };
    expect(equaliseLink(link).equalised).toEqual(equaliseLink(link).equalised);
  });
});

describe("singularity guard", () => {
  it("sees the same symbols in both outputs at any lag within reach", () => {
    const { filtered } = equaliseLink({ seed: 9, symbolCount: 512 });
    const [x, y] = sampleAtSymbols(filtered, 512).signal.polarisations;
    const delayed = new Float64Array(x.length);
    delayed.set(x.subarray(0, x.length - 6), 6);
    // Three symbols of 512 are cut off.
    expect(greatestCorrelation(delayed, x, 8)).toBeGreaterThan(0.98);
    expect(greatestCorrelation(delayed, x, 2)).toBeLessThan(0.2);
    expect(greatestCorrelation(x, y, 8)).toBeLessThan(0.2);
  });

  it("makes the y filters orthogonal to the x filters, tap by tap mirrored and conjugated", () => {
    const weights = Float64Array.from({ length: 24 }, (_, i) => (i % 8 < 4 ? i + 1 : 0));
    makeOrthogonal(weights);
    // h_yx(m) = −h_xy*(−m), h_yy(m) = h_xx*(−m) about the middle of three taps.
    expect(Array.from(weights.subarray(4, 8))).toEqual([-19, 20, 17, -18]);
    expect(Array.from(weights.subarray(12, 16))).toEqual([-11, 12, 9, -10]);
    expect(Array.from(weights.subarray(20, 24))).toEqual([-3, 4, 1, -2]);
  });
});
