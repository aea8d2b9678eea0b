import { relative } from "node:path";
import { type Progression, readProgression } from "@simloom/runtime";
import { Command } from "commander";
import type { StatusDocument } from "../document/status.ts";
import { duration } from "../output/progress.ts";
import { table } from "../output/table.ts";
import { printJson, printLines, type RunsFlags, runFolder, withRunsOptions } from "./runs.ts";

/** `simloom status`. */
export function command(): Command {
  return withRunsOptions(new Command("status"))
    .description("Say how far a run is: while it goes on in another process, after it, and after a crash.")
    .argument("[run]", "run id, its beginning, or run folder (default: the newest)")
    .addHelpText("after", "\nExample: simloom status r-7f3a")
    .action((run: string | undefined, flags: RunsFlags) => {
      const progression = readProgression(runFolder(run, flags));
      if (flags.json) printJson(progression satisfies StatusDocument);
      else printLines(describeProgression(progression));
    });
}

/** What became of the nodes, what runs now, what is left. */
export function describeProgression(progression: Progression): readonly string[] {
  const { runId, graph, status, nodes, running, failed, elapsedMs, pid, host, updatedAtIso } = progression;
  const done = nodes.reused + nodes.computed;
  const parts = [
    [nodes.reused, "reused"],
    [nodes.computed, "computed"],
    [nodes.running, "running"],
    [nodes.waiting, "waiting"],
    [nodes.failed, "failed"],
    [nodes.skipped, "skipped"],
  ] as const;
  return [
    `${runId}  ${status}  ${graph}`,
    `  ${done} of ${nodes.total} done: ${parts
      .filter(([count]) => count > 0)
      .map(([count, word]) => `${count} ${word}`)
      .join(", ")}`,
    ...(status === "running"
      ? [`  running for ${duration(elapsedMs)} as process ${pid} on ${host}; ${left(progression)}`]
      : []),
    ...(status === "died"
      ? [
          `  process ${pid} is gone; last heard of at ${updatedAtIso}; ${left(progression)}`,
          "  Run the same command again: what is done is reused.",
        ]
      : []),
    ...(status !== "running" && status !== "died" ? [`  took ${duration(elapsedMs)}`] : []),
    ...(running.length === 0
      ? []
      : table(["node", "stage", "for", "of about", "done"], running.slice(0, MOST_LINES).map(runningRow))),
    ...progression.policy.slice(0, MOST_LINES).map(policyLine),
    ...failed.slice(0, MOST_LINES).map(({ id, code, message }) => `  ${id} failed: ${code}  ${message}`),
    `  folder  ${relative(process.cwd(), progression.out) || "."}`,
  ];
}

const MOST_LINES = 20;

function policyLine({ key, value, from, nodes }: Progression["policy"][number]): string {
  const readers = nodes.length > 3 ? `${nodes.length} nodes` : nodes.join(", ");
  return `  policy ${key} = ${JSON.stringify(value)}, set by the ${from}, read by ${readers}`;
}

function runningRow({ id, stage, elapsedMs, estimateMs, fraction }: Progression["running"][number]): readonly string[] {
  return [
    id,
    stage,
    duration(elapsedMs),
    estimateMs === undefined ? "" : duration(estimateMs),
    fraction === undefined ? "" : `${Math.round(fraction * 100)} %`,
  ];
}

function left({ remainingMs, knownRemainingMs, untimed }: Progression): string {
  if (remainingMs !== undefined) return `about ${duration(remainingMs)} of work left`;
  const known = knownRemainingMs > 0 ? `at least ${duration(knownRemainingMs)} of work left, and ` : "";
  return `${known}no timing yet for ${untimed.slice(0, 3).join(", ")}${untimed.length > 3 ? ", …" : ""}`;
}
