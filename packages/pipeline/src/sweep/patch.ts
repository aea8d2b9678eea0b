import type { z } from "@simloom/units/zod";
import { PipelineError } from "../errors.ts";
import type { Graph } from "../graph/graph.ts";
import type { GraphNode } from "../graph/node.ts";
import { configProblems, suggestion, throwProblems } from "../graph/validate.ts";
import type { RunCase } from "../run/plan.ts";
import { digestOf } from "../value/encode.ts";
import { freeze, type Value } from "../value/value.ts";
import type { Point } from "./expand.ts";

/** A case with the values of a point put in: configurations by `node.path`, and `policy.key`, `seed`, `input.name`. */
export function patchCase(base: RunCase, id: string, point: Point): RunCase {
  let patched: RunCase = { ...base, id };
  const changes = new Map<string, [path: string, value: Value][]>();
  for (const path of Object.keys(point)) {
    const value = point[path] as Value;
    if (path === "seed") patched = { ...patched, seed: seedOf(value) };
    else if (path.startsWith("policy."))
      patched = { ...patched, policy: { ...patched.policy, [path.slice(7)]: value } };
    else if (path.startsWith("input.")) patched = { ...patched, inputs: patchInput(patched, path, value) };
    else {
      const [nodeId = path] = path.split(".", 1);
      const leaf = path.slice(nodeId.length + 1);
      const node = base.graph.nodes.find(({ id }) => id === nodeId);
      if (node === undefined) {
        throw nowhere(
          path,
          `${path} leads nowhere: the graph has no node ${nodeId}`,
          suggestion(
            nodeId,
            base.graph.nodes.map(({ id }) => id),
            "It is empty.",
          ),
        );
      }
      if (leaf === "")
        throw nowhere(
          path,
          `${path} names a node, not one of its settings`,
          suggestion("", settingsOf(node), "It takes no settings."),
        );
      changes.set(nodeId, [...(changes.get(nodeId) ?? []), [leaf, value]]);
    }
  }
  return changes.size === 0 ? patched : { ...patched, graph: patchGraph(base.graph, changes) };
}

function patchGraph(
  graph: Graph,
  changes: ReadonlyMap<string, readonly (readonly [path: string, value: Value])[]>,
): Graph {
  const nodes = graph.nodes.map((node) => {
    const leaves = changes.get(node.id);
    return leaves === undefined ? node : patchNode(graph.name, node, leaves);
  });
  return { ...graph, nodes };
}

/** Goes through the stage's schema again, so a swept value is checked like a written one. */
function patchNode(
  graphName: string,
  node: GraphNode,
  leaves: readonly (readonly [path: string, value: Value])[],
): GraphNode {
  const schema = node.stage.config as z.ZodType;
  checkSecondParse(node, schema);
  let config = node.config;
  for (const [leaf, value] of leaves) {
    const steps = leaf.split(".");
    const isUnset = steps.length === 1 && !Object.hasOwn(config as object, leaf) && settingsOf(node).includes(leaf);
    config = isUnset ? { ...(config as object), [leaf]: value } : setPath(config, steps, value, `${node.id}.${leaf}`);
  }
  const parsed = schema.safeParse(config);
  if (!parsed.success) throwProblems(graphName, configProblems(parsed.error, schema, node.id));
  return { ...node, config: freeze(parsed.data as Value, node.id) };
}

/** Settings that the stage knows, set or not. */
function settingsOf({ stage, config }: GraphNode): readonly string[] {
  return Object.keys((stage.config as { shape?: object }).shape ?? config ?? {});
}

const parsedTwice = new WeakSet<object>();

/** A schema that changes what it has parsed before (`z.number().transform(…)`) would change settings that are not swept. */
function checkSecondParse({ id, stage, config }: GraphNode, schema: z.ZodType): void {
  if (typeof config !== "object" || config === null || parsedTwice.has(config)) return;
  const again = schema.safeParse(config);
  if (!again.success || digestOf(freeze(again.data as Value, id)) !== digestOf(config)) {
    throw new PipelineError({
      code: "PIPE-051",
      message: `the settings of ${id} cannot be swept: the schema of ${stage.name} does not leave alone what it has parsed before`,
      remedy: "Convert in run() instead of in the schema, or let the schema take its own output as it is.",
      path: id,
    });
  }
  parsedTwice.add(config);
}

function patchInput({ inputs }: RunCase, path: string, value: Value): Readonly<Record<string, Value>> {
  const [, name = "", ...rest] = path.split(".");
  return {
    ...inputs,
    [name]: rest.length === 0 ? freeze(value) : freeze(setPath(inputs[name] ?? null, rest, value, path)),
  };
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
      throw nowhere(
        whole,
        `${whole} asks for item ${step} of a list of ${tree.length}`,
        `Use 0 to ${tree.length - 1}.`,
      );
    }
    return tree.map((item: Value, at) => (at === index ? setPath(item, rest, value, whole) : item));
  }
  if (typeof tree !== "object" || tree === null || Object.getPrototypeOf(tree) !== Object.prototype) {
    throw nowhere(whole, `${whole} goes below a leaf at ${step}`, "Shorten the path.");
  }
  const record = tree as Readonly<Record<string, Value>>;
  if (!Object.hasOwn(record, step))
    throw nowhere(
      whole,
      `${whole} leads nowhere: there is no ${step}`,
      suggestion(step, Object.keys(record), "There is nothing below."),
    );
  return { ...record, [step]: setPath(record[step] as Value, rest, value, whole) };
}

function seedOf(value: Value): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw new PipelineError({
    code: "PIPE-051",
    message: `${String(value)} is not a seed`,
    remedy: "Use whole numbers from 0 on.",
    path: "seed",
  });
}

function nowhere(path: string, message: string, remedy: string): PipelineError {
  return new PipelineError({ code: "PIPE-050", message, remedy, path });
}
