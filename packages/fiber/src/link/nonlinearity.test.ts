import { graph } from "@simloom/pipeline";
import { describe, expect, it } from "vitest";
import { effectiveLengthM, attenuationPerM as lossPerM } from "../physics/attenuation.ts";
import { fieldErrorDb, type OpticalField } from "../physics/optical-field.ts";
import golden from "../split-step/fixtures/nonlinear-fields.json" with { type: "json" };
import { fieldOf as recordOf } from "../split-step/fixtures/records.ts";
import { edfa } from "./edfa.ts";
import { fibreSpan } from "./fibre-span.ts";
import {
  fieldSource,
  fieldsOf,
  IDEAL_TERMINALS,
  metricOf,
  REFERENCE_FIBRE,
  runLink,
  spansOf,
  specificationWith,
} from "./fixtures/links.ts";

const manakovCases = golden.cases.filter(({ input }) => input.length === 2);

describe("nonlinear interference through a whole link", () => {
  const ideal = { ...IDEAL_TERMINALS, ...REFERENCE_FIBRE, "propagation.effects": { ase: false } };

  it.each([
    [1, 43.95],
    [2, 37.17],
    [5, 30.75],
    [10, 26.45],
  ])("leaves one QPSK channel the SNR of the reference after %i spans: %f dB", async (spans, snrDb) => {
    const result = await runLink(specificationWith({ ...spansOf(spans), ...ideal }));
    // half of the reference's 16,384 symbols: statistical error 0.07 to 0.14 dB, largest after one span
    expect(Math.abs(metricOf(result, "signal-quality.snr") - snrDb)).toBeLessThan(0.25);
    expect(metricOf(result, "signal-quality.pre_fec_ber")).toBe(0);
  });

  it("grows with the cube of the power: two decibels of SNR lost per decibel", async () => {
    const snrsDb: number[] = [];
    for (const powerDbm of [-3, 0, 3, 6]) {
      const changes = {
        ...spansOf(10),
        ...ideal,
        "runtime.n_symbols": 2048,
        "transceiver.tx.launch_power_dbm": powerDbm,
      };
      snrsDb.push(metricOf(await runLink(specificationWith(changes)), "signal-quality.snr"));
    }
    snrsDb.slice(1).forEach((snrDb, i) => {
      // the reference figures (32.52, 26.49, 20.42, 14.26) bend from 6.03 to 6.16 dB per 3 dB as higher orders set in
      expect((snrsDb[i] as number) - snrDb).toBeGreaterThan(5.9);
      expect((snrsDb[i] as number) - snrDb).toBeLessThan(6.3);
    });
  });
});

describe("the span stage", () => {
  it.each(manakovCases)("meets the reference field $name", async (reference) => {
    const field = await travel(reference, { rule: "logarithmic", stepsPerSpan: 400 });
    // 200 logarithmic steps miss the worst case (ten spans) by −93.3 dB, second order makes it 12 dB less with 400
    expect(fieldErrorDb(field, recordOf(reference.output, reference.sampleRateHz))).toBeLessThan(-104);
  });

  it.each(manakovCases)(
    "misses $name with a few steps by as much as the reference implementation",
    async (reference) => {
      const expected = recordOf(reference.output, reference.sampleRateHz);
      for (const { steps, errorDb } of reference.logStepsErrorDb) {
        const field = await travel(reference, { rule: "logarithmic", stepsPerSpan: steps });
        // the same scheme, written independently; quoted to 0.01 dB
        expect(fieldErrorDb(field, expected)).toBeCloseTo(errorDb, 1);
      }
    },
  );

  it.each([
    ["manakov", 8 / 9],
    ["scalar", 1],
  ] as const)("turns both polarisations by the total power times γ, %s: factor %f", async (model, factor) => {
    // constant light in both polarisations, no dispersion: exp(j κ γ P L_eff) is exact
    const [xW, yW] = [0.01, 0.03];
    const constant = (powerW: number) =>
      Float64Array.from({ length: 128 }, (_, i) => (i % 2 === 0 ? Math.sqrt(powerW) : 0));
    const source = fieldSource({
      polarisations: [constant(xW), constant(yW)],
      sampleRateHz: 64e9,
      carrierHz: 193.1e12,
    });
    const link = graph("span", ({ add }) => {
      const { field } = add(source, {});
      return {
        field: add(fibreSpan, { lengthM: 80e3, gammaPerWM: 1.3e-3, dispersion: false, model }, { field }).field,
      };
    });
    const field = await (await fieldsOf(link))("field");
    const phaseRad = factor * 1.3e-3 * (xW + yW) * effectiveLengthM(80e3, lossPerM(0.2));
    for (const envelope of field.polarisations) {
      // rounding of one rotation
      expect(Math.atan2(envelope[1] as number, envelope[0] as number)).toBeCloseTo(phaseRad, 10);
    }
  });
});

