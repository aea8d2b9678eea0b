import { latencyResultSchema, resultSchema as linkResultSchema, specificationSchema } from "@simloom/fiber";
import { resultSchema as moldResultSchema } from "@simloom/mold";
import { graphDocumentSchema } from "@simloom/pipeline";
import type { z } from "@simloom/units/zod";
import { amplitudeEvaluateDocumentSchema } from "./amplitude-evaluate.ts";
import { amplitudeFitDocumentSchema } from "./amplitude-fit.ts";
import {
  cacheGcDocumentSchema,
  cacheStatsDocumentSchema,
  cacheUnpinDocumentSchema,
  cacheVerifyDocumentSchema,
} from "./cache.ts";
import { diffDocumentSchema } from "./diff.ts";
import { doctorDocumentSchema } from "./doctor.ts";
import { errorDocumentSchema } from "./error.ts";
import { fiberValidateDocumentSchema } from "./fiber-validate.ts";
import { graphDrawingDocumentSchema } from "./graph.ts";
import { kernelInspectDocumentSchema } from "./kernel-inspect.ts";
import { manifestSchema, sweepManifestSchema } from "./manifest.ts";
import { moldSystemsDocumentSchema } from "./mold-systems.ts";
import { planDocumentSchema } from "./plan.ts";
import { replayDocumentSchema } from "./replay.ts";
import { reportDocumentSchema } from "./report.ts";
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
  graph: { title: "simloom graph --json", schema: graphDrawingDocumentSchema },
  report: { title: "simloom report --json", schema: reportDocumentSchema },
  error: { title: "any command with --json that fails", schema: errorDocumentSchema },
  manifest: { title: "manifest.json of a run folder", schema: manifestSchema },
  "sweep-manifest": { title: "sweep.json of the folder of a sweep", schema: sweepManifestSchema },
  "graph-file": { title: "Graph file", schema: graphDocumentSchema },
  "cache-stats": { title: "simloom cache stats --json", schema: cacheStatsDocumentSchema },
  "cache-verify": { title: "simloom cache verify --json", schema: cacheVerifyDocumentSchema },
  "amplitude-evaluate": { title: "simloom amplitude evaluate --json", schema: amplitudeEvaluateDocumentSchema },
  "amplitude-fit": { title: "simloom amplitude fit --json", schema: amplitudeFitDocumentSchema },
  "mold-result": { title: "simloom mold run-sim --json", schema: moldResultSchema },
  "mold-systems": { title: "simloom mold systems --json", schema: moldSystemsDocumentSchema },
  "cache-gc": { title: "simloom cache gc --json", schema: cacheGcDocumentSchema },
  "cache-unpin": { title: "simloom cache unpin --json", schema: cacheUnpinDocumentSchema },
  "fiber-specification": { title: "Link specification", schema: specificationSchema },
  "fiber-result": { title: "simloom fiber simulate --json", schema: linkResultSchema },
  "fiber-latency": { title: "simloom fiber latency --json", schema: latencyResultSchema },
  "fiber-validate": { title: "simloom fiber validate --json", schema: fiberValidateDocumentSchema },
  "kernel-inspect": { title: "simloom kernel inspect --json", schema: kernelInspectDocumentSchema },
};
