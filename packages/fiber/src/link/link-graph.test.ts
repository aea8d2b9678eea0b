import { type NodeRecord, type RunResult, run } from "@simloom/pipeline";
import { describe, expect, it } from "vitest";
import { altered, QPSK_SPAN, route, TOY_MATRIX } from "../specification/fixtures/documents.ts";
import { parseSpecification } from "../specification/parse.ts";
import { type Changes, IDEAL_TERMINALS, metricOf, runLink, spansOf, specificationWith } from "./fixtures/links.ts";
import { latencyGraph, linkGraph } from "./link-graph.ts";
import { spanLayout } from "./span-layout.ts";

/** Nodes behind the fibre, whatever changed before them. */
const BEHIND_FIBRE = ["receiver", "dsp", "signal-quality", "fec-decoder"];

describe("the graph of a link", () => {
  it("has a node for each thing on the bench, named as results name them", () => {
    const { nodes } = linkGraph(
      specificationWith({
        ...spansOf(2),
        "processing.fec": { params: { H: TOY_MATRIX } },
        "outputs.artifact_level": "basic",
      }),
    );
    expect(nodes.map(({ id }) => id).sort()).toEqual(
      ["payload", "transmitter", "launch", "span-1", "edfa-1", "span-2", "edfa-2", "receiver", "dsp", "signal-quality"]
        .concat(["fec-decoder", "optical-snr", "figures", "latency"])
        .sort(),
    );
  });

  it("keeps the length of every span of the path", () => {
    const segments = [{ length_m: 80_000 }, { length_m: 55_500 }, { length_m: 102_000 }];
    const specification = specificationWith({ "path.segments": segments });
    expect(configs(specification, "span-").map(({ lengthM }) => lengthM)).toEqual([80_000, 55_500, 102_000]);
    const gains = configs(specification, "edfa-").map(({ gainDb }) => gainDb as number);
    // 0.2 dB/km; products of decimal fractions
    [16, 11.1, 20.4].forEach((gainDb, i) => {
      expect(gains[i]).toBeCloseTo(gainDb, 12);
    });
  });

  it.each([
    [250_000, [80_000, 80_000, 80_000, 10_000]],
    [240_000, [80_000, 80_000, 80_000]],
    [30_000, [30_000]],
  ])("cuts %i m into spans of a fixed length and keeps what is left over", (total, lengthsM) => {
    const path = [{ length_m: total - 1000.1 }, { length_m: 1000.1 }];
    const specification = specificationWith({ "path.segments": path, "spans.mode": "fixed_span_length" });
    const layout = spanLayout(specification);
    expect(layout.map(({ lengthM }) => Math.round(lengthM))).toEqual(lengthsM);
    // sums of decimal fractions in double precision
    expect(layout.reduce((sum, { lengthM }) => sum + lengthM, 0)).toBeCloseTo(total, 5);
  });

  it("amplifies by no more than the amplifier can, and not at all without one", () => {
    const capped = specificationWith({ "spans.amplifier.max_gain_db": 5 });
    expect(configs(capped, "edfa-")).toMatchObject([{ gainDb: 5 }]);
    const fixed = { type: "edfa", mode: "fixed_gain", noise_figure_db: 5, fixed_gain_db: 12 };
    expect(configs(specificationWith({ "spans.amplifier": fixed }), "edfa-")).toMatchObject([{ gainDb: 12 }]);
    const none = specificationWith({ "spans.amplifier": { type: "none", mode: "none" } });
    expect(configs(none, "edfa-")).toEqual([]);
  });

  it("is the same for versions 0.2 and 0.3 of one document", async () => {
    const changes = { "runtime.n_symbols": 256, "outputs.artifact_level": "none" };
    const [old, young] = await Promise.all(
      ["0.2", "0.3"].map((v) => runLink(parseSpecification(altered(QPSK_SPAN, { ...changes, v })))),
    );
    expect(keysOf(young as RunResult)).toEqual(keysOf(old as RunResult));
  });

  it("loses nothing back to back: a metre of fibre, perfect terminals, 16 bits", async () => {
    const { metrics } = await runLink(
      specificationWith({
        ...IDEAL_TERMINALS,
        "path.segments": [{ length_m: 1 }],
        "spans.amplifier": { type: "none", mode: "none" },
      }),
    );
    // 16 bits allow 6.02·16 + 1.76 = 98 dB to a sine; the peak of this signal is 10 to 14 dB above its rms
    expect(metrics["signal-quality.snr"]?.value).toBeGreaterThan(85);
    expect(metrics["signal-quality.pre_fec_ber"]?.value).toBe(0);
  });
});

