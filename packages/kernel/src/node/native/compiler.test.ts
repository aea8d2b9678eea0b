import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import * as build from "../../expression/build.ts";
import { column, parameter } from "../../expression/leaves.ts";
import { kernelProgram } from "../../program/program.ts";
import { createNodeContext } from "../node-context.ts";
import { nodeHost } from "../node-host.ts";
import { cNumber } from "./c-number.ts";
import { cSource } from "./c-source.ts";
import { compileNative } from "./compiler.ts";

const cacheFolder = mkdtempSync(join(tmpdir(), "simloom-native-"));
afterAll(() => rmSync(cacheFolder, { recursive: true, force: true }));
const program = kernelProgram({ sum: build.total(build.multiply(parameter("a"), column("x"))) });
const data = { x: Float64Array.of(1, 2, 3) };

describe("the C text", () => {
  it("holds no text of the user", () => {
    const hostile = build.add(column("];system(1);//"), parameter('"quit"'));
    const text = cSource(kernelProgram({ "out\n}": hostile }), ["float64"]);
    expect(text).not.toMatch(/system|quit|out\n/);
  });

  it.each([
    [1, "0x1p0"],
    [-0.1, "(-0x1.999999999999ap-4)"],
    [0, "0x0p0"],
    [-0, "(-0x0p0)"],
    [5e-324, "0x0.0000000000001p-1022"],
    [Number.MAX_VALUE, "0x1.fffffffffffffp1023"],
    [Number.NEGATIVE_INFINITY, "(-__builtin_inf())"],
  ])("writes %d with all its bits", (value, text) => {
    expect(cNumber(value)).toBe(text);
  });
});

describe("without a compiler that works", () => {
  it.each([
    ["is missing", "no-such-compiler", "No C compiler was found"],
    ["fails", "node", "The C compiler failed"],
  ])("a kernel runs in WebAssembly and says so once, where the compiler %s", (_what, compiler, start) => {
    const notices: string[] = [];
    const options = {
      backend: "native",
      cacheFolder,
      compiler,
      notice: (text: string) => void notices.push(text),
    } as const;
    for (let turn = 0; turn < 2; turn++) {
      const context = createNodeContext(options);
      const prepared = context.prepare(program, data, 3);
      const results = new Float64Array(1);
      prepared.run(Float64Array.of(2), results);
      expect([prepared.backend, results[0]]).toEqual(["wasm", 12]);
      context.dispose();
    }
    expect(notices).toHaveLength(1);
    expect(notices[0]).toContain(start);
  });
});

describe("the notice that there is no compiler", () => {
  it.each([
    [undefined, "no-such-compiler -x", 'Tried: "no-such-compiler -x" of the variable CC, which must be one command'],
    ["no-such-tool", "gcc", 'Tried: "no-such-tool". Install'],
  ])("names what was tried: the option %s, CC=%s", (compiler, variable, tried) => {
    vi.stubEnv("CC", variable);
    const notices: string[] = [];
    const notice = (text: string) => void notices.push(text);
    const context = createNodeContext({
      backend: "native",
      cacheFolder,
      notice,
      ...(compiler === undefined ? {} : { compiler }),
    });
    context.prepare(program, data, 3);
    context.dispose();
    vi.unstubAllEnvs();
    expect(notices).toEqual([expect.stringContaining(tried)]);
  });
});

describe.runIf(nodeHost().hasNative)("a native context", () => {
  it("asks the compiler for what is prepared, not for what is only compiled", () => {
    const folder = join(cacheFolder, "asked");
    const context = createNodeContext({ backend: "native", cacheFolder: folder });
    expect(context.compile(program).backend).toBe("wasm");
    expect(existsSync(folder)).toBe(false);
    expect(context.prepare(program, data, 3).backend).toBe("native");
    expect(readdirSync(folder)).toHaveLength(1);
    context.dispose();
  });
});

describe.runIf(nodeHost().hasNative)("the cache", () => {
  it("keeps one library per text and arithmetic, and nothing of the attempts", () => {
    const folder = join(cacheFolder, "kept");
    const text = cSource(program, ["float64"]);
    const first = compileNative(text, "strict", { cacheFolder: folder });
    expect(compileNative(text, "strict", { cacheFolder: folder })).toEqual(first);
    expect(readdirSync(folder)).toHaveLength(1);
    expect(compileNative(text, "fast", { cacheFolder: folder })).not.toEqual(first);
    expect(readdirSync(folder)).toHaveLength(2);
    expect(compileNative("this is not C", "strict", { cacheFolder: folder }).kind).toBe("failed");
    expect(readdirSync(folder)).toHaveLength(2);
  });

  it("replaces a library that cannot be loaded", () => {
    const folder = join(cacheFolder, "damaged");
    const notices: string[] = [];
    const options = {
      backend: "native",
      cacheFolder: folder,
      notice: (text: string) => void notices.push(text),
    } as const;
    const compiled = compileNative(cSource(program, ["float64"]), "strict", { cacheFolder: folder });
    if (compiled.kind !== "library") throw new Error(compiled.kind);
    truncateSync(compiled.file);
    const context = createNodeContext(options);
    const prepared = context.prepare(program, data, 3);
    const results = new Float64Array(1);
    prepared.run(Float64Array.of(2), results);
    expect([prepared.backend, results[0], notices]).toEqual(["native", 12, []]);
    context.dispose();
    expect(statSync(compiled.file).size).toBeGreaterThan(0);
  });

  it("is shared by processes that fill it at once", async () => {
    // what two processes do that compile the same text: each renames its own finished file to the same name
    const folder = join(cacheFolder, "shared");
    const text = cSource(program, ["float32"]);
    const script = `
      const { mkdirSync, mkdtempSync, renameSync, writeFileSync } = require("node:fs");
      const { join } = require("node:path");
      mkdirSync(process.argv[1], { recursive: true });
      for (let k = 0; k < 200; k++) {
        const at = mkdtempSync(join(process.argv[1], "new-"));
        writeFileSync(join(at, "program.so"), "other");
        renameSync(join(at, "program.so"), join(process.argv[1], "other.so"));
        require("node:fs").rmSync(at, { recursive: true });
      }`;
    const other = spawn(process.execPath, ["-e", script, folder]);
    const ended = new Promise((resolve) => other.once("exit", resolve));
    const compiled = compileNative(text, "strict", { cacheFolder: folder });
    expect(await ended).toBe(0);
    expect(compiled.kind).toBe("library");
    expect(readdirSync(folder)).toHaveLength(2);
  });
});
