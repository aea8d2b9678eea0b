import type { DiskStore } from "./disk-store.ts";
import type { Ledger } from "./ledger.ts";

/** A store that could not be opened: it misses, keeps nothing, and says why in `stats().errors`. */
export function absentStore(directory: string, ledger: Ledger): DiskStore {
  return {
    name: "disk",
    directory,
    entries: {
      get: () => undefined,
      put: () => false,
      claim: () => ({ status: "owner", release: () => {} }),
      quarantine: () => {},
      keys: () => [],
    },
    blobs: { get: () => undefined, has: () => false, put: () => false },
    stats: () => ledger.stats(),
    gc: () => ({
      status: "busy",
      removedEntries: 0,
      removedBlobs: 0,
      removedBytes: 0,
      keptEntries: 0,
      keptBlobs: 0,
      keptBytes: 0,
      pinnedEntries: 0,
    }),
    verify: async () => ({
      entries: 0,
      blobs: 0,
      damagedEntries: 0,
      damagedBlobs: [],
      quarantined: [],
    }),
    pin: () => false,
    unpin: () => {},
    usage: () => ({
      entries: 0,
      blobs: 0,
      bytes: 0,
      oldestIso: undefined,
      newestIso: undefined,
      lookups: 0,
      lookupMs: 0,
      stores: 0,
      storeMs: 0,
      quarantined: 0,
      pins: [],
    }),
    close: () => {},
  };
}
