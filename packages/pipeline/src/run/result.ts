import { PipelineError } from "../errors.ts";
import { suggestion } from "../graph/validate.ts";
import type { Source } from "../graph/wire.ts";
import { fromOutput } from "../key/preimage.ts";
import type { Metric } from "../stage/context.ts";
import { decodeArtifact, type Entry } from "../store/entry.ts";
import type { MaybePromise } from "../store/store.ts";
import { digestOf } from "../value/encode.ts";
import { freeze, type Value } from "../value/value.ts";
import type { RunStatus } from "./events.ts";
import type { Execution } from "./execution-state.ts";
import { loadOutput } from "./kept.ts";
import { loadWith } from "./load.ts";
import type { RunOptions } from "./options.ts";
import type { CacheCounts, NodeOutcome } from "./outcome.ts";
import { type OutputSummary, summarise, summariseEncoded } from "./output-summary.ts";
import { indexIn, nodesOfCase, type Plan, type PlannedNode, policyOf, preimageOf, type RunCase } from "./plan.ts";
import type { NodeArtifact, NodeRecord } from "./record.ts";

/** A metric in a document: `missing` says how many of `values` are null. */
export interface MetricDocument extends Metric {
  readonly missing?: number;
}

/** A metric as people read it: `27.4 dB`. */
export class MetricValue {
  readonly unit: string;
  readonly value: number | undefined;
  /** A series; of a map with NaN for items that emitted none. */
  readonly values: readonly number[] | undefined;

  constructor({ unit, value, values }: Metric) {
    this.unit = unit;
    this.value = value;
    this.values = values;
  }

  toString(): string {
    const { missing } = this;
    const series = `${(this.values?.length ?? 0) - missing} values${missing === 0 ? "" : `, ${missing} missing`}`;
    const text = this.value === undefined ? series : String(Number(this.value.toPrecision(6)));
    return this.unit === "1" ? text : `${text} ${this.unit}`;
  }

  /** Items of a map that emitted none. */
  get missing(): number {
    return this.values?.filter(Number.isNaN).length ?? 0;
  }

  toJSON(): MetricDocument {
    const { missing } = this;
    return {
      unit: this.unit,
      ...(this.value === undefined ? {} : { value: this.value }),
      ...(this.values === undefined ? {} : { values: this.values }),
      ...(missing === 0 ? {} : { missing }),
    };
  }
}

/** What came of one graph. */
export interface RunResult {
  readonly status: RunStatus;
  readonly nodes: readonly NodeRecord[];
  /** Metrics by `node.metric`; where a metric's own name is unique it answers to that too. In the order of the graph. */
  readonly metrics: Readonly<Record<string, MetricValue>>;
  readonly artifacts: readonly NodeArtifact[];
  /** What stages warned of; a warm run says the same. */
  readonly warnings: readonly string[];
  /** What this run itself has to say: results that could not be kept, or were not confirmed. */
  readonly remarks: readonly string[];
  readonly cache: CacheCounts;
  /** Most bytes of results that were in memory at one time. */
  readonly peakResultBytes: number;
  /** An output of the graph. Errors: PIPE-045 when it was not computed, PIPE-047 when there is none of that name or the store lost it. */
  output(name: string): Promise<Value>;
}

/** Presents one case of an execution. Records, metrics and artifacts are put together when somebody looks. */
export function resultOf(plan: Plan, execution: Execution, one: RunCase, options: RunOptions): RunResult {
  const planned = nodesOfCase(plan, one);
  const nodes = once(() => planned.map((node) => recordOf(node, plan, execution)));
  const metrics = once(() => metricsOf(planned, execution));
  const artifacts = once(() => planned.flatMap((node) => artifactsOf(node, execution, options)));
  return {
    status: statusOf(planned, execution, options),
    get nodes() {
      return nodes();
    },
    get metrics() {
      return metrics();
    },
    get artifacts() {
      return artifacts();
    },
    get warnings() {
      return nodes().flatMap((node) => node.warnings.map((warning) => `${node.id}: ${warning}`));
    },
    remarks: execution.remarks,
    cache: execution.cache,
    peakResultBytes: execution.live.peakBytes,
    output: (name) => outputOf(plan, execution, one, options, name),
  };
}

