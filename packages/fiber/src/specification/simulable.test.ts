import { describe, expect, it } from "vitest";
import { FiberError, fiberErrorKind } from "../errors.ts";
import { altered, QPSK_SPAN, route, TOY_MATRIX, WRITTEN_CHAIN } from "./fixtures/documents.ts";
import { notImplemented } from "./not-implemented.ts";
import { parseSpecification } from "./parse.ts";
import { requireSimulable, simulationProblems } from "./simulable.ts";
import { specificationWarnings } from "./warnings.ts";

const spanWith = (changes: Readonly<Record<string, unknown>>) => parseSpecification(altered(QPSK_SPAN, changes));

describe("requireSimulable", () => {
  it("lets the long-haul examples pass, with the default chain and with the chain written out", () => {
    requireSimulable(parseSpecification(QPSK_SPAN));
    requireSimulable(
      spanWith({
        "processing.dsp_chain": WRITTEN_CHAIN,
        "processing.fec": { enabled: true, scheme: "ldpc", code_rate: 0.8, params: { H: TOY_MATRIX } },
      }),
    );
  });

  it.each([
    [{ "runtime.samples_per_symbol": 1 }, "runtime.samples_per_symbol", "FIBR-014"],
    [{ "transceiver.rx.adc.sample_rate_hz": 36e9 }, "transceiver.rx.adc.sample_rate_hz", "FIBR-015"],
    [
      { "processing.dsp_chain": [{ name: "resample", params: { out_fs_hz: 32e9 } }, { name: "demap" }] },
      "processing.dsp_chain[0].params.out_fs_hz",
      "FIBR-016",
    ],
    [
      { "processing.dsp_chain": [{ name: "mimo_eq", params: { mu: 2 } }, { name: "demap" }] },
      "processing.dsp_chain[0].params.mu",
      "FIBR-018",
    ],
    [{ "path.segments": [] }, "path.segments", "FIBR-013"],
    [{ "fiber.beta2_s2_per_m": -21.7 }, "fiber.beta2_s2_per_m", "FIBR-017"],
    [{ "fiber.gamma_w_inv_m": 1.3 }, "fiber.gamma_w_inv_m", "FIBR-017"],
    [{ "processing.fec": { enabled: true, scheme: "none", code_rate: 1 } }, "processing.fec.scheme", "FIBR-010"],
    [{ "processing.dsp_chain": [{ name: "mimo_eq" }, { name: "cpr" }] }, "processing.dsp_chain", "FIBR-012"],
    [{ "processing.dsp_chain": [{ name: "demap" }, { name: "cpr" }] }, "processing.dsp_chain", "FIBR-012"],
    [
      { "processing.dsp_chain": [{ name: "mimo_eq" }, { name: "cd_comp" }, { name: "demap" }] },
      "processing.dsp_chain",
      "FIBR-012",
    ],
    [{ "processing.dsp_chain": [{ name: "ffe" }, { name: "demap" }] }, "processing.dsp_chain", "FIBR-012"],
    [
      { "processing.dsp_chain": [{ name: "cpr" }, { name: "cpr" }, { name: "demap" }] },
      "processing.dsp_chain",
      "FIBR-012",
    ],
  ])("refuses %o", (changes, path, code) => {
    expect(simulationProblems(spanWith(changes)).map((problem) => [problem.path, problem.code])).toEqual([
      [path, code],
    ]);
    expect(() => requireSimulable(spanWith(changes))).toThrow(expect.objectContaining({ code, path }));
  });

  it("says how far the signal reaches and how far the samples carry", () => {
    const [problem] = simulationProblems(spanWith({ "runtime.samples_per_symbol": 1 }));
    expect(problem).toMatchObject({
      message:
        "samples_per_symbol is 1, but the signal needs at least 1.2 to stay below Nyquist: " +
        "32 GBd with roll-off 0.2 reaches ±19.2 GHz; 1 sample per symbol carries ±16 GHz",
      remedy: "Set runtime.samples_per_symbol to 2 or more.",
    });
  });

  it("ignores disabled blocks", () => {
    const chain = [{ name: "demap" }, { name: "ffe", enabled: false }];
    expect(simulationProblems(spanWith({ "processing.dsp_chain": chain }))).toEqual([]);
  });
});

describe("notImplemented", () => {
  it.each([
    [parseSpecification(route([[2000, 25]], 1)), "signal.format", "FIBR-020"],
    [spanWith({ "processing.autotune": { enabled: true } }), "processing.autotune.enabled", "FIBR-021"],
    [spanWith({ "processing.fec": { enabled: true } }), "processing.fec.params.H", "FIBR-022"],
    [spanWith({ "propagation.effects": { pmd: true } }), "propagation.effects.pmd", "FIBR-023"],
  ])("names the field that this release does not simulate (%#)", (specification, path, code) => {
    expect(notImplemented(specification).map((problem) => [problem.path, problem.code])).toEqual([[path, code]]);
    expect(() => requireSimulable(specification)).toThrow(expect.objectContaining({ code, path }));
    expect(fiberErrorKind(code)).toBe("not_implemented");
  });

  it("speaks before the reasons that a valid value would settle, and lists both", () => {
    const specification = spanWith({ "propagation.effects": { pmd: true }, "runtime.samples_per_symbol": 1 });
    try {
      requireSimulable(specification, { source: "link.json" });
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(FiberError);
      expect(error).toMatchObject({ code: "FIBR-023", context: { source: "link.json" } });
      expect((error as FiberError).problems.map(({ code }) => code)).toEqual(["FIBR-023", "FIBR-014"]);
    }
  });
});

describe("specificationWarnings", () => {
  it("is silent about a link that is as it should be", () => {
    expect(specificationWarnings(parseSpecification(QPSK_SPAN))).toEqual([]);
  });

  it.each([
    [{ v: "1.7" }, "v: "],
    [{ "propagation.effects": { env_effects: true }, "path.segments.0.temp_c": null }, "path.segments[].temp_c: "],
    [{ "transceiver.tx.launch_power_dbm": 31 }, "transceiver.tx.launch_power_dbm: "],
    [{ "processing.dsp_chain": [{ name: "demap" }] }, "processing.dsp_chain: "],
    [{ "spans.amplifier.max_gain_db": 12 }, "spans.amplifier.max_gain_db: "],
    [{ "spans.amplifier.noise_figure_db": 2.9 }, "spans.amplifier.noise_figure_db: "],
    [{ "spans.amplifier.mode": "none" }, "spans.amplifier.mode: "],
    [
      { "processing.fec": { enabled: true, params: { H: TOY_MATRIX, max_iters: 3 } } },
      "processing.fec.params.max_iters: ",
    ],
    [
      { "processing.fec": { enabled: true, params: { H: TOY_MATRIX, prec: "float32" } } },
      "processing.fec.params.prec: ",
    ],
  ])("names the field of %o", (changes, beginning) => {
    const warnings = specificationWarnings(spanWith(changes));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]?.startsWith(beginning)).toBe(true);
  });
});
