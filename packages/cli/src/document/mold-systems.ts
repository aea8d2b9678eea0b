import { z } from "@simloom/units/zod";

/** What `simloom mold systems --json` prints. */
export const moldSystemsDocumentSchema = z.object({
  systems: z.array(
    z.object({
      system_id: z.string(),
      description: z.string().optional(),
      complete: z.boolean().meta({ description: "Whether a shot can be computed with it." }),
      missing: z.array(z.string()).meta({ description: "Paths of the figures that it lacks for a run." }),
      pentane: z.boolean().meta({ description: "Whether it is blown with pentane." }),
    }),
  ),
});

export type MoldSystemsDocument = z.output<typeof moldSystemsDocumentSchema>;
