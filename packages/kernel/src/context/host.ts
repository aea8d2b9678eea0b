import type { WasmMemory, WasmModule } from "@simloom/numerics";
import type { Program } from "../program/program.ts";
import type { ColumnFormat } from "../wasm/layout.ts";
import type { ResidentData, SharedInputs } from "./checked-kernel.ts";
import type { NamedColumn } from "./data-columns.ts";

/** Code that several threads run on one memory; `scratch` holds the address of working memory of each worker. */
export type TeamCode =
  | {
      readonly kind: "wasm";
      readonly module: WasmModule;
      readonly memory: WasmMemory;
      /** Where the words of each call that can be under way stand: shifts of the layout. */
      readonly calls: readonly number[];
      readonly scratch: readonly number[];
    }
  | {
      readonly kind: "native";
      readonly file: string;
      /** File of the module that opens libraries, for threads that start from a text. */
      readonly loader: string;
      /** Addresses of the words of each call that can be under way. */
      readonly calls: readonly bigint[];
      readonly scratch: readonly bigint[];
    };

/** Threads that share the blocks of a call with the one that calls. */
export interface ThreadTeam {
  /** Threads that were started; memory is laid out for as many. */
  readonly workers: number;
  /** Threads that run. */
  readonly alive: number;
  /** Makes code known to the workers; gives the number under which it runs. */
  load(code: TeamCode): number;
  unload(id: number): void;
  /** Computes blocks 0 to `blocks` - 1 of so many calls, on this thread by `compute`; returns when all are done. */
  run(id: number, calls: number, blocks: number, compute: (call: number, block: number) => void): void;
  /** Ends the threads; those that are shared end with their last user. */
  release(): void;
}

/** Native code for programs with columns of given widths. */
export interface NativeModule {
  /** For columns that are copied, or those of another program. */
  resident(
    given: readonly NamedColumn[] | (SharedInputs & { readonly kind: "native" }),
    formats: readonly ColumnFormat[],
    count: number,
    team: ThreadTeam | undefined,
  ): ResidentData;
}

/** What a host adds to the back ends that run everywhere. */
export interface ContextHost {
  /** Whether there is a compiler to try. */
  readonly hasNative: boolean;
  /** Compiles a program, or says once why it could not and gives nothing. */
  compileNative(
    program: Program,
    formats: readonly ColumnFormat[],
    arithmetic: "strict" | "fast",
  ): NativeModule | undefined;
  /** Threads beside this one, or nothing where one thread is all there is. */
  startTeam(threads: "shared" | { readonly dedicated: number }): ThreadTeam | undefined;
}

/**
 * Calls that can be under way at once: two per thread, so that threads end at about the same time; one where outputs are not
 * sums, since there is one place for them.
 */
export function laneCount(team: ThreadTeam | undefined, outputsPerElement: number): number {
  return team === undefined || outputsPerElement > 0 ? 1 : 2 * (1 + team.workers);
}
