import { relative } from "node:path";
import type { NodeRecord, RunResult } from "@simloom/pipeline";
import { type SessionRun, SessionRunError } from "@simloom/runtime";
import { Command } from "commander";
import type { RunDocument } from "../document/run.ts";
import { InterruptedError } from "../output/error.ts";
import { describeMetric, plainMetrics } from "../output/metrics.ts";
import { duration } from "../output/progress.ts";
import type { Summary } from "../report/report.ts";
import { loadSubject } from "../spec/load.ts";
import { requestOf } from "../spec/request.ts";
import type { Subject } from "../spec/subject.ts";
import { type Deadline, startDeadline } from "./deadline.ts";
import { type RunFlags, withRunOptions } from "./options.ts";
import { printPlan } from "./plan.ts";
import { runOptions, withSession } from "./running.ts";

/** `simloom run`. */
export function command(): Command {
  return withRunOptions(new Command("run"))
    .description("Run a specification or graph; what the cache has is reused.")
    .argument("<spec>", "JSON or YAML specification, graph file, or module that exports a graph")
    .option("--dry-run", "say what would run, and run nothing", false)
    .addHelpText("after", "\nExample: simloom run link.json --set transceiver.tx.launch_power_dbm=2 --report")
    .action(async (spec: string, flags: RunFlags & { readonly dryRun: boolean }) => {
      const subject = await loadSubject(spec, flags.set);
      if (flags.dryRun) return withSession(flags, (session) => printPlan(session, subject, flags));
      await runSubject(subject, flags);
    });
}

/** Runs what a specification says, and prints the figures or the document. Answers the finished run. */
export async function runSubject(
  subject: Subject,
  flags: RunFlags,
  document: (finished: Finished) => unknown = runDocument,
): Promise<Finished> {
  return withSession(flags, async (session, signal, progress) => {
    const startedMs = performance.now();
    const request = await requestOf(subject, flags);
    const limit = startDeadline(subject.timeoutMs, signal);
    const running = session.run(subject.graph, { ...runOptions(flags, subject, limit.signal, progress), request });
    const run = await inTime(completed(running, flags), subject, limit);
    progress.clear();
    const finished = await finish(subject, run, performance.now() - startedMs);
    session.note(run.folder, "summary.json", {
      title: subject.title,
      figures: subject.summary?.(run.result.metrics, finished.result) ?? [],
    } satisfies Summary);
    if (flags.report) await writeReportOf(run.folder);
    if (flags.json) process.stdout.write(`${JSON.stringify(document(finished))}\n`);
    else process.stdout.write(`${describeRun(finished, flags.report).join("\n")}\n`);
    if (run.result.status === "interrupted") return interrupted(run.folder, flags, finished);
    if (run.result.status === "partial") process.exitCode = 1;
    return finished;
  });
}

/** A run with what its domain made of it. */
export interface Finished {
  readonly subject: Subject;
  readonly run: SessionRun;
  readonly durationMs: number;
  readonly result: unknown;
}

async function finish(subject: Subject, run: SessionRun, durationMs: number): Promise<Finished> {
  const isWhole = run.result.status === "succeeded";
  const result = isWhole ? await subject.result?.(run.result, durationMs, run.manifest) : undefined;
  return { subject, run, durationMs, result };
}

/** With `--json` the document has been printed and says so; people are told to run again. */
export function interrupted<T>(folder: string, { json }: RunFlags, finished: T): T {
  if (!json) throw new InterruptedError(folder);
  process.exitCode = 130;
  return finished;
}

/** A run that takes longer than its specification allows is stopped; what it finished stays in the cache. */
async function inTime(running: Promise<SessionRun>, subject: Subject, limit: Deadline): Promise<SessionRun> {
  const isLate = (): boolean => subject.late !== undefined && limit.isPast();
  try {
    const run = await running;
    if (!isLate()) return run;
  } catch (thrown) {
    if (!isLate()) throw thrown;
  } finally {
    limit.clear();
  }
  throw subject.late?.(limit.elapsedMs());
}

/** A run that failed gets its report, too. */
async function completed(run: Promise<SessionRun>, { report }: RunFlags): Promise<SessionRun> {
  try {
    return await run;
  } catch (thrown) {
    if (report && thrown instanceof SessionRunError) await writeReportOf(thrown.run.folder);
    throw thrown;
  }
}

/** The report, with all that drawing needs loaded only now. */
export async function writeReportOf(folder: string): Promise<void> {
  const { writeReport } = await import("../report/report.ts");
  await writeReport(folder);
}

/** The document that `run --json` prints. */
export function runDocument({ run, result }: Finished): RunDocument {
  const { runId, folder } = run;
  return {
    runId,
    status: run.result.status,
    out: folder,
    nodes: run.result.nodes.map(nodeLine),
    metrics: plainMetrics(run.result.metrics),
    cache: run.result.cache,
    ...(run.manifest.warnings.length === 0 ? {} : { warnings: run.manifest.warnings }),
    ...(result === undefined ? {} : { result }),
  };
}

function nodeLine({ id, stage, status, key, durationMs, failure }: NodeRecord): RunDocument["nodes"][number] {
  return { id, stage, status, key, durationMs, ...(failure === undefined ? {} : { error: failure }) };
}

/** Figures first, then what was reused, then where to look further. */
export function describeRun({ subject, run, durationMs, result }: Finished, hasReport: boolean): readonly string[] {
  const { nodes, metrics } = run.result;
  const { warnings } = run.manifest;
  const figures = subject.printed?.(metrics, result) ?? subject.summary?.(metrics, result) ?? plainFigures(metrics);
  const slowest = nodes.filter((node) => node.status === "computed").sort((a, b) => b.durationMs - a.durationMs)[0];
  const folder = relative(process.cwd(), run.folder) || ".";
  return [
    `${subject.title}${" ".repeat(Math.max(2, 60 - subject.title.length))}seed ${run.manifest.seed}`,
    ...figures.map((line) => `  ${line}`),
    `  ${counts(run.result)} in ${duration(durationMs)}${slowest === undefined ? "" : `      why: simloom why ${run.runId} ${slowest.id}`}`,
    ...[...new Set(warnings)].map((warning) => `  warning  ${warning}`),
    `  ${hasReport ? `report    ${folder}/report.html\n  ` : ""}manifest  ${folder}/manifest.json`,
  ];
}

/** `7 nodes: 5 reused, 2 computed`. */
export function counts({ nodes }: RunResult): string {
  const count = (status: NodeRecord["status"]): number => nodes.filter((node) => node.status === status).length;
  const parts = [
    [count("hit"), "reused"],
    [count("computed"), "computed"],
    [count("failed"), "failed"],
    [count("skipped"), "skipped"],
  ] as const;
  const said = parts.filter(([number]) => number > 0).map(([number, word]) => `${number} ${word}`);
  return `${nodes.length} ${nodes.length === 1 ? "node" : "nodes"}: ${said.join(", ")}`;
}

function plainFigures(metrics: RunResult["metrics"]): readonly string[] {
  const names = Object.keys(metrics);
  const shown = names.slice(0, MOST_FIGURES);
  const width = Math.max(0, ...shown.map((name) => name.length));
  const lines = shown.map((name) => `${name.padEnd(width)}  ${describe(metrics[name])}`);
  return names.length > shown.length ? [...lines, `… and ${names.length - shown.length} more in metrics.json`] : lines;
}

function describe(metric: RunResult["metrics"][string] | undefined): string {
  return metric === undefined ? "" : describeMetric(metric.toJSON());
}

const MOST_FIGURES = 24;
