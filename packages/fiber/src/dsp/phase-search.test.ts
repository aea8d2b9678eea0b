import { describe, expect, it } from "vitest";
import { measureSignalQuality } from "../metrics/signal-quality.ts";
import { estimateSnr } from "../metrics/signal-to-noise.ts";
import { laserPhaseRad, turnByPhase } from "../transmitter/laser.ts";
import { drawQpskSymbols } from "../transmitter/transmit.ts";
import { addNoise, testStream } from "./fixtures/test-bench.ts";
import { type PhaseSearch, searchPhase } from "./phase-search.ts";
import type { PolarisationPair } from "./signal.ts";

const DEFAULTS: PhaseSearch = { testAngles: 64, averageWindow: 8 };

interface Carrier {
  readonly seed: number;
  readonly symbolCount: number;
  readonly snrDb: number;
  /** Combined linewidth times the symbol duration. */
  readonly linewidthSymbols: number;
}

/** Symbols of both polarisations under the phase noise of one laser, y with a constant phase on top. */
function noisyCarrier({ seed, symbolCount, snrDb, linewidthSymbols }: Carrier) {
  const sent = drawQpskSymbols(testStream(seed), symbolCount);
  const line = { linewidthHz: linewidthSymbols, sampleRateHz: 1 };
  const phaseRad = laserPhaseRad(testStream(seed + 1000), symbolCount, line);
  const noise = testStream(seed + 2000);
  const variance = 10 ** (-snrDb / 10);
  const symbols: PolarisationPair = [
    addNoise(turnByPhase(sent.symbols[0], phaseRad), variance, noise),
    addNoise(
      turnByPhase(
        sent.symbols[1],
        phaseRad.map((value) => value + 0.6),
      ),
      variance,
      noise,
    ),
  ];
  return { sent, symbols, phaseRad };
}

describe("blind phase search", () => {
  it("finds a constant phase to within half a test angle and undoes it", () => {
    const { symbols } = drawQpskSymbols(testStream(1), 256);
    const turned: PolarisationPair = [
      turnByPhase(symbols[0], new Float64Array(256).fill(0.3)),
      turnByPhase(symbols[1], new Float64Array(256).fill(-0.5)),
    ];
    const { phaseRad } = searchPhase(turned, DEFAULTS);
    const halfStep = Math.PI / 2 / 64 / 2;
    expect(Math.abs((phaseRad[0][100] as number) - 0.3)).toBeLessThanOrEqual(halfStep);
    // The phase of y is known up to a quarter turn; the offset between polarisations adds half a step of 16 angles.
    const y = (phaseRad[1][100] as number) + 0.5;
    expect(Math.abs(y - (Math.PI / 2) * Math.round(y / (Math.PI / 2)))).toBeLessThanOrEqual(2 * halfStep);
  });

  it("follows a walk of many quarter turns without a slip", () => {
    const { symbols, phaseRad } = noisyCarrier({ seed: 2, symbolCount: 8192, snrDb: 15, linewidthSymbols: 5e-4 });
    const recovered = searchPhase(symbols, DEFAULTS).phaseRad[0];
    const range = Math.max(...phaseRad) - Math.min(...phaseRad);
    expect(range).toBeGreaterThan(Math.PI / 2);
    const start = Math.round(((recovered[100] as number) - (phaseRad[100] as number)) / (Math.PI / 2)) * (Math.PI / 2);
    const worst = recovered.reduce(
      (most, value, k) => Math.max(most, Math.abs(value - start - (phaseRad[k] as number))),
      0,
    );
    // A slip would show as π/2.
    expect(worst).toBeLessThan(Math.PI / 4);
  });

  it("tolerates Δν T = 4.1e-4 with QPSK at less than 1 dB of penalty at a BER of 1e-3 (Pfau 2009)", () => {
    // A BER of 1e-3 needs 9.8 dB without phase noise; here it must be met with 1 dB more.
    const { sent, symbols } = noisyCarrier({ seed: 3, symbolCount: 32768, snrDb: 10.8, linewidthSymbols: 4.1e-4 });
    const { symbols: recovered } = searchPhase(symbols, { testAngles: 32, averageWindow: 8 });
    const quality = measureSignalQuality(recovered, sent, { edgeSymbols: 16 });
    expect(quality.cycleSlips).toBe(0);
    // 130 000 bits: a true ratio of 1e-3 gives 131 ± 11 errors.
    expect(quality.preFecBer.estimate).toBeLessThan(1e-3);
    expect(quality.count.bits).toBeGreaterThan(130_000);
  });

  it("costs less than 0.1 dB against a known phase at 10 dB, and its SNR is not flattered", () => {
    const carrier = { seed: 4, symbolCount: 16384, snrDb: 10, linewidthSymbols: 0 };
    const { sent, symbols } = noisyCarrier(carrier);
    const known = estimateSnr(symbols[0], sent.symbols[0], 0, 16384).snr;
    const { symbols: recovered } = searchPhase(symbols, DEFAULTS);
    const lossDb = 10 * Math.log10(known) - measureSignalQuality(recovered, sent).polarisations[0].snrDb;
    // Same noise in both, so the difference is that of the phase estimate: 33 voters give 10 log10(1 + 1/66) = 0.065 dB.
    expect(lossDb).toBeGreaterThan(0);
    expect(lossDb).toBeLessThan(0.1);
  });

  it("averages over as many symbols as it is told: a longer window is quieter without phase noise", () => {
    const { sent, symbols } = noisyCarrier({ seed: 5, symbolCount: 8192, snrDb: 9, linewidthSymbols: 0 });
    const snrDb = [2, 8, 32].map(
      (averageWindow) => measureSignalQuality(searchPhase(symbols, { ...DEFAULTS, averageWindow }).symbols, sent).snrDb,
    );
    expect(snrDb[1]).toBeGreaterThan(snrDb[0] ?? Number.NaN);
    expect(snrDb[2]).toBeGreaterThan(snrDb[1] ?? Number.NaN);
  });

  it("resolves the phase to a quarter turn over the number of test angles", () => {
    const { symbols } = noisyCarrier({ seed: 6, symbolCount: 512, snrDb: 40, linewidthSymbols: 1e-5 });
    const { phaseRad } = searchPhase(symbols, { testAngles: 8, averageWindow: 4 });
    for (const phase of phaseRad[0]) {
      const steps = phase / (Math.PI / 16);
      // Whole steps, up to the rounding of π/16.
      expect(Math.abs(steps - Math.round(steps))).toBeLessThan(1e-9);
    }
  });

  it("treats polarisations separately when their phases are unrelated", () => {
    const a = noisyCarrier({ seed: 7, symbolCount: 4096, snrDb: 20, linewidthSymbols: 2e-3 });
    const b = noisyCarrier({ seed: 8, symbolCount: 4096, snrDb: 20, linewidthSymbols: 2e-3 });
    expect(searchPhase([a.symbols[0], b.symbols[0]], DEFAULTS).isPhaseShared).toBe(false);
    expect(searchPhase(a.symbols, DEFAULTS).isPhaseShared).toBe(true);
  });
});
