import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it, vi } from "vitest";
import { type AmplitudeEvaluateDocument, amplitudeEvaluateDocumentSchema } from "../document/amplitude-evaluate.ts";
import { main } from "../main.ts";

const example = fileURLToPath(new URL("../../../../examples/amplitude/closure.yaml", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "simloom-amplitude-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("simloom amplitude evaluate", () => {
  it("prints -ln L, its terms and slopes, and what was compiled", async () => {
    const { code, document } = await evaluateJson(example);
    expect(code).toBe(0);
    expect(document.nll).toBeCloseTo(1921.6982705509222, 8); // sums of thousands of numbers near one
    expect(document.terms).toEqual([
      { name: "closure", kind: "extended", nll: expect.closeTo(document.nll, 9), events: 1000, monteCarloEvents: 4000 },
    ]);
    expect(document.parameters.map(({ name }) => name)).toEqual(["f0_width", "f2_width", "S re", "D re", "D im"]);
    expect(document.gradient?.[0]).toBeCloseTo(-9670.444416642255, 6);
    expect(document.compiled.plans.map(({ purpose }) => purpose)).toEqual(["likelihood"]);
    expect(document.compiled.plans[0]?.programs.length).toBeGreaterThan(3);
  });

  it("gives the same bits on every back end and with every number of threads", async () => {
    const [js, wasm, threads] = [
      await evaluateJson(example, "--backend", "js"),
      await evaluateJson(example, "--backend", "wasm"),
      await evaluateJson(example, "--threads", "2"),
    ];
    for (const { document } of [wasm, threads]) {
      expect(document.nll).toBe(js.document.nll);
      expect(document.gradient).toEqual(js.document.gradient);
    }
    expect(threads.document.compiled.threads).toBe(2);
  });

  it("takes values from a file, also the document that it printed", async () => {
    const values = join(folder, "values.yaml");
    writeFileSync(values, "S re: 0.621572614127\nf0_width: 0.10283430097\n");
    const first = await evaluateJson(example, "--parameters", values);
    expect(first.document.parameters[2]?.value).toBe(0.621572614127);
    const printed = join(folder, "printed.json");
    writeFileSync(printed, JSON.stringify(first.document));
    expect((await evaluateJson(example, "--parameters", printed)).document.nll).toBe(first.document.nll);
  });

  it("changes settings, and fixes parameters", async () => {
    const { document } = await evaluateJson(
      example,
      "--set",
      "likelihood.closure.kind=shape",
      "--set",
      'parameters.f0_width={"fixed":0.112}',
    );
    expect(document.nll).toBeCloseTo(7335.961953172717, 8);
    expect(document.parameters[0]).toEqual({ name: "f0_width", value: 0.112, fixed: true });
    expect(document.gradient).toHaveLength(4);
  });

  it("prints a table for people", async () => {
    const { code, text } = await run(example);
    expect(code).toBe(0);
    expect(text).toMatch(/^closure of two resonances: -ln L = 1921\.698/);
    expect(text).toMatch(/closure {2}extended +1000 +4000 +1921\.698271/);
    expect(text).toMatch(/f0_width \[GeV\] +0\.112 +-9670\.4444 +0\.01 to 1/);
    expect(text).toMatch(/wasm, 1 thread: value in/);
  });

  it.each([
    ["an unknown key", ["--set", "likelihood.closure.kindd=shape"], "AMPL-041", /Did you mean "kind"/],
    ["a wrong value", ["--set", "likelihood.closure.kind=extnded"], "AMPL-043", /Did you mean extended/],
    ["an unknown shape", ["--set", "waves.S.shape=f0(1510)"], "AMPL-044", /f0\(1500\)/],
    ["an unknown name in a formula", ["--set", "shapes.f0(1500).breitWigner.width=f0_wdth"], "KERN-003", /f0_width/],
    ["an unknown column", ["--set", "angles.of=kshort3"], "AMPL-047", /kshort1_e|Did you mean/],
    ["an unknown set of events", ["--set", "likelihood.closure.data=closure:dat"], "AMPL-044", /closure:data/],
    ["a file that is not there", ["--set", "likelihood.closure.data=none.parquet"], "COLS-026", /path/],
    [
      "parameters that make intensities vanish",
      ["--set", "waves.S.coupling.real=0", "--set", "waves.D.coupling.cartesian=[0,0]"],
      "AMPL-030",
      /rows/,
    ],
  ])("refuses %s with exit code 2 and writes nothing", async (_, args, error, remedy) => {
    const before = readdirSync(folder);
    const { code, text } = await run(example, ...args, "--json");
    const refused = JSON.parse(text) as { readonly error: { readonly code: string; readonly remedy: string } };
    expect([code, refused.error.code]).toEqual([2, error]);
    expect(refused.error.remedy).toMatch(remedy);
    expect(readdirSync(folder)).toEqual(before);
  });

  it("names the events whose intensity is not positive", async () => {
    const { text } = await run(
      example,
      "--set",
      "waves.S.coupling.real=0",
      "--set",
      "waves.D.coupling.cartesian=[0,0]",
      "--json",
    );
    expect(text).toMatch(/data of closure: 1000 not positive; first in row 0 \(0\), row 1/);
  });
});

