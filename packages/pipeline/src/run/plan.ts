import { nearestName } from "@simloom/units";
import { PipelineError } from "../errors.ts";
import type { Graph } from "../graph/graph.ts";
import type { GraphNode } from "../graph/node.ts";
import { type PolicyInForce, policyInForce, unread } from "../graph/policy.ts";
import type { PipelineProblem } from "../graph/validate.ts";
import type { Source } from "../graph/wire.ts";
import { type CodeFingerprint, inProcessFingerprints } from "../key/fingerprint.ts";
import { fromOutput, isValue, keyOfInputs, type Preimage } from "../key/preimage.ts";
import type { Ports } from "../stage/port.ts";
import { type AnyStage, isStochastic } from "../stage/stage.ts";
import type { Entry } from "../store/entry.ts";
import type { Store } from "../store/store.ts";
import { type Digest, sha256Text } from "../value/digest.ts";
import { digestAnew, digestOf } from "../value/encode.ts";
import { freeze, type Value } from "../value/value.ts";
import { checkAdmission } from "./admission.ts";
import { findEntry, readEntry } from "./kept.ts";
import type { RunOptions } from "./options.ts";

/** One graph to run with its seed, policy and inputs. A plain run has one case, a sweep many. */
export interface RunCase {
  /** Prefix of the node ids in this case; empty for a plain run. */
  readonly id: string;
  readonly graph: Graph;
  readonly seed: number;
  readonly policy: Readonly<Record<string, Value>>;
  readonly inputs: Readonly<Record<string, Value>>;
}

/** What is known of a node before anything runs. */
export interface PlannedNode {
  readonly index: number;
  readonly id: string;
  readonly case: RunCase;
  readonly node: GraphNode;
  readonly key: Digest;
  /** Digest of its stage and of what its nodes share: a part of the key. */
  readonly settings: Digest;
  readonly fingerprint: CodeFingerprint;
  /** Indices of the nodes it waits for. */
  readonly dependencies: readonly number[];
  /** Index of the first node with the same key; its own when it is the first. */
  readonly first: number;
  /** Stream identity, for stochastic stages. */
  readonly stream: string | undefined;
  /** The stored result, when it is there. */
  entry: Entry | undefined;
}

/** All nodes of all cases in an order in which they can run, with what is already there. */
export interface Plan {
  readonly cases: readonly RunCase[];
  readonly nodes: readonly PlannedNode[];
  /** Index of the first node of each case. */
  readonly starts: ReadonlyMap<RunCase, number>;
  readonly arithmetic: "strict" | "fast";
}

/** Index of a node of a case by its id in the graph. */
export function indexIn({ starts }: Pick<Plan, "starts">, one: RunCase, nodeId: string): number {
  return (starts.get(one) as number) + (one.graph.layout.places.get(nodeId) as number);
}

/** Indices of all nodes by full id. Cost: linear. */
export function indicesById({ nodes }: Plan): ReadonlyMap<string, number> {
  return new Map(nodes.map(({ id, index }) => [id, index]));
}

/** The nodes of one case: a run of neighbours in the plan. */
export function nodesOfCase({ nodes, starts }: Plan, one: RunCase): readonly PlannedNode[] {
  const start = starts.get(one) as number;
  return nodes.slice(start, start + one.graph.nodes.length);
}

/**
 * Computes all keys and looks up all results. Nothing runs.
 *
 * Errors: PIPE-030 for a policy key that no stage reads or that every node which reads it sets itself, PIPE-031 for a missing or unknown input, PIPE-034 for a seed that
 * is none, PIPE-001 for a policy value that is no value.
 * Cost: about 5 µs per node, plus a look-up each.
 */
export async function planRun(cases: readonly RunCase[], options: RunOptions): Promise<Plan> {
  const fingerprints = await (options.fingerprints ?? inProcessFingerprints)(distinctStages(cases));
  const arithmetic = options.arithmetic ?? "strict";
  const planning = new Planning(fingerprints, arithmetic);
  for (const one of cases) {
    checkSeed(one);
    checkPolicy(one);
    checkInputs(one);
  }
  digestGiven(cases);
  for (const one of cases) planning.case(one);
  const { nodes, starts } = planning;
  const { scheduler } = options;
  if (scheduler !== undefined)
    checkAdmission(cases[0]?.graph.name ?? "", nodes, scheduler.capabilities(), scheduler.name);
  if (options.store !== undefined && options.recompute !== true) await lookUp(nodes, options.store);
  return { cases, nodes, starts, arithmetic };
}

/** Plans node by node: a function that is called for each is compiled sooner than a loop around all of it. */
class Planning {
  readonly nodes: PlannedNode[] = [];
  readonly starts = new Map<RunCase, number>();
  private start = 0;
  private readonly firstByKey = new Map<Digest, number>();
  private readonly fingerprints: ReadonlyMap<AnyStage, CodeFingerprint>;
  private readonly arithmetic: "strict" | "fast";

