import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sha256Text } from "@simloom/pipeline";
import { expect, it } from "vitest";
import { openDiskStore } from "./disk-store.ts";

it("the work of all who used a store adds up in its usage, in one record once the store was cleaned up", async () => {
  const directory = mkdtempSync(join(tmpdir(), "simloom-work-"));
  let lookupMs = 0;
  let storeMs = 0;
  for (let round = 0; round < 3; round++) {
    const store = openDiskStore(directory);
    await store.entries.put(sha256Text(`${round}`), new Uint8Array(10));
    await store.entries.get(sha256Text("0"));
    await store.entries.get(sha256Text("nothing"));
    const stats = store.stats();
    expect(stats).toMatchObject({ lookups: 2, stores: 1 });
    lookupMs += stats.lookupMs;
    storeMs += stats.storeMs;
    await store.close();
  }
  const store = openDiskStore(directory);
  // Three sums of the same numbers in the same order.
  expect(store.usage()).toMatchObject({ lookups: 6, lookupMs, stores: 3, storeMs });
  const log = join(directory, "work.log");
  const before = statSync(log).size;
  await store.gc();
  expect(3 * statSync(log).size).toBe(before);
  expect(store.usage()).toMatchObject({ lookups: 6, lookupMs, stores: 3, storeMs });
  await store.close();
  rmSync(directory, { recursive: true });
});
