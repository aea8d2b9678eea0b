import { z } from "@simloom/units/zod";

const problemSchema = z.object({
  code: z.string().meta({ description: "Stable; docs/errors has a page for each prefix." }),
  message: z.string(),
  remedy: z.string(),
  path: z.string().optional(),
});

/** What any command prints with `--json` when it fails. */
export const errorDocumentSchema = z.object({
  error: problemSchema.extend({
    context: z.record(z.string(), z.unknown()).optional(),
    problems: z.array(problemSchema).readonly().optional(),
  }),
});
