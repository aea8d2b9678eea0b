import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseResult, type SimulationResult } from "@simloom/fiber";
import { afterAll, describe, expect, it, vi } from "vitest";
import { fiberValidateDocumentSchema } from "../document/fiber-validate.ts";
import { main } from "../main.ts";

const example = fileURLToPath(new URL("../../../../examples/fiber/qpsk-3x80km.json", import.meta.url));
const route = fileURLToPath(new URL("../../../../examples/fiber/route-temperature.json", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "simloom-fiber-"));
const SMALL = ["--set", "runtime.n_symbols=256"];

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("simloom fiber simulate --json", () => {
  it("prints the public result document, with artifacts that are really there", async () => {
    const { code, document } = await simulate(
      example,
      ...SMALL,
      "--set",
      "outputs.return_waveforms=true",
      "--seed",
      "9",
    );
    const result = parseResult(document);
    expect([code, result.status, result.provenance.seed]).toEqual([0, "success", 9]);
    expect(result.artifacts.map(({ name }) => name)).toEqual(expect.arrayContaining(["constellation", "tx_waveform"]));
    for (const { ref, bytes, mime, type } of result.artifacts) {
      expect(statSync(join(folder, ref.replace("artifact://", ""))).size).toBe(bytes);
      expect(mime).toBe(type === "npz" ? "application/x-npz" : "application/vnd.vegalite+json");
    }
  });

  it("writes no artifacts at level none", async () => {
    const { document } = await simulate(
      example,
      ...SMALL,
      "--set",
      "outputs.artifact_level=none",
      "--set",
      "outputs.return_waveforms=true",
    );
    expect(parseResult(document).artifacts).toEqual([]);
  });

  it("says each warning once", async () => {
    const { document } = await simulate(
      example,
      ...SMALL,
      "--set",
      "processing.fec.code_rate=0.9",
      "--set",
      "spans.amplifier.noise_figure_db=2",
    );
    const { warnings } = parseResult(document);
    expect(warnings.filter((warning) => warning.includes("0.9 is claimed"))).toHaveLength(1);
    expect(warnings.filter((warning) => warning.includes("quantum limit"))).toHaveLength(1);
    expect(new Set(warnings).size).toBe(warnings.length);
  });

  it("reports a run that is over its time as a timeout, with exit code 1", async () => {
    const { code, document } = await simulate(example, "--set", "runtime.max_runtime_s=0.001");
    const result = failureOf(document);
    expect([code, result.error.code, result.error.details]).toEqual([
      1,
      "timeout",
      expect.objectContaining({ max_runtime_s: 0.001, elapsed_s: expect.any(Number) }),
    ]);
    expect(result).not.toHaveProperty("summary");
  });

  it("ends the worker of a span that would go on for minutes", async () => {
    // 240,000 steps; the limit leaves time to load the stages, and the worker is given 50 ms to listen
    const endless = ["--set", "propagation.ssfm.step_adapt=false", "--set", "propagation.ssfm.dz_m=1"];
    const startedMs = performance.now();
    const { code, document } = await simulate(
      example,
      ...endless,
      "--set",
      "runtime.max_runtime_s=4",
      "--executor",
      "threads",
    );
    expect([code, failureOf(document).error.code]).toEqual([1, "timeout"]);
    expect(performance.now() - startedMs).toBeLessThan(15_000);
  });

  it("reports a stage that failed with exit code 1", async () => {
    // two bits under two independent checks: nothing is left to carry information
    const { code, document } = await simulate(example, ...SMALL, "--set", 'processing.fec.params={"H":[[1,0],[0,1]]}');
    const result = failureOf(document);
    expect(code).toBe(1);
    expect(result.error.details).toMatchObject({ error_code: "FIBR-041", path: "payload" });
    expect(result.provenance.spec_hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    ["what is not simulated", route, [], "not_implemented", /^[0-9a-f]{64}$/],
    ["a value out of range", example, ["--set", "runtime.n_symbols=12"], "validation_error", /^invalid$/],
    ["a file that is not there", join(folder, "none.json"), [], "validation_error", /^invalid$/],
  ])("refuses %s with exit code 2", async (_, spec, changes, kind, hash) => {
    const { code, document } = await simulate(spec, ...changes);
    const result = failureOf(document);
    expect([code, result.error.code]).toEqual([2, kind]);
    expect(result.provenance.spec_hash).toMatch(hash);
  });

  it("refuses a file that is not JSON with exit code 2", async () => {
    const broken = join(folder, "broken.json");
    writeFileSync(broken, "{");
    const { code, document } = await simulate(broken);
    expect([code, failureOf(document).error.code]).toEqual([2, "validation_error"]);
  });
});

describe("simloom fiber simulate", () => {
  it("prints the figures, and each warning of the specification once", async () => {
    const { code, text } = await command("simulate", example, ...SMALL, "--set", "spans.amplifier.noise_figure_db=2");
    expect(code).toBe(0);
    expect(text).toMatch(/^QPSK long-haul, 3 × 80 km, 32 GBd +seed 1234\n {2}OSNR {2}3\d\.\d dB {5}SNR/);
    expect(text).toMatch(/after FEC {2}0 wrong of [\d,]+ bits/);
    expect(text.match(/quantum limit/g)).toHaveLength(1);
  });

  it("exits with 1 and an error for people when its time is over", async () => {
    const { code, errors } = await command("simulate", example, "--set", "runtime.max_runtime_s=0.001");
    expect(code).toBe(1);
    expect(errors).toMatch(/^FIBR-030 {2}the run was stopped after/);
  });
});

describe("simloom fiber validate", () => {
  it("lists the fields that were left out, with what stands for them, and fits its schema", async () => {
    const { code, document } = await commandJson("validate", route);
    const { simulable, defaults, error } = fiberValidateDocumentSchema.parse(document);
    expect([code, simulable, error?.code]).toEqual([0, false, "FIBR-020"]);
    expect(defaults).toMatchObject({ "fiber.pmd_ps_sqrt_km": 0, "latency_model.framing.fec_overhead_mode": "none" });
    expect(Object.keys(defaults)).not.toContain("fiber.alpha_db_per_km");
  });

  it("says for people what it took for granted", async () => {
    const { text } = await command("validate", example);
    expect(text).toContain("is valid\n  left out: 28 fields, taken as\n");
    expect(text).toContain("    propagation.ssfm.dz_m = 100\n");
  });
});

describe("simloom fiber latency", () => {
  it("answers a route whose signal cannot be simulated", async () => {
    const { code, document } = await commandJson("latency", route);
    expect(code).toBe(0);
    expect(document).toMatchObject({
      v: "0.3",
      status: "success",
      summary: { latency_s: { propagation_s: expect.closeTo(2.326e-3, 6) } },
    });
    expect(document).not.toHaveProperty("summary.errors");
    const { text } = await command("latency", route);
    expect(text).toMatch(/propagation +2\.326034 ms/);
  });
});

const simulate = (spec: string, ...args: readonly string[]) => commandJson("simulate", spec, ...args);

async function commandJson(name: string, spec: string, ...args: readonly string[]) {
  const { code, text } = await command(name, spec, ...args, "--json");
  return { code, document: JSON.parse(text) as unknown };
}

/** Runs the command in this process, on one thread and without a cache. */
async function command(name: string, spec: string, ...args: readonly string[]) {
  const out = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const err = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const written = ({ mock }: typeof out): string => mock.calls.map(([chunk]) => String(chunk)).join("");
  const place = name === "validate" ? [] : ["--executor", "inline", "--cache", "off", "--out", folder];
  try {
    const code = await main(["node", "simloom", "fiber", name, spec, ...place, ...args]);
    return { code, text: written(out), errors: written(err) };
  } finally {
    process.exitCode = undefined;
    out.mockRestore();
    err.mockRestore();
  }
}

function failureOf(document: unknown): Extract<SimulationResult, { status: "error" }> {
  const result = parseResult(document);
  if (result.status === "error") return result;
  throw new Error("the run succeeded");
}