/** An analysis of one column in a file of its own, with one wave of the given shape. */
function lineFile(formula: string, csv: string, parameters: Readonly<Record<string, unknown>> = {}): string {
  writeFileSync(join(folder, "line.csv"), csv);
  const analysis = {
    topology: { k1: "beam", k3: ["a", "b"], k4: "proton" },
    angles: { of: "a" },
    columns: ["x"],
    parameters,
    shapes: { f: { formula } },
    waves: { S: { shape: "f" } },
    likelihood: { line: { kind: "extended", data: "line.csv", monteCarlo: "line.csv" } },
  };
  const path = join(folder, "line.json");
  writeFileSync(path, JSON.stringify(analysis));
  return path;
}

describe("events from a file", () => {
  it("are read for the columns of the model alone, whatever the others hold", async () => {
    const { code, document } = await evaluateJson(lineFile("a*x", "x,bad,text\n1,nan,here\n2,1,there\n", { a: 1 }));
    expect(code).toBe(0);
    expect(document.nll).toBeCloseTo(5 - 2 * Math.log(2), 12); // Σ x² − Σ ln x²
  });

  it("are refused where a column of the model is missing, with the nearest", async () => {
    const { code, text } = await run(lineFile("a*x", "x1,y\n1,2\n", { a: 1 }), "--json");
    expect(code).toBe(2);
    expect(JSON.parse(text)).toMatchObject({
      error: { code: "AMPL-047", path: "likelihood.line.data", remedy: "Did you mean x1?" },
    });
  });

  it("are printed without what is computed of them alone, where there is no such thing", async () => {
    const { text } = await run(lineFile("a*x", "x\n1\n2\n", { a: 1 }));
    expect(text).toMatch(/model: \d+ nodes\n/);
  });

  it("are named where the model is negative for them in Monte Carlo alone", async () => {
    writeFileSync(join(folder, "negative.csv"), "x\n3\n-1\n");
    const file = lineFile("sqrt(a*x)", "x\n1\n2\n", { a: 1 });
    const monteCarlo = `likelihood.line.monteCarlo=${join(folder, "negative.csv")}`;
    const { code, text } = await run(file, "--set", monteCarlo, "--json");
    expect(code).toBe(2);
    expect(JSON.parse(text)).toMatchObject({
      error: { code: "AMPL-030", message: expect.stringMatching(/Monte Carlo of line: 1 not finite; first in row 1/) },
    });
  });

  it("have slopes, or the parameters are named by which they have none", async () => {
    const { code, text } = await run(lineFile("x + sqrt(a)", "x\n1\n2\n", { a: 0 }), "--json");
    expect(code).toBe(2);
    expect(JSON.parse(text)).toMatchObject({ error: { code: "AMPL-034", context: { parameters: ["a"] } } });
  });
});

async function evaluateJson(
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly document: AmplitudeEvaluateDocument }> {
  const { code, text } = await run(...args, "--json");
  return { code, document: amplitudeEvaluateDocumentSchema.parse(JSON.parse(text)) };
}

async function run(...args: readonly string[]): Promise<{ readonly code: number; readonly text: string }> {
  const out = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const err = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  try {
    const code = await main(["node", "simloom", "amplitude", "evaluate", ...args]);
    return { code, text: out.mock.calls.map(([chunk]) => String(chunk)).join("") };
  } finally {
    process.exitCode = undefined;
    out.mockRestore();
    err.mockRestore();
  }
}
