import { describe, expect, it } from "vitest";
import { altered, QPSK_SPAN, route, TOY_MATRIX } from "../specification/fixtures/documents.ts";
import { defaultsUsed, parseSpecification } from "../specification/parse.ts";
import { latencyBudget } from "./budget.ts";
import { seededNormal } from "./fixtures/seeded-normal.ts";
import { roundHalfToEven } from "./framing.ts";
import { latencySpecification } from "./specification.ts";

const LIGHT_M_S = 299_792_458;

/** The budget of a document, with its own stream of draws. */
function budgetOf(document: unknown, seed = 1) {
  return latencyBudget(parseSpecification(document), { normal: seededNormal(seed) });
}

/** A 10 Bd link of 1 km with round figures for every term, so that sums can be checked by hand. */
const SLOW_LINK = altered(QPSK_SPAN, {
  path: { segments: [{ length_m: 1000 }] },
  "fiber.n_group": 2,
  "signal.symbol_rate_baud": 10,
  "signal.frame": { payload_bits: 100, preamble_bits: 16, pilot_bits: 8 },
  "processing.dsp_chain": [{ name: "matched_filter", enabled: false }],
  latency_model: {
    serialization_weight: 1.25,
    processing_weight: 0.5,
    processing_floor_s: 0.1,
    queueing: { ingress_buffer_s: 0.01, egress_buffer_s: 0.02, scheduler_tick_s: 0.03 },
    framing: {
      include_preamble_bits: true,
      include_pilot_bits: true,
      fec_overhead_mode: "fixed_ratio",
      fec_overhead_ratio: 0.1,
    },
    hardware_pipeline: { tx_fixed_s: 0.04, rx_fixed_s: 0.05, dsp_fixed_s: 0.06, fec_fixed_s: 0.07 },
  },
  "runtime.n_symbols": 128,
});

describe("latencyBudget", () => {
  it("adds eight terms, each by its formula and to the bit", () => {
    const { latency_s: latency } = budgetOf(SLOW_LINK);
    expect(latency).toEqual({
      propagation_s: (1000 * 2) / LIGHT_M_S,
      serialization_s: 3.125,
      framing_overhead_s: 1.0625,
      dsp_group_delay_s: 0,
      fec_block_s: 0,
      hardware_pipeline_s: 0.04 + 0.05 + 0.06 + 0.07,
      queueing_s: 0.01 + 0.02 + 0.03,
      processing_s: 6.4,
      total_s:
        (1000 * 2) / LIGHT_M_S + 3.125 + 1.0625 + 0 + 0 + (0.04 + 0.05 + 0.06 + 0.07) + (0.01 + 0.02 + 0.03) + 6.4,
    });
  });

  it("gives the published budget of five 80 km spans to the bit", () => {
    const document = altered(QPSK_SPAN, {
      "path.segments": [25, 30, 28, 32, 26].map((temp_c) => ({ length_m: 80_000, temp_c })),
      "processing.fec": { enabled: true, scheme: "ldpc", code_rate: 0.8, params: { H: TOY_MATRIX } },
    });
    expect(budgetOf(document).latency_s).toMatchObject({
      propagation_s: 1.9589552182797073e-3,
      serialization_s: 1.171875e-7,
      dsp_group_delay_s: 1.5234375e-10,
      fec_block_s: 1.46484375e-7,
      processing_s: 1e-6,
    });
  });

  it("sums the path before it divides by the speed of light", () => {
    const document = altered(QPSK_SPAN, {
      "path.segments": [{ length_m: 500 }, { length_m: 1500 }],
      "fiber.n_group": 1.9,
    });
    expect(budgetOf(document).latency_s.propagation_s).toBe((2000 * 1.9) / LIGHT_M_S);
  });

  it("counts the overhead of the code rate, or none", () => {
    const withMode = (mode: string) =>
      budgetOf(
        altered(QPSK_SPAN, {
          "signal.symbol_rate_baud": 5,
          "signal.frame": { payload_bits: 200, preamble_bits: 20, pilot_bits: 10 },
          "processing.fec": { enabled: true, code_rate: 0.8 },
          latency_model: {
            serialization_weight: 2,
            processing_weight: 0,
            processing_floor_s: 0,
            framing: { include_preamble_bits: true, include_pilot_bits: true, fec_overhead_mode: mode },
          },
        }),
      ).latency_s.framing_overhead_s;
    expect(withMode("auto_from_code_rate")).toBe(((20 + 10 + 50) / 20) * 2);
    expect(withMode("none")).toBe(((20 + 10) / 20) * 2);
  });

  it("follows the sampling rate along the chain", () => {
    const chain = [
      { name: "matched_filter" },
      { name: "resample", params: { out_fs_hz: 64e9 } },
      { name: "mimo_eq", params: { taps: 21 } },
      { name: "ffe", enabled: false },
    ];
    const { latency_s: latency, latency_metadata: metadata } = budgetOf(
      altered(QPSK_SPAN, { "processing.dsp_chain": chain }),
    );
    expect(latency.dsp_group_delay_s).toBe(24 / 2 / 128e9 + 21 / 2 / 64e9);
    expect(metadata.inputs_used).toMatchObject({
      dsp_chain: ["matched_filter", "resample", "mimo_eq"],
      "dsp.matched_filter.n_taps": 25,
      "dsp.mimo_eq.taps": 21,
    });
    expect(metadata.defaults_used).not.toHaveProperty(["dsp.mimo_eq.taps"]);
    expect(metadata.defaults_used).not.toHaveProperty(["dsp.resample.out_fs_hz"]);
  });

  it("sends two bits per symbol of PAM4, through a feed-forward equaliser", () => {
    const document = altered(route([[2000, 25]], 42), {
      "signal.format": "imdd_pam4",
      "signal.symbol_rate_baud": 53e9,
      "signal.frame": { payload_bits: 12_000, preamble_bits: 256 },
      "transceiver.rx.adc.sample_rate_hz": 212e9,
      "processing.dsp_chain": [
        { name: "ffe", params: { taps: 31, mu: 5e-4 } },
        { name: "demap", params: { soft: true } },
      ],
      "processing.fec": { enabled: true, code_rate: 0.9, params: { H: TOY_MATRIX, max_iter: 15, alg: "SPA" } },
    });
    expect(budgetOf(document).latency_s).toMatchObject({
      serialization_s: 12_000 / (53e9 * 2),
      dsp_group_delay_s: 31 / 2 / 212e9,
      fec_block_s: 12_000 / (53e9 * 2 * 0.9),
    });
  });

  it("charges for the FEC block that is given instead of the payload", () => {
    const document = altered(QPSK_SPAN, {
      "processing.fec": { enabled: true, code_rate: 0.5, params: { block_size_bits: 1944 } },
    });
    expect(budgetOf(document).latency_s.fec_block_s).toBe(1944 / (128e9 * 0.5));
  });

  it("never processes faster than the floor", () => {
    const document = altered(QPSK_SPAN, { "latency_model.processing_floor_s": 1 });
    expect(budgetOf(document).latency_s.processing_s).toBe(1);
  });
});

