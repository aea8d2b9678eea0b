import { nearestName, type Problem } from "@simloom/units";
import type { z } from "@simloom/units/zod";
import { PipelineError, type PipelineErrorCode } from "../errors.ts";
import { describePort, incompatibility, type Port, type Ports } from "../stage/port.ts";
import { type AnyStage, takesNoConfig } from "../stage/stage.ts";
import { freeze, type Value } from "../value/value.ts";
import type { GraphNode, NodeDraft } from "./node.ts";
import { topologicalOrder } from "./order.ts";
import type { Source } from "./wire.ts";

/** Where each node of a graph stands, and what it waits for. */
export interface GraphLayout {
  /** Place in the order of the graph, by id. */
  readonly places: ReadonlyMap<string, number>;
  /** By place: the places of the nodes that it waits for, each once. */
  readonly dependencies: readonly (readonly number[])[];
}

/** Checked nodes in topological order with their layout, or every problem at once. */
export function checkNodes(
  graphName: string,
  drafts: readonly NodeDraft[],
  graphInputs: Ports,
  outputs: Readonly<Record<string, Source>>,
  earlier: readonly PipelineProblem[] = [],
): { readonly nodes: readonly GraphNode[]; readonly layout: GraphLayout } {
  const check = new Check(drafts, graphInputs);
  const nodes = drafts.map((draft) => check.node(draft));
  for (const [name, source] of Object.entries(outputs)) check.source(source, `outputs.${name}`);
  const problems = [...earlier, ...check.problems];
  const ordering = topologicalOrder({ ids: drafts.map((draft) => draft.id), dependencies: check.dependencies });
  if (ordering.cycle !== undefined) {
    problems.push({
      code: "PIPE-023",
      message: `nodes wait for each other in a circle: ${ordering.cycle.join(" → ")}`,
      remedy: "Take one of these wires out.",
      path: ordering.cycle[0] as string,
    });
  }
  throwProblems(graphName, problems);
  const order = ordering.order ?? [];
  return { nodes: order.map((index) => nodes[index] as GraphNode), layout: layoutOf(nodes, check.dependencies, order) };
}

function layoutOf(
  nodes: readonly GraphNode[],
  dependencies: readonly (readonly number[])[],
  order: readonly number[],
): GraphLayout {
  const places = new Map<string, number>();
  const placeOf = new Int32Array(order.length);
  for (let place = 0; place < order.length; place++) {
    const index = order[place] as number;
    placeOf[index] = place;
    places.set((nodes[index] as GraphNode).id, place);
  }
  const placed = (index: number): number => placeOf[index] as number;
  const isInPlace = order.every((index, place) => index === place);
  return {
    places,
    dependencies: isInPlace
      ? dependencies
      : order.map((index) => {
          const waitsFor = dependencies[index] as readonly number[];
          return waitsFor.length === 0 ? waitsFor : waitsFor.map(placed);
        }),
  };
}

export interface PipelineProblem extends Problem {
  readonly code: PipelineErrorCode;
}

/** Throws one error for one problem, or PIPE-020 for several; returns when there are none. */
export function throwProblems(graphName: string, problems: readonly PipelineProblem[]): void {
  const [first] = problems;
  if (first === undefined) return;
  if (problems.length === 1) throw new PipelineError({ ...first, problems });
  throw new PipelineError({
    code: "PIPE-020",
    message: `graph ${graphName} has ${problems.length} problems`,
    remedy: "Mend them one by one; all are listed.",
    problems,
  });
}

const NONE: readonly number[] = Object.freeze([]);
const ID = /^[A-Za-z0-9][A-Za-z0-9_@-]*(\/[A-Za-z0-9][A-Za-z0-9_@-]*)*$/;

class Check {
  readonly problems: PipelineProblem[] = [];
  /** By index of the draft: the indices of those that it waits for, each once. */
  readonly dependencies: (readonly number[])[] = [];
  private readonly drafts: readonly NodeDraft[];
  private readonly graphInputs: Ports;
  private readonly indexOf = new Map<string, number>();
  /** Configurations of stages that were given none: one object each, hashed once. */
  private readonly defaults = new Map<AnyStage, Value>();
  /** What the node that is looked at waits for: a list for each would take room for seventeen. */
  private readonly waitsFor: number[] = [];
  private waitsForCount = 0;

  constructor(drafts: readonly NodeDraft[], graphInputs: Ports) {
    this.drafts = drafts;
    this.graphInputs = graphInputs;
    drafts.forEach(({ id }, index) => {
      if (!ID.test(id)) {
        this.report(
          "PIPE-032",
          id,
          `${JSON.stringify(id)} cannot be a node id`,
          "Use letters, digits, hyphens and underscores; / separates scopes.",
        );
      }
      if (this.indexOf.has(id)) this.report("PIPE-021", id, `duplicate node id: ${id}`, "Give one of them another id.");
      else this.indexOf.set(id, index);
    });
  }

