import { z } from "@simloom/units/zod";

/** What `simloom report --json` prints. */
export const reportDocumentSchema = z.object({
  out: z.string().meta({ description: "The run folder." }),
  report: z.string().meta({ description: "The page that was written." }),
});

export type ReportDocument = z.output<typeof reportDocumentSchema>;
