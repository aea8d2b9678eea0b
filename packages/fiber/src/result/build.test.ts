import { describe, expect, it } from "vitest";
import { fiberError } from "../errors.ts";
import { latencyBudget } from "../latency/budget.ts";
import { countedRate } from "../metrics/interval.ts";
import { altered, QPSK_SPAN, route } from "../specification/fixtures/documents.ts";
import { parseSpecification } from "../specification/parse.ts";
import { requireSimulable } from "../specification/simulable.ts";
import {
  failureResult,
  latencyResult,
  parseResult,
  type RunFacts,
  rateInterval,
  successResult,
  timeoutError,
  unreadableResult,
} from "./build.ts";
import { resultJsonSchema, type SummaryInput } from "./schema.ts";
import { throughput } from "./throughput.ts";

const specification = parseSpecification(QPSK_SPAN);
const run: RunFacts = { simulatorVersion: "0.1.0", specificationHash: "ab".repeat(32), runtimeS: 0.5 };
const summary: SummaryInput = {
  ...latencyBudget(specification),
  throughput_bps: throughput(specification, { codeRate: 1, frameErrorRate: 0 }),
  errors: { pre_fec_ber: 0, post_fec_ber: 0, fer: 0, pre_fec_ber_interval: rateInterval(countedRate(0, 29_744)) },
  snr_db: 27.4,
};

/** The error document of what a function throws. */
function failureOf(action: () => unknown, of = specification) {
  try {
    action();
  } catch (error) {
    return failureResult(of, run, error);
  }
  throw new Error("nothing was thrown");
}

describe("successResult", () => {
  it("has a summary, no error, and levels that are null when they were not measured", () => {
    const result = successResult(specification, run, summary);
    expect(result).toMatchObject({
      v: "0.2",
      status: "success",
      summary: { osnr_db: null, snr_db: 27.4, evm_rms: null, q_factor_db: null },
      provenance: {
        sim_version: "0.1.0",
        spec_hash: "ab".repeat(32),
        seed: 2112,
        runtime_s: 0.5,
        backend: "builtin_ssfm",
        model: "manakov",
      },
      warnings: [],
      artifacts: [],
      best_found_spec_patch: null,
    });
    expect(result).not.toHaveProperty("error");
    expect(result.summary.errors.pre_fec_ber_interval).toMatchObject({
      lower: 0,
      errors: 0,
      trials: 29_744,
      confidence: 0.95,
    });
  });

  it("survives a trip through JSON", () => {
    const result = successResult(specification, run, summary);
    expect(parseResult(JSON.parse(JSON.stringify(result)))).toEqual(result);
  });

  it("refuses figures that are not finite or negative, and names them", () => {
    const broken = { ...summary, snr_db: Number.NaN, errors: { ...summary.errors, fer: -1 } };
    expect(() => successResult(specification, run, broken)).toThrow(
      expect.objectContaining({
        code: "FIBR-050",
        problems: [
          expect.objectContaining({ path: "summary.errors.fer" }),
          expect.objectContaining({ path: "summary.snr_db" }),
        ],
      }),
    );
  });
});

describe("parseResult", () => {
  it.each([
    ["a success without summary", { status: "success" }],
    ["a success with an error", { status: "success", summary, error: { code: "timeout", message: "" } }],
    ["an error without error", { status: "error" }],
    ["an error with a summary", { status: "error", summary, error: { code: "timeout", message: "" } }],
    ["an unknown field", { status: "error", error: { code: "timeout", message: "" }, extra: 1 }],
  ])("refuses %s", (_, fields) => {
    const { v, provenance } = successResult(specification, run, summary);
    expect(() => parseResult({ v, provenance, ...fields })).toThrow(expect.objectContaining({ code: "FIBR-050" }));
  });
});

