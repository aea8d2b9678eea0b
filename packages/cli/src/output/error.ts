import { RunError } from "@simloom/pipeline";
import { SimloomError } from "@simloom/units";

/** A command line that cannot be understood. */
export class UsageError extends SimloomError {
  constructor(message: string, remedy: string, path?: string) {
    super({ code: "CLI-001", message, remedy, ...(path === undefined ? {} : { path }) });
  }
}

/** Something this machine lacks; the remedy says how to install it. */
export class LackError extends SimloomError {
  constructor(message: string, remedy: string) {
    super({ code: "CLI-003", message, remedy });
  }
}

/** A run that was stopped by the user; running the same command again goes on where it stopped. */
export class InterruptedError extends SimloomError {
  constructor(runFolder: string) {
    super({ code: "CLI-130", message: "interrupted", remedy: "Run the same command again: finished nodes are reused.", path: runFolder });
  }
}

/** Prints an error for people on standard error, or as a document on standard output; answers the exit code. */
export function printError(thrown: unknown, isJson: boolean): number {
  const error = thrown instanceof SimloomError ? thrown : unexpected(thrown);
  if (isJson) process.stdout.write(`${JSON.stringify({ error: error.toJSON() })}\n`);
  else process.stderr.write(`${describeError(error)}\n`);
  return exitCodeOf(error);
}

/** Exit code of an error. */
export function exitCodeOf(error: SimloomError): number {
  if (error instanceof InterruptedError) return 130;
  if (error instanceof LackError) return 3;
  if (error instanceof RunError || error.code === "CLI-002" || error.code === "RUNT-072") return 1;
  return 2;
}

/** Code and message, place, reasons, remedy: a line each. */
export function describeError(error: SimloomError): string {
  const lines = [`${error.code}  ${error.message}`];
  if (error.path !== undefined) lines.push(`  at ${error.path}`);
  if (error.problems.length > 1 || (error.problems.length === 1 && error.problems[0]?.message !== error.message)) {
    for (const problem of error.problems.slice(0, MOST_PROBLEMS)) {
      lines.push(`  ${problem.code}  ${problem.message}`, ...(problem.path === undefined ? [] : [`    at ${problem.path}`]), `    ${problem.remedy}`);
    }
    if (error.problems.length > MOST_PROBLEMS) lines.push(`  … and ${error.problems.length - MOST_PROBLEMS} more`);
  }
  lines.push(...error.remedy.split("\n").map((line) => `  ${line}`));
  return lines.join("\n");
}

const MOST_PROBLEMS = 20;

function unexpected(thrown: unknown): SimloomError {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const system = (error as NodeJS.ErrnoException).code;
  if (system === "ENOENT" || system === "EACCES" || system === "EISDIR") {
    return new UsageError(error.message, "Check the path and its permissions.");
  }
  return new SimloomError({
    code: "CLI-002",
    message: `unexpected failure: ${error.message}`,
    remedy: "This is a defect of Simloom; please report it with the lines above.",
    context: { stack: error.stack },
    cause: thrown,
  });
}
