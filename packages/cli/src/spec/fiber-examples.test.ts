import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { linkGraph, parseSpecification, requireSimulable, specificationWarnings } from "@simloom/fiber";
import { caseOf, planRun, run } from "@simloom/pipeline";
import { describe, expect, it } from "vitest";
import { link } from "../../../../examples/fiber/three-spans.ts";
import { fiberSubject } from "./fiber-domain.ts";
import { loadSubject, readDocument } from "./load.ts";

const folder = fileURLToPath(new URL("../../../../examples/fiber/", import.meta.url));
const documents = readdirSync(folder).filter((name) => /\.(json|yaml)$/.test(name));

describe("the examples of fibre links", () => {
  it("are those that the guide names", () => {
    expect(documents).toEqual(["qpsk-3x80km.json", "qpsk-5x80km.yaml", "route-temperature.json"]);
  });

  it.each(documents.filter((name) => name.startsWith("qpsk")))(
    "%s parses without a warning and plans",
    async (name) => {
      const subject = await loadSubject(`${folder}${name}`);
      const specification = parseSpecification(await readDocument(`${folder}${name}`));
      expect(specificationWarnings(specification)).toEqual([]);
      const plan = await planRun([caseOf(subject.graph, { seed: subject.seed })], {});
      expect(plan.nodes.map(({ id }) => id)).toEqual(
        expect.arrayContaining(["span-1", "edfa-1", "receiver", "signal-quality", "latency"]),
      );
      expect(subject.title).toBe(specification.scenario?.name);
    },
  );

  it("the long haul is error-free with the OSNR of three spans", async () => {
    const document = await readDocument(`${folder}qpsk-3x80km.json`);
    const { metrics } = await run(linkGraph(parseSpecification(document)), { seed: 1234 });
    // quoted in the guide to 0.1 dB
    expect(metrics["optical-snr.osnr"]?.value).toBeCloseTo(32.2, 1);
    expect(metrics["signal-quality.snr"]?.value).toBeCloseTo(26.6, 1);
    expect(metrics["fec-decoder.post_fec_bit_errors"]?.value).toBe(0);
  });

  it("the route has a latency, and a signal that is not simulated yet", async () => {
    const document = await readDocument(`${folder}route-temperature.json`);
    expect(() => requireSimulable(parseSpecification(document))).toThrow(expect.objectContaining({ code: "FIBR-020" }));
    const { graph, seed } = fiberSubject(document, "route-temperature.json", {}, "latency");
    const { metrics } = await run(graph, { seed });
    const kilometres = [120, 310, 45].map((km, i) => km * (1 + 7e-6 * ([-4, 9, 14][i] as number) - 7e-6 * 20));
    const propagationS = (kilometres.reduce((sum, km) => sum + km, 0) * 1000 * 1.4682) / 299_792_458;
    // the same sum in another order: rounding
    expect(metrics["latency.propagation"]?.value).toBeCloseTo(propagationS, 15);
  });

  it("the graph in TypeScript has the nodes of its three spans and plans", async () => {
    const plan = await planRun([caseOf(link, {})], {});
    expect(plan.nodes.map(({ id }) => id).filter((id) => id.startsWith("edfa"))).toEqual([
      "edfa-1",
      "edfa-2",
      "edfa-3",
    ]);
  });
});

describe("changes from the command line", () => {
  it("may name fields that the document leaves to their defaults", async () => {
    const changes = { "outputs.return_waveforms": true, "processing.dsp_chain.3.params.taps": 11 };
    const { graph } = fiberSubject(await readDocument(`${folder}qpsk-3x80km.json`), "link.json", changes, "link");
    const configOf = (id: string) => graph.nodes.find((node) => node.id === id)?.config;
    expect(configOf("figures")).toMatchObject({ waveforms: true });
    expect(configOf("dsp")).toMatchObject({
      chain: expect.arrayContaining([expect.objectContaining({ tapCount: 11 })]),
    });
  });

  it("are refused by the specification's own rules, with the nearest name", async () => {
    const document = await readDocument(`${folder}qpsk-3x80km.json`);
    expect(() => fiberSubject(document, "link.json", { "runtime.n_symbol": 512 }, "link")).toThrow(
      expect.objectContaining({ code: "FIBR-002", remedy: 'Did you mean "n_symbols"?' }),
    );
    expect(() => fiberSubject(document, "link.json", { "path.segments.7.length_m": 1 }, "link")).toThrow(
      /path\.segments\.7/,
    );
  });
});
