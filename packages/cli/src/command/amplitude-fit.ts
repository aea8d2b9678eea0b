import { setImmediate as nextTurn } from "node:timers/promises";
import { type LikelihoodTerm, valueOfParameter, withValues } from "@simloom/amplitude";
import { type ExecutionContext, fixParameter, type ParameterSet, type ParameterSpec } from "@simloom/kernel";
import type { Point } from "@simloom/pipeline";
import type { AmplitudeFitDocument } from "../document/amplitude-fit.ts";
import { UsageError } from "../output/error.ts";
import { duration } from "../output/progress.ts";
import { version } from "../output/version.ts";
import { type LoadedAnalysis, loadAnalysis, openTerms } from "../spec/analysis.ts";
import { readDocument } from "../spec/load.ts";
import {
  type FitCheckpoint,
  type FitRun,
  type FitStatus,
  fitFolder,
  keep,
  readKept,
  writeResult,
} from "./amplitude-fit-folder.ts";
import { describeFit } from "./amplitude-fit-text.ts";

/** Options of `simloom amplitude fit`. */
export interface FitFlags {
  readonly set: Point;
  readonly parameters?: string;
  readonly method?: string;
  readonly maxEvaluations?: number;
  readonly restarts?: number;
  readonly seed?: number;
  readonly out: string;
  readonly resume?: boolean;
  readonly backend: "auto" | "js" | "wasm" | "native";
  readonly arithmetic: "strict" | "fast";
  readonly threads: number;
  readonly json: boolean;
}

/** How long a fit computes before it looks up: for Ctrl-C, for the line of progress, for the checkpoint. */
const SLICE_MS = 50;
const CHECKPOINT_MS = 1000;

/**
 * Fits an analysis and prints what was found. A fit that was killed or interrupted is continued by the same command, with the
 * bits of an uninterrupted one. Exit code 1 where it did not converge, 130 where it was interrupted; the document is printed and
 * kept in both cases.
 */
export async function fit(source: string, flags: FitFlags): Promise<void> {
  const startedMs = performance.now();
  const loaded = await loadAnalysis(source, flags.set);
  const terms = await openTerms(loaded);
  const from = startOf(loaded, flags.parameters === undefined ? {} : await readDocument(flags.parameters), flags);
  const folder = folderOf(loaded, terms, from, flags);
  const resume = checkpointOf(folder, flags);
  const openedMs = performance.now();
  const { createNodeContext } = await import("@simloom/kernel/node");
  const context = createNodeContext({
    backend: flags.backend,
    arithmetic: flags.arithmetic,
    threads: flags.threads === 1 ? "single" : { dedicated: flags.threads },
    notice: (text: string) => process.stderr.write(`${text}\n`),
  });
  try {
    const run = loaded.model.fit(terms, context, { ...from, ...settingsOf(flags), ...(resume ? { resume } : {}) });
    const status = await advanced(run, folder, flags);
    const fittedMs = performance.now();
    const found = run.result();
    const document = documentOf({ loaded, terms, ...from, context, run, found, flags }, folder, resume !== undefined, {
      events: openedMs - startedMs,
      fit: fittedMs - openedMs,
      errors: performance.now() - fittedMs,
    });
    keep(folder, { status, fit: run.checkpoint() });
    writeResult(folder, document);
    run.dispose();
    report(document, status, flags);
  } finally {
    context.dispose();
  }
}

/** Where a fit starts. */
interface FitStart {
  readonly parameters: ParameterSet;
  readonly start: Readonly<Record<string, number>>;
}

/** Values of `--parameters` go before the starts of the file; ranges for restarts stay, and fixed parameters stay fixed. */
function startOf({ analysis, model }: LoadedAnalysis, values: unknown, { parameters: source }: FitFlags): FitStart {
  const changed = withValues(model.parameters, values, source);
  const isChanged = (spec: ParameterSpec): boolean => !model.parameters.specs.includes(spec);
  return {
    parameters: changed.fixed
      .filter(isChanged)
      .reduce((set, { name, fixed }) => fixParameter(set, name, fixed), model.parameters),
    start: {
      ...analysis.fit?.start,
      ...Object.fromEntries(changed.free.filter(isChanged).map(({ name, initial }) => [name, initial])),
    },
  };
}

