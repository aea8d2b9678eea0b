/** The folder of a fit: where it keeps its checkpoint and result. The same command finds the same folder again. */
import { createHash } from "node:crypto";
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { join, resolve } from "node:path";
import type { AnalysisModel, LikelihoodTerm } from "@simloom/amplitude";
import { UsageError } from "../output/error.ts";

/** A fit that is under way; the type belongs to the model's `fit`. */
export type FitRun = ReturnType<AnalysisModel["fit"]>;
/** A fit between two iterations. */
export type FitCheckpoint = ReturnType<FitRun["checkpoint"]>;

/** How the fit of a folder stands. */
export type FitStatus = "running" | "interrupted" | "ended";

/** What `checkpoint.json` holds. */
export interface KeptFit {
  readonly status: FitStatus;
  readonly fit: FitCheckpoint;
}

/** `<parent>/fit-<key>`: the key is made of all that the bits of a fit depend on, the events included. */
export function fitFolder(parent: string, settings: unknown, terms: readonly LikelihoodTerm[]): string {
  const hash = createHash("sha256").update(JSON.stringify(settings));
  for (const { name, kind, data, monteCarlo } of terms) {
    hash.update(JSON.stringify([name, kind]));
    for (const events of [data, monteCarlo])
      for (const column of events.names) {
        const { buffer, byteOffset, byteLength } = events.column(column);
        hash.update(JSON.stringify([column, events.schema.weight, byteLength]));
        hash.update(new Uint8Array(buffer, byteOffset, byteLength));
      }
  }
  return resolve(parent, `fit-${hash.digest("hex").slice(0, 12)}`);
}

/** The checkpoint of a folder, if there is one. Throws `CLI-001` for one that cannot be read. */
export function readKept(folder: string): KeptFit | undefined {
  const path = checkpointPath(folder);
  if (!existsSync(path)) return undefined;
  try {
    const kept = JSON.parse(readFileSync(path, "utf8")) as KeptFit;
    if (kept.fit.format === "simloom-fit" && kept.fit.version === 1) return kept;
  } catch {}
  throw new UsageError(`${path} is no checkpoint of this version`, "Start a fresh fit with --no-resume.", path);
}

/** Keeps a checkpoint: whoever is killed while this runs leaves the old one or the new one, whole. */
export function keep(folder: string, kept: KeptFit): void {
  writeWhole(checkpointPath(folder), `${JSON.stringify(kept)}\n`);
}

/** Writes the document of a fit. */
export function writeResult(folder: string, document: unknown): void {
  writeWhole(join(folder, "result.json"), `${JSON.stringify(document, undefined, 2)}\n`);
}

/** Where the checkpoint of a folder lies. */
export function checkpointPath(folder: string): string {
  return join(folder, "checkpoint.json");
}

function writeWhole(path: string, text: string): void {
  mkdirSync(join(path, ".."), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  const file = openSync(temporary, "w");
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
}
