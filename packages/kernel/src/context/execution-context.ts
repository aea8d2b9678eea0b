import { kernelError } from "../errors.ts";
import { compileJavaScript, javaScriptFunction } from "../javascript/compile.ts";
import { residentArrays } from "../javascript/resident.ts";
import type { Backend, Kernel } from "../program/kernel.ts";
import type { Program } from "../program/program.ts";
import { compileWasm } from "../wasm/compile.ts";
import type { ColumnFormat } from "../wasm/layout.ts";
import { type ResidentModule, residentModule, residentWasm } from "../wasm/resident.ts";
import { checkedKernel, type ResidentData } from "./checked-kernel.ts";
import { dataColumnsOf, formatOf, type NamedColumn } from "./data-columns.ts";
import { hasWasmSimd } from "./detect.ts";
import type { DataColumns, PreparedKernel } from "./prepared-kernel.ts";
import { programKey } from "./program-key.ts";

/** How many threads a context computes with: this one, those that contexts of the process share, or n of its own. */
export type ThreadPolicy = "single" | "shared" | { readonly dedicated: number };

/** What a context computes with. */
export interface ExecutionContextOptions {
  /** Default `single`. */
  readonly threads?: ThreadPolicy;
  /** Default `auto`: `wasm` where the host has it with SIMD, else `js`. */
  readonly backend?: "auto" | "js" | "wasm" | "native";
  /** `strict` (default): the same bits everywhere. `fast` lets native code fuse multiplication and addition. */
  readonly arithmetic?: "strict" | "fast";
}

/** What a context holds at the moment. */
export interface ContextStatistics {
  /** Programs compiled and kept. */
  readonly compiled: number;
  readonly workers: number;
  /** Prepared kernels that were not disposed of, and their bytes. */
  readonly prepared: number;
  readonly bytes: number;
}

/** Owner of compiled code, threads and data; made to be passed to whatever evaluates many times. */
export interface ExecutionContext {
  readonly backend: Backend;
  readonly statistics: ContextStatistics;
  /** The kernel of a program, compiled once for equal programs. */
  compile(program: Program): Kernel;
  /**
   * Copies `count` elements of the columns (and states) that a program reads to where it reads them. Throws `KERN-050` for
   * columns that do not fit, `KERN-051` after `dispose`, `KERN-052` where the back end cannot hold the data.
   */
  prepare(program: Program, columns: DataColumns, count: number): PreparedKernel;
  /** Ends threads and disposes of everything prepared; twice does nothing. */
  dispose(): void;
}

/** Makes a context. Compilation happens when a program is first used; about 1 ms per hundred nodes. */
export function createExecutionContext(options: ExecutionContextOptions = {}): ExecutionContext {
  const { backend: wanted = "auto" } = options;
  const backend = wanted === "js" || !hasWasmSimd() ? "js" : "wasm";
  const kernels = new Map<string, Kernel>();
  const modules = new Map<string, ResidentModule>();
  const functions = new Map<string, ReturnType<typeof javaScriptFunction>>();
  const held = new Set<PreparedKernel>();
  let bytes = 0;
  let isDisposed = false;
  const check = () => {
    if (isDisposed) throw kernelError("KERN-051", "The context was disposed of", "Make another one.");
  };
  const resident = (program: Program, given: readonly NamedColumn[], count: number): ResidentData => {
    const key = programKey(program);
    if (backend === "js")
      return residentArrays(
        program,
        given,
        count,
        backend,
        cached(functions, key, () => javaScriptFunction(program)),
      );
    const formats: readonly ColumnFormat[] = given.map(({ values }) => formatOf(values));
    const module = cached(modules, `${formats}|${key}`, () => residentModule(program, formats, false));
    return residentWasm(program, module, given, count);
  };
  return {
    backend,
    get statistics() {
      return {
        compiled: kernels.size + modules.size + functions.size,
        workers: 0,
        prepared: held.size,
        bytes,
      };
    },
    compile(program) {
      check();
      return cached(kernels, programKey(program), () =>
        backend === "js" ? compileJavaScript(program) : compileWasm(program),
      );
    },
    prepare(program, columns, count) {
      check();
      const data = resident(program, dataColumnsOf(program, columns, count), count);
      const prepared = checkedKernel(program, count, data, (freed) => {
        bytes -= freed;
        held.delete(prepared);
      });
      bytes += prepared.bytes;
      held.add(prepared);
      return prepared;
    },
    dispose() {
      isDisposed = true;
      for (const prepared of held) prepared.dispose();
      kernels.clear();
      modules.clear();
      functions.clear();
    },
  };
}

function cached<T>(known: Map<string, T>, key: string, make: () => T): T {
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = make();
  known.set(key, made);
  return made;
}
