import { relative } from "node:path";
import type { SweepCase } from "@simloom/pipeline";
import type { SessionSweep } from "@simloom/runtime";
import { Command } from "commander";
import type { SweepDocument } from "../document/sweep.ts";
import { UsageError } from "../output/error.ts";
import { plainMetrics } from "../output/metrics.ts";
import { duration } from "../output/progress.ts";
import { table } from "../output/table.ts";
import type { Summary } from "../report/report.ts";
import { loadSubject } from "../spec/load.ts";
import { requestOf } from "../spec/request.ts";
import type { Subject } from "../spec/subject.ts";
import { axesOf, type SweepFlags, withAxes } from "./axes.ts";
import { type RunFlags, withRunOptions } from "./options.ts";
import { printPlan } from "./plan.ts";
import { interrupted, writeReportOf } from "./run.ts";
import { runOptions, withSession } from "./running.ts";

/** `simloom sweep`. */
export function command(): Command {
  return withAxes(withRunOptions(new Command("sweep")))
    .description("Run a specification at many points; work that points share is done once.")
    .argument("<spec>", "JSON or YAML specification, graph file, or module that exports a graph")
    .option("--dry-run", "say what would run, and run nothing", false)
    .addHelpText(
      "after",
      "\nExample: simloom sweep link.json --axis transceiver.tx.launch_power_dbm=-4:4:9 --axis seed=1,2,3",
    )
    .action(async (spec: string, flags: RunFlags & SweepFlags & { readonly dryRun: boolean }) => {
      if (Object.keys(flags.axis).length === 0) {
        throw new UsageError(
          "a sweep needs an axis",
          "Add --axis path=start:stop:count. A path is a field of the specification (a.b.c), or node.setting of a graph.",
          "--axis",
        );
      }
      const subject = await loadSubject(spec, flags.set);
      if (flags.dryRun) return withSession(flags, (session) => printPlan(session, subject, flags));
      await sweepSubject(subject, flags);
    });
}

/** Sweeps and prints a row per point, or the document. */
export async function sweepSubject(subject: Subject, flags: RunFlags & SweepFlags): Promise<SessionSweep> {
  return withSession(flags, async (session, signal, progress) => {
    const startedMs = performance.now();
    const design = axesOf(flags);
    const request = await requestOf(subject, flags, { axes: flags.axis, design });
    const done = await session.sweep(subject.swept, flags.axis, {
      ...runOptions(flags, subject, signal, progress),
      ...design,
      request,
    });
    progress.clear();
    const { title, sweepColumns } = subject;
    session.note(done.folder, "summary.json", {
      title,
      figures: [],
      ...(sweepColumns === undefined ? {} : { columns: sweepColumns }),
    } satisfies Summary);
    if (flags.report) await writeReportOf(done.folder);
    if (flags.json) process.stdout.write(`${JSON.stringify(sweepDocument(done))}\n`);
    else
      process.stdout.write(`${describeSweep(subject, done, performance.now() - startedMs, flags.report).join("\n")}\n`);
    if (done.status === "interrupted") return interrupted(done.folder, flags, done);
    if (done.status !== "succeeded") process.exitCode = 1;
    return done;
  });
}

/** The document that `sweep --json` prints. */
export function sweepDocument({ runId, status, folder, cases, cache }: SessionSweep): SweepDocument {
  return {
    runId,
    status,
    out: folder,
    cases: cases.map(({ id, point, result }) => ({
      id,
      point,
      status: result.status,
      metrics: plainMetrics(result.metrics),
      nodes: result.nodes.map((node) => ({
        id: withoutCase(node.id, id),
        key: node.key,
        status: node.status,
        ...(node.failure === undefined ? {} : { error: node.failure }),
      })),
    })),
    cache,
  };
}

/** The id of a node in the graph of its case. */
function withoutCase(nodeId: string, caseId: string): string {
  return nodeId.startsWith(`${caseId}/`) ? nodeId.slice(caseId.length + 1) : nodeId;
}

