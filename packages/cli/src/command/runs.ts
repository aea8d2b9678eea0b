import { findRun, RuntimeError } from "@simloom/runtime";
import type { Command } from "commander";

/** Options of commands that look at runs. */
export interface RunsFlags {
  readonly out: string;
  readonly json: boolean;
}

/** Adds the options of a command that looks at runs. */
export function withRunsOptions(command: Command): Command {
  return command
    .option("--out <dir>", "parent of the run folders", "runs")
    .option("--json", "one JSON document on standard output", false);
}

/** The folder of a run by path, id, beginning of an id; without a name that of the newest. */
export function runFolder(name: string | undefined, { out }: Pick<RunsFlags, "out">): string {
  return findRun(out, name);
}

/** The folder of a run if the name is one. */
export function runFolderIfAny(name: string, flags: Pick<RunsFlags, "out">): string | undefined {
  try {
    return runFolder(name, flags);
  } catch (thrown) {
    if (thrown instanceof RuntimeError && thrown.code === "RUNT-071") return undefined;
    throw thrown;
  }
}

/** Prints a document on one line. */
export function printJson(document: unknown): void {
  process.stdout.write(`${JSON.stringify(document)}\n`);
}

/** Prints lines for people. */
export function printLines(lines: readonly string[]): void {
  process.stdout.write(`${lines.join("\n")}\n`);
}
