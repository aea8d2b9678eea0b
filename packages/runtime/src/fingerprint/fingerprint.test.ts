import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { digestOf, ndarrayFrom, type Value } from "@simloom/pipeline";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { type DurableFingerprint, fingerprintsAt } from "./fingerprint.ts";
import {
  type Edit,
  editedStage,
  furtherEdits,
  inputs,
  nineteenEdits,
  type ProjectFiles,
  type ProjectInputs,
  project,
} from "./fixtures/nineteen-edits.ts";

const home = mkdtempSync(join(tmpdir(), "simloom-fingerprint-"));
const zod = dirname(createRequire(import.meta.url).resolve("zod/package.json"));
/** Shared by all projects, so that zod is read once. */
const cache = join(home, "cache");
const otherCache = join(home, "other-cache");
let folders = 0;

afterAll(() => rmSync(home, { recursive: true }));

function write(folder: string, files: ProjectFiles): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

function newProject(files: ProjectFiles = project): string {
  folders += 1;
  const folder = join(home, `project-${folders}`);
  write(folder, files);
  mkdirSync(join(folder, "node_modules"), { recursive: true });
  symlinkSync(zod, join(folder, "node_modules", "zod"));
  return folder;
}

async function fingerprint(
  folder: string,
  cacheDirectory?: string,
  exportName: string = editedStage.exportName,
  file: string = editedStage.file,
): Promise<DurableFingerprint> {
  const place = { status: "located" as const, url: pathToFileURL(join(folder, file)).href, exportName };
  const answer = (await fingerprintsAt([place], cacheDirectory === undefined ? {} : { cacheDirectory })).get(place);
  if (answer?.status !== "durable") throw new Error(answer?.reason);
  return answer;
}

/** What enters the key of a node beside its code. */
function digestOfInputs({ config, samples }: ProjectInputs): string {
  return digestOf({ config: config as Value, samples: ndarrayFrom("float64", samples) });
}

async function outcomeOf(edit: Edit): Promise<"hit" | "miss"> {
  const folder = newProject();
  const before = await fingerprint(folder, cache);
  if (edit.name === "the code changed and changed back") {
    write(folder, { "deeper.ts": "export const bend = (value: number) => -value;\n" });
    expect((await fingerprint(folder, cache)).digest).not.toBe(before.digest);
  }
  write(folder, edit.files?.(project) ?? {});
  const after = await fingerprint(folder, cache);
  // A folder with a record of the time before and one without must agree, or the record is stale.
  expect((await fingerprint(folder, otherCache)).digest).toBe(after.digest);
  const isSame =
    before.digest === after.digest && digestOfInputs(inputs) === digestOfInputs(edit.inputs?.(inputs) ?? inputs);
  return isSame ? "hit" : "miss";
}

describe("of nineteen edits", () => {
  for (const edit of nineteenEdits)
    it(`${edit.name}: ${edit.expected}`, async () => expect(await outcomeOf(edit)).toBe(edit.expected));
});

describe("of further edits", () => {
  for (const edit of furtherEdits)
    it(`${edit.name}: ${edit.expected}`, async () => expect(await outcomeOf(edit)).toBe(edit.expected));
});

