/**
 * What becomes of a store whose format stamp is damaged or lost. The stamp holds the start of all checksums, so no record
 * can be told from garbage without it: stamp and records go into quarantine, and the store begins anew. Blobs stay; they
 * are known by their digest. Other processes may do the same at the same time: what is gone is not taken twice.
 */
import { existsSync, readdirSync } from "node:fs";
import { removeFile } from "./files.ts";
import type { StoreFolder } from "./folder.ts";
import type { Ledger } from "./ledger.ts";
import { Quarantine } from "./quarantine.ts";

/** Whether a directory is a store, whatever its stamp says: it has packs. */
export function looksLikeStore({ at }: Pick<StoreFolder, "at">): boolean {
  return existsSync(at("packs"));
}

/** Sets aside what cannot be trusted any more. The directory of the quarantine is there. */
export function setAsideUnreadable(folder: Pick<StoreFolder, "at">, ledger: Ledger): void {
  const quarantine = new Quarantine(folder, ledger, Date.now);
  const reason = "the format stamp of the store was damaged or missing";
  quarantine.take(folder.at("format"), "format", reason);
  quarantine.take(folder.at("packs"), "packs", reason);
  for (const name of ["used.log", "work.log"]) removeFile(folder.at(name), ledger);
  for (const name of namesIn(folder.at("claims"))) removeFile(folder.at("claims", name), ledger);
  ledger.fault("the cache starts empty", reason);
}

function namesIn(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
