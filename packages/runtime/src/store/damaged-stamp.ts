/**
 * What becomes of a store whose format stamp is damaged or lost. The stamp holds the start of all checksums, so no record
 * can be told from garbage without it: stamp and records go into quarantine, and the store begins anew. Blobs stay; they
 * are known by their digest. Other processes may do the same at the same time: what is gone is not taken twice, and what
 * stands beside a sound stamp is not taken at all.
 */
import { readdirSync } from "node:fs";
import { removeFile } from "./files.ts";
import type { StoreFolder } from "./folder.ts";
import type { Ledger } from "./ledger.ts";
import { Quarantine } from "./quarantine.ts";

const PACK = /^(?:log|merged)-\d+\.pack$/;
const CLAIM_LOG = /^\d+\.log$/;

/** Names that the store gives in its directories. What is not named here may be called anything. */
const namesOfOurs = {
  packs: /^(?:(?:log|merged)-\d+\.pack|index|\..*\.tmp)$/,
  blobs: /^[0-9a-f]{2}$/,
  claims: CLAIM_LOG,
  owners: /^[0-9a-f]{24}$/,
} as const;

/** Whether a directory is a store, whatever its stamp says: its packs hold a pack, and nothing that the store does not write. */
export function looksLikeStore({ at }: Pick<StoreFolder, "at">): boolean {
  const names = namesIn(at("packs"));
  return names.some((name) => PACK.test(name)) && names.every((name) => namesOfOurs.packs.test(name));
}

/** Something in the directories of a store that the store did not write, as `packs/thesis.txt`. */
export function strangerWithin({ at }: Pick<StoreFolder, "at">): string | undefined {
  for (const [part, ours] of Object.entries(namesOfOurs)) {
    const stranger = namesIn(at(part)).find((name) => !ours.test(name) && !name.startsWith("."));
    if (stranger !== undefined) return `${part}/${stranger}`;
  }
  return undefined;
}

/**
 * Sets aside what cannot be trusted any more, unless `isSound` says that the stamp is good by now: another process may have
 * been here first. The directory of the quarantine is there.
 */
export function setAsideUnreadable(folder: Pick<StoreFolder, "at">, ledger: Ledger, isSound: () => boolean): void {
  const quarantine = new Quarantine(folder, ledger, Date.now);
  const reason = "the format stamp of the store was damaged or missing";
  for (const part of ["format", "packs"]) {
    if (isSound()) return;
    quarantine.take(folder.at(part), part, reason);
  }
  if (isSound()) return;
  for (const name of ["used.log", "work.log"]) removeFile(folder.at(name), ledger);
  for (const name of namesIn(folder.at("claims")))
    if (CLAIM_LOG.test(name)) removeFile(folder.at("claims", name), ledger);
  ledger.fault("the cache starts empty", reason);
}

function namesIn(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