describe("routes of 25 GBd OOK", () => {
  /** Base and temperature delay in s from the formula, written out for each segment; published figures in ms to 1e-9. */
  it.each([
    {
      name: "Chicago–New Jersey",
      segments: [
        [250e3, 8],
        [500e3, 16],
        [550e3, 28],
      ],
      seed: 21,
      baseMs: 6.366604459,
      hotMs: 6.36658389,
      deltaNs: -20.569,
      totalMs: 6.367747845,
      closedFormNs: 26.9,
      vacuumMs: 4.336333,
    },
    {
      name: "New York–London",
      segments: [
        [500e3, 15],
        [5500e3, 8],
        [500e3, 18],
      ],
      seed: 23,
      baseMs: 31.833022297,
      hotMs: 31.830639718,
      deltaNs: -2382.579,
      totalMs: 31.831803673,
      closedFormNs: 190.1,
      vacuumMs: 21.681666,
    },
  ] as const)(
    "$name: delay, temperature and total",
    ({ segments, seed, baseMs, hotMs, deltaNs, totalMs, closedFormNs, vacuumMs }) => {
      const cold = budgetOf(altered(route(segments, seed), { "propagation.effects.env_effects": false })).latency_s;
      const { latency_s: hot, latency_metadata: metadata } = budgetOf(route(segments, seed), seed);
      const spread = metadata.inputs_used.propagation_spread_s as Readonly<Record<string, number>>;

      const lengthM = segments.reduce((sum, [segmentM]) => sum + segmentM, 0);
      const exactHotS =
        segments.reduce((sum, [segmentM, celsius]) => sum + segmentM * (1 + 7e-6 * (celsius - 20)), 0) *
        (1.4682 / LIGHT_M_S);
      expect(cold.propagation_s).toBe((lengthM * 1.4682) / LIGHT_M_S);
      // 1e-12: the test sums in another order, which costs a few units in the last place of a double.
      expect(Math.abs(hot.propagation_s / exactHotS - 1)).toBeLessThan(1e-12);

      // The published figures have nine decimals of a millisecond, so half a unit of the last is 5e-10 ms.
      expect(Math.abs(cold.propagation_s * 1e3 - baseMs)).toBeLessThanOrEqual(5.01e-10);
      expect(Math.abs(hot.propagation_s * 1e3 - hotMs)).toBeLessThanOrEqual(5.01e-10);
      expect(Math.abs(hot.total_s * 1e3 - totalMs)).toBeLessThanOrEqual(5.01e-10);
      // Published to 1e-3 ns; the difference of two delays of 30 ms carries 7e-6 ns of rounding.
      expect(Math.abs((hot.propagation_s - cold.propagation_s) * 1e9 - deltaNs)).toBeLessThanOrEqual(5.1e-4);
      expect((lengthM / LIGHT_M_S) * 1e3).toBeCloseTo(vacuumMs, 5);

      // Published to 0.1 ns.
      expect(Math.abs((spread.std_closed_form_s ?? 0) * 1e9 - closedFormNs)).toBeLessThanOrEqual(0.0501);
      // Standard error of a standard deviation from 512 draws is 1/sqrt(2·512) = 3.1 %; four of them.
      expect(Math.abs((spread.std_s ?? 0) / (spread.std_closed_form_s ?? 1) - 1)).toBeLessThan(0.125);
      expect(hot).toMatchObject({
        serialization_s: 1.6384e-7,
        processing_s: 1e-6,
        framing_overhead_s: 0,
        fec_block_s: 0,
        queueing_s: 0,
        hardware_pipeline_s: 0,
      });
      expect(hot.dsp_group_delay_s).toBe(12 / 2 / 100e9 + 11 / 2 / 100e9);
    },
  );

  it("takes 3.428171632 ms over 700 km, whose vacuum floor is 2.334949 ms", () => {
    const { latency_s: latency } = budgetOf(
      altered(route([[700e3, null]], 22), { "propagation.effects.env_effects": false }),
    );
    expect(latency.propagation_s).toBe((700e3 * 1.4682) / LIGHT_M_S);
    // Both figures are given to a unit of their last decimal.
    expect(Math.abs(latency.propagation_s * 1e3 - 3.428171632)).toBeLessThanOrEqual(5.01e-10);
    expect(Math.abs((latency.propagation_s / 1.4682) * 1e3 - 2.334949)).toBeLessThanOrEqual(5.01e-7);
  });
});

