import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { closureData } from "@simloom/amplitude";
import { build } from "esbuild";
import { afterAll, describe, expect, it, vi } from "vitest";
import { type AmplitudeFitDocument, amplitudeFitDocumentSchema } from "../document/amplitude-fit.ts";
import { main } from "../main.ts";

const example = fileURLToPath(new URL("../../../../examples/amplitude/closure.yaml", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "simloom-fit-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let folders = 0;
const newFolder = () => join(folder, `runs-${++folders}`);

describe("simloom amplitude fit", () => {
  it("prints values with errors, terms, correlations and fractions, and keeps the document", async () => {
    const out = newFolder();
    const { code, document } = await fitJson(example, "--out", out);
    expect(code).toBe(0);
    const { fit, parameters, nll, terms } = document;
    expect(fit.converged).toBe(true);
    expect(nll).toBeCloseTo(1425.1250566142564, 9); // known to 13 digits
    expect(parameters.map(({ name }) => name)).toEqual(["f0_width", "f2_width", "S re", "D re", "D im"]);
    expect(parameters[0]).toMatchObject({ fixed: false, bounds: [0.01, 1], unit: "GeV" });
    expect(parameters[0]?.value).toBeCloseTo(0.10283430097, 11); // known to 11 digits
    expect(parameters[0]?.error).toBeCloseTo(0.0059656533, 8); // known to 8 digits
    expect(fit.covariance?.[0]?.[0]).toBeCloseTo((parameters[0]?.error as number) ** 2, 15); // one rounding
    expect(fit.correlation?.[2]?.[0]).toBeCloseTo(0.73225, 5); // known to 5 digits
    expect(terms).toEqual([{ name: "closure", kind: "extended", nll, events: 1000, monteCarloEvents: 4000 }]);
    expect(fit.fractions?.map(({ of }) => of.join("-"))).toEqual(["S", "D", "S-D"]);
    expect(fit.evaluations.gradient).toBeGreaterThan(5);
    const [kept] = readdirSync(out);
    expect(document.out).toBe(join(out, kept as string));
    expect(readdirSync(document.out).sort()).toEqual(["checkpoint.json", "result.json"]);
    expect(JSON.parse(readFileSync(join(document.out, "result.json"), "utf8"))).toEqual(document);
  });

  it("prints a table for people", async () => {
    const { code, text } = await run(example, "--out", newFolder());
    expect(code).toBe(0);
    expect(text).toMatch(/^closure of two resonances: -ln L = 1425\.125056614/);
    expect(text).toMatch(/f0_width \[GeV\] +0\.10283 +0\.00597 +0\.01 to 1/);
    expect(text).toMatch(/S re +0\.732 +-0\.329 +1\.000/);
    expect(text).toMatch(/interference of S and D +0\.00796 +0\.00103/);
    expect(text).toMatch(/lbfgsb: \d+ iterations/);
    expect(text).toMatch(/checkpoint {2}.*checkpoint\.json/);
  });

  it("gives weighted data the errors of the sandwich, and says so", async () => {
    const events = closureData().withColumn("weight", new Float64Array(1000).fill(0.25), { replace: true });
    const rows = Array.from({ length: events.length }, (_, row) =>
      events.names.map((name) => events.column(name)[row]).join(),
    );
    const data = join(folder, "quarter.csv");
    writeFileSync(data, [events.names.join(), ...rows, ""].join("\n"));
    const args = [example, "--set", `likelihood.closure.data=${data}`];
    const { document } = await fitJson(...args, "--out", newFolder());
    expect(document.fit.covarianceKind).toBe("sandwich");
    // the error of 1000 events of weight 1, estimated from their slopes: apart by some of its 1/√1000
    expect(Math.abs((document.parameters[0]?.error as number) / 0.0059656533 - 1)).toBeLessThan(0.15);
    expect((await run(...args, "--out", newFolder())).text).toMatch(/errors of weighted data: .*sandwich/);
    expect((await fitJson(example, "--out", newFolder())).document.fit.covarianceKind).toBe("hessian");
  });

  it("has the same bits on every back end and number of threads", async () => {
    const documents = [];
    for (const options of [
      ["--backend", "js"],
      ["--backend", "wasm"],
      ["--threads", "2"],
    ])
      documents.push((await fitJson(example, "--out", newFolder(), ...options)).document);
    for (const document of documents) expect(withoutPlace(document)).toEqual(withoutPlace(documents[0]));
  });

  it("ends with 1 where it does not converge, says what to do, and goes on with --resume", async () => {
    const out = newFolder();
    const short = await fitJson(example, "--out", out, "--max-evaluations", "8");
    expect(short.code).toBe(1);
    expect(short.document.fit).toMatchObject({ converged: false, reason: "evaluations" });
    expect(short.document.fit.remedy).toContain("--resume");
    const longer = await fitJson(example, "--out", out, "--resume");
    expect([longer.code, longer.document.resumed, longer.document.out]).toEqual([0, true, short.document.out]);
    const whole = await fitJson(example, "--out", newFolder());
    expect(withoutPlace(longer.document)).toEqual(withoutPlace(whole.document));
    expect((await fitJson(example, "--out", out)).document.resumed).toBe(false); // it had ended: a fresh fit
  });

  it("starts from values in a file, also a document that it printed, before those of the analysis", async () => {
    const out = newFolder();
    const first = await fitJson(example, "--out", out);
    const again = await fitJson(example, "--out", out, "--parameters", join(first.document.out, "result.json"));
    expect(again.document.out).not.toBe(first.document.out);
    expect(again.document.fit.iterations).toBeLessThan(first.document.fit.iterations / 2);
    expect(again.document.nll).toBeCloseTo(first.document.nll, 9); // both are at the minimum
  });

  it("fixes parameters", async () => {
    const changes = ["likelihood.closure.kind=shape", 'waves.S.coupling.real={"fixed":1}'];
    const { document } = await fitJson(example, "--out", newFolder(), ...changes.flatMap((one) => ["--set", one]));
    expect(document.nll).toBeCloseTo(7332.880335596394, 8); // known to 16 digits, a sum of thousands of numbers
    expect(document.parameters[2]).toEqual({ name: "S re", value: 1, fixed: true });
    expect(document.gradient).toHaveLength(4);
  });

  it.each([
    ["an unknown method", ["--method", "lbfgs"], "AMPL-044", /Did you mean lbfgsb/],
    ["an unknown key", ["--set", "fit.methd=lbfgsb"], "AMPL-041", /Did you mean "method"/],
    ["a start out of bounds", ["--set", "fit.start.f0_width=3"], "AMPL-032", /bounds/],
    ["an initial value out of bounds", ["--set", "parameters.f0_width.initial=3"], "KERN-044", /bounds/],
    ["restarts without ranges", ["--restarts", "2"], "AMPL-032", /initial: \[low, high\]/],
    ["to resume what never ran", ["--resume"], "CLI-001", /--resume/],
    ["zero evaluations", ["--max-evaluations", "0"], "CLI-001", /./],
  ])("refuses %s with exit code 2 and writes nothing", async (_, args, error, remedy) => {
    const out = newFolder();
    const { code, text } = await run(example, "--out", out, ...args, "--json");
    const refused = JSON.parse(text) as { readonly error: { readonly code: string; readonly remedy: string } };
    expect([code, refused.error.code]).toEqual([2, error]);
    expect(refused.error.remedy).toMatch(remedy);
    expect(existsSync(out)).toBe(false);
  });

  it("refuses what has no free parameter", async () => {
    const fixed = ["f0_width", "f2_width"].flatMap((name) => ["--set", `parameters.${name}={"fixed":0.1}`]);
    const couplings = ["--set", "waves.S.coupling=1", "--set", "waves.D.coupling=0.3", "--set", "fit.start={}"];
    const { code, text } = await run(example, "--out", newFolder(), ...fixed, ...couplings, "--json");
    expect([code, text]).toEqual([2, expect.stringMatching(/AMPL-032.*no free parameter/)]);
  });
});

describe("a fit that is killed", () => {
  it("goes on when the same command is given again, through kill -9 and Ctrl-C, with the bits of one in a piece", async () => {
    const program = await bundledCommand();
    const ranges = ["S.coupling.real", "D.coupling.cartesian.0", "D.coupling.cartesian.1"];
    const slow = [example, ...ranges.flatMap((path) => ["--set", `waves.${path}={"initial":[-1,1]}`])].concat([
      "--restarts",
      "30",
      "--backend",
      "js",
    ]);
    const whole = await fitJson(...slow, "--out", newFolder());
    expect(whole.document.fit.starts).toHaveLength(31);

    const out = newFolder();
    const start = () => spawn(process.execPath, [program, "amplitude", "fit", ...slow, "--out", out, "--json"]);
    const kept = () => (existsSync(out) ? readdirSync(out).map((one) => join(out, one, "checkpoint.json")) : []);
    const first = start();
    await until(() => kept().some(existsSync));
    await wait(100);
    first.kill("SIGKILL");
    await once(first, "close");
    const [checkpoint] = kept() as [string];
    expect(JSON.parse(readFileSync(checkpoint, "utf8"))).toMatchObject({ status: "running" });
    expect(existsSync(join(checkpoint, "..", "result.json"))).toBe(false);

    const written = readFileSync(checkpoint, "utf8");
    const second = start();
    const told = textOf(second);
    await until(() => readFileSync(checkpoint, "utf8") !== written);
    second.kill("SIGINT");
    expect(await once(second, "close")).toEqual([130, null]);
    const stopped = amplitudeFitDocumentSchema.parse(JSON.parse(told()));
    expect(stopped.fit).toMatchObject({ converged: false, starts: expect.arrayContaining([]) });
    expect(stopped.resumed).toBe(true);
    expect(stopped.nll).toBeLessThan(1e4);
    expect(JSON.parse(readFileSync(checkpoint, "utf8"))).toMatchObject({ status: "interrupted" });

    const last = start();
    const printed = textOf(last);
    expect(await once(last, "close")).toEqual([0, null]);
    const document = amplitudeFitDocumentSchema.parse(JSON.parse(printed()));
    expect(document.resumed).toBe(true);
    expect(document.fit.starts.length).toBeGreaterThan(stopped.fit.starts.length);
    expect(withoutPlace(document)).toEqual(withoutPlace(whole.document));
  }, 60_000);
});

/** What does not depend on where and how long a fit ran. */
function withoutPlace(document: AmplitudeFitDocument | undefined): Partial<AmplitudeFitDocument> {
  const { out: _, resumed: _resumed, timesMs: _times, threads: _threads, backend: _backend, ...rest } = document ?? {};
  return rest;
}

/** The command as one file that any Node runs; packages of others are found beside it. */
async function bundledCommand(): Promise<string> {
  const outfile = join(folder, "dist", "bundle", "bin.mjs");
  symlinkSync(fileURLToPath(new URL("../../../../node_modules", import.meta.url)), join(folder, "node_modules"));
  symlinkSync(fileURLToPath(new URL("../../package.json", import.meta.url)), join(folder, "package.json"));
  await build({
    entryPoints: [fileURLToPath(new URL("../bin.ts", import.meta.url))],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    conditions: ["simloom-source"],
    logLevel: "error",
    plugins: [
      {
        name: "others stay outside",
        setup: ({ onResolve }) =>
          onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
            path.startsWith("@simloom/") || kind === "entry-point" ? undefined : { path, external: true },
          ),
      },
    ],
  });
  return outfile;
}

function textOf({ stdout }: ChildProcess): () => string {
  let text = "";
  stdout?.on("data", (part: Buffer) => {
    text += part.toString("utf8");
  });
  return () => text;
}

async function until(isTrue: () => boolean): Promise<void> {
  for (let turn = 0; turn < 3000 && !isTrue(); turn++) await wait(10);
  expect(isTrue()).toBe(true);
}

async function fitJson(
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly document: AmplitudeFitDocument }> {
  const { code, text } = await run(...args, "--json");
  return { code, document: amplitudeFitDocumentSchema.parse(JSON.parse(text)) };
}

async function run(...args: readonly string[]): Promise<{ readonly code: number; readonly text: string }> {
  const out = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const err = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  try {
    const code = await main(["node", "simloom", "amplitude", "fit", ...args]);
    return { code, text: out.mock.calls.map(([chunk]) => String(chunk)).join("") };
  } finally {
    process.exitCode = undefined;
    out.mockRestore();
    err.mockRestore();
  }
}
