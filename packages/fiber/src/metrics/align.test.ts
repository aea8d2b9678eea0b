import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addNoise, testStream } from "../dsp/fixtures/test-bench.ts";
import type { PolarisationPair } from "../dsp/signal.ts";
import { laserPhaseRad, turnByPhase } from "../transmitter/laser.ts";
import { drawQpskSymbols } from "../transmitter/transmit.ts";
import { alignToSent } from "./align.ts";
import { findCycleSlips } from "./cycle-slips.ts";
import { measureSignalQuality } from "./signal-quality.ts";

const COUNT = 512;
const sent = drawQpskSymbols(testStream(1), COUNT);

interface Distortion {
  readonly delay: number;
  readonly quarterTurns: number;
  readonly isConjugated: boolean;
}

function distort(symbols: Float64Array, { delay, quarterTurns, isConjugated }: Distortion): Float64Array {
  const turned = turnByPhase(symbols, new Float64Array(symbols.length / 2).fill((Math.PI / 2) * quarterTurns));
  const out = new Float64Array(symbols.length);
  for (let k = 0; k < symbols.length / 2; k++) {
    const to = 2 * ((k + delay) % (symbols.length / 2));
    out[to] = turned[2 * k] as number;
    out[to + 1] = (isConjugated ? -1 : 1) * (turned[2 * k + 1] as number);
  }
  return out;
}

const distortion = fc.record({
  delay: fc.integer({ min: 0, max: COUNT - 1 }),
  quarterTurns: fc.integer({ min: 0, max: 3 }),
  isConjugated: fc.boolean(),
});

describe("alignment", () => {
  it("undoes every delay, swap, quarter turn and conjugation, each polarisation for itself", () => {
    fc.assert(
      fc.property(distortion, distortion, fc.boolean(), (dx, dy, isSwapped) => {
        const x = distort(sent.symbols[0], dx);
        const y = distort(sent.symbols[1], dy);
        const received: PolarisationPair = isSwapped ? [y, x] : [x, y];
        const noisy = received.map((symbols, i) => addNoise(symbols, 0.2, testStream(10 + i)));
        const { alignment, symbols, warnings } = alignToSent([noisy[0] ?? x, noisy[1] ?? y], sent.symbols);
        expect(alignment.map(({ output }) => output)).toEqual(isSwapped ? ["y", "x"] : ["x", "y"]);
        expect(alignment[0]).toMatchObject({ delaySymbols: dx.delay, isConjugated: dx.isConjugated });
        expect(alignment[1]).toMatchObject({ delaySymbols: dy.delay, isConjugated: dy.isConjugated });
        // Noise of variance 0.2 turns 1.3 % of the bits; chance would be a half.
        const wrong = symbols[0].filter((value, i) => Math.abs(value - (sent.symbols[0][i] as number)) > 1).length;
        expect(wrong).toBeLessThan(40);
        expect(warnings).toEqual([]);
      }),
      { seed: 3, numRuns: 30 },
    );
  });

  it("finds the delay in spite of the phase noise of lasers nobody tracked", () => {
    const phase = laserPhaseRad(testStream(2), COUNT, { linewidthHz: 2e-3, sampleRateHz: 1 });
    const wander = (symbols: Float64Array) =>
      turnByPhase(distort(symbols, { delay: 77, quarterTurns: 0, isConjugated: false }), phase);
    const { alignment } = alignToSent([wander(sent.symbols[0]), wander(sent.symbols[1])], sent.symbols);
    expect(alignment.map(({ delaySymbols }) => delaySymbols)).toEqual([77, 77]);
  });

  it("says so when the received symbols resemble nothing that was sent", () => {
    const other = drawQpskSymbols(testStream(99), COUNT);
    const { warnings } = alignToSent(other.symbols, sent.symbols);
    expect(warnings).toHaveLength(2);
    expect(measureSignalQuality(other.symbols, sent).preFecBer.estimate).toBeGreaterThan(0.4);
  });
});

describe("cycle slips", () => {
  const long = drawQpskSymbols(testStream(4), 4096);
  const noisy = addNoise(long.symbols[0], 0.1, testStream(5));
  const slipped = noisy.slice();
  // A quarter turn from symbol 1500 and back another way at symbol 3000.
  for (let k = 1500; k < 4096; k++) {
    const re = slipped[2 * k] as number;
    const im = slipped[2 * k + 1] as number;
    slipped[2 * k] = k < 3000 ? -im : -re;
    slipped[2 * k + 1] = k < 3000 ? re : -im;
  }

  it("are found to within half a block and undone", () => {
    const { atSymbol, repaired } = findCycleSlips(slipped, long.symbols[0]);
    expect(atSymbol).toHaveLength(2);
    expect(Math.abs((atSymbol[0] ?? 0) - 1500)).toBeLessThanOrEqual(32);
    expect(Math.abs((atSymbol[1] ?? 0) - 3000)).toBeLessThanOrEqual(32);
    expect(repaired.subarray(6200)).toEqual(noisy.subarray(6200));
  });

  it("are none in a noisy record without slips", () => {
    expect(findCycleSlips(noisy, long.symbols[0])).toEqual({ atSymbol: [], repaired: noisy });
  });

  it("stay in the counted error ratio, are left out of the SNR, and are reported", () => {
    const quality = measureSignalQuality([slipped, addNoise(long.symbols[1], 0.1, testStream(6))], long);
    expect(quality.cycleSlips).toBe(2);
    expect(quality.preFecBer.estimate).toBeGreaterThan(0.1);
    expect(quality.countWithoutSlips.errors).toBeLessThan(100);
    // Up to half a block behind each slip stays unrepaired: 1 % of the symbols with errors of full size.
    expect(Math.abs(quality.polarisations[1].snrDb - 10)).toBeLessThan(0.3);
    expect(quality.warnings).toEqual([expect.stringMatching(/^2 cycle slips: \d+ bit errors as received/)]);
  });
});