describe("failureResult", () => {
  it("calls what this release does not simulate not_implemented, while latency is still answered", () => {
    const direct = parseSpecification(route([[1000, 20]], 7));
    const result = failureOf(() => requireSimulable(direct), direct);
    expect(result).toMatchObject({
      status: "error",
      error: { code: "not_implemented", details: { error_code: "FIBR-020", path: "signal.format" } },
      provenance: { seed: 7, model: "scalar_glnse" },
    });
    expect(result).not.toHaveProperty("summary");
    expect(latencyBudget(direct, { normal: () => 0 }).latency_s.total_s).toBeGreaterThan(0);
  });

  it("tells what autotune was asked for", () => {
    const tuned = parseSpecification(
      altered(QPSK_SPAN, { "processing.autotune": { enabled: true, budget_trials: 12 } }),
    );
    expect(failureOf(() => requireSimulable(tuned), tuned).error).toMatchObject({
      code: "not_implemented",
      details: { budget_trials: 12, targets: ["max_net_after_fec"] },
    });
  });

  it("calls an infeasible signal a validation_error", () => {
    const coarse = parseSpecification(altered(QPSK_SPAN, { "runtime.samples_per_symbol": 1 }));
    expect(failureOf(() => requireSimulable(coarse), coarse).error).toMatchObject({
      code: "validation_error",
      details: { error_code: "FIBR-014", path: "runtime.samples_per_symbol" },
    });
  });

  it("calls a run over its time a timeout, with both times", () => {
    expect(failureResult(specification, run, timeoutError(0.05, 0.2)).error).toMatchObject({
      code: "timeout",
      details: { max_runtime_s: 0.05, elapsed_s: 0.2 },
    });
  });

  it("calls everything else a runtime_error, with the type of what was thrown", () => {
    expect(failureResult(specification, run, new RangeError("missing tx waveform")).error).toEqual({
      code: "runtime_error",
      message: "missing tx waveform",
      details: { exception_type: "RangeError" },
    });
    expect(failureResult(specification, run, "text").error.message).toBe("text");
    const unknown = fiberError({ code: "FIBR-031", message: "m", remedy: "r" });
    expect(failureResult(specification, run, unknown).error).toMatchObject({
      code: "runtime_error",
      details: { exception_type: "FiberError" },
    });
  });
});

describe("unreadableResult", () => {
  it("has the version v0.2, the hash invalid and the seed 0", () => {
    try {
      parseSpecification({});
      expect.unreachable();
    } catch (error) {
      expect(unreadableResult("0.1.0", 0.01, error)).toMatchObject({
        v: "v0.2",
        status: "error",
        error: { code: "validation_error", details: { error_code: "FIBR-001" } },
        provenance: { spec_hash: "invalid", seed: 0, backend: null, model: null },
      });
    }
  });
});

describe("latencyResult", () => {
  it("has the budget, and no figure of a signal that nobody simulated", () => {
    const direct = parseSpecification(route([[1000, 20]], 7));
    const budget = latencyBudget(direct, { normal: () => 0 });
    const result = latencyResult(direct, run, budget);
    expect(result).toMatchObject({ v: "0.2", status: "success", provenance: { seed: 7, backend: null, model: null } });
    expect(result.summary).toEqual({ latency_s: budget.latency_s, latency_metadata: budget.latency_metadata });
  });
});

describe("throughput", () => {
  it("counts payload of frames that arrive, never more than the net rate", () => {
    const rates = throughput(specification, { codeRate: 0.8, frameErrorRate: 0.25 });
    expect(rates).toEqual({
      raw_line_rate: 128e9,
      net_after_fec: 102.4e9,
      goodput_est: 102.4e9 * (15_000 / 15_256) * 0.75,
    });
    expect(throughput(specification, { codeRate: 0.8, frameErrorRate: 1 }).goodput_est).toBe(0);
  });
});

describe("resultJsonSchema", () => {
  it("is a draft 2020-12 schema of both outcomes, with units", () => {
    const schema = resultJsonSchema();
    expect(schema).toMatchObject({ $schema: "https://json-schema.org/draft/2020-12/schema" });
    expect(schema).toHaveProperty("oneOf.0.properties.summary.properties.latency_s.properties.total_s.unit", "s");
    expect(schema).toHaveProperty("oneOf.1.properties.error.properties.code.enum.1", "runtime_error");
  });
});