function settingsOf({ method, maxEvaluations, restarts, seed }: FitFlags) {
  return {
    ...(method === undefined ? {} : { method }),
    ...(maxEvaluations === undefined ? {} : { evaluationLimit: maxEvaluations }),
    ...(restarts === undefined ? {} : { restarts }),
    ...(seed === undefined ? {} : { seed }),
  };
}

/** Limits and the number of restarts take no part in the key, so that a fit may go on with other ones. */
function folderOf(
  { analysis }: LoadedAnalysis,
  terms: readonly LikelihoodTerm[],
  { parameters, start }: FitStart,
  { method, seed, arithmetic, out }: FitFlags,
): string {
  const { likelihood: _paths, fit: given, ...model } = analysis;
  const settings = {
    version: version(),
    model,
    specs: parameters.specs,
    start,
    method: method ?? given?.method ?? "lbfgsb",
    seed: seed ?? given?.seed ?? 0,
    arithmetic,
  };
  return fitFolder(out, settings, terms);
}

/** What to go on from: what did not end by itself, or anything if `--resume` says so. */
function checkpointOf(folder: string, { resume }: FitFlags): FitCheckpoint | undefined {
  if (resume === false) return undefined;
  const kept = readKept(folder);
  if (kept === undefined && resume === true)
    throw new UsageError(
      "there is no earlier run of this fit to resume",
      "Leave --resume out; events, model, method, seed and starts must be those of the earlier run.",
      folder,
    );
  return kept !== undefined && (resume === true || kept.status !== "ended") ? kept.fit : undefined;
}

