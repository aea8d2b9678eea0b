import { z } from "@simloom/units/zod";
import { cacheSchema, digestSchema, failureSchema, metricsSchema, nodeStatusSchema, runStatusSchema } from "./parts.ts";

/** What `simloom sweep --json` prints. A node that points share is computed once, and is a hit in the others. */
export const sweepDocumentSchema = z.object({
  runId: z.string(),
  status: runStatusSchema,
  out: z.string().meta({ description: "The run folder." }),
  cases: z.array(
    z.object({
      id: z.string().meta({ description: "Depends on the point only." }),
      point: z.record(z.string(), z.unknown()).meta({ description: "The swept values by path." }),
      status: runStatusSchema,
      metrics: metricsSchema,
      nodes: z.array(
        z.object({ id: z.string(), key: digestSchema, status: nodeStatusSchema, error: failureSchema.optional() }),
      ),
    }),
  ),
  cache: cacheSchema,
});

export type SweepDocument = z.output<typeof sweepDocumentSchema>;
