/** When entries were last read: batches of keys, appended when a store is closed or cleaned up. */
import { renameSync } from "node:fs";
import type { Digest } from "@simloom/pipeline";
import type { StoreFolder } from "./folder.ts";
import { type Ledger, systemCode } from "./ledger.ts";
import { Pack } from "./pack.ts";
import { kindAt, payloadAt, RecordKind, recordBytes, writtenAtMsAt } from "./record.ts";

const KEY_BYTES = 32;
const FILE = "used.log";

export function appendUses(folder: StoreFolder, ledger: Ledger, keys: readonly Digest[], atMs: number): void {
  if (keys.length === 0) return;
  try {
    writeUses(folder, folder.at(FILE), [[atMs, keys]]);
  } catch (error) {
    ledger.fault("the use of entries cannot be noted", error);
  }
}

/** Time of the last noted use of each key, in ms since 1970. */
export function readUses(folder: StoreFolder, ledger: Ledger): Map<Digest, number> {
  const lastUseMs = new Map<Digest, number>();
  try {
    const file = Pack.open(folder.at(FILE), 0, folder.seed);
    file.scan({
      record(bytes, at, length) {
        if (kindAt(bytes, at) !== RecordKind.use) return;
        const timeMs = writtenAtMsAt(bytes, at);
        const keys = payloadAt(bytes, at, length);
        for (let from = 0; from < keys.byteLength; from += KEY_BYTES) {
          const key = keys.toString("hex", from, from + KEY_BYTES);
          if (timeMs > (lastUseMs.get(key) ?? 0)) lastUseMs.set(key, timeMs);
        }
      },
      damage() {
        ledger.fault("the use of some entries is not known", "a damaged record");
      },
    });
    file.close();
  } catch (error) {
    if (systemCode(error) !== "ENOENT") ledger.fault("the use of entries is not known", error);
  }
  return lastUseMs;
}

/** Replaces the log by one batch for each time. Batches that others append meanwhile may be lost. */
export function replaceUses(folder: StoreFolder, ledger: Ledger, lastUseMs: ReadonlyMap<Digest, number>): void {
  const batches = new Map<number, Digest[]>();
  for (const [key, atMs] of lastUseMs) {
    const batch = batches.get(atMs);
    if (batch === undefined) batches.set(atMs, [key]);
    else batch.push(key);
  }
  const own = folder.at(`.used-${process.pid}-${process.hrtime.bigint().toString(36)}`);
  try {
    writeUses(folder, own, batches);
    renameSync(own, folder.at(FILE));
  } catch (error) {
    ledger.fault("the use of entries cannot be noted", error);
  }
}

function writeUses(folder: StoreFolder, path: string, batches: Iterable<readonly [number, readonly Digest[]]>): void {
  Pack.make(path);
  const file = Pack.open(path, 0, folder.seed);
  try {
    for (const [writtenAtMs, keys] of batches) {
      const payload = Buffer.from(keys.join(""), "hex");
      file.append(recordBytes({ kind: RecordKind.use, payload, writtenAtMs }, folder.seed));
    }
  } finally {
    file.close();
  }
}
