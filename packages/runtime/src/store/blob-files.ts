import { readdirSync } from "node:fs";
import type { Digest } from "@simloom/pipeline";
import { statusOf } from "./files.ts";
import type { StoreFolder } from "./folder.ts";
import { type Ledger, systemCode } from "./ledger.ts";

/** A file below `blobs/`. */
export interface BlobFile {
  readonly path: string;
  /** Nothing for a file that a writer has not finished, or never will. */
  readonly digest: Digest | undefined;
  readonly bytes: number;
  readonly writtenAtMs: number;
}

/** All files below `blobs/`, in the order of their names. Cost: one stat each. */
export function listBlobFiles(folder: StoreFolder, ledger: Ledger): BlobFile[] {
  const files: BlobFile[] = [];
  for (const fan of namesIn(folder.at("blobs"), ledger)) {
    if (!/^[0-9a-f]{2}$/.test(fan)) continue;
    for (const name of namesIn(folder.at("blobs", fan), ledger)) {
      const path = folder.at("blobs", fan, name);
      const status = statusOf(path);
      if (status === undefined || !status.isFile()) continue;
      const digest = /^[0-9a-f]{62}$/.test(name) ? fan + name : undefined;
      files.push({ path, digest, bytes: status.size, writtenAtMs: status.mtimeMs });
    }
  }
  return files;
}

function namesIn(path: string, ledger: Ledger): string[] {
  try {
    return readdirSync(path).sort();
  } catch (error) {
    if (systemCode(error) !== "ENOENT") ledger.fault("the blobs cannot be listed", error);
    return [];
  }
}
