import { z } from "@simloom/units/zod";

const program = z.object({
  name: z.string().meta({ description: "cached, prologue, body or epilogue, with the set of events." }),
  perCall: z.int().meta({ description: "Nodes computed once per call." }),
  perEvent: z.int().meta({ description: "Nodes computed for each event." }),
  outputs: z.int(),
});

/** What `simloom amplitude evaluate --json` prints. Numbers are −ln L. */
export const amplitudeEvaluateDocumentSchema = z.object({
  model: z.string(),
  parameters: z.array(
    z.object({
      name: z.string(),
      value: z.number(),
      error: z.number().optional(),
      fixed: z.boolean(),
      bounds: z.tuple([z.number().nullable(), z.number().nullable()]).readonly().optional(),
      unit: z.string().optional(),
    }),
  ),
  terms: z.array(
    z.object({
      name: z.string(),
      kind: z.enum(["shape", "extended"]),
      nll: z.number(),
      events: z.int(),
      monteCarloEvents: z.int(),
    }),
  ),
  nll: z.number(),
  gradient: z.array(z.number()).optional().meta({ description: "By the free parameters, in their order." }),
  compiled: z.object({
    backend: z.enum(["js", "interpreter", "wasm", "native"]),
    threads: z.int(),
    modelNodes: z.int().meta({ description: "Nodes of the intensity as it was built." }),
    basis: z.array(program).meta({ description: "Programs of what depends on events alone, run once per data set." }),
    plans: z.array(
      z.object({
        purpose: z.enum(["likelihood", "intensities"]),
        passes: z.array(
          z.object({ name: z.string(), nodesBefore: z.int(), nodesAfter: z.int(), ms: z.number().optional() }),
        ),
        programs: z.array(program),
        bytes: z.int().meta({ description: "Bytes of prepared data." }),
        bytesPerEvent: z.record(z.string(), z.number()).meta({ description: "By set of events." }),
        planningMs: z.number(),
        preparationMs: z.number(),
      }),
    ),
  }),
  timesMs: z.object({
    model: z.number(),
    events: z.number(),
    value: z.number().meta({ description: "One evaluation of what is prepared." }),
    gradient: z.number(),
  }),
});

export type AmplitudeEvaluateDocument = z.output<typeof amplitudeEvaluateDocumentSchema>;