describe("temperature", () => {
  const warm = route(
    [
      [100e3, 25],
      [100e3, null],
    ],
    1,
  );
  const hot = route(
    [
      [100e3, 35],
      [100e3, null],
    ],
    1,
  );

  it("lengthens a hotter path when it counts, and does nothing when it does not", () => {
    expect(budgetOf(hot).latency_s.propagation_s).toBeGreaterThan(budgetOf(warm).latency_s.propagation_s);
    const off = { "propagation.effects.env_effects": false };
    expect(budgetOf(altered(hot, off)).latency_s.propagation_s).toBe(
      budgetOf(altered(warm, off)).latency_s.propagation_s,
    );
  });

  it("is 20 °C where none is given", () => {
    const unknown = budgetOf(route([[100e3, null]], 1)).latency_s.propagation_s;
    expect(unknown).toBe(budgetOf(route([[100e3, 20]], 1)).latency_s.propagation_s);
    expect(unknown).toBe((100e3 * 1.4682) / LIGHT_M_S);
  });

  it("spreads the delay the same way for the same draws, with ordered percentiles", () => {
    const spread = (seed: number) =>
      budgetOf(warm, seed).latency_metadata.inputs_used.propagation_spread_s as Readonly<Record<string, number>>;
    expect(spread(7)).toEqual(spread(7));
    expect(spread(7)).not.toEqual(spread(8));
    const { p05_s: low = 0, p50_s: middle = 0, p95_s: high = 0, std_s: deviation = 0 } = spread(7);
    expect(low).toBeLessThan(middle);
    expect(middle).toBeLessThan(high);
    // A normal distribution has its 5 and 95 % points 3.29 deviations apart; each from 512 draws is good to 0.1 deviations.
    expect(Math.abs((high - low) / deviation - 3.29)).toBeLessThan(0.5);
  });

  it("interpolates percentiles linearly and divides the variance by the number of draws", () => {
    let draw = 0;
    const normal = () => draw++ / 511;
    const { latency_metadata: metadata } = latencyBudget(parseSpecification(route([[1e6, 20]], 1)), { normal });
    const {
      p05_s: low = 0,
      p50_s: middle = 0,
      std_s: deviation = 0,
    } = metadata.inputs_used.propagation_spread_s as Readonly<Record<string, number>>;
    const baseS = (1e6 * 1.4682) / LIGHT_M_S;
    // The draws are 0, 1/511 … 1, so percentiles are the fraction itself. 1e-9: a delay of 5 ms holds its 34 ns change to 1e-11.
    expect(Math.abs((low / baseS - 1) / 7e-6 - 0.05)).toBeLessThan(1e-9);
    expect(Math.abs((middle / baseS - 1) / 7e-6 - 0.5)).toBeLessThan(1e-9);
    // Population deviation of n equidistant points on [0, 1]: sqrt((n + 1) / (12 (n − 1))).
    expect(Math.abs(deviation / baseS / 7e-6 - Math.sqrt(513 / (12 * 511)))).toBeLessThan(1e-9);
  });

  it("asks for a stream when there is none", () => {
    expect(() => latencyBudget(parseSpecification(warm))).toThrow(expect.objectContaining({ code: "FIBR-032" }));
    expect(() => latencyBudget(parseSpecification(warm), { normal: () => Number.NaN })).toThrow(
      expect.objectContaining({ code: "FIBR-032" }),
    );
  });
});

