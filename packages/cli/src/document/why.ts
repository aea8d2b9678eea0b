import { z } from "@simloom/units/zod";
import { digestSchema, provenanceSchema } from "./parts.ts";

const reasonSchema = z.object({
  nodeId: z.string().meta({ description: "The node whose leaf differs." }),
  what: z.enum(["stage", "version", "code", "config", "input", "policy", "seed", "arithmetic", "map"]),
  path: z.string().meta({ description: "Configuration path, policy key or input port." }),
  before: z.unknown(),
  after: z.unknown(),
  from: z
    .enum(["graph", "run", "node"])
    .optional()
    .meta({ description: "Who set the policy key as it is now; absent where nobody does." }),
  files: z
    .array(z.object({ file: z.string(), change: z.enum(["changed", "added", "removed"]) }))
    .readonly()
    .optional(),
  via: z
    .array(z.object({ nodeId: z.string(), port: z.string() }))
    .readonly()
    .meta({ description: "The inputs on the way, from the node asked about." }),
});

/** What `simloom why --json` prints. */
export const whyDocumentSchema = z.object({
  subject: z.string().meta({ description: "The run, or the specification." }),
  nodes: z.array(
    z.object({
      nodeId: z.string(),
      stage: z.string(),
      key: digestSchema,
      status: z.enum(["hit", "compute", "first", "notKept"]),
      by: provenanceSchema.optional(),
      nearest: provenanceSchema.optional(),
      reasons: z.array(reasonSchema).readonly(),
      note: z.string().optional(),
    }),
  ),
});

export type WhyDocument = z.output<typeof whyDocumentSchema>;
