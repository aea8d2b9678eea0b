import { describe, expect, it } from "vitest";
import { randomBits } from "../transmitter/bits.ts";
import { qpskSymbols } from "../transmitter/qpsk.ts";
import { demapQpsk } from "./demap.ts";
import { addNoise, testStream } from "./fixtures/test-bench.ts";

const BITS = 2 ** 15;

function noisySymbols(snrDb: number, amplitude = 1): { bits: Uint8Array; symbols: Float64Array } {
  const bits = randomBits(testStream(1), BITS);
  const noisy = addNoise(qpskSymbols(bits), 10 ** (-snrDb / 10), testStream(2));
  return { bits, symbols: noisy.map((value) => amplitude * value) };
}

describe("QPSK demapper", () => {
  it.each([0, 3, 6, 10, 20, 30])("finds the SNR blindly at %s dB, whatever the amplitude", (snrDb) => {
    const { estimatedSnr } = demapQpsk(noisySymbols(snrDb, 0.37).symbols, { isSoft: false });
    // 32768 samples of r²; near 0 dB the shape hardly depends on the ratio, which costs a factor of 3: 5 · 1 %, or 0.2 dB.
    expect(Math.abs(10 * Math.log10(estimatedSnr) - snrDb)).toBeLessThan(0.2);
  });

  it("gives a positive LLR exactly where the hard bit is 0", () => {
    const { bits, llrs } = demapQpsk(noisySymbols(5).symbols, { isSoft: true });
    expect(llrs).toHaveLength(BITS);
    bits.forEach((bit, i) => {
      expect((llrs?.[i] as number) < 0 ? 1 : 0).toBe(bit);
    });
  });

  it("gives LLRs that mean what they say: of bits with |LLR| near 2, 1 in 1 + e² is wrong", () => {
    const { symbols, bits } = noisySymbols(4);
    const soft = demapQpsk(symbols, { isSoft: true });
    let wrong = 0;
    let seen = 0;
    let expected = 0;
    soft.llrs?.forEach((llr, i) => {
      if (Math.abs(Math.abs(llr) - 2) > 0.5) return;
      seen += 1;
      expected += 1 / (1 + Math.exp(Math.abs(llr)));
      if (soft.bits[i] !== bits[i]) wrong += 1;
    });
    // Binomial deviation of the count; three of them.
    expect(seen).toBeGreaterThan(1000);
    expect(Math.abs(wrong - expected)).toBeLessThan(3 * Math.sqrt(expected));
  });

  it("scales every LLR as 4 √½ r E/σ² for unit symbols in known noise", () => {
    const { symbols } = noisySymbols(6);
    const { llrs } = demapQpsk(symbols, { isSoft: true });
    const scale = (2 * Math.SQRT2 * ((symbols[0] as number) + (symbols[1] as number)) * Math.SQRT1_2) / 10 ** -0.6;
    // The estimate of the noise, 1 % at 32768 samples; three of them.
    expect((llrs?.[0] as number) / scale).toBeGreaterThan(0.97);
    expect((llrs?.[0] as number) / scale).toBeLessThan(1.03);
  });

  it("stays finite without noise and on an empty signal", () => {
    const clean = demapQpsk(qpskSymbols(randomBits(testStream(3), 64)), { isSoft: true });
    expect(clean.estimatedSnr).toBeGreaterThan(1e7);
    expect(clean.llrs?.every((llr) => Number.isFinite(llr) && Math.abs(llr) === 200)).toBe(true);
    expect(demapQpsk(new Float64Array(8), { isSoft: true }).llrs?.every(Number.isFinite)).toBe(true);
  });

  it("leaves LLRs out of hard decisions", () => {
    expect(demapQpsk(noisySymbols(6).symbols, { isSoft: false }).llrs).toBeUndefined();
  });
});
