import { relative } from "node:path";
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
    super({
      code: "CLI-130",
      message: "interrupted",
      remedy: "Run the same command again: finished nodes are reused.",
      path: runFolder,
    });
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
  if (isLack(error)) return 3;
  if (FAILURES.has(error.code)) return 1;
  return 2;
}

/** A failed run, a defect of Simloom, a replay that differs, a run out of time: the input was right, and the outcome is bad. */
const FAILURES: ReadonlySet<string> = new Set(["PIPE-045", "CLI-002", "RUNT-072", "FIBR-030"]);

/** Codes of libraries and programs that this machine lacks. */
const LACKS: ReadonlySet<string> = new Set(["CLI-003", "SOLV-020"]);

/** Of the error itself, or of what made the nodes of a run fail. */
function isLack({ code, problems }: SimloomError): boolean {
  return LACKS.has(code) || problems.some((problem) => LACKS.has(problem.code));
}

/** Code and message, place, reasons, remedy: a line each. */
export function describeError(error: SimloomError): string {
  const lines = [`${error.code}  ${error.message}`];
  if (error.path !== undefined) lines.push(`  at ${error.path}`);
  const [only] = error.problems;
  if (
    error.problems.length > 1 ||
    (only !== undefined && only.remedy !== error.remedy && only.message !== error.message)
  ) {
    for (const problem of error.problems.slice(0, MOST_PROBLEMS)) {
      lines.push(
        `  ${problem.code}  ${problem.message}`,
        ...(problem.path === undefined ? [] : [`    at ${problem.path}`]),
        `    ${problem.remedy}`,
      );
    }
    if (error.problems.length > MOST_PROBLEMS) lines.push(`  … and ${error.problems.length - MOST_PROBLEMS} more`);
  }
  lines.push(...error.remedy.split("\n").map((line) => `  ${line}`));
  const out = error.toJSON().context?.["out"];
  if (typeof out === "string") lines.push(`  manifest  ${relative(process.cwd(), out) || "."}/manifest.json`);
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
