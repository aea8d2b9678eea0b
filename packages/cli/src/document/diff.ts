import { z } from "@simloom/units/zod";

/** What `simloom diff --json` prints. `before` is the first run named, `after` the second. */
export const diffDocumentSchema = z.object({
  before: z.string(),
  after: z.string(),
  isSame: z.boolean().meta({ description: "Keys, outputs and metrics are the same." }),
  settings: z
    .array(z.object({ path: z.string(), before: z.unknown().optional(), after: z.unknown().optional() }))
    .readonly(),
  nodes: z
    .array(
      z.object({
        id: z.string(),
        change: z.enum(["same", "key", "outputs", "added", "removed"]),
        keyBefore: z.string().optional(),
        keyAfter: z.string().optional(),
        ports: z.array(z.string()).readonly().optional(),
        because: z.array(z.string()).readonly().optional(),
      }),
    )
    .readonly(),
  metrics: z
    .array(
      z.object({
        name: z.string(),
        unit: z.string(),
        before: z.number().optional(),
        after: z.number().optional(),
        relative: z.number().optional().meta({ description: "Change over the earlier value." }),
      }),
    )
    .readonly(),
  timings: z.array(z.object({ id: z.string(), beforeMs: z.number(), afterMs: z.number() })).readonly(),
});

export type DiffDocument = z.output<typeof diffDocumentSchema>;
