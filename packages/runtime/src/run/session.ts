import { existsSync, writeFileSync } from "node:fs";
import { availableParallelism, hostname, userInfo } from "node:os";
import { join, resolve } from "node:path";
import {
  type Axes,
  caseOf,
  type Design,
  executePlan,
  type Fingerprinter,
  type Graph,
  inlineScheduler,
  type Manifest,
  manifestOf,
  type Plan,
  planRun,
  type RunCase,
  RunError,
  type RunOptions,
  type RunResult,
  resultOf,
  type Scheduler,
  type SlotCapacity,
  type StageTimings,
  type Store,
  type SweepCase,
  type SweepSubject,
  sweepCases,
  type Value,
} from "@simloom/pipeline";
import { codeFingerprints } from "../fingerprint/index.ts";
import { openDiskStore } from "../store/disk-store.ts";
import { threadScheduler } from "../threads/thread-scheduler.ts";
import { plain, writeArtifacts } from "./artifact-files.ts";
import { CodeBook } from "./code-book.ts";
import { packagesUsed } from "./packages-used.ts";
import { policyLines } from "./policy-lines.ts";
import { type RunRequest, thisMachine } from "./request.ts";
import { RunFolder } from "./run-folder.ts";
import type { SweepManifest } from "./sweep-manifest.ts";
import { sweepTable } from "./sweep-table.ts";
import { TimingBook } from "./timings.ts";

/** Where and how a session runs. */
export interface SessionOptions {
  /** Folder of the cache, or `off`. Default `.simloom/cache`. */
  readonly cache?: string;
  /** Default `threads` with one worker per processor. */
  readonly executor?: "inline" | "threads";
  readonly workers?: number;
  /** GPU devices by name, and counters such as licences, that stages may ask for. Default: none. */
  readonly slots?: Pick<SlotCapacity, "gpus" | "counters">;
  /** Parent of the run folders. Default `runs`. */
  readonly out?: string;
}

/** A finished run, with its folder. */
export interface SessionRun {
  readonly runId: string;
  readonly folder: string;
  readonly result: RunResult;
  readonly manifest: Manifest;
}

/** A finished sweep, with its folder. */
export interface SessionSweep {
  readonly runId: string;
  readonly folder: string;
  readonly status: RunResult["status"];
  readonly cases: readonly SweepCase[];
  readonly cache: RunResult["cache"];
}

/** Run options that a caller may give; where and how is the session's affair. */
export type SessionRunOptions = Omit<RunOptions, "store" | "scheduler" | "fingerprints" | "origin" | "digests">;

/** What is said about the run folder. */
export interface FolderOptions {
  /** Default: a fresh one. */
  readonly runId?: string;
  /** Kept as `request.json`, so that the run can be replayed. */
  readonly request?: RunRequest;
}

/**
 * A store, workers and fingerprints, opened when first needed and used for many runs. Every run gets a folder with an event
 * log, a manifest and its artifacts. Close it: it holds threads and files.
 */
export class Session {
  readonly scheduler: Scheduler;
  readonly workers: number;
  readonly executor: "inline" | "threads";
  readonly out: string;
  readonly timings: StageTimings;
  /** Source files behind fingerprints, for explanations. */
  readonly code: CodeBook;
  private readonly cache: string;
  private readonly notes: string;
  private readonly book: TimingBook;
  private opened: Store | undefined;

  constructor(options: SessionOptions = {}) {
    const cache = options.cache ?? join(".simloom", "cache");
    this.executor = options.executor ?? "threads";
    this.workers = this.executor === "inline" ? 1 : (options.workers ?? availableParallelism());
    this.out = resolve(options.out ?? "runs");
    this.cache = cache === "off" ? "off" : resolve(cache);
    this.notes = cache === "off" ? resolve(".simloom") : this.cache;
    const { slots = {} } = options;
    this.scheduler =
      this.executor === "inline" ? inlineScheduler(slots) : threadScheduler({ ...slots, workers: this.workers });
    this.book = new TimingBook(join(this.notes, "timings.json"));
    this.code = new CodeBook(join(this.notes, "code"));
    this.timings = this.book.of;
  }

  /** The store; nothing when the cache is off. */
  get store(): Store | undefined {
    if (this.cache !== "off") this.opened ??= openDiskStore(this.cache);
    return this.opened;
  }

  /** Plans a graph: nothing runs, nothing is written. */
  plan(graph: Graph, options: SessionRunOptions = {}): Promise<Plan> {
    return this.planCases([caseOf(graph, options)], options, { isDry: true });
  }

  /** Plans a sweep: nothing runs, nothing is written. */
  planSweep(subject: SweepSubject, axes: Axes, options: SessionRunOptions & Design = {}): Promise<Plan> {
    return this.planCases(
      sweepCases(subject, axes, options).map((one) => one.case),
      options,
      { isDry: true },
    );
  }

