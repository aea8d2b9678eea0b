import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { fingerprintsAt } from "./fingerprint.ts";
import { shipFingerprints } from "./ship.ts";
import { SHIPPED_FILE, type ShippedFingerprints } from "./shipped.ts";

const root = realpathSync(mkdtempSync(join(tmpdir(), "simloom-shipped-")));
const workspace = join(dirname(createRequire(import.meta.url).resolve("zod/package.json")), "..");

afterAll(() => rmSync(root, { recursive: true }));

const files = {
  "package.json": JSON.stringify({
    name: "shipping",
    version: "1.0.0",
    type: "module",
    exports: { ".": { default: "./dist/index.js" } },
  }),
  "dist/index.js": 'export { work } from "./work.js";\n',
  "dist/work.js": `import { defineStage, numberPort } from "@simloom/pipeline";
import { z } from "zod";
import { twice } from "./twice.js";
export const work = defineStage(import.meta, {
  name: "shipping/work",
  version: 1,
  config: z.strictObject({ gain: z.number().default(1) }),
  outputs: { y: numberPort() },
  run: ({ config }) => ({ y: twice(config.gain) }),
});
`,
  "dist/twice.js": "export function twice(x) {\n  return 2 * x;\n}\n",
};

function newPackage(name: string): string {
  const home = join(root, name);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), text);
  }
  mkdirSync(join(home, "node_modules", "@simloom"), { recursive: true });
  symlinkSync(join(workspace, "zod"), join(home, "node_modules", "zod"));
  symlinkSync(join(workspace, "@simloom", "pipeline"), join(home, "node_modules", "@simloom", "pipeline"));
  return home;
}

async function digestIn(home: string, cacheDirectory?: string): Promise<string> {
  const place = { status: "located" as const, url: pathToFileURL(join(home, "dist/work.js")).href, exportName: "work" };
  const answer = (await fingerprintsAt([place], cacheDirectory === undefined ? {} : { cacheDirectory })).get(place);
  return answer?.status === "durable" ? answer.digest : "none";
}

describe("shipped fingerprints", () => {
  it("are those that a build would make, are used while all is as it was, and are dropped when a file is patched", async () => {
    const home = newPackage("original");
    const built = await digestIn(home);
    const shipped = (await shipFingerprints(home)) as ShippedFingerprints;
    expect(shipped.stages["shipping/work"]?.digest).toBe(built);
    expect(Object.keys(shipped.files)).toEqual(
      expect.arrayContaining(["./dist/twice.js", "./dist/work.js", "zod/index.js"]),
    );
    // A digest that no build makes shows that the shipped one is taken.
    const marked = {
      ...shipped,
      stages: { "shipping/work": { ...shipped.stages["shipping/work"], digest: "marked" } },
    };
    writeFileSync(join(home, SHIPPED_FILE), JSON.stringify(marked));
    const cache = join(root, "cache");
    expect(await digestIn(home)).toBe("marked");
    expect(await digestIn(home, cache)).toBe("marked");
    expect(await digestIn(home, cache)).toBe("marked");
    // The package moves to another place, as when it is installed.
    const elsewhere = join(root, "elsewhere");
    cpSync(home, elsewhere, { recursive: true, verbatimSymlinks: true });
    expect(await digestIn(elsewhere, cache)).toBe("marked");

    writeFileSync(
      join(home, "dist/twice.js"),
      readFileSync(join(home, "dist/twice.js"), "utf8").replace("2 * x", "3 * x"),
    );
    const patched = await digestIn(home, cache);
    expect(patched).not.toBe("marked");
    expect(patched).not.toBe(built);
    writeFileSync(join(home, "dist/twice.js"), files["dist/twice.js"]);
    expect(await digestIn(home, cache)).toBe("marked");
  });

  it("are left alone when they were made by another bundler", async () => {
    const home = newPackage("foreign");
    const built = await digestIn(home);
    const shipped = (await shipFingerprints(home)) as ShippedFingerprints;
    const stages = { "shipping/work": { ...shipped.stages["shipping/work"], digest: "marked" } };
    writeFileSync(join(home, SHIPPED_FILE), JSON.stringify({ ...shipped, stages, bundler: "esbuild@0.0.1" }));
    expect(await digestIn(home)).toBe(built);
  });

  it("are none for a package without stages", async () => {
    const home = newPackage("empty");
    writeFileSync(join(home, "dist/index.js"), "export const nothing = 0;\n");
    expect(await shipFingerprints(home)).toBeUndefined();
  });
});