describe("latency_metadata", () => {
  it("reports every default of the latency model, of the chain and of the FEC block", () => {
    const { latency_metadata: metadata } = budgetOf(altered(QPSK_SPAN, { "processing.fec": { enabled: true } }));
    expect(metadata.schema_version).toBe("v0.3");
    expect(metadata.defaults_used).toEqual({
      "queueing.ingress_buffer_s": 0,
      "queueing.egress_buffer_s": 0,
      "queueing.scheduler_tick_s": 0,
      "framing.include_preamble_bits": false,
      "framing.include_pilot_bits": false,
      "framing.fec_overhead_mode": "none",
      "framing.fec_overhead_ratio": null,
      "hardware_pipeline.tx_fixed_s": 0,
      "hardware_pipeline.rx_fixed_s": 0,
      "hardware_pipeline.dsp_fixed_s": 0,
      "hardware_pipeline.fec_fixed_s": 0,
      "dsp.resample.out_fs_hz": 128e9,
      "dsp.mimo_eq.taps": 15,
      "fec.block_size_bits": 15_000,
    });
  });

  it("reports no default for what was given, and the bits that were counted", () => {
    const { latency_metadata: metadata } = budgetOf(SLOW_LINK);
    expect(metadata.defaults_used).toEqual({});
    expect(metadata.inputs_used).toMatchObject({
      path_length_m: 1000,
      fiber_n_group: 2,
      payload_bits: 100,
      symbol_rate_baud: 10,
      bits_per_symbol: 4,
      dsp_chain: [],
      runtime_n_symbols: 128,
      "queueing.scheduler_tick_s": 0.03,
      "framing.preamble_bits_counted": 16,
      "framing.pilot_bits_counted": 8,
      "framing.fec_overhead_bits": 10,
      "framing.fec_overhead_ratio": 0.1,
      "hardware_pipeline.fec_fixed_s": 0.07,
    });
  });

  it("names the temperature model when the temperature counts", () => {
    const { latency_metadata: metadata } = budgetOf(route([[1000, 20]], 1));
    expect(metadata.defaults_used).toMatchObject({ temperature_reference_c: 20, group_delay_temp_coeff_per_c: 7e-6 });
    expect(metadata.assumptions[0]).toContain("7 ppm per °C");
    expect(metadata.assumptions).toContain("Preamble bits are not counted.");
  });

  it("reports rate and net bit rate of the code", () => {
    const { latency_metadata: metadata } = budgetOf(
      altered(QPSK_SPAN, { "processing.fec": { enabled: true, code_rate: 0.8 } }),
    );
    expect(metadata.inputs_used).toMatchObject({
      "fec.code_rate": 0.8,
      "fec.net_bit_rate": 128e9 * 0.8,
      "fec.block_size_bits": 15_000,
    });
  });

  it("is the same for the part of a specification that the budget reads", () => {
    const specification = parseSpecification(route([[100e3, 25]], 3));
    const whole = latencyBudget(specification, { normal: seededNormal(3) });
    const part = latencySpecification(specification);
    expect(latencyBudget(part, { normal: seededNormal(3), defaults: defaultsUsed(specification) })).toEqual(whole);
    expect(part).not.toHaveProperty("transceiver.tx");
    expect(JSON.parse(JSON.stringify(part))).toEqual(part);
  });

  it("needs the defaults of a copied specification", () => {
    const copy = structuredClone(parseSpecification(QPSK_SPAN));
    expect(() => latencyBudget(copy)).toThrow(expect.objectContaining({ code: "FIBR-019" }));
    expect(latencyBudget(copy, { defaults: {} }).latency_s.total_s).toBeGreaterThan(0);
  });
});

describe("roundHalfToEven", () => {
  it("breaks ties to the even neighbour", () => {
    expect([0.5, 1.5, 2.5, 3.5, 2.4999, 2.5001, 7].map(roundHalfToEven)).toEqual([0, 2, 2, 4, 2, 3, 7]);
  });
});