  /** Runs a graph in a folder of its own. Errors: {@link SessionRunError} when nodes failed; the folder is complete all the same. */
  async run(graph: Graph, options: SessionRunOptions & FolderOptions = {}): Promise<SessionRun> {
    const plan = await this.planCases([caseOf(graph, options)], options);
    const folder = this.begin(plan, options);
    const startedAtMs = performance.timeOrigin + performance.now();
    try {
      const execution = await executePlan(plan, this.recording(folder, plan, options));
      const result = resultOf(plan, execution, plan.cases[0] as RunCase, this.withStore(options));
      const manifest = await this.writeManifest(folder, plan, result, startedAtMs);
      const finished = { runId: folder.runId, folder: folder.path, result, manifest };
      if (result.status === "failed") throw new SessionRunError(finished);
      return finished;
    } finally {
      folder.close();
    }
  }

  /** Runs a sweep in one folder; `cases/<id>.json` holds the manifest of each point, `sweep.csv` a row of each. */
  async sweep(
    subject: SweepSubject,
    axes: Axes,
    options: SessionRunOptions & Design & FolderOptions = {},
  ): Promise<SessionSweep> {
    const collecting = { ...options, failureMode: options.failureMode ?? ("collect" as const) };
    const cases = sweepCases(subject, axes, collecting);
    const plan = await this.planCases(
      cases.map((one) => one.case),
      collecting,
    );
    const folder = this.begin(plan, options);
    const startedAtMs = performance.timeOrigin + performance.now();
    try {
      const execution = await executePlan(plan, this.recording(folder, plan, collecting));
      const results: SweepCase[] = cases.map(({ point, case: one }) => ({
        id: one.id,
        point,
        result: resultOf(plan, execution, one, this.withStore(collecting)),
      }));
      const frame = this.frame(folder, plan, startedAtMs);
      cases.forEach(({ case: one }, index) => {
        const { id, result } = results[index] as SweepCase;
        folder.write(`cases/${id}.json`, json(manifestOf({ ...frame, seed: one.seed }, result, [])));
      });
      const { status, cache } = execution;
      const lines = results.map(({ id, point, result }) => ({
        id,
        point,
        status: result.status,
        metrics: plainMetrics(result.metrics),
      }));
      folder.write("sweep.json", json({ version: 1, ...frame, status, cases: lines, cache } satisfies SweepManifest));
      folder.write("sweep.csv", sweepTable(results));
      this.book.learn(results.flatMap(({ result }) => result.nodes));
      return { runId: folder.runId, folder: folder.path, status, cases: results, cache };
    } finally {
      folder.close();
    }
  }

  /** Adds a document to the folder of a finished run. */
  note(folder: string, name: string, document: unknown): void {
    writeFileSync(join(folder, name), json(document));
  }

  async close(): Promise<void> {
    await this.scheduler.close();
    await this.opened?.close();
  }

  /** All that can be wrong with the cases comes up before anything is written. */
  private async planCases(
    cases: readonly RunCase[],
    options: SessionRunOptions,
    { isDry = false } = {},
  ): Promise<Plan> {
    if (cases.some(canBeRefused)) await planRun(cases, withoutNotes(options));
    // A dry plan in an empty place leaves it empty.
    const keepsNotes = !isDry || existsSync(this.notes);
    const hasStore = keepsNotes && (!isDry || existsSync(this.cache));
    const withStore = hasStore ? this.withStore(options) : withoutNotes(options);
    return planRun(cases, { ...withStore, fingerprints: this.fingerprints(keepsNotes) });
  }

  /** Fingerprints whose files are noted in the book. */
  private fingerprints(keepsNotes: boolean): Fingerprinter {
    const fingerprints = codeFingerprints(keepsNotes ? { cacheDirectory: join(this.notes, "fingerprints") } : {});
    return async (stages) => {
      const answers = await fingerprints(stages);
      if (keepsNotes) this.code.learn(answers.values());
      return answers;
    };
  }

  private withStore(options: SessionRunOptions): RunOptions {
    const { store } = this;
    return {
      timings: this.timings,
      ...options,
      digests: true,
      scheduler: this.scheduler,
      ...(store === undefined ? {} : { store }),
    };
  }

  private begin(plan: Plan, { runId, request }: FolderOptions): RunFolder {
    const folder = new RunFolder(this.out, runId);
    if (request !== undefined) folder.write("request.json", json(request));
    folder.write("graph.json", json(graphDocumentOf(plan)));
    return folder;
  }