function statusOf(planned: readonly PlannedNode[], execution: Execution, { failureMode }: RunOptions): RunStatus {
  let hasSkipped = false;
  for (const { index } of planned) {
    const status = execution.outcomes[index]?.status;
    if (status === "failed") return failureMode === "collect" ? "partial" : "failed";
    if (status === "skipped") hasSkipped = true;
  }
  if (!hasSkipped) return "succeeded";
  return execution.status === "interrupted" ? "interrupted" : failureMode === "collect" ? "partial" : "failed";
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function recordOf(planned: PlannedNode, plan: Plan, execution: Execution): NodeRecord {
  const { node, id, key, fingerprint } = planned;
  const outcome = execution.outcomes[planned.index] as NodeOutcome;
  const preimage = preimageOf(planned, plan.arithmetic, (source) => nameOf(source, planned, plan));
  const held = execution.live.get(planned.first);
  const stored = summariesOf(outcome.entry);
  const policy = policyOf(planned);
  const outputs: Record<string, OutputSummary> = {};
  for (const port in node.stage.outputs) {
    const digest = execution.digests.at(planned.index, port);
    const described = stored?.[port] ?? execution.digests.unkeptAt(planned.first, port);
    if (held?.[port] !== undefined) outputs[port] = summarise(held[port] as Value, digest);
    else if (described !== undefined) outputs[port] = described;
    else if (digest !== undefined)
      outputs[port] = {
        digest,
        kind: (node.stage.outputs as Readonly<Record<string, { kind: string }>>)[port]?.kind ?? "any",
      };
  }
  return {
    id,
    label: node.label,
    status: outcome.status,
    stage: node.stage.name,
    version: node.stage.version,
    key,
    fingerprint: fingerprint.digest,
    notKept: fingerprint.isDurable ? undefined : fingerprint.reason,
    attempts: outcome.attempts ?? [],
    durationMs: outcome.durationMs,
    startedAtMs: outcome.attempts?.[0]?.startedAtMs,
    inputs: preimage.inputs,
    inputDigests: inputDigestsOf(planned, plan, execution),
    outputs,
    metrics: outcome.metrics,
    warnings: outcome.warnings,
    policy: policy.values,
    policyFrom: policy.layers,
    seed: preimage.seed ?? undefined,
    failure: outcome.failure,
    origin: outcome.status === "hit" ? outcome.entry?.origin : undefined,
  };
}

function inputDigestsOf(planned: PlannedNode, plan: Plan, execution: Execution): Readonly<Record<string, string>> {
  const known = (source: Source): string | undefined => {
    switch (source.kind) {
      case "output":
        return execution.digests.at(indexIn(plan, planned.case, source.nodeId), source.port);
      case "metric": {
        const metric = execution.outcomes[indexIn(plan, planned.case, source.nodeId)]?.metrics[source.name];
        return metric === undefined ? undefined : digestOf(freeze(metric.value ?? metric.values ?? []));
      }
      case "input":
        return digestOf(planned.case.inputs[source.name] as Value);
      case "value":
        return digestOf(source.value);
      case "gather": {
        const items = source.items.map(known);
        return items.includes(undefined) ? undefined : `[${items.join(", ")}]`;
      }
      default:
        return source satisfies never;
    }
  };
  const digests: Record<string, string> = {};
  for (const port in planned.node.inputs) {
    const digest = known(planned.node.inputs[port] as Source);
    if (digest !== undefined) digests[port] = digest;
  }
  return digests;
}

function nameOf(source: Source, planned: PlannedNode, plan: Plan): string {
  const keyAt = (nodeId: string): string => (plan.nodes[indexIn(plan, planned.case, nodeId)] as PlannedNode).key;
  switch (source.kind) {
    case "output":
      return fromOutput(keyAt(source.nodeId), source.port);
    case "metric":
      return fromOutput(keyAt(source.nodeId), `metric ${source.name}`);
    case "input":
      return `input ${source.name}`;
    case "value":
      return "value";
    case "gather":
      return `[${source.items.map((item) => nameOf(item, planned, plan)).join(", ")}]`;
    default:
      return source satisfies never;
  }
}

/** What a stored result says of its outputs; nothing where it is damaged, which whoever needs the values will find. */
function summariesOf(entry: Entry | undefined): Readonly<Record<string, OutputSummary>> | undefined {
  try {
    return (
      entry &&
      Object.fromEntries(entry.outputs.map(({ port, digest, encoding }) => [port, summariseEncoded(encoding, digest)]))
    );
  } catch {
    return undefined;
  }
}

function metricsOf(planned: readonly PlannedNode[], execution: Execution): Readonly<Record<string, MetricValue>> {
  const metrics: Record<string, MetricValue> = {};
  const short = new Map<string, MetricValue | undefined>();
  for (const { index, node } of planned) {
    const outcome = execution.outcomes[index] as NodeOutcome;
    for (const name in outcome.metrics) {
      const metric = new MetricValue(outcome.metrics[name] as Metric);
      metrics[`${node.id}.${name}`] = metric;
      short.set(name, short.has(name) ? undefined : metric);
    }
  }
  for (const [name, metric] of short)
    if (metric !== undefined && !Object.hasOwn(metrics, name))
      Object.defineProperty(metrics, name, { value: metric, enumerable: false });
  return metrics;
}

function artifactsOf(planned: PlannedNode, execution: Execution, { store }: RunOptions): readonly NodeArtifact[] {
  const outcome = execution.outcomes[planned.index] as NodeOutcome;
  const nodeId = planned.node.id;
  const first = execution.outcomes[planned.first] as NodeOutcome;
  if (first.artifacts !== undefined && first.artifacts.length > 0)
    return first.artifacts.map((artifact) => ({ nodeId, name: artifact.name, load: async () => artifact }));
  return (outcome.entry?.artifacts ?? []).map(({ name, encoding }) => ({
    nodeId,
    name,
    load: async () => {
      if (store === undefined) throw lost(name);
      return loadWith(store, (blob) => decodeArtifact(name, encoding, blob));
    },
  }));
}

async function outputOf(
  plan: Plan,
  execution: Execution,
  one: RunCase,
  options: RunOptions,
  name: string,
): Promise<Value> {
  const source = Object.hasOwn(one.graph.sources, name) ? one.graph.sources[name] : undefined;
  if (source === undefined) throw noOutput(one, name);
  return sourceValue(plan, execution, one, options, source);
}

function sourceValue(
  plan: Plan,
  execution: Execution,
  one: RunCase,
  options: RunOptions,
  source: Source,
): MaybePromise<Value> {
  if (source.kind === "value") return source.value;
  if (source.kind === "input") return one.inputs[source.name] as Value;
  if (source.kind === "gather") {
    const items = source.items.map((item) => sourceValue(plan, execution, one, options, item));
    return items.some((item) => item instanceof Promise) ? Promise.all(items) : (items as Value[]);
  }
  const index = indexIn(plan, one, source.nodeId);
  const planned = plan.nodes[index] as PlannedNode;
  const outcome = execution.outcomes[index] as NodeOutcome;
  if (outcome.status === "failed" || outcome.status === "skipped") {
    throw new PipelineError({
      code: "PIPE-045",
      message: `there is no output of ${source.nodeId}, which was ${outcome.status}`,
      remedy: outcome.failure?.remedy ?? "See which node failed before it.",
      path: source.nodeId,
    });
  }
  if (source.kind === "metric")
    return outcome.metrics[source.name]?.value ?? outcome.metrics[source.name]?.values ?? null;
  const held = execution.live.get(planned.first);
  if (held !== undefined) return held[source.port] as Value;
  const entry = outcome.entry ?? execution.outcomes[planned.first]?.entry;
  const { store } = options;
  if (entry === undefined || store === undefined) throw lost(source.nodeId);
  // Out of use, so that the next run computes it instead of promising it again.
  const discard = async (thrown: unknown): Promise<never> => {
    await store.entries.quarantine(planned.key, `its output ${source.port} cannot be read`);
    throw thrown;
  };
  try {
    const output = loadOutput(store, entry, source.port);
    return output instanceof Promise ? output.catch(discard) : output;
  } catch (thrown) {
    return discard(thrown);
  }
}

function noOutput({ graph }: RunCase, name: string): PipelineError {
  return new PipelineError({
    code: "PIPE-047",
    message: `graph ${graph.name} has no output ${name}`,
    remedy: suggestion(name, Object.keys(graph.sources), "It returns nothing: return wires from its builder."),
    path: name,
  });
}

function lost(name: string): PipelineError {
  return new PipelineError({
    code: "PIPE-047",
    message: `${name} is not in memory and not in a store`,
    remedy: "Ask for it as an output of the graph, or run with a store.",
    path: name,
  });
}
