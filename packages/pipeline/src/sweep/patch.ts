import type { z } from "zod";
import { PipelineError } from "../errors.ts";
import type { Graph } from "../graph/graph.ts";
import type { GraphNode } from "../graph/node.ts";
import { configProblems, suggestion, throwProblems } from "../graph/validate.ts";
import type { RunCase } from "../run/plan.ts";
import { freeze, type Value } from "../value/value.ts";
import type { Point } from "./expand.ts";

/** A case with the values of a point put in: configurations by `node.path`, and `policy.key`, `seed`, `input.name`. */
export function patchCase(base: RunCase, id: string, point: Point): RunCase {
  let patched: RunCase = { ...base, id };
  const changes = new Map<string, [path: string, value: Value][]>();
  for (const path of Object.keys(point)) {
    const value = point[path] as Value;
    if (path === "seed") patched = { ...patched, seed: seedOf(value) };
    else if (path.startsWith("policy.")) patched = { ...patched, policy: { ...patched.policy, [path.slice(7)]: value } };
    else if (path.startsWith("input.")) patched = { ...patched, inputs: patchInput(patched, path, value) };
    else {
      const nodeId = path.slice(0, path.indexOf("."));
      const leaf = path.slice(nodeId.length + 1);
      if (!base.graph.nodes.some((node) => node.id === nodeId)) {
        throw nowhere(path, `the graph has no node ${nodeId || path}`, suggestion(nodeId, base.graph.nodes.map((node) => node.id), "It is empty."));
      }
      changes.set(nodeId, [...(changes.get(nodeId) ?? []), [leaf, value]]);
    }
  }
  return changes.size === 0 ? patched : { ...patched, graph: patchGraph(base.graph, changes) };
}

function patchGraph(graph: Graph, changes: ReadonlyMap<string, readonly (readonly [path: string, value: Value])[]>): Graph {
  const nodes = graph.nodes.map((node) => {
    const leaves = changes.get(node.id);
    return leaves === undefined ? node : patchNode(graph.name, node, leaves);
  });
  return { ...graph, nodes };
}

/** Goes through the stage's schema again, so a swept value is checked like a written one. */
function patchNode(graphName: string, node: GraphNode, leaves: readonly (readonly [path: string, value: Value])[]): GraphNode {
  let config = node.config;
  for (const [leaf, value] of leaves) config = setPath(config, leaf.split("."), value, `${node.id}.${leaf}`);
  const parsed = (node.stage.config as z.ZodType).safeParse(config);
  if (!parsed.success) throwProblems(graphName, configProblems(parsed.error, node.stage.config, node.id));
  return { ...node, config: freeze(parsed.data as Value) };
}

function patchInput({ inputs }: RunCase, path: string, value: Value): Readonly<Record<string, Value>> {
  const [, name = "", ...rest] = path.split(".");
  return { ...inputs, [name]: rest.length === 0 ? freeze(value) : freeze(setPath(inputs[name] ?? null, rest, value, path)) };
}

/**
 * A copy of `tree` with the leaf at `path` replaced. Every step must exist: a misspelt path is an error, never a new key.
 * List items are addressed by number.
 */
export function setPath(tree: Value, path: readonly string[], value: Value, whole: string): Value {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (Array.isArray(tree)) {
    const index = Number(step);
    if (!Number.isInteger(index) || index < 0 || index >= tree.length) {
      throw nowhere(whole, `${whole} asks for item ${step} of a list of ${tree.length}`, `Use 0 to ${tree.length - 1}.`);
    }
    return tree.map((item: Value, at) => (at === index ? setPath(item, rest, value, whole) : item));
  }
  if (typeof tree !== "object" || tree === null || Object.getPrototypeOf(tree) !== Object.prototype) {
    throw nowhere(whole, `${whole} goes below a leaf at ${step}`, "Shorten the path.");
  }
  const record = tree as Readonly<Record<string, Value>>;
  if (!(step in record)) throw nowhere(whole, `${whole} leads nowhere: there is no ${step}`, suggestion(step, Object.keys(record), "There is nothing below."));
  return { ...record, [step]: setPath(record[step] as Value, rest, value, whole) };
}

function seedOf(value: Value): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw new PipelineError({ code: "PIPE-051", message: `${String(value)} is not a seed`, remedy: "Use whole numbers from 0 on.", path: "seed" });
}

function nowhere(path: string, message: string, remedy: string): PipelineError {
  return new PipelineError({ code: "PIPE-050", message, remedy, path });
}
