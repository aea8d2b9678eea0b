/** Fingerprints on disk: one small file per module and one per library, each with the files that must not have changed. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Digest, sha256 } from "@simloom/pipeline";
import { BUNDLER } from "./bundler.ts";
import type { FileLooks, InputFile, Resolution } from "./input-files.ts";

/** Anything that was found out from files, and those files. */
export interface Remembered<T> {
  readonly bundler: string;
  readonly inputs: readonly InputFile[];
  readonly resolutions: readonly Resolution[];
  readonly answer: T;
}

/** A folder of remembered answers. A damaged or foreign file is no answer; it is written anew. */
export class Records {
  private readonly folder: string | undefined;

  constructor(folder: string | undefined) {
    this.folder = folder;
  }

  /** What is on record under this name, if every file it was made from is as it was. */
  read<T>(name: string, looks: FileLooks): Remembered<T> | undefined {
    if (this.folder === undefined) return undefined;
    let record: Remembered<T>;
    try {
      record = JSON.parse(readFileSync(this.pathOf(name), "utf8")) as Remembered<T>;
    } catch {
      return undefined;
    }
    if (record.bundler !== BUNDLER || !Array.isArray(record.inputs) || !Array.isArray(record.resolutions))
      return undefined;
    if (!record.resolutions.every((resolution) => looks.isResolvedAlike(resolution))) return undefined;
    let isSettled = false;
    for (const input of record.inputs) {
      const verdict = looks.compare(input);
      if (verdict === "changed") return undefined;
      if (verdict === "settled") isSettled = true;
    }
    if (!isSettled) return record;
    const files = record.inputs.map(([path]) => path);
    return this.write(name, files, record.resolutions, record.answer, looks);
  }

  /** Keeps an answer, and answers the record of it. A folder that cannot be written to costs time, not results. */
  write<T>(
    name: string,
    files: readonly string[],
    resolutions: readonly Resolution[],
    answer: T,
    looks: FileLooks,
  ): Remembered<T> {
    const inputs = [...new Set(files)].map((file) => looks.describe(file)).filter((file) => file !== undefined);
    const record: Remembered<T> = { bundler: BUNDLER, inputs, resolutions, answer };
    if (this.folder === undefined) return record;
    const path = this.pathOf(name);
    const temporary = `${path}.${process.pid}.${threadTag}`;
    try {
      mkdirSync(this.folder, { recursive: true });
      writeFileSync(temporary, JSON.stringify(record));
      renameSync(temporary, path);
    } catch {
      return record;
    }
    return record;
  }

  private pathOf(name: string): string {
    return join(this.folder ?? "", `${nameDigest(name).slice(0, 40)}.json`);
  }
}

function nameDigest(name: string): Digest {
  return sha256(new TextEncoder().encode(name));
}

/** Threads of one process write under different names. */
const threadTag = Math.random().toString(36).slice(2);
