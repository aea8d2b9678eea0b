/** When entries were last read: batches of key prefixes, appended when a store is closed or cleaned up. */
import { renameSync } from "node:fs";
import type { StoreFolder } from "./folder.ts";
import { type Ledger, systemCode } from "./ledger.ts";
import { Pack } from "./pack.ts";
import { kindAt, payloadAt, RecordKind, recordBytes, writtenAtMsAt } from "./record.ts";

/** A key is noted by its first 8 bytes; those who share them share the time. */
const PREFIX_BYTES = 8;
const PREFIX_DIGITS = 2 * PREFIX_BYTES;
const FILE = "used.log";

/** Time of the last use by the first 16 digits of keys, in ms since 1970. */
export type LastUses = ReadonlyMap<string, number>;

export function prefixOf(key: string): string {
  return key.slice(0, PREFIX_DIGITS);
}

/** Notes that these keys (the first 8 bytes of each, one after another) were in use at a time. */
export function appendUses(folder: StoreFolder, ledger: Ledger, prefixes: Uint8Array, atMs: number): void {
  if (prefixes.byteLength === 0) return;
  try {
    writeUses(folder, folder.at(FILE), [[atMs, prefixes]]);
  } catch (error) {
    ledger.fault("the use of entries cannot be noted", error);
  }
}

export function readUses(folder: StoreFolder, ledger: Ledger): Map<string, number> {
  const lastUseMs = new Map<string, number>();
  try {
    const file = Pack.open(folder.at(FILE), 0, folder.seed);
    file.scan({
      record(bytes, at, length) {
        if (kindAt(bytes, at) !== RecordKind.use) return;
        const timeMs = writtenAtMsAt(bytes, at);
        const payload = payloadAt(bytes, at, length);
        const digits = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString("hex");
        for (let from = 0; from < digits.length; from += PREFIX_DIGITS) {
          const prefix = digits.slice(from, from + PREFIX_DIGITS);
          if (timeMs > (lastUseMs.get(prefix) ?? 0)) lastUseMs.set(prefix, timeMs);
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
export function replaceUses(folder: StoreFolder, ledger: Ledger, lastUseMs: LastUses): void {
  const batches = new Map<number, string[]>();
  for (const [prefix, atMs] of lastUseMs) {
    const batch = batches.get(atMs);
    if (batch === undefined) batches.set(atMs, [prefix]);
    else batch.push(prefix);
  }
  const own = folder.at(`.used-${process.pid}-${process.hrtime.bigint().toString(36)}`);
  try {
    writeUses(
      folder,
      own,
      [...batches].map(([atMs, prefixes]) => [atMs, Buffer.from(prefixes.join(""), "hex")] as const),
    );
    renameSync(own, folder.at(FILE));
  } catch (error) {
    ledger.fault("the use of entries cannot be noted", error);
  }
}

function writeUses(folder: StoreFolder, path: string, batches: Iterable<readonly [number, Uint8Array]>): void {
  Pack.make(path);
  const file = Pack.open(path, 0, folder.seed);
  try {
    for (const [writtenAtMs, payload] of batches) {
      file.append(recordBytes({ kind: RecordKind.use, payload, writtenAtMs }, folder.seed));
    }
  } finally {
    file.close();
  }
}
