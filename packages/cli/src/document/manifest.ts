import { z } from "@simloom/units/zod";
import {
  cacheSchema,
  digestSchema,
  failureSchema,
  metricSchema,
  metricsSchema,
  nodeStatusSchema,
  runStatusSchema,
} from "./parts.ts";

const arrayLike = {
  dtype: z.string().optional(),
  shape: z.array(z.int()).optional().meta({ description: "Of arrays; rows and columns of tables; length of lists." }),
  unit: z.string().optional(),
};

type OutputDocument = {
  digest?: string | undefined;
  kind: string;
  dtype?: string | undefined;
  shape?: number[] | undefined;
  unit?: string | undefined;
  bytes?: number | undefined;
  members?: Record<string, OutputDocument> | undefined;
};

const membersSchema = z
  .lazy(() => z.record(z.string(), outputSchema))
  .optional()
  .meta({ description: "Arrays and tables in a record, by name, and records that hold any." });

const outputSchema: z.ZodType<OutputDocument> = z
  .object({
    digest: digestSchema.optional(),
    kind: z.string(),
    ...arrayLike,
    bytes: z.int().optional(),
    members: membersSchema,
  })
  .meta({ id: "output" });

const nodeSchema = z.object({
  id: z.string(),
  label: z.string().optional(),
  status: nodeStatusSchema,
  stage: z.string(),
  version: z.int(),
  key: digestSchema,
  fingerprint: digestSchema.meta({ description: "Of the stage's code." }),
  notKept: z.string().optional().meta({ description: "Why its result is not kept between processes." }),
  attempts: z.array(
    z.object({
      attempt: z.int(),
      startedAtMs: z.number(),
      durationMs: z.number(),
      worker: z.string(),
      host: z.string(),
      failure: failureSchema.optional(),
    }),
  ),
  durationMs: z.number(),
  startedAtMs: z.number().optional(),
  inputs: z.record(z.string(), z.string()).meta({ description: "By port: from <key>/<output>, or is <digest>." }),
  inputDigests: z.record(z.string(), z.string()).meta({
    description: "Digests of the inputs by port, where they are known; of gathered lists those of the items.",
  }),
  outputs: z.record(z.string(), outputSchema),
  metrics: z.record(z.string(), metricSchema),
  warnings: z.array(z.string()),
  policy: z.record(z.string(), z.unknown()).meta({ description: "The policy pairs that the node read." }),
  policyFrom: z
    .record(z.string(), z.enum(["graph", "run", "node"]))
    .meta({ description: "Who set each of them; the later goes before the earlier." }),
  seed: z.object({ run: z.int(), stream: z.string() }).optional(),
  failure: failureSchema.optional(),
  origin: z.string().optional().meta({ description: "Who computed it, when it is a hit." }),
});

/** `manifest.json` of a run folder. */
export const manifestSchema = z.object({
  version: z.literal(1),
  runId: z.string(),
  graph: z.string(),
  seed: z.int(),
  arithmetic: z.enum(["strict", "fast"]),
  startedAtIso: z.string(),
  finishedAtIso: z.string(),
  executor: z.string(),
  workers: z.int(),
  host: z.string(),
  platform: z.string(),
  processor: z.string(),
  packages: z.record(z.string(), z.string()),
  store: z.object({ name: z.string(), stats: z.record(z.string(), z.unknown()) }).optional(),
  status: runStatusSchema,
  nodes: z.array(nodeSchema),
  metrics: metricsSchema,
  artifacts: z.array(
    z.object({
      nodeId: z.string(),
      name: z.string(),
      kind: z.enum(["plot", "data", "text", "file"]),
      title: z.string(),
      mediaType: z.string(),
      file: z.string().optional().meta({ description: "Relative to the run folder." }),
      bytes: z.int().optional().meta({ unit: "B", description: "Size of the file." }),
      ...arrayLike,
      members: membersSchema,
    }),
  ),
  warnings: z.array(z.string()),
  cache: cacheSchema,
  peakResultBytes: z
    .number()
    .meta({ unit: "B", description: "Most bytes of results that were in memory at one time." }),
});

/** `sweep.json` of the folder of a sweep; `cases/<id>.json` has the manifest of each point. */
export const sweepManifestSchema = manifestSchema
  .omit({ nodes: true, metrics: true, artifacts: true, warnings: true, peakResultBytes: true })
  .extend({
    cases: z.array(
      z.object({
        id: z.string(),
        point: z.record(z.string(), z.unknown()).meta({ description: "The swept values by path." }),
        status: runStatusSchema,
        metrics: metricsSchema,
      }),
    ),
  });