/** Computes slice by slice until the fit is done, or until the first Ctrl-C or SIGTERM; the second ends the process. */
async function advanced(run: FitRun, folder: string, { json }: FitFlags): Promise<FitStatus> {
  const isLive = !json && process.stderr.isTTY === true;
  const startedMs = performance.now();
  let isStopped = false;
  const onSignal = (): void => {
    if (isStopped) process.exit(130);
    isStopped = true;
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  try {
    let keptMs = Number.NEGATIVE_INFINITY;
    for (;;) {
      const sliceMs = performance.now();
      let line = "";
      const isDone = run.advance((progress) => {
        const nowMs = performance.now();
        if (nowMs - sliceMs < SLICE_MS) return false;
        if (isLive) line = progressLine(progress, nowMs - startedMs);
        return true;
      });
      if (line !== "") process.stderr.write(`\r\x1b[2K${line.slice(0, (process.stderr.columns ?? 80) - 1)}`);
      if (isDone) return "ended";
      await nextTurn();
      if (isStopped) return "interrupted";
      if (performance.now() - keptMs < CHECKPOINT_MS) continue;
      keep(folder, { status: "running", fit: run.checkpoint() });
      keptMs = performance.now();
    }
  } finally {
    if (isLive) process.stderr.write("\r\x1b[2K");
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
  }
}

type FitProgress = Parameters<NonNullable<Parameters<FitRun["advance"]>[0]>>[0];

function progressLine(progress: FitProgress, elapsedMs: number): string {
  const { start, startCount, iteration, nll, edm, evaluations } = progress;
  return [
    ...(startCount === 1 ? [] : [`start ${start + 1} of ${startCount}`]),
    `iteration ${iteration}`,
    `-ln L ${nll.toFixed(6)}`,
    ...(edm === undefined || !Number.isFinite(edm) ? [] : [`edm ${edm.toExponential(1)}`]),
    `${evaluations.value + evaluations.gradient} evaluations`,
    duration(elapsedMs),
  ].join("  ");
}

interface Finished {
  readonly loaded: LoadedAnalysis;
  readonly terms: readonly LikelihoodTerm[];
  readonly parameters: ParameterSet;
  readonly context: ExecutionContext;
  readonly run: FitRun;
  readonly found: ReturnType<FitRun["result"]>;
  readonly flags: FitFlags;
}

function documentOf(
  { loaded, terms, parameters, context, run, found, flags }: Finished,
  out: string,
  resumed: boolean,
  timesMs: AmplitudeFitDocument["timesMs"],
): AmplitudeFitDocument {
  const {
    names,
    x,
    nll,
    gradient,
    edm,
    covariance,
    covarianceKind,
    fractions,
    status,
    starts,
    method,
    warnings,
    best,
  } = found;
  const rows = (matrix: Float64Array) =>
    names.map((_, i) => Array.from(matrix.subarray(i * names.length, (i + 1) * names.length), numberOrNull));
  return {
    model: loaded.model.name,
    parameters: parameters.specs.map((spec) => {
      const at = names.indexOf(spec.name);
      const error = covariance?.standardErrors[at];
      const [low, high] = [numberOrNull(spec.bounds[0]), numberOrNull(spec.bounds[1])];
      return {
        name: spec.name,
        value: at < 0 ? valueOfParameter(spec) : (x[at] as number),
        ...(error !== undefined && error > 0 && Number.isFinite(error) ? { error } : {}),
        fixed: at < 0,
        ...(low === null && high === null ? {} : { bounds: [low, high] as const }),
        ...(spec.unit === undefined ? {} : { unit: spec.unit }),
      };
    }),
    terms: run.likelihood.terms.map(({ name, ...counts }, k) => ({
      name,
      kind: (terms[k] as LikelihoodTerm).kind,
      nll: found.termValues[k] as number,
      ...counts,
    })),
    nll,
    gradient: [...gradient],
    fit: {
      converged: found.converged,
      ...status,
      ...(REMEDIES[status.reason] === undefined ? {} : { remedy: REMEDIES[status.reason] as string }),
      method,
      seed: run.checkpoint().seed,
      iterations: found.iterations,
      evaluations: found.evaluations,
      ...(edm === undefined || !Number.isFinite(edm) ? {} : { edm }),
      names: [...names],
      ...(covariance === undefined
        ? {}
        : {
            ...(covarianceKind === undefined ? {} : { covarianceKind }),
            covariance: rows(covariance.matrix),
            correlation: rows(covariance.correlation),
            isPositiveDefinite: covariance.isPositiveDefinite,
            heldByBounds: [...covariance.heldByBounds],
          }),
      ...(fractions === undefined
        ? {}
        : {
            fractions: fractions.map(({ term, of, value, error }) => ({
              term,
              of: [...of],
              value: numberOrNull(value),
              error: numberOrNull(error),
            })),
          }),
      warnings: [...warnings],
      best,
      starts: starts.map((one) => ({
        start: one.start,
        nll: one.nll,
        converged: one.converged,
        reason: one.reason,
        iterations: one.iterations,
        evaluations: one.evaluations,
      })),
    },
    out,
    resumed,
    backend: context.backend,
    threads: flags.threads,
    timesMs,
  };
}

/** What to do on the command line, by the reason to end. */
const REMEDIES: Readonly<Record<string, string>> = {
  aborted: "Run the same command again: it goes on from here.",
  evaluations: "Raise --max-evaluations and add --resume, or start nearer to the minimum.",
};

function numberOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function report(document: AmplitudeFitDocument, status: FitStatus, { json }: FitFlags): void {
  process.stdout.write(json ? `${JSON.stringify(document)}\n` : `${describeFit(document).join("\n")}\n`);
  if (status === "interrupted") {
    if (!json) process.stderr.write("interrupted: the best point so far is kept; the same command goes on from here\n");
    process.exitCode = 130;
  } else if (!document.fit.converged) process.exitCode = 1;
}
