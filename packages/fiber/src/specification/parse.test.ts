import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FiberError } from "../errors.ts";
import { resolveDspChain } from "./dsp-chain.ts";
import { altered, QPSK_SPAN, route, TOY_MATRIX, WRITTEN_CHAIN } from "./fixtures/documents.ts";
import { canonicalJson, specificationHash } from "./hash.ts";
import { defaultsUsed, parseSpecification } from "./parse.ts";
import { specificationJsonSchema } from "./schema.ts";

/** What parsing refuses, as `path code` lines. */
function refusals(document: unknown): readonly string[] {
  return refused(document).problems.map(({ path, code }) => `${path} ${code}`);
}

function refused(document: unknown, source?: string): FiberError {
  try {
    parseSpecification(document, source === undefined ? {} : { source });
  } catch (error) {
    if (error instanceof FiberError) return error;
    throw error;
  }
  throw new Error("the document was accepted");
}

describe("parseSpecification", () => {
  it("fills in every default of a short document", () => {
    const specification = parseSpecification(QPSK_SPAN);
    expect(specification.fiber.pmd_ps_sqrt_km).toBe(0);
    expect(specification.propagation).toEqual({
      model: "manakov",
      backend: "builtin_ssfm",
      effects: { dispersion: true, nonlinearity: true, ase: true, pmd: false, env_effects: false },
      ssfm: { dz_m: 100, step_adapt: false },
    });
    expect(specification.latency_model.framing).toEqual({
      include_preamble_bits: false,
      include_pilot_bits: false,
      fec_overhead_mode: "none",
      fec_overhead_ratio: null,
    });
    expect(specification.outputs).toEqual({ artifact_level: "basic", return_waveforms: false });
    expect(specification.scenario).toBeNull();
    expect(specification.processing.autotune).toBeNull();
  });

  it("freezes the result to its leaves, and leaves the caller's document alone", () => {
    const document = altered(QPSK_SPAN, { scenario: { name: "mine", metadata: { owner: { team: "optics" } } } });
    const specification = parseSpecification(document);
    expect(Object.isFrozen(specification.path.segments[0])).toBe(true);
    expect(Object.isFrozen(specification.scenario?.metadata.owner)).toBe(true);
    expect(Object.isFrozen((document as { scenario: { metadata: { owner: object } } }).scenario.metadata.owner)).toBe(
      false,
    );
  });

  it("accepts the written-out chain, the toy matrix and the legacy name of max_iter", () => {
    const specification = parseSpecification(
      altered(QPSK_SPAN, {
        "processing.dsp_chain": WRITTEN_CHAIN,
        "processing.fec": {
          enabled: true,
          scheme: "ldpc",
          code_rate: 0.8,
          params: { H: TOY_MATRIX, max_iters: 25, alg: "SPA", prec: "float32" },
        },
      }),
    );
    expect(specification.processing.fec.params.H).toEqual(TOY_MATRIX);
    expect(specification.processing.fec.params.max_iters).toBe(25);
  });

  it("takes disabled FEC as scheme none and rate 1 when nothing else is said", () => {
    expect(parseSpecification(QPSK_SPAN).processing.fec).toEqual({
      enabled: false,
      scheme: "none",
      code_rate: 1,
      params: {},
    });
    expect(parseSpecification(altered(QPSK_SPAN, { "processing.fec": undefined })).processing.fec).toEqual({
      enabled: true,
      scheme: "ldpc",
      code_rate: 0.8,
      params: {},
    });
  });

  it("reads an edfa with the mode none, which the format allows", () => {
    const amplifier = { type: "edfa", mode: "none", noise_figure_db: 5 };
    expect(parseSpecification(altered(QPSK_SPAN, { "spans.amplifier": amplifier })).spans.amplifier.mode).toBe("none");
  });
});

