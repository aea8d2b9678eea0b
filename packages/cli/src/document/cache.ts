import { z } from "@simloom/units/zod";

/** What `simloom cache stats --json` prints. */
export const cacheStatsDocumentSchema = z.object({
  directory: z.string(),
  entries: z.int(),
  blobs: z.int(),
  bytes: z.number(),
  oldestIso: z.string().optional(),
  newestIso: z.string().optional(),
  /** Look-ups and results stored by all who have closed the cache, and the time that these took together. */
  lookups: z.int(),
  lookupMs: z.number(),
  stores: z.int(),
  storeMs: z.number(),
  quarantined: z.int(),
  pins: z.array(z.string()).readonly(),
});

/** What `simloom cache verify --json` prints. */
export const cacheVerifyDocumentSchema = z.object({
  directory: z.string(),
  entries: z.int(),
  blobs: z.int(),
  damagedEntries: z.int(),
  damagedBlobs: z.array(z.string()).readonly(),
  quarantined: z.array(z.string()).readonly(),
});

/** What `simloom cache gc --json` prints. */
export const cacheGcDocumentSchema = z.object({
  directory: z.string(),
  status: z.enum(["done", "dryRun", "busy"]),
  removedEntries: z.int(),
  removedBlobs: z.int(),
  removedBytes: z.number(),
  keptEntries: z.int(),
  keptBlobs: z.int(),
  keptBytes: z.number(),
  pinnedEntries: z.int(),
});

/** What `simloom cache unpin --json` prints. */
export const cacheUnpinDocumentSchema = z.object({
  directory: z.string(),
  unpinned: z.string().meta({ description: "The run whose results may be removed from now on." }),
});

export type CacheStatsDocument = z.output<typeof cacheStatsDocumentSchema>;
export type CacheVerifyDocument = z.output<typeof cacheVerifyDocumentSchema>;
export type CacheGcDocument = z.output<typeof cacheGcDocumentSchema>;
export type CacheUnpinDocument = z.output<typeof cacheUnpinDocumentSchema>;
