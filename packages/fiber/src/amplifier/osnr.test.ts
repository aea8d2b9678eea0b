import { describe, expect, it } from "vitest";
import golden from "./fixtures/osnr-chain.json" with { type: "json" };
import { osnrAfterSpansDb, osnrAlongSpans, snrFromOsnrDb } from "./osnr.ts";
import { asePsdWPerHz } from "./spontaneous-emission.ts";

describe("osnr of equal spans", () => {
  it.each(golden.equalSpans)("is $osnrDb dB after $spanCount spans of $spanLossDb dB", (row) => {
    // the same closed form in two languages: only the rounding of pow and log10 differs
    expect(osnrAfterSpansDb(row)).toBeCloseTo(row.osnrDb, 10);
    expect(asePsdWPerHz(row.spanLossDb, row.noiseFigureDb, row.carrierHz) / row.asePsdWPerHz).toBeCloseTo(1, 12);
    expect(snrFromOsnrDb(row.osnrDb, 32e9)).toBeCloseTo(row.snr32GBdDb, 10);
  });

  it("stays within 0.04 dB of the rule 58 + P − NF − L − 10 log N at 16 dB and more", () => {
    for (const row of golden.equalSpans.filter(
      ({ spanLossDb, carrierHz }) => spanLossDb >= 16 && carrierHz === 193.1e12,
    )) {
      const ruleDb = 58 + row.launchPowerDbm - row.noiseFigureDb - row.spanLossDb - 10 * Math.log10(row.spanCount);
      // the rule rounds h f B to −58 dBm (0.04 dB too little noise) and drops the −1 (0.04 dB too much at 16 dB)
      expect(Math.abs(osnrAfterSpansDb(row) - ruleDb)).toBeLessThan(0.04);
    }
  });

  it("loses 4.082 dB from 12.5 GHz to the 32 GHz of a 32 GBd matched filter", () => {
    expect(snrFromOsnrDb(0, 32e9)).toBeCloseTo(-4.082, 3); // three digits quoted
  });
});

describe("osnr along a chain", () => {
  it.each(golden.unequalSpans)("follows signal and noise through the chain $name", ({ launchPowerDbm, steps }) => {
    const points = osnrAlongSpans({ launchPowerDbm, carrierHz: 193.1e12 }, steps);
    points.forEach((point, index) => {
      const expected = steps[index];
      expect(point.osnrDb).toBeCloseTo(expected?.osnrDb ?? Number.NaN, 10); // same arithmetic, other rounding
      expect(point.signalDbm).toBeCloseTo(expected?.signalDbm ?? Number.NaN, 10);
    });
  });

  it("equals the closed form when the spans are equal", () => {
    const spans = Array.from({ length: 7 }, () => ({ lossDb: 16, gainDb: 16, noiseFigureDb: 5 }));
    const link = { spanCount: 7, launchPowerDbm: 1, spanLossDb: 16, noiseFigureDb: 5, carrierHz: 193.1e12 };
    expect(osnrAlongSpans(link, spans).at(-1)?.osnrDb).toBeCloseTo(osnrAfterSpansDb(link), 10); // rounding of seven sums
  });

  it("starts from the OSNR of the transmitter", () => {
    const launch = { launchPowerDbm: 0, carrierHz: 193.1e12, transmitterOsnrDb: 40 };
    const [point] = osnrAlongSpans(launch, [{ lossDb: 16, gainDb: 16, noiseFigureDb: 5 }]);
    // noise adds: 1/(10^-4 + 10^-3.69951518) = 35.2286 dB
    expect(point?.osnrDb).toBeCloseTo(-10 * Math.log10(1e-4 + 10 ** -3.69951518152555), 8);
  });
});
