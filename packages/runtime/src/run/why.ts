/**
 * Why a node is computed: its pre-image is compared with the nearest stored one of the same stage. A difference in an input
 * is followed upstream, until a setting, a source file, a policy key or a seed is found that somebody changed.
 */
import {
  type Difference,
  type Digest,
  decodeEntry,
  differences,
  digestOf,
  type Entry,
  indicesById,
  loadWith,
  type Plan,
  type PlannedNode,
  type PolicyLayer,
  policyOf,
  preimageBytes,
  preimageOf,
  readPreimage,
  type Source,
  type Store,
  type Value,
} from "@simloom/pipeline";
import type { CodeBook, FileChange } from "./code-book.ts";

/** A leaf that somebody changed, and how it reaches the node. */
export interface Reason {
  /** The node whose leaf it is. */
  readonly nodeId: string;
  readonly what: Difference["what"];
  /** Configuration path, policy key, or input port; empty where there is only one. */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
  /** Who set the policy key as it is now, for `policy`: the graph, the run or the node; nothing where nobody does. */
  readonly from?: PolicyLayer;
  /** Source files that differ, for `code`. */
  readonly files?: readonly FileChange[];
  /** From the node asked about up to `nodeId`: the inputs on the way. */
  readonly via: readonly { readonly nodeId: string; readonly port: string }[];
}

/** Who made a stored result, and when. */
export interface Provenance {
  readonly origin: string;
  readonly createdAtIso: string;
  readonly durationMs: number;
}

/** What is known about a node. */
export interface Explanation {
  readonly nodeId: string;
  readonly stage: string;
  readonly key: Digest;
  /** `hit`: its result is there. `first`: nothing of its stage was stored. `notKept`: its code has no lasting name. */
  readonly status: "hit" | "compute" | "first" | "notKept";
  /** Who made the result that is there, or that was made. */
  readonly by?: Provenance;
  /** The stored result it was compared with. */
  readonly nearest?: Provenance;
  readonly reasons: readonly Reason[];
  readonly note?: string;
}

/** What explanations are made from. */
export interface WhyOptions {
  readonly plan: Plan;
  readonly store: Store | undefined;
  readonly code: CodeBook;
  /** The run that is explained: what it stored itself, and what came later, explains nothing. */
  readonly run?: { readonly runId: string; readonly startedAtMs: number; readonly keys: ReadonlyMap<string, Digest> };
}

/** Answers for nodes of one plan. The store is read once. */
export class Why {
  private readonly plan: Plan;
  private readonly indices: ReadonlyMap<string, number>;
  private readonly store: Store | undefined;
  private readonly code: CodeBook;
  private readonly run: WhyOptions["run"];
  private byStage: Map<string, readonly Entry[]> | undefined;

  constructor({ plan, store, code, run }: WhyOptions) {
    this.plan = plan;
    this.indices = indicesById(plan);
    this.store = store;
    this.code = code;
    this.run = run;
  }

  /** Explains one node, by its id in the plan. Cost: one reading of the whole store, once. */
  async explain(nodeId: string): Promise<Explanation> {
    const planned = this.node(nodeId);
    const { node, fingerprint } = planned;
    const key = this.run?.keys.get(nodeId) ?? planned.key;
    const known = { nodeId, stage: node.stage.name, key };
    if (!fingerprint.isDurable) {
      return { ...known, status: "notKept", reasons: [], note: fingerprint.reason ?? "its result is not kept" };
    }
    const own = await this.entryOf(planned);
    const by = own === undefined ? {} : { by: provenance(own) };
    if (own !== undefined && !this.isNew(own)) return { ...known, status: "hit", ...by, reasons: [] };
    const after = own?.preimage ?? (await this.preimage(planned));
    const candidates = nearestOf(after, await this.earlier(node.stage.name));
    let best: { readonly nearest: Entry; readonly reasons: readonly Reason[] } | undefined;
    // Equally near results are told apart by what came before them: the one with the shortest explanation is the nearest.
    for (const nearest of candidates) {
      const reasons = distinct(await this.trace(planned, nearest, after, [], new Set([planned.first])));
      if (best === undefined || reasons.length < best.reasons.length) best = { nearest, reasons };
    }
    if (best === undefined)
      return { ...known, status: "first", ...by, reasons: [], note: `nothing of ${node.stage.name} was stored before` };
    const { nearest, reasons } = best;
    const note =
      reasons.length === 0 ? "nothing differs from a stored result; what comes before it is computed again" : undefined;
    return {
      ...known,
      status: "compute",
      ...by,
      nearest: provenance(nearest),
      reasons,
      ...(note === undefined ? {} : { note }),
    };
  }

