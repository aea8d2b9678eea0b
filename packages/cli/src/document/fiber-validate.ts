import { z } from "@simloom/units/zod";
import { errorDocumentSchema } from "./error.ts";

/** What `simloom fiber validate --json` prints of a valid specification. */
export const fiberValidateDocumentSchema = z.object({
  valid: z.literal(true),
  simulable: z
    .boolean()
    .meta({ description: "True when this version can simulate the signal; latency is always answered." }),
  specHash: z.string().meta({ description: "SHA-256 of the specification with every default filled in." }),
  defaults: z
    .record(z.string(), z.unknown())
    .meta({ description: "Fields that the specification leaves out, by path, with the value that stands for them." }),
  warnings: z.array(z.string()).readonly(),
  error: errorDocumentSchema.shape.error.optional().meta({ description: "Why it cannot be simulated." }),
});

export type FiberValidateDocument = z.output<typeof fiberValidateDocumentSchema>;
