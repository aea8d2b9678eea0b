import {
  compareRuns,
  type RunDifference,
  type RunSide,
  RuntimeError,
  readFinished,
  readSettings,
} from "@simloom/runtime";
import { Command } from "commander";
import type { DiffDocument } from "../document/diff.ts";
import { figure } from "../output/metrics.ts";
import { duration } from "../output/progress.ts";
import { table } from "../output/table.ts";
import { printJson, printLines, type RunsFlags, runFolder, withRunsOptions } from "./runs.ts";

/** `simloom diff`. */
export function command(): Command {
  return withRunsOptions(new Command("diff"))
    .description("Compare two runs: settings, keys, results and timings.")
    .argument("<runA>", "run id, its beginning, or run folder")
    .argument("<runB>", "the other one")
    .addHelpText("after", "\nExample: simloom diff r-7f3a r-90bc")
    .action((before: string, after: string, flags: RunsFlags) => {
      const difference = compareRuns(side(before, flags), side(after, flags));
      if (flags.json) printJson(difference satisfies DiffDocument);
      else printLines(describeDifference(difference));
    });
}

function side(name: string, flags: RunsFlags): RunSide {
  const folder = runFolder(name, flags);
  const finished = readFinished(folder);
  if (finished.kind === "run")
    return { manifest: finished.manifest, settings: readSettings(folder, finished.manifest) };
  throw new RuntimeError({
    code: "RUNT-073",
    message: `${name} is a sweep`,
    remedy: "Compare single runs; its points stand in cases/ of the run folder.",
    path: folder,
  });
}

/** Settings first, since they are the cause; then what they did. */
export function describeDifference({
  before,
  after,
  settings,
  nodes,
  metrics,
  timings,
  isSame,
}: RunDifference): readonly string[] {
  const changed = nodes.filter(({ change }) => change !== "same");
  return [
    `${before} → ${after}: ${isSame ? "same keys, outputs and metrics" : `${changed.length} of ${nodes.length} nodes differ`}`,
    ...section(
      "settings",
      ["setting", before, after],
      settings.map((one) => [one.path, shown(one.before), shown(one.after)]),
    ),
    ...section(
      "metrics",
      ["metric", before, after, "change"],
      metrics.map(({ name, unit, before: old, after: now, relative }) => [
        unit === "1" ? name : `${name} [${unit}]`,
        number(old),
        number(now),
        percent(relative),
      ]),
    ),
    ...section(
      "nodes",
      ["node", "differs in", ""],
      changed.map(({ id, change, because = [], ports = [] }) => [
        id,
        change,
        [...because, ...ports.map((port) => `output ${port}`)].join(", "),
      ]),
    ),
    ...section(
      "timings",
      ["node", before, after, "change"],
      timings.map(({ id, beforeMs, afterMs }) => [
        id,
        duration(beforeMs),
        duration(afterMs),
        percent(beforeMs === 0 ? undefined : (afterMs - beforeMs) / beforeMs),
      ]),
    ),
  ];
}

function section(title: string, header: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return [];
  const more = rows.length > MOST_ROWS ? [`  … and ${rows.length - MOST_ROWS} more with --json`] : [];
  return ["", title, ...table(header, rows.slice(0, MOST_ROWS)), ...more];
}

const MOST_ROWS = 50;

function shown(value: unknown): string {
  if (value === undefined) return "–";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 37)}…` : text;
}

function number(value: number | undefined): string {
  return value === undefined ? "–" : figure(value);
}

/** A relative change: `+3.2 %`. */
export function percent(relative: number | undefined): string {
  if (relative === undefined) return "";
  const value = Number((relative * 100).toPrecision(3));
  return `${value > 0 ? "+" : ""}${value} %`;
}