describe("parseSpecification refuses", () => {
  it.each([
    ["an unknown key", { "runtime.sample_per_symbol": 4 }, "runtime.sample_per_symbol FIBR-002"],
    [
      "an unknown block parameter",
      { "processing.dsp_chain": [{ name: "cpr", params: { angles: 3 } }] },
      "processing.dsp_chain[0].params.angles FIBR-002",
    ],
    ["a missing field", { "fiber.n_group": undefined }, "fiber.n_group FIBR-003"],
    ["a missing section", { latency_model: undefined }, "latency_model FIBR-003"],
    ["a number as text", { "signal.symbol_rate_baud": "32e9" }, "signal.symbol_rate_baud FIBR-004"],
    ["NaN", { "fiber.alpha_db_per_km": Number.NaN }, "fiber.alpha_db_per_km FIBR-004"],
    ["half a symbol", { "runtime.n_symbols": 8192.5 }, "runtime.n_symbols FIBR-004"],
    ["zero length", { "path.segments": [{ length_m: 0 }] }, "path.segments[0].length_m FIBR-005"],
    ["127 symbols", { "runtime.n_symbols": 127 }, "runtime.n_symbols FIBR-005"],
    ["65 samples per symbol", { "runtime.samples_per_symbol": 65 }, "runtime.samples_per_symbol FIBR-005"],
    ["17 bits", { "transceiver.rx.adc.bits": 17 }, "transceiver.rx.adc.bits FIBR-005"],
    ["a group index of 1", { "fiber.n_group": 1 }, "fiber.n_group FIBR-005"],
    ["a roll-off above 1", { "signal.rolloff": 1.01 }, "signal.rolloff FIBR-005"],
    ["a code rate below 0.1", { "processing.fec": { code_rate: 0.05 } }, "processing.fec.code_rate FIBR-005"],
    [
      "no taps",
      { "processing.dsp_chain": [{ name: "mimo_eq", params: { taps: 0 } }] },
      "processing.dsp_chain[0].params.taps FIBR-005",
    ],
    [
      "a rate of 0",
      { "processing.dsp_chain": [{ name: "resample", params: { out_fs_hz: 0 } }] },
      "processing.dsp_chain[0].params.out_fs_hz FIBR-005",
    ],
    [
      "a step size of 0",
      { "processing.dsp_chain": [{ name: "ffe", params: { mu: 0 } }] },
      "processing.dsp_chain[0].params.mu FIBR-005",
    ],
    [
      "no averaging",
      { "processing.dsp_chain": [{ name: "cpr", params: { avg_window: 0 } }] },
      "processing.dsp_chain[0].params.avg_window FIBR-005",
    ],
    [
      "no test angles",
      { "processing.dsp_chain": [{ name: "cpr", params: { test_angles: 0 } }] },
      "processing.dsp_chain[0].params.test_angles FIBR-005",
    ],
    [
      "soft as text",
      { "processing.dsp_chain": [{ name: "demap", params: { soft: "yes" } }] },
      "processing.dsp_chain[0].params.soft FIBR-004",
    ],
    [
      "an unknown block",
      { "processing.dsp_chain": [{ name: "match_filter" }] },
      "processing.dsp_chain[0].name FIBR-006",
    ],
    [
      "an unknown algorithm",
      { "processing.dsp_chain": [{ name: "cd_comp", params: { method: "fir" } }] },
      "processing.dsp_chain[0].params.method FIBR-006",
    ],
    ["an unknown format", { "signal.format": "coherent_16qam" }, "signal.format FIBR-006"],
    ["three polarisations", { "signal.n_pol": 3 }, "signal.n_pol FIBR-006"],
    [
      "a matrix entry of 2",
      { "processing.fec": { params: { H: [[0, 2]] } } },
      "processing.fec.params.H[0][1] FIBR-006",
    ],
    [
      "one polarisation of a coherent signal",
      { "signal.n_pol": 1, "propagation.model": "scalar_glnse" },
      "signal.n_pol FIBR-007",
    ],
    [
      "a direct receiver of a coherent signal",
      { "transceiver.rx.coherent": false },
      "transceiver.rx.coherent FIBR-007",
    ],
    [
      "an amplifier without noise figure",
      { "spans.amplifier.noise_figure_db": undefined },
      "spans.amplifier.noise_figure_db FIBR-009",
    ],
    ["automatic gain without a limit", { "spans.amplifier.max_gain_db": null }, "spans.amplifier.max_gain_db FIBR-009"],
    ["fixed gain without a gain", { "spans.amplifier.mode": "fixed_gain" }, "spans.amplifier.fixed_gain_db FIBR-009"],
    [
      "a gain without an amplifier",
      { "spans.amplifier": { type: "none", mode: "none", max_gain_db: 3 } },
      "spans.amplifier.max_gain_db FIBR-009",
    ],
    [
      "a mode without an amplifier",
      { "spans.amplifier": { type: "none", mode: "auto_gain" } },
      "spans.amplifier.mode FIBR-009",
    ],
    ["a scheme of disabled FEC", { "processing.fec.scheme": "ldpc" }, "processing.fec.scheme FIBR-010"],
    ["a rate of disabled FEC", { "processing.fec.code_rate": 0.8 }, "processing.fec.code_rate FIBR-010"],
    [
      "two values of max_iter",
      { "processing.fec": { params: { max_iter: 5, max_iters: 6 } } },
      "processing.fec.params.max_iters FIBR-010",
    ],
    [
      "a scaled sum-product",
      { "processing.fec": { params: { alg: "SPA", normalization: 0.8 } } },
      "processing.fec.params.normalization FIBR-010",
    ],
    ["a ragged matrix", { "processing.fec": { params: { H: [[1, 1], [1]] } } }, "processing.fec.params.H[1] FIBR-040"],
    [
      "a fixed ratio without a ratio",
      { "latency_model.framing.fec_overhead_mode": "fixed_ratio" },
      "latency_model.framing.fec_overhead_ratio FIBR-011",
    ],
    [
      "a ratio that nothing reads",
      { "latency_model.framing.fec_overhead_ratio": 0.1 },
      "latency_model.framing.fec_overhead_ratio FIBR-011",
    ],
  ])("%s", (_, changes, expected) => {
    expect(refusals(altered(QPSK_SPAN, changes))).toEqual([expected]);
  });

  it("direct detection with two polarisations, a coherent receiver or the Manakov model", () => {
    const document = altered(route([[1000, 20]], 1), {
      "signal.n_pol": 2,
      "transceiver.rx.coherent": true,
      "propagation.model": "manakov",
    });
    expect(refusals(document)).toEqual([
      "signal.n_pol FIBR-007",
      "transceiver.rx.coherent FIBR-007",
      "propagation.model FIBR-008",
    ]);
  });

  it("everything at once: fields, unknown keys and the rules between the fields that are left", () => {
    const document = altered(QPSK_SPAN, {
      "signal.rolloff": 2,
      "signal.n_pol": 1,
      "runtime.seed": -1,
      "spans.amplifier.noise_figure_db": undefined,
      outptus: {},
    });
    expect(refusals(document)).toEqual([
      "signal.rolloff FIBR-005",
      "runtime.seed FIBR-005",
      "outptus FIBR-002",
      "spans.amplifier.noise_figure_db FIBR-009",
      "signal.n_pol FIBR-007",
      "propagation.model FIBR-008",
    ]);
    expect(refused(document, "link.json")).toMatchObject({ code: "FIBR-001", context: { source: "link.json" } });
  });

  it("what is not an object", () => {
    for (const document of [null, [], "spec", 3, undefined]) expect(refused(document).problems).toHaveLength(1);
  });
});

