import { z } from "@simloom/units/zod";

/** What `simloom graph --json` prints. */
export const graphDrawingDocumentSchema = z.object({
  graph: z.string(),
  format: z.enum(["svg", "mermaid"]),
  out: z.string().optional().meta({ description: "The file that was written." }),
  drawing: z.string().optional().meta({ description: "The drawing itself, when no file was named." }),
  nodes: z.array(
    z.object({
      id: z.string(),
      stage: z.string(),
      status: z
        .enum(["hit", "compute", "shared"])
        .optional()
        .meta({ description: "With --plan: what a run would do with it." }),
    }),
  ),
  wires: z.array(
    z.object({
      from: z.string().meta({ description: "A node, or `input name` for an input of the graph." }),
      output: z.string(),
      to: z.string(),
      input: z.string(),
      unit: z.string(),
    }),
  ),
});

export type GraphDrawingDocument = z.output<typeof graphDrawingDocumentSchema>;
