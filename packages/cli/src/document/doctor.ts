import { z } from "@simloom/units/zod";

/** What `simloom doctor --json` prints. */
export const doctorDocumentSchema = z.object({
  isHealthy: z.boolean(),
  checks: z.array(
    z.object({
      name: z.string(),
      status: z
        .enum(["ok", "optional", "missing"])
        .meta({ description: "optional: Simloom works without it, but slower or with less." }),
      found: z.string(),
      remedy: z.string().optional(),
    }),
  ),
});

export type DoctorDocument = z.output<typeof doctorDocumentSchema>;
