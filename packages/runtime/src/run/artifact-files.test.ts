import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineStage, type Graph, graph, ndarrayFrom } from "@simloom/pipeline";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { Session, type SessionRun } from "./session.ts";

let folder: string;
let session: Session;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "simloom-artifacts-"));
  session = new Session({ cache: "off", out: join(folder, "runs"), executor: "inline" });
});
afterEach(async () => {
  await session.close();
  rmSync(folder, { recursive: true, force: true });
});

const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47);

/** Says the same under names that a file system may take for one. */
const says = defineStage(undefined, {
  name: "test/says",
  version: 1,
  config: z.strictObject({ names: z.array(z.string()), text: z.string() }),
  outputs: {},
  run({ config, artifact }) {
    for (const name of config.names)
      artifact(name, { kind: "text", title: name, mediaType: "text/plain", text: `${config.text} ${name}` });
    artifact("plot", { kind: "file", title: "Plot", mediaType: "image/png", bytes: PNG });
    artifact("field", { kind: "data", title: "Field", data: ndarrayFrom("float64", new Float64Array(4096).fill(2)) });
    artifact("list", { kind: "data", title: "List", data: [1, "two", null] });
    return {};
  },
});

const names = ["a.b_c", "a_b.c", "a b c", "a/b/c", "A.B_C", "a-b-c", "../a"];
const speaking = (text: string): Graph =>
  graph("speaking", ({ add }) => {
    add(says, { names, text }, {}, { id: "one" });
    add(says, { names, text: `${text} too` }, {}, { id: "one_" });
    return {};
  }) as Graph;

function textsOf({ manifest, folder: path }: SessionRun): readonly string[] {
  return manifest.artifacts
    .filter(({ mediaType }) => mediaType === "text/plain")
    .map(({ file = "" }) => readFileSync(join(path, file), "utf8"));
}

describe("artifacts in the run folder", () => {
  it("D-12: names that a file system takes for one get a file each, inside the folder", async () => {
    const run = await session.run(speaking("first"));
    expect(textsOf(run)).toEqual([
      ...names.map((name) => `first ${name}`),
      ...names.map((name) => `first too ${name}`),
    ]);
    const files = run.manifest.artifacts.map(({ file }) => file ?? "");
    expect(new Set(files.map((file) => file.toLowerCase())).size).toBe(files.length);
    for (const file of files) expect(file).toMatch(/^artifacts\/one_?\/[^/]+$/);
  });

  it("D-12: two runs stand side by side, the later leaves the earlier alone", async () => {
    const first = await session.run(speaking("first"));
    const second = await session.run(speaking("second"));
    expect(first.folder).not.toBe(second.folder);
    expect(textsOf(first)[0]).toBe("first a.b_c");
    expect(textsOf(second)[0]).toBe("second a.b_c");
  });

  it("D-10: figures, arrays and lists are files with their whole content", async () => {
    const { manifest, folder: path } = await session.run(speaking("first"));
    const fileOf = (name: string): string => manifest.artifacts.find((one) => one.name === name)?.file ?? "";
    expect(fileOf("plot")).toBe("artifacts/one/plot.png");
    expect(new Uint8Array(readFileSync(join(path, fileOf("plot"))))).toEqual(PNG);
    expect(fileOf("field")).toBe("artifacts/one/field.npy");
    // A header of 128 bytes, then the elements.
    expect(readFileSync(join(path, fileOf("field"))).byteLength).toBe(128 + 8 * 4096);
    expect(JSON.parse(readFileSync(join(path, fileOf("list")), "utf8"))).toEqual([1, "two", null]);
    const described = (name: string) => manifest.artifacts.find((one) => one.name === name);
    expect(described("field")).toMatchObject({ dtype: "float64", shape: [4096], unit: "1" });
    expect(described("list")).toMatchObject({ shape: [3] });
    for (const { file = "", bytes } of manifest.artifacts) {
      expect(existsSync(join(path, file))).toBe(true);
      expect(readFileSync(join(path, file)).byteLength).toBe(bytes);
    }
  });
});