describe("an error message", () => {
  it("suggests the key that was meant", () => {
    expect(refused(altered(QPSK_SPAN, { "fiber.n_grup": 1.5 }))).toMatchObject({
      code: "FIBR-002",
      path: "fiber.n_grup",
      message: 'fiber has no key "n_grup"',
      remedy: 'Did you mean "n_group"?',
    });
  });

  it("suggests the value that was meant", () => {
    expect(refused(altered(QPSK_SPAN, { "propagation.model": "manakow" })).remedy).toBe(
      'Did you mean "manakov"? Allowed are "scalar_glnse", "manakov".',
    );
  });

  it("names the unit of a missing number", () => {
    expect(refused(altered(QPSK_SPAN, { "signal.symbol_rate_baud": undefined })).remedy).toBe(
      "Add it (Symbols per second, in Bd).",
    );
  });

  it("names the value and the limit of a number out of range", () => {
    expect(refused(altered(QPSK_SPAN, { "path.segments.0.length_m": -5 })).message).toBe(
      "path.segments[0].length_m is -5 m, but must be above 0 m",
    );
    expect(refused(altered(QPSK_SPAN, { "runtime.n_symbols": 5 })).message).toBe(
      "runtime.n_symbols is 5, but must be at least 128",
    );
  });

  it("names the block and the parameter of the chain", () => {
    const document = altered(QPSK_SPAN, {
      "processing.dsp_chain": [{ name: "demap" }, { name: "mimo_eq", params: { taps: 0 } }],
    });
    expect(refused(document).message).toContain("processing.dsp_chain[1].params.taps (mimo_eq) is 0");
  });
});