describe("propagation.model of a specification", () => {
  it("is honoured for two polarisations: scalar_glnse has 9/8 of the Manakov model's nonlinear phase", async () => {
    const snrDb = async (model: string) => {
      const changes = { ...spansOf(2), ...IDEAL_TERMINALS, ...REFERENCE_FIBRE, "propagation.effects": { ase: false } };
      return metricOf(
        await runLink(specificationWith({ ...changes, "propagation.model": model })),
        "signal-quality.snr",
      );
    };
    const lossDb = (await snrDb("manakov")) - (await snrDb("scalar_glnse"));
    // the interference goes with γ²: 20 log₁₀(9/8) = 1.02 dB; of higher orders there is little at 0 dBm
    expect(Math.abs(lossDb - 1.02)).toBeLessThan(0.05);
  });
});

describe("steps of a specification", () => {
  it.each([
    { dz_m: 1000, steps: [80, 50] },
    { dz_m: 30_000, steps: [3, 2] },
    { dz_m: 200_000, steps: [1, 1] },
  ])(
    "are exactly dz_m = $dz_m long without step_adapt, the last one as long as what is left",
    async ({ dz_m, steps }) => {
      const ssfm = { step_adapt: false, dz_m };
      const { metrics } = await runLink(
        specificationWith({
          "path.segments": [{ length_m: 80e3 }, { length_m: 50e3 }],
          "propagation.ssfm": ssfm,
          "runtime.n_symbols": 128,
        }),
      );
      expect([metrics["span-1.steps"]?.value, metrics["span-2.steps"]?.value]).toEqual(steps);
    },
  );

  it("are a few, with the error that they promise, with step_adapt", async () => {
    const record = {
      ...spansOf(3),
      ...IDEAL_TERMINALS,
      "propagation.effects": { ase: false },
      "runtime.n_symbols": 4096,
    };
    const adapted = await runLink(specificationWith(record));
    const fine = await runLink(specificationWith({ ...record, "propagation.ssfm": { step_adapt: false, dz_m: 500 } }));
    expect(metricOf(adapted, "span-1.steps")).toBeLessThanOrEqual(16);
    expect(metricOf(adapted, "span-1.expected_snr_error")).toBeLessThanOrEqual(0.01);
    const differenceDb = metricOf(adapted, "signal-quality.snr") - metricOf(fine, "signal-quality.snr");
    // the promise of 0.01 dB, and as much for the 160 uniform steps that it is compared with
    expect(Math.abs(differenceDb)).toBeLessThan(0.02);
  });

  it("do not depend on the noise in the record: every span of a noisy link takes the same ones", async () => {
    // noise at a third of the signal's density fills the band of the record, and would ask for more steps behind it
    const noisy = { "transceiver.tx.launch_power_dbm": -25, "runtime.n_symbols": 1024 };
    const { metrics } = await runLink(specificationWith({ ...spansOf(4), ...noisy }));
    const counts = [1, 2, 3, 4].map((span) => metrics[`span-${span}.steps`]?.value);
    expect(new Set(counts).size).toBe(1);
  });
});

async function travel(
  reference: (typeof manakovCases)[number],
  steps: { rule: "logarithmic"; stepsPerSpan: number },
): Promise<OpticalField> {
  const source = fieldSource(recordOf(reference.input, reference.sampleRateHz));
  const { spanLengthM, lossDbPerKm, beta2S2PerM, beta3S3PerM, gammaPerWM } = reference;
  const fibre = {
    lengthM: spanLengthM,
    lossDbPerKm,
    beta2S2PerM,
    beta3S3PerM,
    gammaPerWM,
    model: "manakov" as const,
    steps,
  };
  const link = graph(reference.name, ({ add }) => {
    let { field } = add(source, {});
    for (let span = 0; span < reference.spanCount; span++) {
      field = add(fibreSpan, fibre, { field }).field;
      if (reference.isAmplified) {
        field = add(edfa, { gainDb: (lossDbPerKm * spanLengthM) / 1000, spontaneousEmission: false }, { field }).field;
      }
    }
    return { field };
  });
  return (await fieldsOf(link))("field");
}
