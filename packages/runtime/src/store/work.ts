/** What looking up and storing took, over all processes that used a store: each adds a record when it closes the store. */
import type { StoreStats } from "@simloom/pipeline";
import type { StoreFolder } from "./folder.ts";
import { type Ledger, systemCode } from "./ledger.ts";
import { Pack } from "./pack.ts";
import { kindAt, payloadAt, RecordKind, recordBytes } from "./record.ts";

/** Counts of operations and the time that they took together, in ms. */
export type StoreWork = Pick<StoreStats, "lookups" | "lookupMs" | "stores" | "storeMs">;

export const WORK_FILE = "work.log";

/** Adds the work of this process. Nothing is written when there was none. */
export function appendWork(folder: StoreFolder, ledger: Ledger, work: StoreWork, atMs: number): void {
  const { lookups, lookupMs, stores, storeMs } = work;
  if (lookups + stores === 0) return;
  const payload = Buffer.alloc(32);
  for (const [at, value] of [lookups, lookupMs, stores, storeMs].entries()) payload.writeDoubleLE(value, 8 * at);
  try {
    Pack.make(folder.at(WORK_FILE));
    const file = Pack.open(folder.at(WORK_FILE), 0, folder.seed);
    try {
      file.append(recordBytes({ kind: RecordKind.work, payload, writtenAtMs: atMs }, folder.seed));
    } finally {
      file.close();
    }
  } catch (error) {
    ledger.fault("the work of the store cannot be noted", error);
  }
}

/** The work of all processes that have closed the store. */
export function readWork(folder: StoreFolder, ledger: Ledger): StoreWork {
  const sums: [number, number, number, number] = [0, 0, 0, 0];
  try {
    const file = Pack.open(folder.at(WORK_FILE), 0, folder.seed);
    file.scan({
      record(bytes, at, length) {
        const payload = payloadAt(bytes, at, length);
        if (kindAt(bytes, at) !== RecordKind.work || payload.byteLength !== 32) return;
        const values = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
        for (let index = 0; index < 4; index++)
          sums[index] = (sums[index] as number) + values.getFloat64(8 * index, true);
      },
      damage() {
        ledger.fault("some work of the store is not known", "a damaged record");
      },
    });
    file.close();
  } catch (error) {
    if (systemCode(error) !== "ENOENT") ledger.fault("the work of the store is not known", error);
  }
  const [lookups, lookupMs, stores, storeMs] = sums;
  return { lookups, lookupMs, stores, storeMs };
}
