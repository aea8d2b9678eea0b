/** What differs between two finished runs: settings, keys, outputs, metrics, times. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Metric, NodeRecord } from "@simloom/pipeline";
import type { StoredManifest } from "./sweep-manifest.ts";

/** A setting that differs. `undefined` where a run does not have it. */
export interface SettingDifference {
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** A node of one run or both. */
export interface NodeDifference {
  readonly id: string;
  readonly change: "same" | "key" | "outputs" | "added" | "removed";
  readonly keyBefore?: string;
  readonly keyAfter?: string;
  /** Ports whose digests differ. */
  readonly ports?: readonly string[];
  /** What differs in a key, as far as the manifests tell: code, version, policy, seed. */
  readonly because?: readonly string[];
}

/** A metric that differs. `relative` is the change over the earlier value. */
export interface MetricDifference {
  readonly name: string;
  readonly unit: string;
  readonly before?: number;
  readonly after?: number;
  readonly relative?: number;
}

export interface TimeDifference {
  readonly id: string;
  readonly beforeMs: number;
  readonly afterMs: number;
}

export interface RunDifference {
  readonly before: string;
  readonly after: string;
  readonly settings: readonly SettingDifference[];
  readonly nodes: readonly NodeDifference[];
  readonly metrics: readonly MetricDifference[];
  readonly timings: readonly TimeDifference[];
  /** True when keys, outputs and metrics are the same. */
  readonly isSame: boolean;
}

/** One side of a comparison. */
export interface RunSide {
  readonly manifest: StoredManifest;
  /** Settings by path: see {@link readSettings}. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Compares two runs, in the order of the second. */
export function compareRuns(before: RunSide, after: RunSide): RunDifference {
  const nodes = compareNodes(before.manifest.nodes, after.manifest.nodes);
  const metrics = compareMetrics(before.manifest.metrics, after.manifest.metrics);
  return {
    before: before.manifest.runId,
    after: after.manifest.runId,
    settings: compareSettings(before.settings, after.settings),
    nodes,
    metrics,
    timings: compareTimings(before.manifest.nodes, after.manifest.nodes),
    isSame: metrics.length === 0 && nodes.every(({ change }) => change === "same"),
  };
}

/** Leaves of two settings that differ. */
export function compareSettings(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): readonly SettingDifference[] {
  return names(before, after).flatMap((path) => {
    if (isSame(before[path], after[path])) return [];
    return [
      { path, ...(path in before ? { before: before[path] } : {}), ...(path in after ? { after: after[path] } : {}) },
    ];
  });
}

/** Nodes by id: same, another key, other outputs, or on one side only. */
export function compareNodes(before: readonly NodeRecord[], after: readonly NodeRecord[]): readonly NodeDifference[] {
  const old = new Map(before.map((node) => [node.id, node]));
  const now = new Set(after.map((node) => node.id));
  return [
    ...after.map((node): NodeDifference => {
      const known = old.get(node.id);
      return known === undefined ? { id: node.id, change: "added", keyAfter: node.key } : compareNode(known, node);
    }),
    ...before
      .filter((node) => !now.has(node.id))
      .map((node): NodeDifference => ({ id: node.id, change: "removed", keyBefore: node.key })),
  ];
}

function compareNode(before: NodeRecord, after: NodeRecord): NodeDifference {
  const ports = differingPorts(before, after);
  const keys = { keyBefore: before.key, keyAfter: after.key };
  if (before.key !== after.key) {
    const because = [
      ...(before.stage === after.stage ? [] : ["stage"]),
      ...(before.version === after.version ? [] : ["version"]),
      ...(before.fingerprint === after.fingerprint ? [] : ["code"]),
      ...compareSettings(before.policy, after.policy).map(({ path }) => `policy ${path}`),
      ...(JSON.stringify(before.seed) === JSON.stringify(after.seed) ? [] : ["seed"]),
      ...compareSettings(before.inputs, after.inputs).map(({ path }) => `input ${path}`),
    ];
    return {
      id: after.id,
      change: "key",
      ...keys,
      ...(ports.length === 0 ? {} : { ports }),
      because: because.length === 0 ? ["config"] : because,
    };
  }
  return ports.length === 0
    ? { id: after.id, change: "same", ...keys }
    : { id: after.id, change: "outputs", ...keys, ports };
}

/** Ports whose contents are known on both sides and differ. */
export function differingPorts(before: NodeRecord, after: NodeRecord): readonly string[] {
  return names(before.outputs, after.outputs).filter((port) => {
    const old = before.outputs[port]?.digest;
    const now = after.outputs[port]?.digest;
    return old !== undefined && now !== undefined && old !== now;
  });
}

function compareMetrics(
  before: Readonly<Record<string, Metric>>,
  after: Readonly<Record<string, Metric>>,
): readonly MetricDifference[] {
  return names(before, after).flatMap((name): readonly MetricDifference[] => {
    const old = before[name];
    const now = after[name];
    if (JSON.stringify(old) === JSON.stringify(now)) return [];
    const relative =
      old?.value === undefined || now?.value === undefined || old.value === 0
        ? undefined
        : (now.value - old.value) / Math.abs(old.value);
    return [
      {
        name,
        unit: now?.unit ?? old?.unit ?? "1",
        ...(old?.value === undefined ? {} : { before: old.value }),
        ...(now?.value === undefined ? {} : { after: now.value }),
        ...(relative === undefined ? {} : { relative }),
      },
    ];
  });
}

/** Times of nodes that both runs computed themselves. */
function compareTimings(before: readonly NodeRecord[], after: readonly NodeRecord[]): readonly TimeDifference[] {
  const old = new Map(before.filter(({ status }) => status === "computed").map((node) => [node.id, node.durationMs]));
  return after.flatMap(({ id, status, durationMs }) => {
    const beforeMs = old.get(id);
    return status !== "computed" || beforeMs === undefined ? [] : [{ id, beforeMs, afterMs: durationMs }];
  });
}

/** Every setting of a run by path: what the graph was configured with, seed, policy and arithmetic. */
export function readSettings(
  runPath: string,
  { seed, arithmetic, nodes }: StoredManifest,
): Readonly<Record<string, unknown>> {
  const settings: Record<string, unknown> = { seed, arithmetic };
  for (const { id, policy, policyFrom } of nodes) {
    for (const key in policy) {
      // What a node says for itself holds for it alone; runs of earlier versions say nothing of layers. Parts of a graph
      // may have different defaults for a key: nodes that differ from the first that reads it are named.
      const shared = `policy.${key}`;
      const isOwn = policyFrom?.[key] === "node";
      const isOther = Object.hasOwn(settings, shared) && !isSame(settings[shared], policy[key]);
      settings[isOwn || isOther ? `${id}.${shared}` : shared] = policy[key];
    }
  }
  const file = join(runPath, "graph.json");
  if (existsSync(file)) {
    const { nodes: drawn } = JSON.parse(readFileSync(file, "utf8")) as {
      nodes: readonly { id: string; config: unknown }[];
    };
    for (const { id, config } of drawn) flatten(config, id, settings);
  }
  return settings;
}

/** Leaves of a tree by path. */
export function flatten(tree: unknown, path: string, into: Record<string, unknown>): void {
  if (typeof tree !== "object" || tree === null || Object.keys(tree).length === 0) {
    into[path] = tree;
    return;
  }
  for (const [key, item] of Object.entries(tree))
    flatten(item, Array.isArray(tree) ? `${path}[${key}]` : `${path}.${key}`, into);
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function names(before: object, after: object): readonly string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])];
}