  /** Options that also write the event log. */
  private recording(folder: RunFolder, plan: Plan, options: SessionRunOptions): RunOptions {
    const now = (): number => performance.timeOrigin + performance.now();
    const policy = policyLines(plan);
    folder.append(
      {
        type: "planned",
        ...(policy.length === 0 ? {} : { policy }),
        runId: folder.runId,
        graph: plan.cases[0]?.graph.name ?? "",
        pid: process.pid,
        host: hostname(),
        nodes: plan.nodes.map(({ id, node, key, entry, index, first }) => {
          const estimateMs = this.timings(node.stage.name);
          const isShared = first !== index;
          return {
            id,
            stage: node.stage.name,
            key,
            isHit: entry !== undefined,
            ...(isShared ? { isShared } : {}),
            ...(estimateMs === undefined ? {} : { estimateMs }),
          };
        }),
      },
      now(),
    );
    const toldMs = new Map<string, number>();
    return {
      ...this.withStore(options),
      origin: `${userName()}@${hostname()}/${folder.runId}`,
      onEvent(event) {
        const nowMs = now();
        // Progress is for the eye: a line a second is enough for who reads the log.
        const isDue = event.type !== "progress" || nowMs - (toldMs.get(event.nodeId) ?? 0) >= PROGRESS_INTERVAL_MS;
        if (event.type === "progress" && isDue) toldMs.set(event.nodeId, nowMs);
        if (isDue) folder.append(event, nowMs);
        options.onEvent?.(event);
      },
    };
  }

  private async writeManifest(
    folder: RunFolder,
    plan: Plan,
    result: RunResult,
    startedAtMs: number,
  ): Promise<Manifest> {
    const artifacts = await writeArtifacts(folder, result.artifacts);
    const manifest = manifestOf(this.frame(folder, plan, startedAtMs), result, artifacts);
    folder.write("manifest.json", json(manifest));
    folder.write("metrics.json", json(result.metrics));
    this.book.learn(result.nodes);
    return manifest;
  }

  private frame(folder: RunFolder, plan: Plan, startedAtMs: number): Parameters<typeof manifestOf>[0] {
    const machine = thisMachine();
    return {
      runId: folder.runId,
      graph: plan.cases[0]?.graph.name ?? "",
      seed: plan.cases[0]?.seed ?? 0,
      arithmetic: plan.arithmetic,
      startedAtIso: new Date(startedAtMs).toISOString(),
      finishedAtIso: new Date(performance.timeOrigin + performance.now()).toISOString(),
      executor: this.executor,
      workers: this.workers,
      host: machine.host,
      platform: machine.platform,
      processor: `${machine.cores} × ${machine.processor}`,
      packages: packagesUsed(plan),
      store: this.store === undefined ? undefined : { name: this.store.name, stats: this.store.stats() },
    };
  }
}

const PROGRESS_INTERVAL_MS = 1000;

/** A run in a folder that ended with failed nodes. */
export class SessionRunError extends RunError {
  readonly run: SessionRun;

  constructor(run: SessionRun) {
    super(run.result);
    this.run = run;
  }

  override toJSON(): ReturnType<RunError["toJSON"]> {
    const { runId, folder } = this.run;
    return { ...super.toJSON(), context: { ...this.context, runId, out: folder } };
  }
}

/** What was run, for people and for comparisons: the nodes of the first case with their settings and wires. */
function graphDocumentOf({ cases: [first] }: Plan): unknown {
  if (first === undefined) return { graph: "", nodes: [] };
  return {
    graph: first.graph.name,
    ...(isEmpty(first.graph.policy) ? {} : { policy: plain(first.graph.policy) }),
    nodes: first.graph.nodes.map(({ id, label, stage, config, inputs, after, policy, partPolicy, priority = 0 }) => ({
      id,
      ...(label === undefined ? {} : { label }),
      stage: stage.name,
      config: plain(config),
      inputs: Object.fromEntries(
        Object.entries(inputs).map(([port, source]) => [port, plain(source as unknown as Value)]),
      ),
      ...(after.length === 0 ? {} : { after }),
      ...(policy === undefined ? {} : { policy: plain(policy) }),
      ...(partPolicy === undefined ? {} : { partPolicy: plain(partPolicy) }),
      ...(priority === 0 ? {} : { priority }),
    })),
  };
}

function isEmpty(record: object): boolean {
  return Object.keys(record).length === 0;
}

/** True for cases that the planner may refuse: those with policy keys or graph inputs. */
function canBeRefused({ policy, graph, inputs }: RunCase): boolean {
  return !isEmpty(policy) || !isEmpty(graph.inputs) || !isEmpty(inputs);
}

function withoutNotes(options: SessionRunOptions): RunOptions {
  return { ...options };
}

function plainMetrics(metrics: RunResult["metrics"]): SweepManifest["cases"][number]["metrics"] {
  return Object.fromEntries(Object.entries(metrics).map(([name, metric]) => [name, metric.toJSON()]));
}

function json(document: unknown): string {
  return `${JSON.stringify(document, undefined, 1)}\n`;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return "unknown";
  }
}