  constructor(fingerprints: ReadonlyMap<AnyStage, CodeFingerprint>, arithmetic: "strict" | "fast") {
    this.fingerprints = fingerprints;
    this.arithmetic = arithmetic;
  }

  case(one: RunCase): void {
    this.start = this.nodes.length;
    this.starts.set(one, this.start);
    const name = (source: Source): string => inputKey(source, one, this);
    const ranks = new Map<string, number>();
    const settings = new Map<AnyStage, Digest>();
    for (const node of one.graph.nodes) this.node(node, one, ranks, settings, name);
  }

  private node(
    node: GraphNode,
    one: RunCase,
    ranks: Map<string, number>,
    settings: Map<AnyStage, Digest>,
    name: (source: Source) => string,
  ): void {
    const { nodes, start } = this;
    const index = nodes.length;
    const id = one.id === "" ? node.id : `${one.id}/${node.id}`;
    const fingerprint = this.fingerprints.get(node.stage) as CodeFingerprint;
    const stream = isStochastic(node.stage) ? streamOf(node, ranks) : undefined;
    const shared = settingsOf(node, fingerprint, one, this.arithmetic, settings);
    const seed = stream === undefined ? null : { run: one.seed, stream };
    const key = keyOfInputs(shared, node.config, seed, node.inputs, name);
    const first = this.firstByKey.get(key) ?? index;
    if (first === index) this.firstByKey.set(key, index);
    const waitsFor = one.graph.layout.dependencies[index - start] as readonly number[];
    const dependencies = first !== index ? [first] : start === 0 ? waitsFor : waitsFor.map((place) => place + start);
    nodes.push({
      index,
      id,
      case: one,
      node,
      key,
      settings: shared,
      fingerprint,
      dependencies,
      first,
      stream,
      entry: undefined,
    });
  }
}

/** The pre-image of a node; `name` says how each input is named, by its origin or by its content. */
export function preimageOf(
  planned: Pick<PlannedNode, "node" | "fingerprint" | "case" | "stream">,
  arithmetic: "strict" | "fast",
  name: (source: Source) => string,
): Preimage {
  const { node, fingerprint, stream } = planned;
  const inputs: Record<string, string> = {};
  for (const port in node.inputs) inputs[port] = name(node.inputs[port] as Source);
  return {
    stage: node.stage.name,
    version: node.stage.version,
    code: fingerprint.digest,
    config: node.config,
    inputs,
    policy: policyOf(planned).values,
    seed: stream === undefined ? null : { run: planned.case.seed, stream },
    arithmetic,
    mapOver: node.mapOver,
  };
}

/** Digest of what all nodes of a stage share in a case: computed once per stage, and for nodes that are special. */
function settingsOf(
  node: GraphNode,
  fingerprint: CodeFingerprint,
  one: RunCase,
  arithmetic: string,
  known: Map<AnyStage, Digest>,
): Digest {
  const { stage, mapOver } = node;
  const isShared = mapOver.length === 0 && node.policy === undefined && node.partPolicy === undefined;
  const shared = isShared ? known.get(stage) : undefined;
  if (shared !== undefined) return shared;
  const { name, version } = stage;
  const digest = digestOf({
    stage: name,
    version,
    code: fingerprint.digest,
    policy: policyOf({ node, case: one }).values,
    arithmetic,
    mapOver,
  });
  if (isShared) known.set(stage, digest);
  return digest;
}

/** The declared policy pairs that are set for a node, and by whom. */
export function policyOf({ node, case: one }: Pick<PlannedNode, "node" | "case">): PolicyInForce {
  return policyInForce(node, one.graph.policy, one.policy);
}

/**
 * Digests what was handed in from outside, once per plan: inputs, values in place of wires, configurations and policy.
 * Somebody may have written to their arrays since an earlier run.
 */
function digestGiven(cases: readonly RunCase[]): void {
  const seen = new Set<object>();
  const look = (value: Value | undefined): void => {
    if (value !== undefined) digestAnew(value, seen);
  };
  const lookAtSource = (source: Source): void => {
    if (source.kind === "value") look(source.value);
    else if (source.kind === "gather") source.items.forEach(lookAtSource);
  };
  for (const { graph, inputs, policy } of cases) {
    for (const name in inputs) look(inputs[name]);
    for (const key in policy) look(policy[key]);
    for (const key in graph.policy) look(graph.policy[key]);
    let config: Value | undefined;
    for (const node of graph.nodes) {
      if (node.config !== config) look(node.config);
      config = node.config;
      for (const port in node.inputs) lookAtSource(node.inputs[port] as Source);
      for (const key in node.policy) look(node.policy[key]);
      for (const key in node.partPolicy) look(node.partPolicy[key]);
    }
  }
}

