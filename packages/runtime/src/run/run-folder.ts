/**
 * The folder of one run: `events.jsonl` grows while the run goes on, one line per event, written before the next node
 * starts; `manifest.json`, `metrics.json` and the artifacts are written whole, at the end, by rename.
 */
import { randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { PolicyLayer, RunEvent } from "@simloom/pipeline";
import { RuntimeError } from "../errors.ts";

/** A folder being written. */
export class RunFolder {
  readonly runId: string;
  readonly path: string;
  private readonly events: number;
  private isOpen = true;

  /** Creates `<parent>/<runId>`. Errors: RUNT-070 when it cannot be created. */
  constructor(parent: string, runId: string = newRunId(parent)) {
    this.runId = runId;
    this.path = resolve(parent, runId);
    try {
      mkdirSync(join(this.path, "artifacts"), { recursive: true });
      this.events = openSync(join(this.path, "events.jsonl"), "a");
    } catch (cause) {
      throw new RuntimeError({
        code: "RUNT-070",
        message: `the run folder ${this.path} cannot be created: ${messageOf(cause)}`,
        remedy: "Choose another place with --out, or free space.",
        path: this.path,
        cause,
      });
    }
  }

  /** Appends one event, dated. A full disk loses the line, not the run. */
  append(event: RunEvent | RunHeader, atMs: number): void {
    try {
      writeSync(this.events, `${JSON.stringify({ atMs: Math.round(atMs * 1000) / 1000, ...event })}\n`);
    } catch {
      this.lostEvents += 1;
    }
  }

  /** Events that could not be written. */
  lostEvents = 0;

  /** Writes a file whole or not at all, below the folder. */
  write(name: string, content: string | Uint8Array): string {
    const target = join(this.path, name);
    mkdirSync(dirname(target), { recursive: true });
    const temporary = `${target}.${process.pid}.tmp`;
    writeFileSync(temporary, content);
    renameSync(temporary, target);
    return target;
  }

  close(): void {
    if (this.isOpen) closeSync(this.events);
    this.isOpen = false;
  }
}

/** The first line of the event log: what is going to run. */
export interface RunHeader {
  readonly type: "planned";
  readonly runId: string;
  readonly graph: string;
  readonly pid: number;
  readonly host: string;
  readonly nodes: readonly PlannedLine[];
  /** The policy in force, each setting once. */
  readonly policy?: readonly PolicyLine[];
}

/** A policy setting: who set it, and which nodes read it so. */
export interface PolicyLine {
  readonly key: string;
  readonly value: unknown;
  readonly from: PolicyLayer;
  /** Ids of the nodes that read it so; of a sweep with the case before them. */
  readonly nodes: readonly string[];
}

/** One node of the plan as the event log keeps it. */
export interface PlannedLine {
  readonly id: string;
  readonly stage: string;
  readonly key: string;
  readonly isHit: boolean;
  /** Does the same work as an earlier node. */
  readonly isShared?: boolean;
  readonly estimateMs?: number;
}

/** One line of an event log. */
export type LoggedEvent = (RunEvent | RunHeader) & { readonly atMs: number };

/** Reads an event log. A last line that was cut off by a crash is left out. */
export function readEvents(runPath: string): readonly LoggedEvent[] {
  const file = join(runPath, "events.jsonl");
  if (!existsSync(file)) {
    throw new RuntimeError({
      code: "RUNT-071",
      message: `${runPath} is not a run folder: it has no events.jsonl`,
      remedy: "Name a folder below runs/, or a run id.",
      path: runPath,
    });
  }
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.flatMap((line) => {
    try {
      return line === "" ? [] : [JSON.parse(line) as LoggedEvent];
    } catch {
      return [];
    }
  });
}

/** The folder of a run, by path or by (the beginning of) its id below `parent`; without either the newest. */
export function findRun(parent: string, name?: string): string {
  if (name !== undefined && existsSync(join(name, "events.jsonl"))) return resolve(name);
  const runs = existsSync(parent)
    ? readdirSync(parent).filter((one) => existsSync(join(parent, one, "events.jsonl")))
    : [];
  const matching = name === undefined ? runs : runs.filter((one) => one.startsWith(name));
  const [first, second] = name === undefined ? [newestOf(parent, matching)] : matching;
  if (first !== undefined && second === undefined) return resolve(parent, first);
  throw new RuntimeError({
    code: "RUNT-071",
    message:
      first === undefined
        ? `there is no run ${name ?? ""} in ${parent}`.replace("  ", " ")
        : `${name} could be ${matching.join(", ")}`,
    remedy: first === undefined ? "Look into the folder that --out named; default: runs." : "Write more of the id.",
    path: parent,
  });
}

function newestOf(parent: string, runs: readonly string[]): string | undefined {
  const startOf = (run: string): number => readEvents(join(parent, run))[0]?.atMs ?? 0;
  return runs.map((run) => [startOf(run), run] as const).sort((a, b) => b[0] - a[0])[0]?.[1];
}

function newRunId(parent: string): string {
  for (;;) {
    const runId = `r-${randomBytes(3).toString("hex")}`;
    if (!existsSync(join(parent, runId))) return runId;
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
