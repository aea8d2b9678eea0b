import type { RetryPolicy } from "../schedule/retry.ts";
import type { Resources } from "../stage/context.ts";
import type { AnyStage } from "../stage/stage.ts";
import type { Value } from "../value/value.ts";
import type { NodeHandle, Source } from "./wire.ts";

/** What may be said about a node beside its stage, configuration and wires. Of it only `stream` and `policy` enter the key. */
export interface NodeOptions {
  /** Id within the graph. Default: the last part of the stage's name, with `-2`, `-3`, … from the second on. */
  readonly id?: string;
  /** A name for people, in drawings and reports. */
  readonly label?: string;
  /** Nodes that must have finished before, though no value comes from them. */
  readonly after?: readonly NodeHandle[];
  /** Attempts, time limits and back-off of this node; what is left out comes from the run. */
  readonly retry?: Partial<RetryPolicy>;
  /** Overrides what the stage asks for. */
  readonly resources?: Resources;
  /** Identity of the node's random streams. Default: stage name and the node's rank among the nodes of that stage. */
  readonly stream?: string;
  /** Policy of this node alone; it goes before that of the run and of the graph. */
  readonly policy?: Readonly<Record<string, Value>>;
  /**
   * Nodes of higher priority start first where several may, and what they wait for with them. Any finite number; default 0.
   * Has no influence on results.
   */
  readonly priority?: number;
}

/** A node before it is checked, as builders and graph documents give it. */
export interface NodeDraft {
  readonly id: string;
  readonly label: string | undefined;
  readonly stage: AnyStage;
  /** As given; replaced by the parsed one when the graph is checked. */
  config: unknown;
  readonly inputs: Readonly<Record<string, Source>>;
  readonly mapOver: readonly string[];
  readonly after: readonly string[];
  readonly retry: Partial<RetryPolicy> | undefined;
  readonly resources: Resources | undefined;
  readonly stream: string | undefined;
  /** What the node says itself, and what the graphs say that it came in with as a part. */
  readonly policy?: Readonly<Record<string, Value>> | undefined;
  readonly partPolicy?: Readonly<Record<string, Value>> | undefined;
  readonly priority?: number;
  /** True once the configuration is parsed: it is not parsed a second time when the node becomes part of a larger graph. */
  isChecked: boolean;
  /** Inputs whose wires say less than the ports ask (any type, any rank, a metric): their values are checked as they come. */
  unproven: readonly string[];
}

/** A checked node: the configuration is parsed, complete with defaults, and frozen. */
export interface GraphNode extends Omit<NodeDraft, "config"> {
  readonly config: Value;
}
