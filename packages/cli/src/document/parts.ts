/** What the documents of `--json` are made of. */
import { z } from "@simloom/units/zod";

export const digestSchema = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .meta({ description: "SHA-256 in hexadecimal digits." });

export const runStatusSchema = z.enum(["succeeded", "partial", "failed", "interrupted"]);
export const nodeStatusSchema = z.enum(["hit", "computed", "failed", "skipped"]);

export const metricSchema = z.object({
  unit: z.string(),
  value: z.number().optional(),
  values: z
    .array(z.number().nullable())
    .readonly()
    .optional()
    .meta({ description: "A series; of a map with null for items that emitted none." }),
  missing: z.int().optional().meta({ description: "How many of the values are null; absent when none is." }),
});
export const metricsSchema = z.record(z.string(), metricSchema);

export const cacheSchema = z.object({
  hits: z.int(),
  misses: z.int(),
  stored: z.int(),
  notStored: z.int(),
  earlyCutoffs: z.int(),
  selfChecked: z.int(),
  selfCheckFailed: z.int(),
});

/** A failure of a stage. */
export const failureSchema = z.object({
  kind: z.enum(["error", "timeout", "cancelled", "workerDied", "outOfMemory", "contract"]),
  code: z.string(),
  message: z.string(),
  remedy: z.string(),
  item: z.int().optional().meta({ description: "Index of the item that failed, under a map." }),
  stack: z.string().optional(),
  details: z.unknown().optional(),
});

export const machineSchema = z.object({
  host: z.string(),
  platform: z.string(),
  processor: z.string(),
  cores: z.int(),
  node: z.string(),
});

export const provenanceSchema = z.object({ origin: z.string(), createdAtIso: z.string(), durationMs: z.number() });
