import { type RunResult, run } from "@simloom/pipeline";
import { describe, expect, it } from "vitest";
import type { LatencyBudget } from "../latency/budget.ts";
import { countedRate } from "../metrics/interval.ts";
import { parseResult, successResult } from "../result/build.ts";
import { altered, QPSK_SPAN, TOY_MATRIX, WRITTEN_CHAIN } from "../specification/fixtures/documents.ts";
import { parseSpecification } from "../specification/parse.ts";
import type { LinkSpecification } from "../specification/schema.ts";
import { type Changes, metricOf, runLink, spansOf, specificationWith } from "./fixtures/links.ts";
import { linkGraph } from "./link-graph.ts";
import { linkSummary } from "./summary.ts";

/** The published long-haul examples, with their seeds, chains and matrices. */
const EXAMPLES: readonly { readonly name: string; readonly changes: Changes; readonly osnrDb: number }[] = [
  { name: "1 × 80 km", changes: { "runtime.seed": 2112 }, osnrDb: 36.995 },
  { name: "3 × 80 km", changes: { "runtime.seed": 1234, ...spansOf(3) }, osnrDb: 32.224 },
  {
    name: "5 × 80 km",
    changes: { "runtime.seed": 2113, ...spansOf(5), "spans.amplifier.noise_figure_db": 5.5 },
    osnrDb: 29.502,
  },
];

const CODED = {
  "processing.dsp_chain": WRITTEN_CHAIN,
  "processing.fec": { enabled: true, code_rate: 0.8, params: { H: TOY_MATRIX, max_iter: 25, alg: "SPA" } },
};

describe("the result document of the published examples", () => {
  it.each(EXAMPLES)("$name: error-free, with the OSNR of the closed form", async ({ changes, osnrDb }) => {
    const specification = specificationWith({ ...changes, ...CODED });
    const { summary } = await documentOf(specification);
    expect(summary.errors.pre_fec_ber).toBe(0);
    expect(summary.errors.post_fec_ber).toBe(0);
    expect(summary.errors.fer).toBe(0);
    // quoted to 0.001 dB
    expect(summary.osnr_db).toBeCloseTo(osnrDb, 3);
    expect(summary.latency_s.total_s).toBeGreaterThan(summary.latency_s.propagation_s);
    // the matrix carries half of the bits, whatever code_rate claims
    expect(summary.throughput_bps).toMatchObject({ raw_line_rate: 128e9, net_after_fec: 64e9 });
  });

  it("5 × 80 km: amplifier noise and interference in closed form, less what a real receiver costs", async () => {
    const specification = specificationWith({ ...EXAMPLES[2]?.changes, ...CODED });
    const snrDb = (await documentOf(specification)).summary.snr_db ?? Number.NaN;
    // 25.42 dB of ASE and 30.75 dB of interference (reference split-step at nearly the same dispersion) make 24.30 dB
    const closedFormDb = -10 * Math.log10(10 ** -2.542 + 10 ** -3.075);
    // never better, but for 0.1 dB of statistics and 0.1 dB of the other dispersion and roll-off
    expect(snrDb).toBeLessThan(closedFormDb + 0.2);
    // shot and thermal noise (48 dB together), the 8-bit converter, a 21-tap LMS equaliser, 200 kHz of linewidth: measured 0.4 dB
    expect(snrDb).toBeGreaterThan(closedFormDb - 0.6);
  });

  it("agrees with itself: EVM, Q and SNR are one figure, and the counted rate has its exact bounds", async () => {
    const specification = specificationWith({ "transceiver.tx.launch_power_dbm": -24, "runtime.n_symbols": 4096 });
    const { summary } = await documentOf(specification);
    expect(20 * Math.log10(1 / (summary.evm_rms ?? Number.NaN))).toBeCloseTo(summary.snr_db ?? Number.NaN, 9);
    expect(summary.q_factor_db).toBeCloseTo(summary.snr_db ?? Number.NaN, 9);
    const interval = summary.errors.pre_fec_ber_interval;
    const expected = countedRate(interval?.errors ?? -1, interval?.trials ?? -1);
    expect(summary.errors.pre_fec_ber).toBe(expected.estimate);
    expect([interval?.lower, interval?.upper]).toEqual([expected.lower, expected.upper]);
    expect(expected.errorCount).toBeGreaterThan(10);
  });

  it("never is the constant of the simulator that came before, whatever the link", async () => {
    const figures: { snrDb: number; ber: number }[] = [];
    for (const powerDbm of [-30, 0, 10]) {
      for (const spans of [1, 5]) {
        const changes = { ...spansOf(spans), "transceiver.tx.launch_power_dbm": powerDbm, "runtime.n_symbols": 2048 };
        const result = await runLink(specificationWith(changes));
        figures.push({
          snrDb: metricOf(result, "signal-quality.snr"),
          ber: metricOf(result, "signal-quality.pre_fec_ber"),
        });
      }
    }
    expect(new Set(figures.map(({ snrDb }) => snrDb)).size).toBe(figures.length);
    for (const { snrDb, ber } of figures) {
      expect(Math.abs(ber - 0.158655)).toBeGreaterThan(1e-3);
      expect(Math.abs(snrDb)).toBeGreaterThan(0.1);
    }
    const [faintOne, , oneSpan, fiveSpans, strongOne, strongFive] = figures.map(({ snrDb }) => snrDb) as number[];
    expect(faintOne).toBeLessThan(oneSpan as number);
    expect(fiveSpans).toBeLessThan(oneSpan as number);
    expect(strongFive).toBeLessThan(strongOne as number);
  });

  it("gets worse with a converter of four bits", async () => {
    const [coarse, fine] = await Promise.all(
      [4, 8].map(async (bits) =>
        documentOf(specificationWith({ "transceiver.rx.adc.bits": bits, "runtime.n_symbols": 2048 })),
      ),
    );
    expect(coarse?.summary.evm_rms).toBeGreaterThan(fine?.summary.evm_rms ?? Number.NaN);
  });
});

