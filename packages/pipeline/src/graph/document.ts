import { z } from "@simloom/units/zod";
import { PipelineError } from "../errors.ts";
import { noRetry } from "../schedule/retry.ts";
import type { Resources } from "../stage/context.ts";
import type { Port, Ports } from "../stage/port.ts";
import type { AnyStage } from "../stage/stage.ts";
import { freeze, type Value } from "../value/value.ts";
import { assembleGraph, type Graph } from "./graph.ts";
import type { NodeDraft } from "./node.ts";
import type { Policy } from "./policy.ts";
import { configProblems, type PipelineProblem, suggestion, throwProblems } from "./validate.ts";
import type { Source } from "./wire.ts";

const reference = z.string().regex(/^[^.\s]+\.[^\s]+$/, "must be node.output, for example span.field");
const inputDocument = z.union([
  reference,
  z.strictObject({ value: z.unknown() }),
  z.strictObject({ input: z.string().min(1) }),
  z.strictObject({ gather: z.array(reference).min(1) }),
  z.strictObject({ each: reference }),
]);

/** The schema of a graph file. */
export const graphDocumentSchema = z.strictObject({
  graph: z.string().min(1).meta({ description: "Name of the graph." }),
  stages: z
    .array(z.string())
    .default([])
    .meta({ description: "Modules whose exported stages may be used: simloom/fiber, ./stages.ts." }),
  nodes: z.record(
    z.string(),
    z.strictObject({
      stage: z.string(),
      label: z.string().optional(),
      config: z.record(z.string(), z.unknown()).default({}),
      inputs: z.record(z.string(), inputDocument).default({}),
      after: z.array(z.string()).default([]),
      stream: z.string().optional(),
      policy: z
        .record(z.string(), z.unknown())
        .optional()
        .meta({ description: "Settings of this node; they go before those of the run." }),
      priority: z.number().optional().meta({ description: "Higher ones start first. Default 0." }),
      maxAttempts: z
        .int()
        .min(1)
        .optional()
        .meta({ description: "Attempts in all; what is left out comes from the run." }),
      timeoutMs: z.number().positive().optional().meta({ description: "Time of one attempt." }),
      deadlineMs: z.number().positive().optional().meta({ description: "Time of all attempts and pauses together." }),
      backoff: z
        .strictObject({
          initialMs: z.number().min(0).default(noRetry.backoff.initialMs),
          factor: z.number().min(1).default(noRetry.backoff.factor),
          maxMs: z.number().min(0).default(noRetry.backoff.maxMs),
          jitterFraction: z.number().min(0).max(1).default(noRetry.backoff.jitterFraction),
        })
        .optional()
        .meta({ description: "Pause before the second attempt, and how it grows." }),
      retryOn: z
        .array(z.string())
        .optional()
        .meta({ description: "Codes such as PIPE-041, or kinds such as timeout, worth another attempt." }),
      resources: z
        .strictObject({
          cpu: z.number().positive().optional(),
          memoryMb: z.number().positive().optional().meta({ unit: "MiB" }),
          gpu: z.int().min(0).optional(),
          counters: z.record(z.string(), z.number().min(0)).optional(),
        })
        .optional()
        .meta({ description: "What the node asks for, in place of what its stage asks for." }),
    }),
  ),
  inputs: z
    .record(z.string(), z.unknown())
    .default({})
    .meta({ description: "Values of the graph's inputs, which nodes take by { input: name }; a run may give others." }),
  outputs: z.record(z.string(), reference).default({}),
  policy: z.record(z.string(), z.unknown()).default({}).meta({ description: "Settings for all nodes that read them." }),
});

export type GraphDocument = z.output<typeof graphDocumentSchema>;

/** True for documents that mean to be a graph file. */
export function looksLikeGraphDocument(document: unknown): boolean {
  return typeof document === "object" && document !== null && "graph" in document && "nodes" in document;
}

/** Checks the form of a graph file. Errors: PIPE-020 or PIPE-027 with all problems. */
export function parseGraphDocument(document: unknown): GraphDocument {
  const parsed = graphDocumentSchema.safeParse(document);
  if (parsed.success) return parsed.data;
  throwProblems("file", configProblems(parsed.error, graphDocumentSchema, "graph"));
  throw parsed.error;
}

