import { resultSchema as moldResultSchema } from "@simloom/mold";
import type { z } from "zod";
import { amplitudeEvaluateDocumentSchema } from "./amplitude-evaluate.ts";
import { amplitudeFitDocumentSchema } from "./amplitude-fit.ts";
import { cacheGcDocumentSchema, cacheStatsDocumentSchema, cacheVerifyDocumentSchema } from "./cache.ts";
import { diffDocumentSchema } from "./diff.ts";
import { doctorDocumentSchema } from "./doctor.ts";
import { errorDocumentSchema } from "./error.ts";
import { kernelInspectDocumentSchema } from "./kernel-inspect.ts";
import { manifestSchema } from "./manifest.ts";
import { moldSystemsDocumentSchema } from "./mold-systems.ts";
import { planDocumentSchema } from "./plan.ts";
import { replayDocumentSchema } from "./replay.ts";
import { runDocumentSchema } from "./run.ts";
import { statusDocumentSchema } from "./status.ts";
import { sweepDocumentSchema } from "./sweep.ts";
import { whyDocumentSchema } from "./why.ts";

/** A document that commands print or run folders hold, with its title and schema. */
export interface DocumentEntry {
  readonly title: string;
  readonly schema: z.ZodType;
}

/** Every document by the name of its file in `docs/schemas`. */
export const documents: Readonly<Record<string, DocumentEntry>> = {
  run: { title: "simloom run --json", schema: runDocumentSchema },
  sweep: { title: "simloom sweep --json", schema: sweepDocumentSchema },
  plan: { title: "simloom plan --json", schema: planDocumentSchema },
  status: { title: "simloom status --json", schema: statusDocumentSchema },
  why: { title: "simloom why --json", schema: whyDocumentSchema },
  replay: { title: "simloom replay --json", schema: replayDocumentSchema },
  diff: { title: "simloom diff --json", schema: diffDocumentSchema },
  doctor: { title: "simloom doctor --json", schema: doctorDocumentSchema },
  error: { title: "any command with --json that fails", schema: errorDocumentSchema },
  manifest: { title: "manifest.json of a run folder", schema: manifestSchema },
  "cache-stats": { title: "simloom cache stats --json", schema: cacheStatsDocumentSchema },
  "cache-verify": { title: "simloom cache verify --json", schema: cacheVerifyDocumentSchema },
  "amplitude-evaluate": { title: "simloom amplitude evaluate --json", schema: amplitudeEvaluateDocumentSchema },
  "amplitude-fit": { title: "simloom amplitude fit --json", schema: amplitudeFitDocumentSchema },
  "mold-result": { title: "simloom mold run-sim --json", schema: moldResultSchema },
  "mold-systems": { title: "simloom mold systems --json", schema: moldSystemsDocumentSchema },
  "cache-gc": { title: "simloom cache gc --json", schema: cacheGcDocumentSchema },
  "kernel-inspect": { title: "simloom kernel inspect --json", schema: kernelInspectDocumentSchema },
};
