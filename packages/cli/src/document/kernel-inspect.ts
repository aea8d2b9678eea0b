import { z } from "@simloom/units/zod";

const nodesByClassSchema = z
  .record(z.enum(["constant", "once per data set", "once per call", "per element"]), z.int())
  .meta({ description: "Nodes by how often they have to be computed." });

const cachedSchema = z.array(z.object({ formula: z.string(), bytesPerElement: z.int() }));

const programSchema = z.object({
  operations: z.int(),
  inputs: z.int(),
  outputs: z.int(),
  slots: z.int().meta({ description: "Values that are alive at once in the loop over the elements." }),
});

/** What `simloom kernel inspect --json` prints. */
export const kernelInspectDocumentSchema = z.object({
  formula: z.string(),
  parameters: z.array(z.string()),
  outputs: z.array(z.object({ name: z.string(), kind: z.enum(["number", "elements"]) })),
  passes: z.array(z.object({ name: z.string(), nodesBefore: z.int(), nodesAfter: z.int(), ms: z.number() })),
  nodesAsGiven: nodesByClassSchema,
  nodesAfter: nodesByClassSchema,
  sets: z.array(
    z.object({
      name: z.string(),
      columns: z.array(z.string()),
      cachedColumns: cachedSchema,
      cachedSums: cachedSchema,
      cachedNodes: z.int(),
      bytesPerElement: z.int(),
    }),
  ),
  stages: z.array(
    z.object({ prologue: programSchema.optional(), bodies: z.array(programSchema.extend({ set: z.string() })) }),
  ),
  epilogue: programSchema.optional(),
  as: z.enum(["dot", "svg", "js", "wat", "c"]).optional(),
  drawing: z.string().optional(),
  out: z.string().optional(),
});

export type KernelInspectDocument = z.output<typeof kernelInspectDocumentSchema>;
