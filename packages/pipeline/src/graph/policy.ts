/**
 * Settings in layers: what a graph says for all its nodes, then the run, then a node for itself; the later goes before the
 * earlier. What a graph says as part of a larger one is its default there: the larger graph goes before it.
 */
import { PipelineError } from "../errors.ts";
import type { AnyStage } from "../stage/stage.ts";
import { freeze, type Value } from "../value/value.ts";
import type { Graph } from "./graph.ts";
import type { NodeDraft, NodeOptions } from "./node.ts";
import { type PipelineProblem, suggestion } from "./validate.ts";

/** Policy pairs by key. */
export type Policy = Readonly<Record<string, Value>>;

/** Who set a policy key, from the weakest to the strongest. What nobody sets is the stage's own affair. */
export type PolicyLayer = "graph" | "run" | "node";

/** The policy pairs that a stage declares and somebody set, and who set each. */
export interface PolicyInForce {
  readonly values: Policy;
  readonly layers: Readonly<Record<string, PolicyLayer>>;
}

const NOTHING: PolicyInForce = Object.freeze({ values: Object.freeze({}), layers: Object.freeze({}) });

/** What a node reads, in the order in which its stage declares the keys. */
export function policyInForce(
  node: Pick<NodeDraft, "stage" | "policy" | "partPolicy">,
  graphPolicy: Policy,
  runPolicy: Policy,
): PolicyInForce {
  const declared = (node.stage as AnyStage).policy as readonly string[];
  if (declared.length === 0) return NOTHING;
  const values: Record<string, Value> = {};
  const layers: Record<string, PolicyLayer> = {};
  const sources: readonly (readonly [PolicyLayer, Policy | undefined])[] = [
    ["node", node.policy],
    ["run", runPolicy],
    ["graph", graphPolicy],
    ["graph", node.partPolicy],
  ];
  for (const key of declared) {
    const found = sources.find(([, policy]) => policy !== undefined && Object.hasOwn(policy, key));
    if (found === undefined) continue;
    values[key] = found[1]?.[key] as Value;
    layers[key] = found[0];
  }
  return { values, layers };
}

/**
 * How the nodes of a part take along its policy, and what was said where it was added: that stands below a node's own.
 * Errors: PIPE-030 for a key that no stage of the part reads.
 */
export function placePolicy(
  part: Graph,
  options: NodeOptions,
): (node: NodeDraft) => Required<Pick<NodeDraft, "policy" | "partPolicy" | "priority">> {
  if (options.policy !== undefined) {
    const declared = new Set<string>(part.nodes.flatMap(({ stage }) => stage.policy as readonly string[]));
    for (const key of Object.keys(options.policy))
      if (!declared.has(key)) throw new PipelineError(unread(`no stage of ${part.name}`, key, "", declared));
  }
  const hasOwn = Object.keys(part.policy).length > 0;
  const inherited = new Map<Policy | undefined, Policy | undefined>();
  const partPolicyOf = (earlier: Policy | undefined): Policy | undefined => {
    if (!hasOwn) return earlier;
    if (!inherited.has(earlier)) inherited.set(earlier, freeze({ ...earlier, ...part.policy }, "policy"));
    return inherited.get(earlier);
  };
  return ({ stage, policy, partPolicy, priority = 0 }) => {
    const given = options.policy === undefined ? {} : declaredOf(stage, options.policy);
    const isGiven = Object.keys(given).length > 0;
    return {
      policy: isGiven ? freeze({ ...given, ...policy }, "policy") : policy,
      partPolicy: partPolicyOf(partPolicy),
      priority: priority + (options.priority ?? 0),
    };
  };
}

/** Policy that would have no effect, and priorities that are none. */
export function policyProblems(drafts: readonly NodeDraft[], graphPolicy: Policy): readonly PipelineProblem[] {
  const problems: PipelineProblem[] = [];
  const given = Object.keys(graphPolicy);
  if (given.length > 0) {
    const declared = new Set<string>(drafts.flatMap(({ stage }) => stage.policy as readonly string[]));
    for (const key of given) if (!declared.has(key)) problems.push(unread("no stage of the graph", key, "", declared));
  }
  for (const { id, stage, policy, priority = 0 } of drafts) {
    for (const key in policy)
      if (!stage.policy.includes(key))
        problems.push(unread(`stage ${stage.name} of node ${id}`, key, `${id}.`, stage.policy));
    if (!Number.isFinite(priority)) {
      problems.push({
        code: "PIPE-034",
        message: `${priority} is no priority for node ${id}`,
        remedy: "Give a finite number; higher ones go first, the default is 0.",
        path: `${id}.priority`,
      });
    }
  }
  return problems;
}

/** The problem of a key that is set and never read. */
export function unread(who: string, key: string, place: string, declared: Iterable<string>): PipelineProblem {
  return {
    code: "PIPE-030",
    message: `${who}${who.startsWith("no ") ? " reads" : " does not read"} the policy key ${key}`,
    remedy: suggestion(
      key,
      declared,
      who.startsWith("no ") ? "The stages of this graph read no policy at all." : "It reads no policy.",
    ),
    path: `${place}policy.${key}`,
  };
}

function declaredOf(stage: AnyStage, policy: Policy): Record<string, Value> {
  const found: Record<string, Value> = {};
  for (const key of stage.policy as readonly string[])
    if (Object.hasOwn(policy, key)) found[key] = policy[key] as Value;
  return found;
}
