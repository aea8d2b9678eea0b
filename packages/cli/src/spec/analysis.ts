/** Analysis files on the command line: read, changed by `--set`, and their events opened. */
import { dirname, isAbsolute, resolve } from "node:path";
import {
  type Analysis,
  type AnalysisModel,
  type LikelihoodTerm,
  modelOf,
  parseAnalysis,
  termsOf,
} from "@simloom/amplitude";
import type { Point, Value } from "@simloom/pipeline";
import { withChanges } from "./changes.ts";
import { readDocument } from "./load.ts";

/** An analysis with its model, before its events are read. */
export interface LoadedAnalysis {
  readonly analysis: Analysis;
  readonly model: AnalysisModel;
}

/**
 * Reads an analysis file. Its own paths start at its folder, those of `--set` at the working directory. Throws `AMPL-…` with
 * all problems of the file.
 */
export async function loadAnalysis(source: string, changes: Point): Promise<LoadedAnalysis> {
  const document = (await readDocument(source)) as Value;
  const changed = withChanges(withPathsFrom(document, dirname(source)), changes);
  const analysis = parseAnalysis(changed, { source });
  return { analysis, model: modelOf(analysis) };
}

/**
 * Opens the events of all terms; each file is read once, and of it the columns of the model and the weight. Throws `COLS-…` for files
 * that cannot be read, `AMPL-047` for a column that is missing.
 */
export async function openTerms({ analysis, model }: LoadedAnalysis): Promise<readonly LikelihoodTerm[]> {
  const { readFiles } = await import("@simloom/columns/node");
  return termsOf(analysis, model, (source, columns) => readFiles(source, columns.length === 0 ? {} : { columns }));
}

function withPathsFrom(document: Value, folder: string): Value {
  if (!isRecord(document) || !isRecord(document.likelihood)) return document;
  const terms = Object.entries(document.likelihood).map(([name, term]) => {
    if (!isRecord(term)) return [name, term];
    const placed = Object.entries(term).map(([key, value]) => [
      key,
      (key === "data" || key === "monteCarlo") && typeof value === "string" ? pathFrom(folder, value) : value,
    ]);
    return [name, Object.fromEntries(placed)];
  });
  return { ...document, likelihood: Object.fromEntries(terms) };
}

/** Sources such as `closure:data` are not files. */
function pathFrom(folder: string, source: string): string {
  return isAbsolute(source) || /^[a-z]+:/.test(source) ? source : resolve(folder, source);
}

function isRecord(value: unknown): value is Readonly<Record<string, Value>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
