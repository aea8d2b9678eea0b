import { z } from "@simloom/units/zod";
import { runStatusSchema } from "./parts.ts";

/** What `simloom status --json` prints. */
export const statusDocumentSchema = z.object({
  runId: z.string(),
  out: z.string(),
  graph: z.string(),
  status: z.union([z.enum(["running", "died"]), runStatusSchema]),
  pid: z.int(),
  host: z.string(),
  startedAtIso: z.string(),
  updatedAtIso: z.string(),
  elapsedMs: z.number(),
  nodes: z.object({
    total: z.int(),
    reused: z.int(),
    computed: z.int(),
    running: z.int(),
    waiting: z.int(),
    failed: z.int(),
    skipped: z.int(),
  }),
  running: z
    .array(
      z.object({
        id: z.string(),
        stage: z.string(),
        elapsedMs: z.number(),
        estimateMs: z.number().optional(),
        fraction: z.number().optional(),
      }),
    )
    .readonly(),
  failed: z.array(z.object({ id: z.string(), code: z.string(), message: z.string() })).readonly(),
  policy: z
    .array(
      z.object({
        key: z.string(),
        value: z.unknown(),
        from: z.enum(["graph", "run", "node"]).meta({ description: "Who set it: the later goes before the earlier." }),
        nodes: z.array(z.string()).readonly().meta({ description: "Nodes that read it so." }),
      }),
    )
    .readonly()
    .meta({ description: "Policy in force, each setting once." }),
  remainingMs: z
    .number()
    .optional()
    .meta({ description: "Work that is left, one node after another; absent when a stage was never timed." }),
  knownRemainingMs: z.number().meta({ description: "The part of it that is known, without the stages never timed." }),
  untimed: z.array(z.string()).readonly().meta({ description: "Stages among the rest that were never timed." }),
});

export type StatusDocument = z.output<typeof statusDocumentSchema>;
