/**
 * Fingerprints that a package brings along: made when it was built, so that every machine and the browser agree, and no
 * machine bundles what has not changed. They hold as long as every file they were made from has the digest it had then.
 */
import { existsSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Digest } from "@simloom/pipeline";
import { BUNDLER } from "./bundler.ts";
import type { DurableFingerprint } from "./fingerprint.ts";
import type { FileLooks, Resolution } from "./input-files.ts";
import { packageNameOf, packageOf } from "./packages.ts";
import type { Records } from "./record.ts";

/** `dist/fingerprints.json` of a package. */
export interface ShippedFingerprints {
  readonly bundler: string;
  /** By stage name. */
  readonly stages: Readonly<Record<string, ShippedStage>>;
  /** Every file that the stages were made from: `./dist/x.js` in the package, `zod/v4/x.js` in an installed one. */
  readonly files: Readonly<Record<string, Digest>>;
}

export interface ShippedStage {
  /** The module inside the package, and the export. */
  readonly module: string;
  readonly exportName: string;
  readonly digest: Digest;
  readonly bundler: string;
  readonly dependencies: readonly string[];
  readonly uncertain: readonly string[];
  readonly files: Readonly<Record<string, Digest>>;
}

export const SHIPPED_FILE = join("dist", "fingerprints.json");

/** The fingerprint that the stage's package brought along, if the package is as it was built. */
export function shippedFingerprint(
  { url, exportName }: { readonly url: string; readonly exportName: string },
  records: Records,
  looks: FileLooks,
): DurableFingerprint | undefined {
  const file = fileURLToPath(url);
  const home = packageOf(file)?.folder;
  if (home === undefined) return undefined;
  const path = join(home, SHIPPED_FILE);
  const shipped = looks.once(`shipped ${path}`, () => intact(home, path, records, looks));
  if (shipped === undefined) return undefined;
  const module = relative(home, file).split(sep).join("/");
  const stage = Object.values(shipped.stages).find((one) => one.module === module && one.exportName === exportName);
  if (stage === undefined) return undefined;
  const { digest, dependencies, uncertain, files } = stage;
  // What was shipped was looked at before it was.
  return { status: "durable", digest, files, bundler: BUNDLER, dependencies, uncertain, suspicions: [] };
}

function intact(home: string, path: string, records: Records, looks: FileLooks): ShippedFingerprints | undefined {
  if (!existsSync(path)) return undefined;
  const name = `shipped ${path}`;
  const known = records.read<ShippedFingerprints>(name, looks);
  if (known !== undefined) return known.answer;
  let shipped: ShippedFingerprints;
  try {
    shipped = JSON.parse(readFileSync(path, "utf8")) as ShippedFingerprints;
  } catch {
    return undefined;
  }
  if (shipped.bundler !== BUNDLER) return undefined;
  const files: string[] = [path];
  for (const [portable, digest] of Object.entries(shipped.files)) {
    const file = fileOf(home, portable, looks);
    if (file === undefined || looks.digest(file) !== digest) return undefined;
    files.push(file);
  }
  const packages = new Set(
    Object.keys(shipped.files)
      .map(packageNameOf)
      .filter((name) => name !== undefined),
  );
  const resolutions = [...packages].map((name): Resolution => [home, name, looks.resolve(home, name)]);
  records.write(name, files, resolutions, shipped, looks);
  return shipped;
}

/** The file that a shipped list names, or nothing. */
export function fileOf(home: string, portable: string, looks: FileLooks): string | undefined {
  if (portable.startsWith("./")) return join(home, portable);
  const name = packageNameOf(portable) ?? "";
  const folder = looks.resolve(home, name);
  return folder === null ? undefined : join(folder, portable.slice(name.length + 1));
}
