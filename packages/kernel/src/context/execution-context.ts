import { kernelError } from "../errors.ts";
import { compileInterpreter, interpreterFunction } from "../interpreter/compile.ts";
import { compileJavaScript, javaScriptFunction } from "../javascript/compile.ts";
import { residentArrays } from "../javascript/resident.ts";
import type { Backend, Kernel } from "../program/kernel.ts";
import type { Program } from "../program/program.ts";
import { compileWasm } from "../wasm/compile.ts";
import type { ColumnFormat } from "../wasm/layout.ts";
import { type ResidentModule, residentModule, residentWasm } from "../wasm/resident.ts";
import { checkContextOptions } from "./check-options.ts";
import { checkedKernel, type ResidentData } from "./checked-kernel.ts";
import { dataColumnsOf, formatOf, type NamedColumn } from "./data-columns.ts";
import { hasWasmSimd } from "./detect.ts";
import type { ContextHost, NativeModule } from "./host.ts";
import type { DataColumns, PreparedKernel } from "./prepared-kernel.ts";
import { programKey } from "./program-key.ts";

/** How many threads a context computes with: this one, those that contexts of the process share, or n of its own. */
export type ThreadPolicy = "single" | "shared" | { readonly dedicated: number };

/** What a context computes with. */
export interface ExecutionContextOptions {
  /** Default `single`. */
  readonly threads?: ThreadPolicy;
  /** Default `auto`: `wasm` where the host has it with SIMD, else `js`. */
  readonly backend?: "auto" | Backend;
  /**
   * `strict` (default): the same bits everywhere. `fast` lets native code fuse multiplication and addition, some ten per cent
   * faster: the same bits on any number of threads of one machine. Other back ends are strict always.
   */
  readonly arithmetic?: "strict" | "fast";
  /** Threads and native code, which not every host has: see `createNodeContext`. Without it contexts have one thread. */
  readonly host?: ContextHost;
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
  /** What programs run in; `wasm` from the first program on that could not be compiled to native code. */
  readonly backend: Backend;
  /** With `strict`, results do not depend on anything else that a context was made with. */
  readonly arithmetic: "strict" | "fast";
  readonly statistics: ContextStatistics;
  /**
   * The kernel of a program, compiled once for equal programs: for what runs once per data set, or on one element. In
   * WebAssembly where the back end is native: a C compiler takes longer than such a program ever runs, and the bits are the
   * same. What runs often over many elements is prepared.
   */
  compile(program: Program): Kernel;
  /**
   * Copies `count` elements of the columns (and states) that a program reads to where it reads them. Throws `KERN-050` for
   * columns that do not fit, `KERN-051` after `dispose`, `KERN-052` where the back end cannot hold the data.
   */
  prepare(program: Program, columns: DataColumns, count: number): PreparedKernel;
  /**
   * A program on the data of one that is prepared, without a copy: its columns stand where those of the other of the same place
   * stand, so both have as many. `update` of either is seen by both. Undefined where the back end cannot: where memory that
   * threads share is at its end, or native code of this program cannot be made. Throws as `prepare`.
   */
  prepareBeside(program: Program, other: PreparedKernel): PreparedKernel | undefined;
  /** Ends threads and disposes of everything prepared; twice does nothing. */
  dispose(): void;
}

/**
 * Makes a context. Compilation happens when a program is first used; about 1 ms per hundred nodes in WebAssembly, a second
 * by a C compiler. Throws `KERN-053` for threads or native code that the host does not have, `KERN-054` for options with values
 * that do not exist.
 */
