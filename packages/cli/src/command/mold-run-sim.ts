import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join, resolve } from "node:path";
import { type Catalogue, findSystem, type MoldResult, parseQuality, profilesCsv } from "@simloom/mold";
import type { Point, Value } from "@simloom/pipeline";
import { LackError } from "../output/error.ts";
import { readDocument } from "../spec/load.ts";
import { kpiLines, moldSubject } from "../spec/mold-domain.ts";
import { loadSystems } from "../spec/mold-systems.ts";
import type { Subject } from "../spec/subject.ts";
import { requireWritable } from "./mold-places.ts";
import type { RunFlags } from "./options.ts";
import { type Finished, runSubject } from "./run.ts";

/** Options of `simloom mold run-sim`, beside those of every run. */
export interface RunSimFlags extends Omit<RunFlags, "report"> {
  readonly scenario: string;
  readonly system?: string;
  readonly systems?: string;
  readonly quality?: string;
  readonly backend?: string;
  readonly output?: "json" | "table";
  readonly mode: "expert" | "operator";
  readonly saveJson?: string;
  readonly exportCsv?: string;
  readonly withMl: boolean;
  /** True for the report of the run folder alone, else where a copy goes. */
  readonly report: boolean | string;
}

/**
 * Simulates a shot. Everything that can be wrong with files and places is found before anything is computed or written.
 * Throws `MOLD-…`, CLI-001 (exit 2), and CLI-003 (exit 3) for what this machine lacks.
 */
export async function runSim(flags: RunSimFlags): Promise<void> {
  if (flags.withMl)
    throw new LackError(
      "learned models are not part of this version",
      "Leave --with-ml out; they come with a later one.",
    );
  const { saveJson, exportCsv, report, mode } = flags;
  const reportFile = typeof report === "string" ? reportPlace(report) : undefined;
  requireWritable({ "--save-json": saveJson, "--export-csv": exportCsv, "--report": reportFile });
  const document = await readDocument(flags.scenario);
  const systems = await loadSystems(flags.systems);
  const set = { ...(await changesOf(flags, document, systems)), ...flags.set };
  const subject = moldSubject(document, flags.scenario, set, systems);
  await requireBackend(flags, document, set);
  const json = flags.json || flags.output === "json";
  const isShort = !json && (mode === "operator" || flags.output === "table");
  const finished = await runSubject(
    isShort ? { ...subject, printed: keyFigures } : subject,
    { ...flags, set, json, report: report !== false },
    ({ result }) => result,
  );
  keep(flags, finished, reportFile);
}

const keyFigures: NonNullable<Subject["printed"]> = (_metrics, result) =>
  result === undefined ? [] : kpiLines(result as MoldResult);

/** What flags change, as changes of the document, so that a replay needs the run folder alone. */
async function changesOf(flags: RunSimFlags, document: unknown, systems: Catalogue): Promise<Point> {
  const given = document as { readonly system_id?: unknown; readonly system?: unknown } | null;
  const written = flags.set.system_id ?? given?.system_id;
  const named = typeof written === "string" && given?.system === undefined ? written : undefined;
  const id = flags.system ?? (flags.systems === undefined ? undefined : named);
  const system = id === undefined ? undefined : findSystem(systems, id);
  const quality =
    flags.quality === undefined ? undefined : parseQuality(await readDocument(flags.quality), flags.quality);
  return {
    ...(system === undefined ? {} : { system_id: system.system_id, system: system as unknown as Value }),
    ...(quality === undefined ? {} : { quality: { ...quality } as Value }),
    ...(flags.backend === undefined ? {} : { "simulation.backend": flags.backend }),
  };
}

/** A back end that needs a library of this machine is refused before the run, with the way to install it. */
async function requireBackend(flags: RunSimFlags, document: unknown, set: Point): Promise<void> {
  const simulation = (document as { readonly simulation?: { readonly backend?: unknown } | null } | null)?.simulation;
  const backend = set["simulation.backend"] ?? flags.backend ?? simulation?.backend;
  if (backend !== "cvode" && backend !== "sundials") return;
  const { hasSundials, SUNDIALS_INSTALL_HINT } = await import("@simloom/solve/node");
  if (!hasSundials())
    throw new LackError(`the back end ${backend} needs SUNDIALS`, `${SUNDIALS_INSTALL_HINT}\nOr take --backend stiff.`);
}

/** Files beside the run folder. Nothing is printed on standard output that a reader of --json would trip over. */
function keep({ saveJson, exportCsv }: RunSimFlags, { result, run }: Finished, reportFile: string | undefined): void {
  if (result === undefined) return;
  if (saveJson !== undefined) write(saveJson, `${JSON.stringify(result, undefined, 2)}\n`);
  if (exportCsv !== undefined) write(exportCsv, profilesCsv(result as MoldResult));
  if (reportFile !== undefined) write(reportFile, readFileSync(join(run.folder, "report.html")));
}

function write(file: string, content: string | Uint8Array): void {
  mkdirSync(dirname(resolve(file)), { recursive: true });
  writeFileSync(file, content);
  process.stderr.write(`saved ${file}\n`);
}

/** A path with a suffix is the file itself; without one it is a folder for `report.html`. */
function reportPlace(path: string): string {
  return extname(basename(path)) === "" ? join(path, "report.html") : path;
}
