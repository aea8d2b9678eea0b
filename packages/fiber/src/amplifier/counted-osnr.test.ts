import { describe, expect, it } from "vitest";
import { countOsnr } from "./counted-osnr.ts";

const sampleRateHz = 256e9;
const bins = 4096;
const binWidthHz = sampleRateHz / bins;

describe("countOsnr", () => {
  it("finds signal and noise of a flat channel on a flat floor exactly", () => {
    const count = countOsnr({
      binPowerW: spectrum(1e-3, 1e-16),
      sampleRateHz,
      signalBand: { fromHz: -20e9, toHz: 20e9 },
      noiseBands: [
        { fromHz: -60e9, toHz: -30e9 },
        { fromHz: 30e9, toHz: 60e9 },
      ],
    });
    // sums of some thousand terms
    expect(count.noisePsdWPerHz / 1e-16).toBeCloseTo(1, 12);
    expect(count.signalPowerW / 1e-3).toBeCloseTo(1, 10);
    expect(count.osnrDb).toBeCloseTo(10 * Math.log10(1e-3 / (1e-16 * 12.5e9)), 9);
  });

  it("interpolates a sloping floor from both sides", () => {
    const binPowerW = spectrum(1e-3, 1e-16).map((powerW, bin) => {
      const frequencyHz = (bin < bins / 2 ? bin : bin - bins) * binWidthHz;
      return powerW + 1e-16 * binWidthHz * (frequencyHz / 200e9);
    });
    const bands = [
      { fromHz: -60e9, toHz: -30e9 },
      { fromHz: 30e9 + binWidthHz, toHz: 60e9 + binWidthHz },
    ];
    const count = countOsnr({ binPowerW, sampleRateHz, signalBand: { fromHz: -20e9, toHz: 20e9 }, noiseBands: bands });
    expect(count.noisePsdWPerHz / 1e-16).toBeCloseTo(1, 10); // the bands mirror each other bin by bin
  });

  it("takes another reference bandwidth", () => {
    const common = { binPowerW: spectrum(1e-3, 1e-16), sampleRateHz, signalBand: { fromHz: -20e9, toHz: 20e9 } };
    const noiseBands = [{ fromHz: 30e9, toHz: 60e9 }];
    const narrow = countOsnr({ ...common, noiseBands });
    const wide = countOsnr({ ...common, noiseBands, referenceBandwidthHz: 125e9 });
    expect(narrow.osnrDb - wide.osnrDb).toBeCloseTo(10, 12); // a factor of ten
  });
});

/** A channel from −16 to 16 GHz on a floor. */
function spectrum(signalW: number, floorWPerHz: number): Float64Array {
  const half = 16e9 / binWidthHz;
  return Float64Array.from({ length: bins }, (_, bin) => {
    const offset = bin < bins / 2 ? bin : bin - bins;
    return floorWPerHz * binWidthHz + (offset >= -half && offset < half ? signalW / (2 * half) : 0);
  });
}
