/** How far a run is, from its event log alone: while it goes on in another process, after it, and after a crash. */
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import type { RunStatus } from "@simloom/pipeline";
import { type LoggedEvent, type PlannedLine, type PolicyLine, type RunHeader, readEvents } from "./run-folder.ts";

/** What `simloom status` shows. `died`: the process is gone and the run had not ended. */
export interface Progression {
  readonly runId: string;
  readonly out: string;
  readonly graph: string;
  readonly status: "running" | "died" | RunStatus;
  readonly pid: number;
  readonly host: string;
  readonly startedAtIso: string;
  /** When something was last heard of it. */
  readonly updatedAtIso: string;
  readonly elapsedMs: number;
  readonly nodes: {
    readonly total: number;
    readonly reused: number;
    readonly computed: number;
    readonly running: number;
    readonly waiting: number;
    readonly failed: number;
    readonly skipped: number;
  };
  readonly running: readonly {
    readonly id: string;
    readonly stage: string;
    readonly elapsedMs: number;
    readonly estimateMs?: number;
    readonly fraction?: number;
  }[];
  readonly failed: readonly { readonly id: string; readonly code: string; readonly message: string }[];
  /** The policy in force: each setting once, who set it, and which nodes read it so. */
  readonly policy: readonly PolicyLine[];
  /** Work that is left, one node after another; nothing when a stage has never been timed. */
  readonly remainingMs?: number;
  /** The part of it that is known; equal to `remainingMs` when every stage has been timed. */
  readonly knownRemainingMs: number;
  /** Stages among the rest that have never been timed. */
  readonly untimed: readonly string[];
}

interface Following {
  readonly line: PlannedLine;
  state: "waiting" | "running" | "hit" | "computed" | "failed" | "skipped";
  startedAtMs: number;
  fraction: number | undefined;
  failure: { readonly code: string; readonly message: string } | undefined;
}

/** Reads how far the run in a folder is. Errors: RUNT-071 when it is no run folder. Cost: one pass over its event log. */
export function readProgression(
  runPath: string,
  nowMs: number = Date.now(),
  isAlive: (pid: number) => boolean = isProcess,
): Progression {
  const events = readEvents(runPath);
  const header = events.find((event): event is RunHeader & { atMs: number } => event.type === "planned");
  const nodes = new Map<string, Following>();
  for (const line of header?.nodes ?? [])
    nodes.set(line.id, { line, state: "waiting", startedAtMs: 0, fraction: undefined, failure: undefined });
  const measured = new Map<string, { totalMs: number; count: number }>();
  let end: RunStatus | undefined;
  for (const event of events) end = follow(event, nodes, measured) ?? end;

  const isHere = header !== undefined && header.host === hostname();
  const status = end ?? (isHere && !isAlive(header.pid) ? "died" : "running");
  const startedAtMs = events[0]?.atMs ?? nowMs;
  const lastMs = events.at(-1)?.atMs ?? startedAtMs;
  const untilMs = status === "running" ? nowMs : lastMs;
  const all = [...nodes.values()];
  const count = (state: Following["state"]): number => all.filter((node) => node.state === state).length;
  const { knownMs, untimed } = remaining(all, measured, untilMs);
  const hasEnded = status !== "running";
  return {
    runId: header?.runId ?? "",
    out: runPath,
    graph: header?.graph ?? "",
    status,
    pid: header?.pid ?? 0,
    host: header?.host ?? "",
    startedAtIso: new Date(startedAtMs).toISOString(),
    updatedAtIso: new Date(lastMs).toISOString(),
    elapsedMs: Math.max(0, untilMs - startedAtMs),
    nodes: {
      total: all.length,
      reused: count("hit"),
      computed: count("computed"),
      running: hasEnded ? 0 : count("running"),
      waiting: count("waiting") + (hasEnded ? count("running") : 0),
      failed: count("failed"),
      skipped: count("skipped"),
    },
    running: hasEnded
      ? []
      : all.filter((node) => node.state === "running").map((node) => runningLine(node, untilMs, measured)),
    failed: all.flatMap(({ line, failure }) => (failure === undefined ? [] : [{ id: line.id, ...failure }])),
    policy: header?.policy ?? [],
    ...(untimed.length === 0 ? { remainingMs: knownMs } : {}),
    knownRemainingMs: knownMs,
    untimed,
  };
}

/** Takes in one event; answers how the run ended, when it says so. */
function follow(
  event: LoggedEvent,
  nodes: ReadonlyMap<string, Following>,
  measured: Map<string, { totalMs: number; count: number }>,
): RunStatus | undefined {
  switch (event.type) {
    case "nodeStarted": {
      const node = nodes.get(event.nodeId);
      if (node !== undefined) Object.assign(node, { state: "running", startedAtMs: event.atMs, fraction: undefined });
      return undefined;
    }
    case "progress": {
      const node = nodes.get(event.nodeId);
      if (node !== undefined) node.fraction = event.fraction;
      return undefined;
    }
    case "nodeFinished": {
      const node = nodes.get(event.nodeId);
      if (node === undefined) return undefined;
      node.state = event.status;
      if (event.status === "failed")
        node.failure = { code: event.failure?.code ?? "PIPE-040", message: event.failure?.message ?? "unknown" };
      if (event.status === "computed") {
        const known = measured.get(node.line.stage) ?? { totalMs: 0, count: 0 };
        measured.set(node.line.stage, { totalMs: known.totalMs + event.durationMs, count: known.count + 1 });
      }
      return undefined;
    }
    case "runFinished":
      return event.status;
    case "planned":
    case "runStarted":
    case "log":
    case "warning":
    case "retry":
      return undefined;
    default:
      return event satisfies never;
  }
}

type Measured = ReadonlyMap<string, { readonly totalMs: number; readonly count: number }>;

/** What this run measured itself is worth more than what earlier ones did. */
function estimateOf({ stage, estimateMs }: PlannedLine, measured: Measured): number | undefined {
  const known = measured.get(stage);
  return known === undefined ? estimateMs : known.totalMs / known.count;
}

/** Below this share a time per work done says little. */
const TRUSTED_FRACTION = 0.02;

function remaining(
  all: readonly Following[],
  measured: Measured,
  nowMs: number,
): { knownMs: number; untimed: readonly string[] } {
  const untimed = new Set<string>();
  let knownMs = 0;
  for (const { line, state, startedAtMs, fraction } of all) {
    if ((state !== "waiting" && state !== "running") || line.isHit || line.isShared === true) continue;
    const elapsedMs = state === "running" ? nowMs - startedAtMs : 0;
    // What a node says of itself is worth more than what its stage took elsewhere.
    const ownMs = fraction === undefined || fraction < TRUSTED_FRACTION ? undefined : elapsedMs / fraction;
    const estimateMs = ownMs ?? estimateOf(line, measured);
    if (estimateMs === undefined) untimed.add(line.stage);
    else knownMs += Math.max(0, estimateMs - elapsedMs);
  }
  return { knownMs, untimed: [...untimed] };
}

function runningLine(
  { line, startedAtMs, fraction }: Following,
  nowMs: number,
  measured: Measured,
): Progression["running"][number] {
  const estimateMs = estimateOf(line, measured);
  return {
    id: line.id,
    stage: line.stage,
    elapsedMs: Math.max(0, nowMs - startedAtMs),
    ...(estimateMs === undefined ? {} : { estimateMs }),
    ...(fraction === undefined ? {} : { fraction }),
  };
}

/** True while the process is there. A process of another user is there, too; one that nobody has buried is not. */
function isProcess(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(")") + 2));
  } catch {
    return true;
  }
}
