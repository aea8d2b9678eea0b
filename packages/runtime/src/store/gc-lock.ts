import { readFileSync, writeFileSync } from "node:fs";
import { removeFile } from "./files.ts";
import type { StoreFolder } from "./folder.ts";
import { type Ledger, systemCode } from "./ledger.ts";
import type { Owners } from "./owners.ts";

/**
 * Runs `work` unless a live process is cleaning up; nothing then. The lock saves work: two clean-ups at once would not
 * harm each other, so a race for the lock of a dead process is of no consequence.
 */
export function withGcLock<T>(
  { folder, ledger, owners }: { readonly folder: StoreFolder; readonly ledger: Ledger; readonly owners: Owners },
  work: () => T,
): T | undefined {
  const path = folder.at("gc.lock");
  if (!owners.register()) return undefined;
  for (let tries = 0; tries < 2; tries++) {
    try {
      writeFileSync(path, owners.id, { flag: "wx" });
    } catch (error) {
      if (systemCode(error) !== "EEXIST") {
        ledger.fault("the store cannot be cleaned up", error);
        return undefined;
      }
      if (owners.isAlive(holderOf(path))) return undefined;
      removeFile(path, ledger);
      continue;
    }
    try {
      return work();
    } finally {
      removeFile(path, ledger);
    }
  }
  return undefined;
}

function holderOf(path: string): string {
  try {
    const holder = readFileSync(path, "latin1");
    return /^[0-9a-f]{24}$/.test(holder) ? holder : "nobody";
  } catch {
    return "nobody";
  }
}
