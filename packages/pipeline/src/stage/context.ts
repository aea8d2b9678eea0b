import type { RandomStream } from "@simloom/numerics/random";
import type { Value } from "../value/value.ts";
import type { ArtifactContent } from "./artifact.ts";
import type { ItemFunction } from "./item-function.ts";

/** What a stage asks of the scheduler while it runs. */
export interface Resources {
  /** Processor slots. Default 1. */
  readonly cpu?: number;
  /** Memory granted in MiB; a worker that outgrows it is stopped. Default: no limit. */
  readonly memoryMb?: number;
  /** Number of GPU devices; the devices assigned stand in `context.grant.gpus`. Default 0. */
  readonly gpu?: number;
  /** Named counters such as licences. */
  readonly counters?: Readonly<Record<string, number>>;
}

/** What a stage was granted. */
export interface Grant {
  readonly cpu: number;
  readonly memoryMb: number | undefined;
  readonly gpus: readonly string[];
}

/** Reads one policy key; keys that the stage did not declare are refused. */
export type PolicyReader<P extends string> = (key: P) => Value | undefined;

/**
 * A finite number with its unit, or a series of them. The series of a map has NaN for an item that emitted none; in JSON
 * that is null.
 */
export interface Metric {
  readonly unit: string;
  readonly value?: number;
  readonly values?: readonly number[];
}

/** All that a stage sees: its inputs and the ways to say something. There is no clock, no file and no network. */
export interface StageContext<C, I, P extends string, R extends string> {
  readonly config: C;
  readonly inputs: I;
  /**
   * The stream of that name for this node and run seed; the same on every machine and in every order of execution.
   * Asking twice goes on with the same stream.
   */
  random(name: R): RandomStream;
  readonly policy: PolicyReader<P>;
  /** Work done so far, between 0 and 1, with a word on what is going on. Never part of a result. */
  progress(fraction: number, note?: string): void;
  /** Aborted when the run is cancelled or the attempt runs out of time. Long loops look at it. */
  readonly signal: AbortSignal;
  /** Emits a finite number, or a series of them, with a unit. Stored with the result, so that a warm run returns it too. */
  metric(name: string, value: number | readonly number[], unit?: string): void;
  /** Emits a plot, a table, a document or an array. Stored with the result. */
  artifact(name: string, content: ArtifactContent): void;
  /** A line for the event log; not part of the result. */
  log(message: string): void;
  /** A remark that the user must read; stored with the result, so that a warm run shows it too. */
  warn(message: string): void;
  /**
   * Applies a pure function to each item, on this thread and on workers that nobody else waits for. Results stand in the
   * order of the items and are the same on any number of workers. `shared` is handed to every call.
   *
   * Errors: PIPE-018 with the index of the first item that failed; PIPE-001 for what is no value.
   */
  map<T extends Value, U extends Value, S extends Value>(
    items: readonly T[],
    apply: ItemFunction<T, U, S>,
    ...shared: S extends null ? readonly [] : readonly [shared: S]
  ): Promise<readonly U[]>;
  readonly grant: Grant;
  readonly arithmetic: "strict" | "fast";
}
