import { z } from "@simloom/units/zod";
import { digestSchema } from "./parts.ts";

/** What `simloom plan --json` and `--dry-run --json` print. */
export const planDocumentSchema = z.object({
  nodeCount: z.int(),
  distinctCount: z.int().meta({ description: "Distinct keys: the work if nothing were stored." }),
  hitCount: z.int(),
  toCompute: z.int(),
  estimateMs: z
    .number()
    .optional()
    .meta({ description: "Work to do, one after another; absent when a stage was never timed." }),
  untimed: z.array(z.string()).readonly(),
  cases: z.int(),
  nodes: z.array(
    z.object({
      id: z.string(),
      stage: z.string(),
      key: digestSchema,
      status: z.enum(["hit", "compute", "shared"]),
      estimateMs: z.number().optional(),
    }),
  ),
});

export type PlanDocument = z.output<typeof planDocumentSchema>;
