/**
 * What a node reads: its input values, and their names by content. Values come from memory, from the store, or, when the
 * store lost them, from computing them again. Names by content need no values where digests are known.
 */
import { PipelineError } from "../errors.ts";
import { refuseInput, suggestion } from "../graph/validate.ts";
import type { Source } from "../graph/wire.ts";
import { isValue, keyOfParts } from "../key/preimage.ts";
import type { Metric } from "../stage/context.ts";
import type { Port, Ports } from "../stage/port.ts";
import type { MaybePromise, Store } from "../store/store.ts";
import type { Digest } from "../value/digest.ts";
import { freeze, type Value } from "../value/value.ts";
import { loadOutputs, whenReady } from "./kept.ts";
import type { LiveResults } from "./live.ts";
import { NO_METRICS, type NodeOutcome } from "./outcome.ts";
import type { OutputDigests } from "./output-digests.ts";
import { indexIn, type Plan, type PlannedNode, preimageOf } from "./plan.ts";

type Outputs = Readonly<Record<string, Value>>;

/** What reading needs to see of a run. */
export interface RunState {
  readonly plan: Plan;
  readonly store: Store | undefined;
  readonly live: LiveResults;
  readonly outcomes: readonly (NodeOutcome | undefined)[];
  readonly digests: OutputDigests;
  /** Computes a finished node once more. */
  computeAgain(index: number): Promise<Outputs>;
}

/** Reads for the nodes of one run. */
export class Inputs {
  private readonly state: RunState;

  constructor(state: RunState) {
    this.state = state;
  }

  /** The values of all inputs. Errors: PIPE-026 where a wire did not prove its type and the value is another. */
  collect(planned: PlannedNode): MaybePromise<Outputs> {
    const { node } = planned;
    const inputs: Record<string, Value> = {};
    let pending: Promise<void>[] | undefined;
    for (const port in node.inputs) {
      const value = this.resolve(planned, node.inputs[port] as Source);
      if (value instanceof Promise) {
        pending ??= [];
        pending.push(
          value.then((settled) => {
            inputs[port] = settled;
          }),
        );
        inputs[port] = null;
      } else inputs[port] = value;
    }
    if (pending !== undefined) return Promise.all(pending).then(() => proven(planned, inputs));
    return node.unproven.length === 0 ? inputs : proven(planned, inputs);
  }

  /** The key of a node by what its inputs are. */
  contentKeyOf(planned: PlannedNode): Digest {
    return keyOfParts(planned.settings, this.preimageOf(planned));
  }

  /** The pre-image of that key. */
  preimageOf(planned: PlannedNode): ReturnType<typeof preimageOf> {
    return preimageOf(planned, this.state.plan.arithmetic, (source) => this.name(planned, source));
  }

  private resolve(planned: PlannedNode, source: Source): MaybePromise<Value> {
    switch (source.kind) {
      case "output":
        return whenReady(
          this.outputsOf(this.indexOf(planned, source.nodeId)),
          (outputs) => outputs[source.port] as Value,
        );
      case "metric":
        return this.metricOf(planned, source);
      case "input":
        return planned.case.inputs[source.name] as Value;
      case "value":
        return source.value;
      case "gather": {
        const items = source.items.map((item) => this.resolve(planned, item));
        return items.some((item) => item instanceof Promise)
          ? Promise.all(items).then((settled) => freeze(settled))
          : freeze(items as Value[]);
      }
      default:
        return source satisfies never;
    }
  }

  private name(planned: PlannedNode, source: Source): string {
    switch (source.kind) {
      case "output": {
        const index = this.indexOf(planned, source.nodeId);
        const digest = this.state.digests.at(index, source.port);
        if (digest !== undefined) return `is ${digest}`;
        return isValue(
          this.state.live.get((this.state.plan.nodes[index] as PlannedNode).first)?.[source.port] as Value,
        );
      }
      case "metric":
        return isValue(this.metricOf(planned, source));
      case "input":
        return isValue(planned.case.inputs[source.name] as Value);
      case "value":
        return isValue(source.value);
      case "gather":
        return `[${source.items.map((item) => this.name(planned, item)).join(", ")}]`;
      default:
        return source satisfies never;
    }
  }

  private outputsOf(index: number): MaybePromise<Outputs> {
    const { plan, live, outcomes, store } = this.state;
    const { first } = plan.nodes[index] as PlannedNode;
    const held = live.get(first);
    if (held !== undefined) return held;
    const entry = outcomes[first]?.entry;
    if (entry === undefined || store === undefined) return this.state.computeAgain(first);
    try {
      const loaded = loadOutputs(store, entry);
      if (!(loaded instanceof Promise)) return live.holdAgain(first, loaded);
      return loaded.then(
        (outputs) => live.holdAgain(first, outputs),
        () => this.state.computeAgain(first),
      );
    } catch {
      return this.state.computeAgain(first);
    }
  }

  private metricOf(planned: PlannedNode, { nodeId, name, unit }: Extract<Source, { kind: "metric" }>): Value {
    const metrics = this.state.outcomes[this.indexOf(planned, nodeId)]?.metrics ?? NO_METRICS;
    const metric = Object.hasOwn(metrics, name) ? (metrics[name] as Metric) : undefined;
    const missing = metric?.values?.filter(Number.isNaN).length ?? 0;
    if (metric !== undefined && metric.unit === unit && missing === 0)
      return freeze(metric.value ?? metric.values ?? []);
    if (metric !== undefined && metric.unit === unit) {
      const lack = `${missing} of ${metric.values?.length} items of ${nodeId} emitted no metric ${name}`;
      throw misfit(planned, lack, "Emit it for every item, or hand the figure on as an output.");
    }
    const what =
      metric === undefined ? `emitted no metric ${name}` : `emitted ${name} in ${metric.unit}, not in ${unit}`;
    throw misfit(planned, `node ${nodeId} ${what}`, suggestion(name, Object.keys(metrics), "It emits no metrics."));
  }

  private indexOf(planned: PlannedNode, nodeId: string): number {
    return indexIn(this.state.plan, planned.case, nodeId);
  }
}

function proven(planned: PlannedNode, inputs: Outputs): Outputs {
  const { stage, mapOver, unproven } = planned.node;
  for (const name of unproven) {
    const port = (stage.inputs as Ports)[name] as Port;
    const problem = refuseInput(port, mapOver.includes(name), inputs[name] as Value);
    if (problem !== undefined)
      throw misfit(
        planned,
        `what comes for ${planned.id}.${name} ${problem}`,
        "Give the output it comes from a port of its type.",
      );
  }
  return inputs;
}

function misfit({ id }: PlannedNode, message: string, remedy: string): PipelineError {
  return new PipelineError({ code: "PIPE-026", message, remedy, path: id });
}
