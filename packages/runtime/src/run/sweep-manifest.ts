import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { CacheCounts, Manifest, Metric, Point, RunFrame, RunStatus } from "@simloom/pipeline";
import { RuntimeError } from "../errors.ts";

/** The document `sweep.json`: the points of a sweep with their figures; `cases/<id>.json` has the manifest of each. */
export interface SweepManifest extends RunFrame {
  readonly version: 1;
  readonly status: RunStatus;
  readonly cases: readonly SweepManifestCase[];
  readonly cache: CacheCounts;
}

/** One point. */
export interface SweepManifestCase {
  readonly id: string;
  readonly point: Point;
  readonly status: RunStatus;
  readonly metrics: Readonly<Record<string, Metric>>;
}

/** A manifest as it is read back: metrics are plain. */
export type StoredManifest = Omit<Manifest, "metrics"> & { readonly metrics: Readonly<Record<string, Metric>> };

/** What a finished run folder holds. */
export type FinishedRun =
  | { readonly kind: "run"; readonly manifest: StoredManifest }
  | { readonly kind: "sweep"; readonly sweep: SweepManifest };

/** Reads the manifest of a finished run or sweep. Errors: RUNT-073 when the run has not finished. */
export function readFinished(runPath: string): FinishedRun {
  const manifest = join(runPath, "manifest.json");
  if (existsSync(manifest))
    return { kind: "run", manifest: JSON.parse(readFileSync(manifest, "utf8")) as StoredManifest };
  const sweep = join(runPath, "sweep.json");
  if (existsSync(sweep)) return { kind: "sweep", sweep: JSON.parse(readFileSync(sweep, "utf8")) as SweepManifest };
  throw new RuntimeError({
    code: "RUNT-073",
    message: `the run in ${runPath} has not finished`,
    remedy: "simloom status says how far it is; run it again to finish it, what was done is reused.",
    path: runPath,
  });
}

/** The manifest of one point of a sweep. */
export function readCase(runPath: string, caseId: string): StoredManifest {
  return JSON.parse(readFileSync(join(runPath, "cases", `${caseId}.json`), "utf8")) as StoredManifest;
}