  node(draft: NodeDraft): GraphNode {
    const { id, stage, inputs } = draft;
    if (draft.unproven.length > 0) draft.unproven = [];
    this.waitsForCount = 0;
    for (const name in inputs) {
      const source = inputs[name] as Source;
      const path = `${id}.${name}`;
      const target = (stage.inputs as Ports)[name];
      if (target === undefined) {
        this.report(
          "PIPE-025",
          path,
          `stage ${stage.name} has no input ${name}`,
          suggestion(name, Object.keys(stage.inputs), "It has no inputs."),
        );
        continue;
      }
      const isMapped = draft.mapOver.includes(name);
      if (this.isUnproven(source, isMapped ? listOf(target) : target, path)) draft.unproven = [...draft.unproven, name];
      if (source.kind === "value") this.value(source.value, target, isMapped, path);
      this.dependOn(source);
    }
    for (const name in stage.inputs) {
      if (!(name in inputs))
        this.report(
          "PIPE-024",
          `${id}.${name}`,
          `input ${name} of node ${id} (${stage.name}) is not connected`,
          "Wire an output to it, or give a value.",
        );
    }
    for (const needed of draft.after) {
      if (this.indexOf.has(needed)) this.depend(needed);
      else this.missing(needed, `${id}.after`);
    }
    this.dependencies.push(this.distinctDependencies());
    if (!draft.isChecked) draft.config = this.config(draft);
    draft.isChecked = true;
    return draft as GraphNode;
  }

  /** Checks that a source exists; answers its port where it is known. */
  source(source: Source, path: string): Port | undefined {
    switch (source.kind) {
      case "output": {
        const index = this.indexOf.get(source.nodeId);
        if (index === undefined) return this.missing(source.nodeId, path);
        const { stage, mapOver } = this.drafts[index] as NodeDraft;
        const port = (stage.outputs as Ports)[source.port];
        if (port === undefined) {
          this.report(
            "PIPE-022",
            path,
            `node ${source.nodeId} (${stage.name}) has no output ${source.port}`,
            suggestion(source.port, Object.keys(stage.outputs), "It has no outputs."),
          );
          return undefined;
        }
        return mapOver.length > 0 ? listOf(port) : port;
      }
      case "metric":
        return this.indexOf.has(source.nodeId) ? undefined : this.missing(source.nodeId, path);
      case "input": {
        const port = this.graphInputs[source.name];
        if (port === undefined)
          this.report(
            "PIPE-031",
            path,
            `the graph has no input ${source.name}`,
            suggestion(source.name, Object.keys(this.graphInputs), "It has no inputs."),
          );
        return port;
      }
      case "gather": {
        // A place costs a text for each item, and is wanted only where something is wrong.
        const ports = source.items.map((item, index) => this.known(item) ?? this.source(item, `${path}[${index}]`));
        const [first] = ports;
        ports.forEach((port, index) => {
          if (port === first || first === undefined || port === undefined) return;
          const problem = incompatibility(port, first);
          if (problem !== undefined)
            this.report(
              "PIPE-026",
              `${path}[${index}]`,
              `a list cannot gather different things: ${problem}`,
              "Gather outputs of one type and unit.",
            );
        });
        return first === undefined ? undefined : listOf(first);
      }
      case "value":
        return undefined;
      default:
        return source satisfies never;
    }
  }

  /** Reports a wire that cannot be right; answers whether its values must be looked at when they come. */
  private isUnproven(source: Source, to: Port, path: string): boolean {
    const from = this.source(source, path);
    if (source.kind === "metric") {
      const isFit = to.kind === "any" || to.unit === source.unit;
      if (!isFit)
        this.report(
          "PIPE-026",
          path,
          `metric ${source.name} of ${source.nodeId} cannot feed ${path}: ${source.unit} does not fit ${to.unit ?? "no unit"}`,
          "Say the unit in which it is emitted: metricOf(node, name, unit).",
        );
      return true;
    }
    if (from === undefined) return false;
    this.wire(from, to, source, path);
    return from.kind !== to.kind && to.kind !== "any";
  }

  private value(value: Value, target: Port, isMapped: boolean, path: string): void {
    const problem = refuseInput(target, isMapped, value);
    if (problem === undefined) return;
    const wanted = describePort(isMapped ? listOf(target) : target);
    this.report("PIPE-026", path, `the value given for ${path} ${problem}`, `It takes ${wanted}.`);
  }