describe("defaultsUsed", () => {
  it("lists what the document left out, and nothing that it gave", () => {
    const defaults = defaultsUsed(
      parseSpecification(altered(QPSK_SPAN, { "latency_model.queueing": { ingress_buffer_s: 0 } })),
    );
    expect(defaults).toMatchObject({
      "fiber.pmd_ps_sqrt_km": 0,
      "latency_model.queueing.egress_buffer_s": 0,
      "latency_model.framing.fec_overhead_ratio": null,
      "signal.frame.pilot_bits": 0,
    });
    expect(defaults).not.toHaveProperty(["latency_model.queueing.ingress_buffer_s"]);
    expect(defaults).not.toHaveProperty(["fiber.n_group"]);
  });

  it("refuses a copy, of which it cannot know", () => {
    expect(() => defaultsUsed(structuredClone(parseSpecification(QPSK_SPAN)))).toThrow(
      expect.objectContaining({ code: "FIBR-019" }),
    );
  });
});

describe("resolveDspChain", () => {
  it("gives an empty chain the order of its format", () => {
    const names = (document: unknown) => resolveDspChain(parseSpecification(document)).map(({ name }) => name);
    expect(names(QPSK_SPAN)).toEqual(["resample", "matched_filter", "cd_comp", "mimo_eq", "cpr", "demap"]);
    expect(names(route([[1000, 20]], 1))).toEqual(["resample", "matched_filter", "ffe", "demap"]);
  });

  it("drops disabled blocks and fills in parameters", () => {
    const chain = [
      { name: "matched_filter", enabled: false },
      { name: "mimo_eq", params: { taps: 21 } },
      { name: "cpr" },
      { name: "demap" },
    ];
    expect(resolveDspChain(parseSpecification(altered(QPSK_SPAN, { "processing.dsp_chain": chain })))).toEqual([
      { name: "mimo_eq", type: "lms", tapCount: 21, stepSize: 0.001 },
      { name: "cpr", averagingWindowSymbols: 8, testAngleCount: 64 },
      { name: "demap", isSoft: false },
    ]);
  });
});

describe("specificationHash", () => {
  const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
  const hashOf = (document: unknown) => specificationHash(parseSpecification(document), sha256);

  it("is blind to key order and to defaults written out, and sees every value", () => {
    const reordered = Object.fromEntries(Object.entries(QPSK_SPAN).reverse());
    expect(hashOf(reordered)).toBe(hashOf(QPSK_SPAN));
    expect(hashOf(altered(QPSK_SPAN, { "fiber.pmd_ps_sqrt_km": 0 }))).toBe(hashOf(QPSK_SPAN));
    expect(hashOf(altered(QPSK_SPAN, { "runtime.seed": 2113 }))).not.toBe(hashOf(QPSK_SPAN));
    expect(hashOf(QPSK_SPAN)).toMatch(/^[0-9a-f]{64}$/);
  });

  it("writes the numbers and strings of RFC 8785, section 3.2.4", () => {
    const example = {
      numbers: [333333333.3333333, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '€$\u000f\nA\'B"\\\\"/',
      literals: [null, true, false],
    };
    expect(canonicalJson(example)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it("reads back as the same JSON for any document", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        // -0 has no notation of its own in RFC 8785.
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { seed: 20, numRuns: 200 },
    );
  });
});

describe("specificationJsonSchema", () => {
  it("is a closed draft 2020-12 schema with units", () => {
    const schema = specificationJsonSchema();
    expect(schema).toMatchObject({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      additionalProperties: false,
      required: [
        "v",
        "path",
        "fiber",
        "spans",
        "signal",
        "transceiver",
        "processing",
        "propagation",
        "latency_model",
        "runtime",
        "outputs",
      ],
    });
    expect(schema).toHaveProperty("properties.fiber.properties.beta2_s2_per_m.unit", "s²/m");
    expect(schema).toHaveProperty("properties.latency_model.properties.processing_floor_s.minimum", 0);
  });
});
