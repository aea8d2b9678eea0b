import { z } from "@simloom/units/zod";
import { machineSchema } from "./parts.ts";

/** What `simloom replay --json` prints. */
export const replayDocumentSchema = z.object({
  original: z.string(),
  replay: z.string().meta({ description: "The run that the replay made." }),
  out: z.string(),
  status: z.enum(["same", "different"]),
  nodes: z
    .array(
      z.object({
        id: z.string(),
        verdict: z
          .enum(["same", "different", "unknown", "missing"])
          .meta({ description: "unknown: no digests were kept, and the metrics agree." }),
        hasOtherCode: z.boolean(),
        ports: z.array(z.string()).readonly().optional(),
        metrics: z.array(z.string()).readonly().optional(),
      }),
    )
    .readonly(),
  machines: z.object({ original: machineSchema, replay: machineSchema }),
  packages: z.object({ original: z.record(z.string(), z.string()), replay: z.record(z.string(), z.string()) }),
});

export type ReplayDocument = z.output<typeof replayDocumentSchema>;