/** Makes a graph of a file, with stages found by name. Errors: all problems of wiring and configuration at once. */
export function graphFromDocument(document: GraphDocument, stages: ReadonlyMap<string, AnyStage>): Graph {
  const problems: PipelineProblem[] = [];
  const drafts: NodeDraft[] = [];
  const ports: Record<string, Port> = {};
  for (const [id, node] of Object.entries(document.nodes)) {
    const stage = stages.get(node.stage);
    if (stage === undefined) {
      problems.push({
        code: "PIPE-033",
        message: `node ${id} names the stage ${node.stage}, which no module of this graph exports`,
        remedy: suggestion(node.stage, stages.keys(), "List the module that exports it under stages:."),
        path: `nodes.${id}.stage`,
      });
      continue;
    }
    const inputs: Record<string, Source> = {};
    const mapOver: string[] = [];
    for (const [port, given] of Object.entries(node.inputs)) {
      inputs[port] = sourceOf(given);
      if (typeof given === "object" && "each" in given) mapOver.push(port);
      const taken = (stage.inputs as Ports)[port];
      if (typeof given === "object" && "input" in given && taken !== undefined) ports[given.input] ??= taken;
    }
    const { maxAttempts, timeoutMs, deadlineMs, backoff, retryOn } = node;
    const retry = given({ maxAttempts, timeoutMs, deadlineMs, backoff, retryOn });
    drafts.push({
      id,
      label: node.label,
      stage,
      config: node.config,
      inputs,
      mapOver,
      after: node.after,
      retry: Object.keys(retry).length === 0 ? undefined : retry,
      resources: node.resources === undefined ? undefined : (given(node.resources) as Resources),
      stream: node.stream,
      policy: node.policy === undefined ? undefined : freeze(node.policy as Policy, `nodes.${id}.policy`),
      priority: node.priority ?? 0,
      isChecked: false,
      unproven: [],
    });
  }
  for (const name of Object.keys(document.inputs)) {
    if (Object.hasOwn(ports, name)) continue;
    const remedy = suggestion(name, Object.keys(ports), "Let a node take it by { input: name }, or leave it out.");
    problems.push({ code: "PIPE-031", message: `no node takes the input ${name}`, remedy, path: `inputs.${name}` });
  }
  throwProblems(document.graph, problems);
  const sources = Object.fromEntries(
    Object.entries(document.outputs).map(([name, from]) => [name, outputSource(from)]),
  );
  const policy = document.policy as Policy;
  return assembleGraph(document.graph, drafts, ports, portsOf(sources, drafts), sources, policy);
}

/** What a record really says: its members that are not left out. */
function given<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

type InputDocument = z.output<typeof inputDocument>;

function sourceOf(given: InputDocument): Source {
  if (typeof given === "string") return outputSource(given);
  if ("each" in given) return outputSource(given.each);
  if ("input" in given) return { kind: "input", name: given.input };
  if ("gather" in given) return { kind: "gather", items: given.gather.map(outputSource) };
  return { kind: "value", value: freeze(given.value as Value) };
}

function outputSource(text: string): Source {
  const dot = text.lastIndexOf(".");
  return { kind: "output", nodeId: text.slice(0, dot), port: text.slice(dot + 1) };
}

function portsOf(sources: Readonly<Record<string, Source>>, drafts: readonly NodeDraft[]): Ports {
  const byId = new Map(drafts.map((draft) => [draft.id, draft]));
  return Object.fromEntries(
    Object.entries(sources).flatMap(([name, source]) => {
      const port =
        source.kind === "output"
          ? (byId.get(source.nodeId)?.stage.outputs as Ports | undefined)?.[source.port]
          : undefined;
      return port === undefined ? [] : [[name, port]];
    }),
  );
}

/** Collects the stages that modules export, by name. Errors: PIPE-033 when two different stages share a name. */
export function stagesOf(
  modules: Iterable<Readonly<Record<string, unknown>>>,
  isStage: (value: unknown) => value is AnyStage,
): ReadonlyMap<string, AnyStage> {
  const stages = new Map<string, AnyStage>();
  for (const module of modules) {
    for (const exported of Object.values(module)) {
      if (!isStage(exported)) continue;
      const known = stages.get(exported.name);
      if (known !== undefined && known !== exported) {
        throw new PipelineError({
          code: "PIPE-033",
          message: `two different stages are called ${exported.name}`,
          remedy: "Rename one, or list only one of the modules.",
        });
      }
      stages.set(exported.name, exported);
    }
  }
  return stages;
}