describe("a fingerprint", () => {
  it("is the same for fifty random renamings of everything local", async () => {
    const locals = ["total", "sample", "scaled", "square", "OFFSET", "LIMIT", "scaleBy", "bend", "value", "shift"];
    const { digest } = await fingerprint(newProject(), cache);
    const folder = newProject();
    const letters = fc.constantFrom(..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_$");
    const name = fc.array(letters, { minLength: 1, maxLength: 12 }).map((parts) => `q${parts.join("")}`);
    const renamings = fc.uniqueArray(name, { minLength: locals.length, maxLength: locals.length });
    await fc.assert(
      fc.asyncProperty(renamings, async (names) => {
        const renamed = (text: string): string =>
          locals.reduce((current, local, index) => {
            // The library's own name for its function stays; only the local one changes.
            const replacement = names[index] as string;
            return current
              .replaceAll(new RegExp(`\\b${local}\\b(?! \\})`, "g"), () => replacement)
              .replace(
                `import { ${local} }`,
                () => `import { ${local === "shift" ? `${local} as ${replacement}` : replacement} }`,
              );
          }, text);
        write(
          folder,
          Object.fromEntries(
            ["stage.ts", "helper.ts", "deeper.ts"].map((file) => {
              const text = (project[file] as string)
                .replace("{ LIMIT, scaleBy }", "{ LIMIT,\n scaleBy\n}")
                .replace("{ bend }", "{ bend\n}");
              return [file, renamed(text)];
            }),
          ),
        );
        expect((await fingerprint(folder, cache)).digest).toBe(digest);
      }),
      { seed: 50, numRuns: 50 },
    );
  });

  it("does not depend on where the project lies, nor on the stages that are asked for with it", async () => {
    const [here, there] = [newProject(), newProject()];
    const places = ["work", "neighbour"].map((exportName) => ({
      status: "located" as const,
      url: pathToFileURL(join(there, "stage.ts")).href,
      exportName,
    }));
    const together = await fingerprintsAt(places, { cacheDirectory: otherCache });
    for (const place of places) {
      const alone = await fingerprint(here, cache, place.exportName);
      expect(together.get(place)).toEqual(alone);
    }
  });

  it("names its files, its libraries and its bundler", async () => {
    const { files, dependencies, bundler, uncertain } = await fingerprint(newProject(), cache);
    expect(Object.keys(files).filter((file) => !file.startsWith("zod@"))).toEqual([
      "deeper.ts",
      "helper.ts",
      "stage.ts",
      "tiny-lib@1.0.0/index.js",
    ]);
    expect(dependencies).toEqual(["tiny-lib@1.0.0", expect.stringMatching(/^zod@4\./)]);
    expect(bundler).toMatch(/^esbuild@0\./);
    expect(uncertain).toEqual([]);
  });

  it("includes files that the code reads: JSON, and what it names relative to itself", async () => {
    const reading = (project["stage.ts"] as string).replace(
      "const OFFSET = 1;",
      'import table from "./table.json" with { type: "json" };\nconst WEIGHTS = new URL("./weights.bin", import.meta.url);\nconst OFFSET = table.offset + WEIGHTS.href.length;',
    );
    const folder = newProject({
      ...project,
      "stage.ts": reading,
      "table.json": '{ "offset": 1 }',
      "weights.bin": "abc",
    });
    const first = await fingerprint(folder, cache);
    expect(first.uncertain).toEqual([]);
    write(folder, { "table.json": '{ "offset": 2 }' });
    const second = await fingerprint(folder, cache);
    write(folder, { "weights.bin": "abd" });
    const third = await fingerprint(folder, cache);
    expect(new Set([first, second, third].map(({ digest }) => digest)).size).toBe(3);
  });

  it("says what it cannot see", async () => {
    const dynamic = (project["stage.ts"] as string).replace(
      "let total = 0;",
      "let total = 0;\n    void import(String(config.scale));",
    );
    expect((await fingerprint(newProject({ ...project, "stage.ts": dynamic }), cache)).uncertain).toEqual([
      "it imports modules by names made at run time",
    ]);
    expect((await fingerprint(newProject({ ...project, "stage.ts": dynamic }), cache)).suspicions).toEqual([
      "it imports modules by names made at run time",
    ]);
    const lazy =
      "import { createRequire } from 'node:module';\nexport const shift = (x) => createRequire(import.meta.url)('./other.js') + x;\n";
    const library = newProject({ ...project, "node_modules/tiny-lib/index.js": lazy });
    expect((await fingerprint(library, cache)).uncertain).toEqual([
      "tiny-lib@1.0.0/index.js loads files by names made at run time",
    ]);
    // What libraries do is theirs to answer for: a warning in every run would tell the user nothing to be done.
    expect((await fingerprint(library, cache)).suspicions).toEqual([]);
  });

  it("suspects its own code of reading files where that is used, and only there", async () => {
    const reader =
      'import { readFileSync } from "node:fs";\nexport const table = () => readFileSync("t.csv", "utf8").length;\n';
    const using = (project["stage.ts"] as string).replace(
      "const OFFSET = 1;",
      'import { table } from "./reader.ts";\nconst OFFSET = table();',
    );
    const unused = (project["stage.ts"] as string).replace(
      "const OFFSET = 1;",
      'import "./reader.ts";\nconst OFFSET = 1;',
    );
    const suspicionsOf = async (stage: string): Promise<readonly string[]> =>
      (await fingerprint(newProject({ ...project, "stage.ts": stage, "reader.ts": reader }), cache)).suspicions;
    expect(await suspicionsOf(using)).toEqual(["it reads files or talks to others"]);
    expect(await suspicionsOf(unused)).toEqual([]);
  });

  it("notices an edit that keeps size and time", async () => {
    const folder = newProject();
    const file = join(folder, "deeper.ts");
    const past = new Date(Date.now() - 60_000);
    utimesSync(file, past, past);
    const before = await fingerprint(folder, cache);
    writeFileSync(file, readFileSync(file, "utf8").replace("0.5", "0.7"));
    utimesSync(file, past, past);
    expect((await fingerprint(folder, cache)).digest).not.toBe(before.digest);
  });

  it("notices a nearer copy of a library", async () => {
    const folder = newProject();
    const files = Object.fromEntries(
      ["stage.ts", "helper.ts", "deeper.ts"].map((file) => [`inner/${file}`, project[file] as string]),
    );
    write(folder, files);
    const before = await fingerprint(folder, cache, "work", "inner/stage.ts");
    write(folder, {
      "inner/node_modules/tiny-lib/package.json": project["node_modules/tiny-lib/package.json"] as string,
      "inner/node_modules/tiny-lib/index.js": "export const shift = (x) => x - 10;\n",
    });
    expect((await fingerprint(folder, cache, "work", "inner/stage.ts")).digest).not.toBe(before.digest);
  });

  it("survives damaged records", async () => {
    const folder = newProject();
    const own = join(folder, ".cache");
    const before = await fingerprint(folder, own);
    for (const file of readdirSync(own)) writeFileSync(join(own, file), '{"bundler":');
    expect(await fingerprint(folder, own)).toEqual(before);
  });

  it("keeps a broken file from spoiling the fingerprints of others", async () => {
    const folder = newProject({ ...project, "broken.ts": "export const work = 1 +;\n" });
    const places = ["stage.ts", "broken.ts"].map((file) => ({
      status: "located" as const,
      url: pathToFileURL(join(folder, file)).href,
      exportName: "work",
    }));
    const answers = [...(await fingerprintsAt(places, { cacheDirectory: cache })).values()];
    expect(answers.map(({ status }) => status)).toEqual(["durable", "inProcess"]);
  });
});