describe("linkSummary", () => {
  it("refuses to make up a figure that the run did not leave", async () => {
    const specification = specificationWith({ "runtime.n_symbols": 128 });
    const result = await runLink(specification);
    const budget = (await result.output("budget")) as unknown as LatencyBudget;
    const { "signal-quality.pre_fec_ber": _, ...rest } = result.metrics;
    expect(() => linkSummary(specification, rest, budget)).toThrow(expect.objectContaining({ code: "FIBR-031" }));
  });
});

describe("artifacts", () => {
  const small = { "runtime.n_symbols": 512 };

  it.each([
    ["none", false, []],
    ["none", true, []],
    ["basic", false, ["latency", "constellation", "spectrum", "eye"]],
    ["debug", false, ["latency", "constellation", "spectrum", "eye", "phase-error", "sent-constellation"]],
    ["basic", true, ["latency", "constellation", "spectrum", "eye", "tx_waveform", "optical_waveform", "rx_samples"]],
  ])("at level %s with waveforms %s", async (level, waveforms, names) => {
    const outputs = { artifact_level: level, return_waveforms: waveforms };
    const { artifacts } = await run(linkGraph(parseSpecification(altered(QPSK_SPAN, { ...small, outputs }))), {
      seed: 1,
    });
    expect(artifacts.map(({ name }) => name)).toEqual(names);
  });

  it("are Vega-Lite plots whose numeric axes are titled, with a unit where there is one", async () => {
    const specification = specificationWith({ ...small, outputs: { artifact_level: "debug" } });
    const { artifacts } = await runLink(specification);
    const titles: string[] = [];
    for (const artifact of artifacts) {
      const { content } = await artifact.load();
      if (content.kind !== "plot") throw new Error(`${artifact.name} is not a plot`);
      const plot = content.plot as unknown as Plot;
      expect(plot.$schema).toBe("https://vega.github.io/schema/vega-lite/v6.json");
      expect(plot.data.values.length).toBeGreaterThan(0);
      const { x, y } = plot.encoding ?? plot.layer?.[0]?.encoding ?? {};
      titles.push(...[x, y].filter((axis) => axis?.type === "quantitative").map((axis) => axis?.title ?? "untitled"));
    }
    expect(titles).toEqual(
      [
        "time [µs]",
        "in phase [rms]",
        "quadrature [rms]",
        "frequency from the carrier [GHz]",
        "power in 0.1 nm [dBm]",
      ].concat([
        "time [symbols]",
        "in phase [√mW]",
        "symbol",
        "phase error [rad]",
        "in phase [rms]",
        "quadrature [rms]",
      ]),
    );
  });

  it("show launched and received power as an analyser of 0.1 nm counts them", async () => {
    const specification = specificationWith({
      "runtime.n_symbols": 4096,
      "transceiver.tx.launch_power_dbm": 3,
      outputs: {},
    });
    const { artifacts } = await runLink(specification);
    const content = (await artifacts.find(({ name }) => name === "spectrum")?.load())?.content;
    const values = content?.kind === "plot" ? (content.plot as unknown as Plot).data.values : [];
    const centre = values.filter(({ name, ghz }) => name === "launched" && Math.abs(Number(ghz)) < 5);
    const meanMilliwatts = centre.reduce((sum, { dbm }) => sum + 10 ** (Number(dbm) / 10), 0) / centre.length;
    // half of 2 mW, spread over 32 GHz, in 12.5 GHz: −4.07 dBm; 40 bins of a record of 64 half-overlapping windows: 0.1 dB
    expect(Math.abs(10 * Math.log10(meanMilliwatts) - -4.07)).toBeLessThan(0.3);
  });

  it("hold whole fields as arrays with their unit", async () => {
    const outputs = { artifact_level: "basic", return_waveforms: true };
    const { artifacts } = await run(linkGraph(parseSpecification(altered(QPSK_SPAN, { ...small, outputs }))), {
      seed: 1,
    });
    const waveform = await artifacts.find(({ name }) => name === "optical_waveform")?.load();
    expect(waveform?.content).toMatchObject({
      kind: "data",
      data: { x: { dtype: "complex128", shape: [2048], unit: "sqrt(W)" }, y: { shape: [2048] } },
    });
  });
});

interface Plot {
  readonly $schema: string;
  readonly data: { readonly values: readonly Readonly<Record<string, unknown>>[] };
  readonly encoding?: Axes;
  readonly layer?: readonly { readonly encoding: Axes }[];
}

type Axes = Readonly<Partial<Record<"x" | "y", { readonly type: string; readonly title?: string }>>>;

async function documentOf(specification: LinkSpecification) {
  const result: RunResult = await runLink(specification);
  const budget = (await result.output("budget")) as unknown as LatencyBudget;
  const facts = {
    simulatorVersion: "0.1.0",
    specificationHash: "ab".repeat(32),
    runtimeS: 0.5,
    warnings: result.warnings,
  };
  const document = successResult(specification, facts, linkSummary(specification, result.metrics, budget));
  expect(parseResult(JSON.parse(JSON.stringify(document)))).toEqual(document);
  return document;
}