  private wire(from: Port, to: Port, source: Source, path: string): void {
    const problem = incompatibility(from, to);
    if (problem === undefined) return;
    const origin =
      source.kind === "output"
        ? `${source.nodeId}.${source.port}`
        : source.kind === "input"
          ? `graph input ${source.name}`
          : "the list";
    this.report(
      "PIPE-026",
      path,
      `${origin} cannot feed ${path}: ${problem}`,
      "Convert in a stage of its own, or wire another output.",
    );
  }

  private config({ id, stage, config }: NodeDraft): Value {
    const isEmpty = config === undefined || (isRecord(config) && Object.keys(config).length === 0);
    const shared = isEmpty ? this.defaults.get(stage) : undefined;
    if (shared !== undefined) return shared;
    const parsed = isEmpty && takesNoConfig(stage) ? freeze({}) : this.parse(id, stage, config);
    if (isEmpty) this.defaults.set(stage, parsed);
    return parsed;
  }

  private parse(id: string, stage: AnyStage, config: unknown): Value {
    const result = (stage.config as z.ZodType).safeParse(config ?? {});
    if (!result.success) {
      for (const problem of configProblems(result.error, stage.config, `${id}`)) this.problems.push(problem);
      return null;
    }
    try {
      return freeze(result.data as Value, id);
    } catch (thrown) {
      if (!(thrown instanceof PipelineError)) throw thrown;
      this.report("PIPE-027", thrown.path ?? id, thrown.message, thrown.remedy);
      return null;
    }
  }

  /** The port of an output of a single node, where there is one. */
  private known(source: Source): Port | undefined {
    if (source.kind !== "output") return undefined;
    const index = this.indexOf.get(source.nodeId);
    const draft = index === undefined ? undefined : this.drafts[index];
    return draft === undefined || draft.mapOver.length > 0 ? undefined : (draft.stage.outputs as Ports)[source.port];
  }

  private dependOn(source: Source): void {
    if (source.kind === "output" || source.kind === "metric") this.depend(source.nodeId);
    else if (source.kind === "gather") for (const item of source.items) this.dependOn(item);
  }

  private depend(nodeId: string): void {
    const index = this.indexOf.get(nodeId);
    if (index !== undefined) this.waitsFor[this.waitsForCount++] = index;
  }

  private distinctDependencies(): readonly number[] {
    const { waitsFor, waitsForCount } = this;
    if (waitsForCount === 0) return NONE;
    return waitsForCount === 1 ? [waitsFor[0] as number] : [...new Set(waitsFor.slice(0, waitsForCount))];
  }

  private missing(nodeId: string, path: string): undefined {
    this.report(
      "PIPE-022",
      path,
      `missing dependency ${nodeId} for ${path}`,
      suggestion(nodeId, this.indexOf.keys(), "The graph has no other nodes."),
    );
    return undefined;
  }

  private report(code: PipelineErrorCode, path: string, message: string, remedy: string): void {
    this.problems.push({ code, message, remedy, path });
  }
}

/** What is wrong with a value for an input port, or for a list of them to run over. */
export function refuseInput(port: Port, isMapped: boolean, value: Value): string | undefined {
  if (!isMapped) return port.refuse(value);
  if (!Array.isArray(value)) return "is not a list to run over";
  for (let index = 0; index < value.length; index++) {
    const problem = port.refuse(value[index]);
    if (problem !== undefined) return `has an item ${index} that ${problem}`;
  }
  return undefined;
}

/** A zod error as problems with a place, a reason and a remedy each. */
export function configProblems(error: z.ZodError, schema: unknown, prefix: string): PipelineProblem[] {
  return error.issues.flatMap((issue): PipelineProblem[] => {
    const path = [prefix, ...issue.path.map(String)].join(".");
    if (issue.code === "unrecognized_keys") {
      const known = Object.keys((schema as { shape?: object }).shape ?? {});
      return issue.keys.map((key) => ({
        code: "PIPE-027",
        message: `${prefix} has no setting ${key}`,
        remedy: suggestion(key, known, "It takes no settings."),
        path: `${path}.${key}`,
      }));
    }
    return [
      {
        code: "PIPE-027",
        message: `${path}: ${issue.message}`,
        remedy: "Give a value within its type and bounds.",
        path,
      },
    ];
  });
}

/** "Did you mean …" where something is near, else the list of what there is. */
export function suggestion(name: string, candidates: Iterable<string>, otherwise: string): string {
  const known = [...candidates];
  const near = nearestName(name, known);
  if (near !== undefined) return `Did you mean ${near}?`;
  return known.length === 0
    ? otherwise
    : `There is: ${known.slice(0, 20).join(", ")}${known.length > 20 ? ", …" : ""}.`;
}

function isRecord(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function listOf(item: Port): Port {
  return { kind: `list<${item.kind}>`, unit: item.unit, refuse: () => undefined };
}