  private async trace(
    planned: PlannedNode,
    before: Entry,
    after: Uint8Array,
    via: Reason["via"],
    seen: Set<number>,
  ): Promise<Reason[]> {
    const reasons: Reason[] = [];
    for (const difference of differences(before.preimage, after)) {
      const { what, path } = difference;
      if (what !== "input") {
        const files =
          what === "code" ? this.code.changes(String(difference.before), String(difference.after)) : undefined;
        const from = what === "policy" ? policyOf(planned).layers[path] : undefined;
        reasons.push({
          nodeId: planned.id,
          what,
          path,
          before: difference.before,
          after: difference.after,
          ...(from === undefined ? {} : { from }),
          ...(files === undefined ? {} : { files }),
          via,
        });
        continue;
      }
      reasons.push(...(await this.traceInput(planned, difference, via, seen)));
    }
    return reasons;
  }

  /** An input differs: by the nodes that made it where there are any, else the value itself. */
  private async traceInput(
    planned: PlannedNode,
    difference: Difference,
    via: Reason["via"],
    seen: Set<number>,
  ): Promise<Reason[]> {
    const source = planned.node.inputs[difference.path];
    const leaf: Reason = {
      nodeId: planned.id,
      what: "input",
      path: difference.path,
      before: difference.before,
      after: difference.after,
      via,
    };
    if (source === undefined) return [leaf];
    const old = namesIn(difference.before);
    const now = namesIn(difference.after);
    const reasons: Reason[] = [];
    for (const [index, part] of partsOf(source).entries()) {
      if (old[index] === now[index]) continue;
      if (part.kind !== "output" && part.kind !== "metric") {
        reasons.push(leaf);
        continue;
      }
      const upstream = this.node(idIn(planned, part.nodeId));
      if (seen.has(upstream.first)) continue;
      seen.add(upstream.first);
      const step = [...via, { nodeId: planned.id, port: difference.path }];
      const own = await this.entryOf(upstream);
      const after = own?.preimage ?? (await this.preimage(upstream));
      const before =
        (await this.producerOf(upstream.node.stage.name, part, old[index])) ??
        nearestOf(after, await this.earlier(upstream.node.stage.name))[0];
      if (before === undefined) {
        reasons.push({
          ...leaf,
          nodeId: upstream.id,
          what: "stage",
          path: "",
          before: null,
          after: upstream.node.stage.name,
          via: step,
        });
        continue;
      }
      const found = await this.trace(upstream, before, after, step, seen);
      reasons.push(...found);
    }
    return reasons;
  }

  /** The stored result that had this content. */
  private async producerOf(stage: string, source: Source, name: string | undefined): Promise<Entry | undefined> {
    if (source.kind !== "output" || name === undefined || !name.startsWith("is ")) return undefined;
    const digest = name.slice(3);
    return (await this.earlier(stage)).find((entry) =>
      entry.outputs.some((output) => output.port === source.port && output.digest === digest),
    );
  }

  private node(id: string): PlannedNode {
    return this.plan.nodes[this.indices.get(id) as number] as PlannedNode;
  }

  /** The result under the node's key: as it was in the run, or as it is now. */
  private async entryOf(planned: PlannedNode): Promise<Entry | undefined> {
    const key = this.run?.keys.get(planned.id) ?? planned.key;
    const first = this.plan.nodes[planned.first] as PlannedNode;
    if (key === planned.key && first.entry !== undefined) return first.entry;
    return this.read(key);
  }

  private async read(key: Digest): Promise<Entry | undefined> {
    const { store } = this;
    const record = await store?.entries.get(key);
    if (store === undefined || record === undefined) return undefined;
    try {
      return await loadWith(store, (blob) => decodeEntry(record, blob));
    } catch {
      return undefined;
    }
  }

  private isNew({ origin, createdAtMs }: Entry): boolean {
    if (this.run === undefined) return false;
    return createdAtMs >= this.run.startedAtMs || origin.split("/").includes(this.run.runId);
  }

