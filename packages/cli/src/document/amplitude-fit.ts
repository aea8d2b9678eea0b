import { z } from "@simloom/units/zod";
import { amplitudeEvaluateDocumentSchema } from "./amplitude-evaluate.ts";

const { model, parameters, terms, nll, gradient } = amplitudeEvaluateDocumentSchema.shape;

const evaluations = z
  .object({ value: z.int(), gradient: z.int(), hessian: z.int() })
  .meta({ description: "How often -ln L, its slopes and its second derivatives were computed." });

const square = z.array(z.array(z.number().nullable()));

/** What `simloom amplitude fit --json` prints, and `result.json` of its folder holds. Numbers are −ln L; errors are at its rise by ½. */
export const amplitudeFitDocumentSchema = z.object({
  model,
  parameters: parameters.meta({ description: "Values at the best point; free ones with their errors." }),
  terms,
  nll,
  gradient,
  fit: z.object({
    converged: z.boolean(),
    reason: z.string().meta({ description: "Why it ended: edm, evaluations, aborted and others." }),
    message: z.string(),
    remedy: z.string().optional().meta({ description: "What to do where it did not converge." }),
    method: z.string(),
    seed: z.int(),
    iterations: z.int().meta({ description: "Of all starts together." }),
    evaluations,
    edm: z.number().optional().meta({ description: "Estimated distance to the minimum, from second derivatives." }),
    names: z.array(z.string()).meta({ description: "The free parameters, in the order of slopes and covariances." }),
    covarianceKind: z.enum(["hessian", "sandwich"]).optional().meta({
      description: "hessian: inverse second derivatives; sandwich: with the slopes of each event, for weighted data.",
    }),
    covariance: square.optional().meta({ description: "A row per free parameter; null where there is no number." }),
    correlation: square.optional(),
    isPositiveDefinite: z.boolean().optional(),
    heldByBounds: z.array(z.string()).optional(),
    fractions: z
      .array(
        z.object({
          term: z.string(),
          of: z.array(z.string()).meta({ description: "A tag or wave, or two waves that interfere." }),
          value: z.number().nullable(),
          error: z.number().nullable(),
        }),
      )
      .optional()
      .meta({ description: "Shares of the accepted events." }),
    warnings: z.array(z.string()),
    best: z.int().meta({ description: "Number of the start that found the best point." }),
    starts: z.array(
      z.object({
        start: z.int(),
        nll: z.number().nullable(),
        converged: z.boolean(),
        reason: z.string(),
        iterations: z.int(),
        evaluations,
      }),
    ),
  }),
  out: z.string().meta({ description: "Folder with checkpoint.json and result.json." }),
  resumed: z.boolean().meta({ description: "Whether an earlier run was continued." }),
  backend: z.enum(["js", "interpreter", "wasm", "native"]),
  threads: z.int(),
  timesMs: z.object({
    events: z.number().meta({ description: "Reading model and events." }),
    fit: z.number().meta({ description: "Minimisation with compilation, earlier runs not included." }),
    errors: z.number().meta({ description: "Second derivatives and fractions, with compilation." }),
  }),
});

export type AmplitudeFitDocument = z.output<typeof amplitudeFitDocumentSchema>;