/** A table of points and figures, then how much was shared. */
export function describeSweep(
  subject: Subject,
  { cases, cache, folder }: SessionSweep,
  durationMs: number,
  hasReport: boolean,
): readonly string[] {
  const paths = Object.keys(cases[0]?.point ?? {});
  const names = subject.sweepColumns ?? scalarMetrics(cases);
  const shown = names.slice(0, MOST_COLUMNS);
  const short = shortNames([...paths, ...shown]);
  const header = [
    ...paths.map((path) => short(path)),
    ...shown.map((name) => withUnit(cases, name, short(name))),
    "status",
  ];
  const rows = cases.map(({ point, result }) => [
    ...paths.map((path) => text(point[path])),
    ...shown.map((name) => text(result.metrics[name]?.value)),
    result.status,
  ]);
  const where = relative(process.cwd(), folder) || ".";
  return [
    `${subject.title}: ${cases.length} points`,
    ...table(header, rows.slice(0, MOST_ROWS)),
    ...(rows.length > MOST_ROWS ? [`… and ${rows.length - MOST_ROWS} more in ${where}/sweep.csv`] : []),
    ...failuresOf(cases),
    `  ${cache.misses} ${cache.misses === 1 ? "result" : "results"} computed, ${cache.hits} reused or shared, in ${duration(durationMs)}`,
    `  ${hasReport ? `report    ${where}/report.html\n  ` : ""}results   ${where}/sweep.csv, sweep.json`,
  ];
}

const MOST_COLUMNS = 8;
const MOST_ROWS = 100;

/** Names of the single numbers: those that differ between the points, or all when none does. */
function scalarMetrics(cases: readonly SweepCase[]): readonly string[] {
  const found = new Map<string, Set<number>>();
  for (const { result } of cases) {
    for (const name in result.metrics) {
      const value = result.metrics[name]?.value;
      if (value !== undefined) found.set(name, (found.get(name) ?? new Set()).add(value));
    }
  }
  const varying = [...found].filter(([, values]) => values.size > 1).map(([name]) => name);
  return varying.length > 0 ? varying : [...found.keys()];
}

/** The last part of each name, or the whole name where several end alike. */
export function shortNames(names: readonly string[]): (name: string) => string {
  const ends = names.map((name) => name.slice(name.lastIndexOf(".") + 1));
  return (name) => {
    const end = name.slice(name.lastIndexOf(".") + 1);
    return ends.filter((one) => one === end).length > 1 ? name : end;
  };
}

function withUnit(cases: readonly SweepCase[], name: string, short: string): string {
  const unit = cases.map(({ result }) => result.metrics[name]?.unit).find((one) => one !== undefined) ?? "1";
  return unit === "1" ? short : `${short} [${unit}]`;
}

/** What went wrong, each message once, with the point where it did first. */
function failuresOf(cases: readonly SweepCase[]): readonly string[] {
  const messages = new Map<string, { readonly at: string; count: number }>();
  for (const { id, result } of cases) {
    for (const { id: node, status, failure } of result.nodes) {
      if (status !== "failed" || failure === undefined) continue;
      const message = `${failure.code}  ${failure.message}`;
      const known = messages.get(message);
      if (known === undefined) messages.set(message, { at: node.startsWith(id) ? node : `${id}/${node}`, count: 1 });
      else known.count += 1;
    }
  }
  const lines = [...messages].map(
    ([message, { at, count }]) => `  failed    ${at}: ${message}${count === 1 ? "" : ` (and ${count - 1} more)`}`,
  );
  return lines.slice(0, MOST_FAILURES);
}

const MOST_FAILURES = 5;

function text(value: unknown): string {
  if (value === undefined) return "";
  if (typeof value === "number") return String(Number(value.toPrecision(6)));
  return typeof value === "string" ? value : JSON.stringify(value);
}
