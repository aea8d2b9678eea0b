import { describe, expect, it } from "vitest";
import { FFTW_INSTALL_HINT, findFftw, loadFftw } from "./fftw.ts";

describe("FFTW", () => {
  it("is undefined where no library loads, and the hint says how to install it", () => {
    const absent = { float64: ["libfftw3-that-nobody-has.so"], float32: [] };
    expect(findFftw(absent)).toBeUndefined();
    expect(FFTW_INSTALL_HINT).toContain("libfftw3");
  });

  it("is undefined for a library that is something else", () => {
    expect(findFftw({ float64: ["libm.so.6"], float32: ["libm.so.6"] })).toBeUndefined();
  });

  it("is looked for once", () => {
    expect(loadFftw()).toBe(loadFftw());
  });

  for (const precision of loadFftw()?.precisions ?? [])
    it(`refuses a disposed plan in ${precision}`, () => {
      const plan = loadFftw()?.plan(16, { precision, effort: "estimate" });
      const field = plan?.field();
      plan?.dispose();
      plan?.dispose();
      expect(() => field && plan?.forward(field)).toThrow(/disposed/);
    });
});
