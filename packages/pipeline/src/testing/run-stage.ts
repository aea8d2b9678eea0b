import { SimloomError } from "@simloom/units";
import type { z } from "@simloom/units/zod";
import { graphOfStage } from "../graph/graph.ts";
import type { MetricValue } from "../run/result.ts";
import { run } from "../run/run.ts";
import type { Clock } from "../schedule/clock.ts";
import { inlineScheduler } from "../schedule/inline.ts";
import type { Artifact } from "../stage/artifact.ts";
import type { Resources } from "../stage/context.ts";
import type { Ports, ValuesOf } from "../stage/port.ts";
import type { AnyStage, Stage } from "../stage/stage.ts";
import type { Value } from "../value/value.ts";
import { naming } from "./purity-traps.ts";

/** What a stage is run with, beside configuration and inputs. */
export interface StageRunOptions {
  /** Run seed. Default 0. */
  readonly seed?: number;
  /** Policy pairs; keys that the stage does not declare are PIPE-030. */
  readonly policy?: Readonly<Record<string, Value>>;
  readonly arithmetic?: "strict" | "fast";
  /** What the stage may be granted. Default: 64 processors, two GPUs named "0" and "1". */
  readonly capacity?: Pick<Resources, "cpu" | "memoryMb" | "counters"> & { readonly gpus?: readonly string[] };
  readonly signal?: AbortSignal;
}

/** Everything that a stage said. */
export interface StageRun<O extends Ports> {
  readonly outputs: ValuesOf<O>;
  /** Metrics by their own names. */
  readonly metrics: Readonly<Record<string, MetricValue>>;
  readonly artifacts: readonly Artifact[];
  readonly warnings: readonly string[];
  readonly logs: readonly string[];
  readonly progress: readonly { readonly fraction: number; readonly note?: string }[];
  /** Key of the node. */
  readonly key: string;
}

/** Time that stands still, with real timers: the house looks at no clock, so that the traps stay quiet about it. */
export const stillClock: Clock = {
  now: () => 0,
  epochMs: () => 0,
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

/**
 * Runs one stage as a graph would: configuration parsed, inputs checked and frozen, outputs checked, streams seeded as for
 * the first node of its kind. Errors: whatever the stage fails with, by its own code; PIPE-027, PIPE-031, PIPE-034.
 */
export async function runStage<
  C extends z.ZodType,
  I extends Ports,
  O extends Ports,
  P extends string,
  R extends string,
>(
  stage: Stage<C, I, O, P, R>,
  config: z.input<C>,
  inputs: ValuesOf<I>,
  options: StageRunOptions = {},
): Promise<StageRun<O>> {
  const { capacity, ...rest } = options;
  const logs: string[] = [];
  const progress: StageRun<O>["progress"][number][] = [];
  const scheduler = inlineScheduler({ cpu: 64, gpus: ["0", "1"], ...capacity, clock: stillClock });
  const result = await naming(stage.name, () =>
    run(graphOfStage(stage as unknown as AnyStage, config), {
      ...rest,
      inputs: inputs as Readonly<Record<string, Value>>,
      scheduler,
      clock: stillClock,
      failureMode: "collect",
      onEvent(event) {
        if (event.type === "log") logs.push(event.message);
        else if (event.type === "progress")
          progress.push({ fraction: event.fraction, ...(event.note === undefined ? {} : { note: event.note }) });
      },
    }),
  );
  const [node] = result.nodes;
  if (node?.failure !== undefined) {
    const { code, message, remedy } = node.failure;
    throw new SimloomError({ code, message, remedy, path: stage.name });
  }
  const outputs: Record<string, Value> = {};
  for (const port in stage.outputs) outputs[port] = await result.output(port);
  const prefix = `${node?.id}.`.length;
  return {
    outputs: outputs as ValuesOf<O>,
    metrics: Object.fromEntries(Object.entries(result.metrics).map(([name, metric]) => [name.slice(prefix), metric])),
    artifacts: await Promise.all(result.artifacts.map((artifact) => artifact.load())),
    warnings: node?.warnings ?? [],
    logs,
    progress,
    key: node?.key ?? "",
  };
}
