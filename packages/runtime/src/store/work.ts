/** What looking up and storing took, over all processes that used a store: each adds a record when it closes the store. */
import { renameSync } from "node:fs";
import type { StoreStats } from "@simloom/pipeline";
import { removeFile } from "./files.ts";
import type { StoreFolder } from "./folder.ts";
import { type Ledger, systemCode } from "./ledger.ts";
import { Pack } from "./pack.ts";
import { kindAt, payloadAt, RecordKind, recordBytes } from "./record.ts";

/** Counts of operations and the time that they took together, in ms. */
export type StoreWork = Pick<StoreStats, "lookups" | "lookupMs" | "stores" | "storeMs">;

export const WORK_FILE = "work.log";

/** Adds the work of this process. Nothing is written when there was none. */
export function appendWork(folder: StoreFolder, ledger: Ledger, work: StoreWork, atMs: number): void {
  if (work.lookups + work.stores === 0) return;
  try {
    writeWork(folder, folder.at(WORK_FILE), work, atMs);
  } catch (error) {
    ledger.fault("the work of the store cannot be noted", error);
  }
}

/** Puts one record with the sums in place of all. A record that another process appends meanwhile may be lost. */
export function condenseWork(folder: StoreFolder, ledger: Ledger, atMs: number): void {
  const own = folder.at(`.work-${process.pid}-${process.hrtime.bigint().toString(36)}`);
  try {
    const { work, records } = scanWork(folder, ledger);
    if (records < 2) return;
    writeWork(folder, own, work, atMs);
    renameSync(own, folder.at(WORK_FILE));
  } catch (error) {
    if (systemCode(error) === "ENOENT") return;
    ledger.fault("the work of the store cannot be noted", error);
    removeFile(own, ledger);
  }
}

/** The work of all processes that have closed the store. */
export function readWork(folder: StoreFolder, ledger: Ledger): StoreWork {
  try {
    return scanWork(folder, ledger).work;
  } catch (error) {
    if (systemCode(error) !== "ENOENT") ledger.fault("the work of the store is not known", error);
    return { lookups: 0, lookupMs: 0, stores: 0, storeMs: 0 };
  }
}

function scanWork(folder: StoreFolder, ledger: Ledger): { readonly work: StoreWork; readonly records: number } {
  const sums: [number, number, number, number] = [0, 0, 0, 0];
  let records = 0;
  const file = Pack.open(folder.at(WORK_FILE), 0, folder.seed);
  try {
    file.scan({
      record(bytes, at, length) {
        const payload = payloadAt(bytes, at, length);
        if (kindAt(bytes, at) !== RecordKind.work || payload.byteLength !== 32) return;
        records++;
        const values = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
        for (let index = 0; index < 4; index++)
          sums[index] = (sums[index] as number) + values.getFloat64(8 * index, true);
      },
      damage() {
        ledger.fault("some work of the store is not known", "a damaged record");
      },
    });
  } finally {
    file.close();
  }
  const [lookups, lookupMs, stores, storeMs] = sums;
  return { work: { lookups, lookupMs, stores, storeMs }, records };
}

function writeWork(folder: StoreFolder, path: string, work: StoreWork, atMs: number): void {
  const { lookups, lookupMs, stores, storeMs } = work;
  const payload = Buffer.alloc(32);
  for (const [at, value] of [lookups, lookupMs, stores, storeMs].entries()) payload.writeDoubleLE(value, 8 * at);
  Pack.make(path);
  const file = Pack.open(path, 0, folder.seed);
  try {
    file.append(recordBytes({ kind: RecordKind.work, payload, writtenAtMs: atMs }, folder.seed));
  } finally {
    file.close();
  }
}