/** The digest that seeds a node's streams: run seed and stream identity, not the node's id. */
export function streamKeyOf(planned: PlannedNode): Digest | undefined {
  if (planned.stream === undefined) return undefined;
  return sha256Text(`${planned.case.seed}/${planned.stream}`);
}

/** The rank of a node among the nodes of its stage, in the order of the graph: adding an unrelated stage changes no noise. */
function streamOf(node: GraphNode, ranks: Map<string, number>): string {
  const rank = (ranks.get(node.stage.name) ?? 0) + 1;
  ranks.set(node.stage.name, rank);
  return node.stream ?? `${node.stage.name}#${rank}`;
}

function inputKey(source: Source, one: RunCase, known: Pick<Plan, "nodes" | "starts">): string {
  switch (source.kind) {
    case "output":
      return fromOutput(keyAt(source.nodeId, one, known), source.port);
    case "metric":
      return fromOutput(keyAt(source.nodeId, one, known), `metric ${source.name}`);
    case "input":
      return isValue(one.inputs[source.name] as Value);
    case "value":
      return isValue(source.value);
    case "gather":
      return `[${source.items.map((item) => inputKey(item, one, known)).join(", ")}]`;
    default:
      return source satisfies never;
  }
}

function keyAt(nodeId: string, one: RunCase, known: Pick<Plan, "nodes" | "starts">): Digest {
  return (known.nodes[indexIn(known, one, nodeId)] as PlannedNode).key;
}

function distinctStages(cases: readonly RunCase[]): readonly AnyStage[] {
  const stages = new Set<AnyStage>();
  let last: AnyStage | undefined;
  for (const { graph } of cases) {
    for (const { stage } of graph.nodes) {
      if (stage !== last) stages.add(stage);
      last = stage;
    }
  }
  return [...stages];
}

function checkSeed({ seed }: RunCase): void {
  if (Number.isSafeInteger(seed) && seed >= 0) return;
  throw new PipelineError({
    code: "PIPE-034",
    message: `${String(seed)} is not a seed`,
    remedy: "Use a whole number from 0 to 2^53 - 1.",
    path: "seed",
  });
}

function checkPolicy({ graph, policy }: RunCase): void {
  const given = Object.keys(policy);
  if (given.length === 0) return;
  const declared = new Set<string>(graph.nodes.flatMap((node) => node.stage.policy as readonly string[]));
  for (const key of given) {
    freeze(policy[key], `policy.${key}`);
    if (!declared.has(key)) throw new PipelineError(unread(`no stage of ${graph.name}`, key, "", declared));
    if (graph.nodes.every(({ stage, policy: own = {} }) => !stage.policy.includes(key) || Object.hasOwn(own, key)))
      throw new PipelineError(overridden(graph.name, key));
  }
}

function overridden(graphName: string, key: string): PipelineProblem {
  return {
    code: "PIPE-030",
    message: `the policy key ${key} of the run has no effect on ${graphName}: every node that reads it sets it itself`,
    remedy: "Leave it out, or let a node go without a setting of its own.",
    path: `policy.${key}`,
  };
}

function checkInputs({ graph, inputs }: RunCase): void {
  for (const name in graph.inputs) {
    const port = (graph.inputs as Ports)[name];
    const value = inputs[name];
    const problem = value === undefined ? "is missing" : port?.refuse(freeze(value, name));
    if (problem === undefined) continue;
    throw new PipelineError({
      code: "PIPE-031",
      message: `input ${name} of graph ${graph.name} ${problem}`,
      remedy: `Give it in the run's inputs (--set input.${name}=… on the command line): ${port?.kind ?? "any"}${port?.unit ? ` in ${port.unit}` : ""}.`,
      path: `input.${name}`,
    });
  }
  for (const name of Object.keys(inputs)) {
    if (name in graph.inputs) continue;
    const near = nearestName(name, Object.keys(graph.inputs));
    throw new PipelineError({
      code: "PIPE-031",
      message: `graph ${graph.name} has no input ${name}`,
      remedy: near === undefined ? "Leave it out." : `Did you mean ${near}?`,
      path: `input.${name}`,
    });
  }
}

/** Looks up every distinct key. A record that cannot be read is quarantined and counts as a miss. */
async function lookUp(nodes: readonly PlannedNode[], store: Store): Promise<void> {
  const firsts = nodes.filter(({ first, index }) => first === index);
  const found = store.entries.getAll?.(firsts.map(({ key }) => key));
  const records = found instanceof Promise ? await found : found;
  for (let at = 0; at < firsts.length; at++) {
    const planned = firsts[at] as PlannedNode;
    const entry = records === undefined ? findEntry(store, planned.key) : readEntry(store, planned.key, records[at]);
    planned.entry = entry instanceof Promise ? await entry : entry;
  }
}
