import { describe, expect, it } from "vitest";
import { edgeTransientSymbols } from "./edge-transient.ts";

describe("edges of the record", () => {
  const reach = {
    combinedLinewidthHz: 2e5,
    beta2S2: -2.17e-26 * 400e3,
    symbolRateBd: 32e9,
    rollOff: 0.2,
    equaliserTaps: 16,
    averageWindow: 8,
  };

  it("reach as far as half the dispersion, half the equaliser, the carrier window and the pulse", () => {
    // 67.0/2 + 4 + 8 + 8, rounded up.
    expect(edgeTransientSymbols(reach)).toBe(54);
  });

  it("are empty when the lasers are perfect, because the record then is periodic", () => {
    expect(edgeTransientSymbols({ ...reach, combinedLinewidthHz: 0 })).toBe(0);
  });
});
