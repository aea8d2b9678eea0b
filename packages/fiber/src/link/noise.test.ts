import { graph, type Wire } from "@simloom/pipeline";
import { describe, expect, it } from "vitest";
import { countOsnr } from "../amplifier/counted-osnr.ts";
import { asePsdWPerHz } from "../amplifier/spontaneous-emission.ts";
import { countedRate } from "../metrics/interval.ts";
import { qpskBitErrorRatio } from "../metrics/theory.ts";
import { decibelFromRatio, ratioFromDecibel } from "../physics/decibel.ts";
import { meanPowerW, type OpticalField } from "../physics/optical-field.ts";
import { createPropagator } from "../split-step/propagator.ts";
import { edfa } from "./edfa.ts";
import { fibreSpan } from "./fibre-span.ts";
import {
  darkField,
  fieldSource,
  fieldsOf,
  IDEAL_TERMINALS,
  metricOf,
  runLink,
  spansOf,
  specificationWith,
} from "./fixtures/links.ts";
import { launch } from "./launch.ts";
import { payload } from "./payload.ts";
import type { FieldValue } from "./ports.ts";
import { transmitter } from "./transmitter.ts";

describe("the OSNR of a link", () => {
  it.each([
    { spans: 1, powerDbm: 0, noiseFigureDb: 5, lengthM: 80_000, osnrDb: 36.995 },
    { spans: 3, powerDbm: 0, noiseFigureDb: 5, lengthM: 80_000, osnrDb: 32.224 },
    { spans: 5, powerDbm: 0, noiseFigureDb: 5.5, lengthM: 80_000, osnrDb: 29.502 },
    { spans: 10, powerDbm: 0, noiseFigureDb: 5, lengthM: 80_000, osnrDb: 26.995 },
    { spans: 20, powerDbm: -1, noiseFigureDb: 5, lengthM: 100_000, osnrDb: 18.964 },
  ])(
    "is $osnrDb dB after $spans spans at $powerDbm dBm",
    async ({ spans, powerDbm, noiseFigureDb, lengthM, osnrDb }) => {
      const result = await runLink(
        specificationWith({
          ...spansOf(spans, lengthM),
          "spans.amplifier.noise_figure_db": noiseFigureDb,
          "transceiver.tx.launch_power_dbm": powerDbm,
          // the closed form needs no signal: the shortest record there is
          "runtime.n_symbols": 128,
          "propagation.effects": { nonlinearity: false },
        }),
      );
      // quoted to 0.001 dB
      expect(metricOf(result, "optical-snr.osnr")).toBeCloseTo(osnrDb, 3);
      expect(result.metrics["optical-snr.osnr_along_spans"]?.values).toHaveLength(spans);
    },
  );

  it("is not reported without amplifier noise or without amplifiers", async () => {
    const small = { "runtime.n_symbols": 128 };
    const silent = await runLink(specificationWith({ ...small, "propagation.effects": { ase: false } }));
    const passive = await runLink(specificationWith({ ...small, "spans.amplifier": { type: "none", mode: "none" } }));
    expect(silent.metrics["optical-snr.osnr"]).toBeUndefined();
    expect(passive.metrics["optical-snr.osnr"]).toBeUndefined();
  });

  it("is warned of below 10 dB, once", async () => {
    const faint = { "transceiver.tx.launch_power_dbm": -28, "runtime.n_symbols": 1024 };
    const { warnings } = await runLink(specificationWith(faint));
    expect(warnings.filter((warning) => warning.includes("OSNR is low"))).toHaveLength(1);
  });

  it("is what a spectrum analyser counts behind three spans, to 0.1 dB", async () => {
    const link = graph("three spans", ({ add }) => {
      const bits = add(payload, { symbolCount: 16_384 });
      const sent = add(
        transmitter,
        { symbolRateBd: 32e9, samplesPerSymbol: 4, rollOff: 0.2 },
        { payload: bits.payload },
      );
      let field: Wire<FieldValue> = add(launch, { launchPowerDbm: 0 }, { field: sent.field }).field;
      for (let span = 0; span < 3; span++) {
        field = add(fibreSpan, { lengthM: 80e3, nonlinearity: false }, { field }).field;
        field = add(edfa, { gainDb: 16, noiseFigureDb: 5 }, { field }).field;
      }
      return { field };
    });
    const field = await (await fieldsOf(link))("field");
    const { osnrDb } = countOsnr({
      binPowerW: binPowerW(field),
      sampleRateHz: field.sampleRateHz,
      signalBand: { fromHz: -19.2e9, toHz: 19.2e9 },
      noiseBands: [
        { fromHz: -60e9, toHz: -20e9 },
        { fromHz: 20e9, toHz: 60e9 },
      ],
    });
    // 40,960 noise bins in two polarisations: 0.35 % of the density, 0.015 dB
    expect(Math.abs(osnrDb - 32.224)).toBeLessThan(0.1);
  });
});

