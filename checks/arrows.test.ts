/** The floors of the house: imports between packages point down only, and within a package there are no circles. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const packages = fileURLToPath(new URL("../packages", import.meta.url));

/** Every package on its floor. Only floor 0 has an inner order: quantities below numbers. */
const floors: Readonly<Record<string, number>> = {
  units: 0,
  numerics: 0.5,
  kernel: 1,
  columns: 1,
  pipeline: 1,
  solve: 2,
  runtime: 2,
  harness: 2,
  learn: 2,
  fiber: 3,
  amplitude: 3,
  mold: 3,
  plant: 4,
  service: 5,
  web: 5,
  cli: 5,
};

function sourcesOf(folder: string): readonly string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return name === "dist" || name === "node_modules" ? [] : sourcesOf(path);
    return path.endsWith(".ts") ? [path] : [];
  });
}

function importsOf(file: string): readonly string[] {
  const text = readFileSync(file, "utf8").replace(/\/\*[\s\S]*?\*\//g, "");
  return [...text.matchAll(/^\s*(?:import|export)\b[^;]*?\bfrom\s+"([^"]+)"|\bimport\(\s*"([^"]+)"\s*\)/gm)].flatMap(
    (match) => match[1] ?? match[2] ?? [],
  );
}

/** Imports that are there at run time: types alone make no circle. */
function runtimeImportsOf(file: string): readonly string[] {
  const text = readFileSync(file, "utf8").replace(/\/\*[\s\S]*?\*\//g, "");
  return [...text.matchAll(/^\s*(?:import|export)\s+(?!type\b)([^;]*?)\bfrom\s+"(\.[^"]+)"/gm)]
    .filter(([, names]) => !/^\{\s*(type\s+\w+(\s+as\s+\w+)?\s*,?\s*)+\}\s*$/.test(names ?? ""))
    .map((match) => match[2] as string);
}

const production = readdirSync(packages).map((name) => ({
  name,
  files: sourcesOf(join(packages, name, "src")).filter(
    (file) => !file.endsWith(".test.ts") && !file.includes("/fixtures/"),
  ),
}));

describe("the house", () => {
  it("finds the sources that it judges", () => {
    expect(production.reduce((count, { files }) => count + files.length, 0)).toBeGreaterThan(100);
  });

  it.each(production)("$name imports only from floors below", ({ name, files }) => {
    const floor = floors[name];
    expect(floor).toBeDefined();
    const upward = files.flatMap((file) =>
      importsOf(file)
        .map(
          (source) =>
            /^@simloom\/([a-z]+)/.exec(source)?.[1] ??
            (source === "simloom" || source.startsWith("simloom/") ? "cli" : undefined),
        )
        .filter(
          (target) =>
            target !== undefined &&
            target !== name &&
            (floors[target] ?? Number.POSITIVE_INFINITY) >= (floor as number),
        )
        .map((target) => `${relative(packages, file)} → ${target}`),
    );
    expect(upward).toEqual([]);
  });

  it.each(production)("$name is entered by its doors only", ({ files }) => {
    const past = files.flatMap((file) =>
      importsOf(file)
        .filter(
          (source) =>
            /^@simloom\/[a-z]+\/(?!node$|testing$|random$|zod$)/.test(source) ||
            (source.startsWith(".") && !resolve(dirname(file), source).startsWith(packageOf(file))),
        )
        .map((source) => `${relative(packages, file)} → ${source}`),
    );
    expect(past).toEqual([]);
  });

  it.each(production)("$name has no circle of imports", ({ files }) => {
    const known = new Set(files);
    const done = new Set<string>();
    const visit = (file: string, path: readonly string[]): readonly string[] => {
      if (path.includes(file)) return [...path.slice(path.indexOf(file)), file].map((one) => relative(packages, one));
      if (done.has(file)) return [];
      for (const source of runtimeImportsOf(file)) {
        const target = resolve(dirname(file), source);
        const circle = known.has(target) ? visit(target, [...path, file]) : [];
        if (circle.length > 0) return circle;
      }
      done.add(file);
      return [];
    };
    for (const file of files) expect(visit(file, [])).toEqual([]);
  });

  it("keeps files, processes and clocks out of what runs in a browser", () => {
    const portable = production.filter(({ name }) =>
      ["units", "numerics", "kernel", "columns", "pipeline", "solve", "fiber", "amplitude", "mold"].includes(name),
    );
    const native = portable.flatMap(({ files }) =>
      files
        .filter((file) => !file.includes("/node/") && !file.includes("/testing/"))
        .flatMap((file) =>
          importsOf(file)
            .filter((source) => source.startsWith("node:"))
            .map((source) => `${relative(packages, file)} → ${source}`),
        ),
    );
    expect(native).toEqual([]);
  });
});

function packageOf(file: string): string {
  return join(packages, relative(packages, file).split("/")[0] as string);
}
