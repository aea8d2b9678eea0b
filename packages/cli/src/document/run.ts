import { z } from "@simloom/units/zod";
import { cacheSchema, digestSchema, failureSchema, metricsSchema, nodeStatusSchema, runStatusSchema } from "./parts.ts";

/** What `simloom run --json` prints. */
export const runDocumentSchema = z.object({
  runId: z.string().meta({ description: "Id of the run, and name of its folder." }),
  status: runStatusSchema,
  out: z.string().meta({ description: "The run folder." }),
  nodes: z.array(
    z.object({
      id: z.string(),
      stage: z.string(),
      status: nodeStatusSchema,
      key: digestSchema,
      durationMs: z
        .number()
        .meta({ description: "Of the computation that made the result; on a hit that of the original one." }),
      error: failureSchema.optional(),
    }),
  ),
  metrics: metricsSchema,
  cache: cacheSchema,
  warnings: z.array(z.string()).readonly().optional(),
  result: z.unknown().optional().meta({ description: "The result document of the domain, where it has one." }),
});

export type RunDocument = z.output<typeof runDocumentSchema>;