describe("the SNR of a link whose only noise is that of its amplifiers", () => {
  it.each([1, 5])("is the OSNR less 4.082 dB at 32 GBd after %i spans", async (spans) => {
    const linear = { "propagation.effects": { nonlinearity: false }, "spans.amplifier.noise_figure_db": 5.5 };
    const result = await runLink(specificationWith({ ...spansOf(spans), ...IDEAL_TERMINALS, ...linear }));
    const expectedDb = metricOf(result, "optical-snr.osnr") - 4.082;
    expect(metricOf(result, "optical-snr.snr_from_ase")).toBeCloseTo(expectedDb, 2);
    // 16,384 complex noise samples: 0.78 % of the variance, 0.034 dB; four of them
    expect(Math.abs(metricOf(result, "signal-quality.snr") - expectedDb)).toBeLessThan(0.14);
  });
});

describe("the bit error ratio of a link whose only noise is that of its amplifiers", () => {
  it.each([-25, -27])("is that of Gaussian noise at the OSNR's SNR, launched at %i dBm", async (powerDbm) => {
    const linear = { "propagation.effects": { nonlinearity: false }, "transceiver.tx.launch_power_dbm": powerDbm };
    const result = await runLink(specificationWith({ ...IDEAL_TERMINALS, ...linear }));
    const theory = qpskBitErrorRatio(ratioFromDecibel(metricOf(result, "optical-snr.snr_from_ase")));
    const counted = countedRate(
      metricOf(result, "signal-quality.bit_errors"),
      metricOf(result, "signal-quality.bits_counted"),
      // the published rule for such counts: inside the 99 % interval
      0.99,
    );
    expect(counted.errorCount).toBeGreaterThan(150);
    expect(theory).toBeGreaterThan(counted.lower);
    expect(theory).toBeLessThan(counted.upper);
  });
});

describe("amplifier noise", () => {
  const samples = 2 ** 14;

  it("is independent in x, in y and in every span, and changes with the seed", async () => {
    const source = fieldSource(darkField(samples));
    const pair = graph("two amplifiers", ({ add }) => {
      const { field } = add(source, {});
      const settings = { gainDb: 16, noiseFigureDb: 5 };
      return { first: add(edfa, settings, { field }).field, second: add(edfa, settings, { field }).field };
    });
    const records: Float64Array[] = [];
    for (const seed of [1, 2]) {
      const fields = await fieldsOf(pair, seed);
      for (const name of ["first", "second"]) records.push(...(await fields(name)).polarisations);
    }
    expect(records).toHaveLength(8);
    for (const [i, a] of records.entries()) {
      for (const b of records.slice(i + 1)) {
        // the correlation of independent records deviates by 1/√N: four of those in 28 pairs
        expect(Math.abs(correlation(a, b))).toBeLessThan(4 / Math.sqrt(2 * samples));
      }
    }
  });

  it.each([1, 2, 3])("adds up to ten times one span after ten, with seed %i", async (seed) => {
    const source = fieldSource(darkField(samples));
    const link = graph("ten dark spans", ({ add }) => {
      let { field } = add(source, {});
      for (let span = 0; span < 10; span++) {
        field = add(fibreSpan, { lengthM: 80e3, dispersion: false, nonlinearity: false }, { field }).field;
        field = add(edfa, { gainDb: 16, noiseFigureDb: 5 }, { field }).field;
      }
      return { field };
    });
    const powerW = meanPowerW(await (await fieldsOf(link, seed))("field"));
    const oneSpanW = 2 * asePsdWPerHz(16, 5, 193.1e12) * 128e9;
    // 32,768 complex samples: 0.55 %, 0.024 dB; the wanted 0.1 dB are four of them
    expect(Math.abs(decibelFromRatio(powerW / (10 * oneSpanW)))).toBeLessThan(0.1);
  });
});

function binPowerW(field: OpticalField): Float64Array {
  const propagator = createPropagator({
    sampleCount: field.polarisations[0].length / 2,
    polarisationCount: 2,
    sampleRateHz: field.sampleRateHz,
  });
  const powers = propagator.binPowerW(field);
  propagator.dispose();
  return powers;
}

/** Correlation of two records as real numbers. */
function correlation(a: Float64Array, b: Float64Array): number {
  const dot = (u: Float64Array, v: Float64Array) => u.reduce((sum, value, i) => sum + value * (v[i] as number), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}