  /** The pre-image of a node, with the inputs named by content where that is known. */
  private async preimage(planned: PlannedNode): Promise<Uint8Array> {
    const names = new Map<Source, string>();
    for (const source of Object.values(planned.node.inputs)) await this.collectNames(planned, source, names);
    const preimage = preimageOf(planned, this.plan.arithmetic, (source) => names.get(source) ?? "unknown");
    return preimageBytes(preimage);
  }

  private async collectNames(planned: PlannedNode, source: Source, names: Map<Source, string>): Promise<string> {
    const name = await this.nameOf(planned, source, names);
    names.set(source, name);
    return name;
  }

  private async nameOf(planned: PlannedNode, source: Source, names: Map<Source, string>): Promise<string> {
    switch (source.kind) {
      case "output":
      case "metric": {
        const upstream = this.node(idIn(planned, source.nodeId));
        const entry = await this.entryOf(upstream);
        if (source.kind === "metric") {
          const value = entry?.metrics[source.name]?.value;
          return value === undefined ? `from ${upstream.key}/metric ${source.name}` : `is ${digestOf(value)}`;
        }
        const digest = entry?.outputs.find((output) => output.port === source.port)?.digest;
        return digest === undefined ? `from ${upstream.key}/${source.port}` : `is ${digest}`;
      }
      case "input":
        return `is ${digestOf(planned.case.inputs[source.name] as Value)}`;
      case "value":
        return `is ${digestOf(source.value)}`;
      case "gather": {
        const items: string[] = [];
        for (const item of source.items) items.push(await this.collectNames(planned, item, names));
        return `list of ${items.join(", ")}`;
      }
      default:
        return source satisfies never;
    }
  }

  /** Stored results of a stage that were there before. */
  private async earlier(stage: string): Promise<readonly Entry[]> {
    if (this.byStage === undefined) this.byStage = await this.readAll();
    return (this.byStage.get(stage) ?? []).filter((entry) => !this.isNew(entry));
  }

  private async readAll(): Promise<Map<string, Entry[]>> {
    const found = new Map<string, Entry[]>();
    for (const key of (await this.store?.entries.keys()) ?? []) {
      const entry = await this.read(key);
      if (entry === undefined) continue;
      const stage = String(readPreimage(entry.preimage)["stage"]);
      const list = found.get(stage);
      if (list === undefined) found.set(stage, [entry]);
      else list.push(entry);
    }
    return found;
  }
}

/** The stored results with the fewest different leaves, the newest first; at most a few. */
function nearestOf(after: Uint8Array, entries: readonly Entry[]): readonly Entry[] {
  let nearest: Entry[] = [];
  let fewest = Number.POSITIVE_INFINITY;
  for (const entry of entries) {
    const count = differences(entry.preimage, after).length;
    if (count < fewest) nearest = [];
    if (count <= fewest) nearest.push(entry);
    fewest = Math.min(fewest, count);
  }
  return nearest.sort((a, b) => b.createdAtMs - a.createdAtMs).slice(0, MOST_CANDIDATES);
}

const MOST_CANDIDATES = 8;

/** The same leaf is often reached by several ways; the shortest is kept. */
function distinct(reasons: readonly Reason[]): readonly Reason[] {
  const found = new Map<string, Reason>();
  for (const reason of reasons) {
    const name = `${reason.nodeId}\n${reason.what}\n${reason.path}`;
    const known = found.get(name);
    if (known === undefined || reason.via.length < known.via.length) found.set(name, reason);
  }
  return [...found.values()];
}

function provenance({ origin, createdAtMs, durationMs }: Entry): Provenance {
  return { origin, createdAtIso: new Date(createdAtMs).toISOString(), durationMs };
}

/** The names in an input of a pre-image: one, or those of a list. */
function namesIn(name: Value): readonly string[] {
  if (typeof name !== "string") return [];
  return name.startsWith("list of ") ? name.slice(8).split(", ") : [name];
}

/** The sources that {@link namesIn} names, in the same order. */
function partsOf(source: Source): readonly Source[] {
  return source.kind === "gather" ? source.items : [source];
}

function idIn(planned: PlannedNode, nodeId: string): string {
  return planned.case.id === "" ? nodeId : `${planned.case.id}/${nodeId}`;
}
