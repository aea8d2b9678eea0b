import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NodeRecord } from "@simloom/pipeline";
import {
  compareReplay,
  isConfirmed,
  type Replay,
  ReplayError,
  type RunRequest,
  readCase,
  readFinished,
  readRequest,
  type Session,
  SessionRunError,
  type SessionRunOptions,
  thisMachine,
} from "@simloom/runtime";
import { Command } from "commander";
import type { ReplayDocument } from "../document/replay.ts";
import { table } from "../output/table.ts";
import { subjectOfRequest } from "../spec/request.ts";
import type { Subject } from "../spec/subject.ts";
import { type RunFlags, withPlaceOptions } from "./options.ts";
import { withSession } from "./running.ts";
import { printJson, printLines, runFolder } from "./runs.ts";

type ReplayFlags = RunFlags & { readonly out: string; readonly verify: boolean };

/** `simloom replay`. */
export function command(): Command {
  return withPlaceOptions(new Command("replay"))
    .description(
      "Run a finished run again from its folder, and compare outputs and metrics node by node. Exit code 1 (RUNT-072) when they differ.",
    )
    .argument("[run]", "run id, its beginning, or run folder (default: the newest)")
    .option("--verify", "compute everything anew; nothing is taken from the cache", false)
    .option("--out <dir>", "parent of the run folders", "runs")
    .addHelpText("after", "\nExample: simloom replay r-7f3a --verify")
    .action(async (run: string | undefined, flags: ReplayFlags) => {
      const folder = runFolder(run, flags);
      const { replay, out } = await (flags.verify
        ? withEmptyCache((cache) => replayRun(folder, { ...flags, cache }))
        : replayRun(folder, flags));
      if (replay.status === "different") throw new ReplayError(replay);
      if (flags.json) printJson({ ...replay, out } satisfies ReplayDocument);
      else printLines(describeReplay(replay));
    });
}

/** Runs again and compares. The replay gets a run folder of its own. */
async function replayRun(
  folder: string,
  flags: ReplayFlags,
): Promise<{ readonly replay: Replay; readonly out: string }> {
  const finished = readFinished(folder);
  const request = readRequest(folder);
  const subject = await subjectOfRequest(request);
  const original =
    finished.kind === "run"
      ? finished.manifest.nodes
      : finished.sweep.cases.flatMap(({ id }) => readCase(folder, id).nodes);
  return withSession(flags, async (session, signal, progress) => {
    const { seed, policy, arithmetic, failureMode } = request;
    const options: SessionRunOptions = {
      seed,
      policy,
      arithmetic,
      inputs: subject.inputs ?? {},
      ...(failureMode === undefined ? {} : { failureMode }),
      signal,
      onEvent: progress.onEvent,
    };
    const again = await runAgain(session, subject, request, options);
    const { runId, packages } = finished.kind === "run" ? finished.manifest : finished.sweep;
    const nodes = compareReplay(original, again.nodes);
    const replay: Replay = {
      original: runId,
      replay: again.runId,
      status: isConfirmed(nodes) ? "same" : "different",
      nodes,
      machines: { original: request.machine, replay: thisMachine() },
      packages: { original: packages, replay: packagesOf(again.folder) },
    };
    again.write(replay);
    return { replay, out: again.folder };
  });
}

function packagesOf(folder: string): Replay["packages"]["replay"] {
  const finished = readFinished(folder);
  return finished.kind === "run" ? finished.manifest.packages : finished.sweep.packages;
}

interface Again {
  readonly runId: string;
  readonly folder: string;
  readonly nodes: readonly NodeRecord[];
  /** Keeps the comparison in the replay's run folder. */
  write(replay: Replay): void;
}

async function runAgain(
  session: Session,
  subject: Subject,
  request: RunRequest,
  options: SessionRunOptions,
): Promise<Again> {
  const kept = { ...options, request: { ...request, machine: thisMachine() } };
  const { axes } = request;
  if (axes !== undefined) {
    const { runId, folder, cases } = await session.sweep(subject.swept, axes, { ...kept, ...request.design });
    return {
      runId,
      folder,
      nodes: cases.flatMap(({ result }) => result.nodes),
      write: (replay) => session.note(folder, "replay.json", replay),
    };
  }
  const { runId, folder, result } = await session.run(subject.graph, kept).catch((thrown: unknown) => {
    // A run that failed is replayed, too: it should fail again.
    if (thrown instanceof SessionRunError) return thrown.run;
    throw thrown;
  });
  return { runId, folder, nodes: result.nodes, write: (replay) => session.note(folder, "replay.json", replay) };
}

async function withEmptyCache<T>(use: (cache: string) => Promise<T>): Promise<T> {
  const cache = mkdtempSync(join(tmpdir(), "simloom-replay-"));
  try {
    return await use(cache);
  } finally {
    rmSync(cache, { recursive: true, force: true });
  }
}

/** What was compared, and on which machines. */
export function describeReplay({ original, replay, nodes, machines, packages }: Replay): readonly string[] {
  const unknown = nodes.filter(({ verdict }) => verdict === "unknown").length;
  const node = (machine: Replay["machines"]["original"]): string =>
    `${machine.host}, ${machine.platform}, node ${machine.node}`;
  const versions = Object.entries(packages.original).filter(([name, version]) => packages.replay[name] !== version);
  return [
    `${replay} repeats ${original}: ${nodes.length === 1 ? "1 node gives" : `${nodes.length} nodes give`} the same${unknown === 0 ? "" : ` (${unknown} by their metrics alone: no digests were kept)`}`,
    `  run     ${node(machines.original)}`,
    `  replay  ${node(machines.replay)}`,
    ...(versions.length === 0
      ? []
      : table(
          ["package", "run", "replay"],
          versions.map(([name, version]) => [name, version, packages.replay[name] ?? "absent"]),
        )),
  ];
}