export function createExecutionContext(options: ExecutionContextOptions = {}): ExecutionContext {
  checkContextOptions(options);
  const { threads = "single", arithmetic = "strict", host } = options;
  const backend = chosenBackend(options);
  const isSingle = threads === "single" || backend === "js" || backend === "interpreter";
  const team = isSingle ? undefined : host?.startTeam(threads);
  const kernels = new Map<string, Kernel>();
  const modules = new Map<string, ResidentModule>();
  const natives = new Map<string, NativeModule | undefined>();
  const functions = new Map<string, ReturnType<typeof javaScriptFunction>>();
  const held = new Map<PreparedKernel, ResidentData>();
  let bytes = 0;
  let isDisposed = false;
  let hasFallenBack = false;
  const nativeOf = (program: Program, formats: readonly ColumnFormat[]): NativeModule | undefined => {
    const key = `${formats}|${programKey(program)}`;
    const native = cached(natives, key, () => host?.compileNative(program, formats, arithmetic));
    if (native === undefined) hasFallenBack = true;
    return native;
  };
  const check = () => {
    if (isDisposed) throw kernelError("KERN-051", "The context was disposed of", "Make another one.");
  };
  const resident = (program: Program, given: readonly NamedColumn[], count: number): ResidentData => {
    const key = programKey(program);
    if (backend === "js" || backend === "interpreter") {
      const make = backend === "js" ? javaScriptFunction : interpreterFunction;
      const compute = cached(functions, key, () => make(program));
      return residentArrays(program, given, count, backend, compute);
    }
    const formats: readonly ColumnFormat[] = given.map(({ values }) => formatOf(values));
    const native = backend === "native" ? nativeOf(program, formats) : undefined;
    if (native !== undefined) return native.resident(given, formats, count, team);
    const module = cached(modules, `${formats}|${key}`, () => residentModule(program, formats, team !== undefined));
    return residentWasm(program, module, given, formats, count, team);
  };
  const beside = (program: Program, { inputs, formats }: ResidentData, count: number): ResidentData | undefined => {
    const key = programKey(program);
    switch (inputs.kind) {
      case "arrays": {
        const make = backend === "js" ? javaScriptFunction : interpreterFunction;
        return residentArrays(
          program,
          inputs,
          count,
          backend,
          cached(functions, key, () => make(program)),
        );
      }
      case "native":
        return nativeOf(program, formats)?.resident(inputs, formats, count, team);
      case "wasm": {
        // its addresses are those of one memory: not worth keeping
        const module = residentModule(program, formats, team !== undefined, inputs.memory.buffer.byteLength);
        try {
          return residentWasm(program, module, inputs, formats, count, team);
        } catch (error) {
          if (error instanceof RangeError) return undefined;
          throw error;
        }
      }
      default:
        return inputs satisfies never;
    }
  };
  const hold = (program: Program, data: ResidentData, count: number): PreparedKernel => {
    const prepared = checkedKernel(program, count, data, (freed) => {
      bytes -= freed;
      held.delete(prepared);
    });
    bytes += prepared.bytes;
    held.set(prepared, data);
    return prepared;
  };
  return {
    get backend() {
      return hasFallenBack ? "wasm" : backend;
    },
    arithmetic,
    get statistics() {
      return {
        compiled: kernels.size + modules.size + natives.size + functions.size,
        workers: isDisposed ? 0 : (team?.alive ?? 0),
        prepared: held.size,
        bytes,
      };
    },
    compile(program) {
      check();
      return cached(kernels, programKey(program), () => {
        if (backend === "interpreter") return compileInterpreter(program);
        return backend === "js" ? compileJavaScript(program) : compileWasm(program);
      });
    },
    prepare(program, columns, count) {
      check();
      return hold(program, resident(program, dataColumnsOf(program, columns, count), count), count);
    },
    prepareBeside(program, other) {
      check();
      const data = held.get(other);
      const inputs = program.columns.length + program.states.length;
      if (data === undefined || data.formats.length !== inputs)
        throw kernelError(
          "KERN-050",
          data === undefined
            ? "The other program is not prepared in this context"
            : `The program reads ${inputs} columns, but the other one has ${data.formats.length}`,
          "Give a prepared kernel of the same context and a program with as many columns.",
        );
      const own = beside(program, data, other.count);
      return own && hold(program, own, other.count);
    },
    dispose() {
      if (isDisposed) return;
      isDisposed = true;
      for (const prepared of [...held.keys()]) prepared.dispose();
      team?.release();
      natives.clear();
      kernels.clear();
      modules.clear();
      functions.clear();
    },
  };
}

function chosenBackend({ backend = "auto", threads = "single", host }: ExecutionContextOptions): Backend {
  if (threads !== "single" && host === undefined)
    throw kernelError(
      "KERN-053",
      "Threads were asked for, but the context has no host that starts them",
      'Use createNodeContext of "@simloom/kernel/node", or threads: "single".',
    );
  if (backend === "native" && host === undefined)
    throw kernelError(
      "KERN-053",
      "Native code was asked for, but the context has no host that compiles it",
      'Use createNodeContext of "@simloom/kernel/node", or backend: "auto".',
    );
  if (backend === "js" || backend === "interpreter") return backend;
  if (!hasWasmSimd()) return "js";
  return backend === "native" ? "native" : "wasm";
}

function cached<T>(known: Map<string, T>, key: string, make: () => T): T {
  if (!known.has(key)) known.set(key, make());
  return known.get(key) as T;
}
