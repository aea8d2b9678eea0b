/** File operations that answer instead of throwing. */
import { rmSync, type Stats, statSync } from "node:fs";
import type { Ledger } from "./ledger.ts";

/** Removes a file; whether it is gone. */
export function removeFile(path: string, ledger: Ledger): boolean {
  try {
    rmSync(path, { force: true });
    return true;
  } catch (error) {
    ledger.fault("a file cannot be removed", error);
    return false;
  }
}

/** What stands at a path, if it can be seen. */
export function statusOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