describe("what a change recomputes", () => {
  const small = { "runtime.n_symbols": 256, "processing.fec": { params: { H: TOY_MATRIX } } };

  it.each<[string, Changes, readonly string[]]>([
    [
      "the launch power",
      { "transceiver.tx.launch_power_dbm": 3 },
      ["launch", "span-1", "edfa-1", "optical-snr", ...BEHIND_FIBRE],
    ],
    ["the noise figure", { "spans.amplifier.noise_figure_db": 6 }, ["edfa-1", "optical-snr", ...BEHIND_FIBRE]],
    ["the ADC's bits", { "transceiver.rx.adc.bits": 6 }, BEHIND_FIBRE],
    ["the decoder's iterations", { "processing.fec.params.max_iter": 7 }, ["fec-decoder"]],
    ["the latency model", { "latency_model.processing_weight": 0.5 }, ["latency"]],
    ["a temperature", { "path.segments": [{ length_m: 80_000, temp_c: 7 }] }, ["latency"]],
    ["a default that is written out", { "transceiver.rx.noise": { thermal: true, shot: true } }, []],
    ["the name of the scenario", { scenario: { name: "another" } }, []],
    ["the time limit", { "runtime.max_runtime_s": 9 }, []],
  ])("is, for %s, no more than what depends on it", async (_, changes, recomputed) => {
    const before = keysOf(await runLink(specificationWith(small)));
    const after = keysOf(await runLink(specificationWith({ ...small, ...changes })));
    expect(
      Object.keys(after)
        .filter((id) => after[id] !== before[id])
        .sort(),
    ).toEqual([...recomputed].sort());
  });

  it("changes every random number with the seed, and none without it", async () => {
    const specification = specificationWith({ "runtime.n_symbols": 1024 });
    const snrs = await Promise.all(
      [1, 1, 2].map(async (seed) => metricOf(await runLink(specification, seed), "signal-quality.snr")),
    );
    expect(snrs[0]).toBe(snrs[1]);
    expect(snrs[0]).not.toBe(snrs[2]);
  });
});

describe("a specification that cannot be simulated", () => {
  it.each<[string, unknown, string, string]>([
    ["direct detection", route([[2000, 20]], 1), "FIBR-020", "signal.format"],
    [
      "autotune",
      altered(QPSK_SPAN, { "processing.autotune": { enabled: true } }),
      "FIBR-021",
      "processing.autotune.enabled",
    ],
    [
      "FEC without a matrix",
      altered(QPSK_SPAN, { "processing.fec": { enabled: true } }),
      "FIBR-022",
      "processing.fec.params.H",
    ],
    ["PMD", altered(QPSK_SPAN, { "propagation.effects": { pmd: true } }), "FIBR-023", "propagation.effects.pmd"],
  ])("for its %s names the field, and still answers its latency", async (_, document, code, path) => {
    const specification = parseSpecification(document);
    expect(() => linkGraph(specification)).toThrow(expect.objectContaining({ code, path }));
    const { metrics } = await run(latencyGraph(specification), { seed: 1 });
    const lengthM = specification.path.segments.reduce((sum, segment) => sum + segment.length_m, 0);
    // the temperature moves the group index by 7 ppm per °C at the most
    expect(metrics["latency.propagation"]?.value).toBeCloseTo((lengthM * 1.4682) / 299_792_458, 9);
    expect(metrics["latency.total"]?.value).toBeGreaterThan(metrics["latency.propagation"]?.value ?? 0);
  });
});

function configs(specification: Parameters<typeof linkGraph>[0], prefix: string): readonly Record<string, unknown>[] {
  const nodes = linkGraph(specification).nodes.filter(({ id }) => id.startsWith(prefix));
  return nodes.map(({ config }) => config as Record<string, unknown>);
}

function keysOf({ nodes }: { readonly nodes: readonly NodeRecord[] }): Readonly<Record<string, string>> {
  return Object.fromEntries(nodes.map(({ id, key }) => [id, key]));
}
