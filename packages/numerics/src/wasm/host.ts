import { numericsError } from "../errors.ts";
import type { MemoryLimits } from "./module-builder.ts";

/**
 * The part of the host's WebAssembly interface that Simloom uses, typed here so that neither the packages nor those
 * who use them need the browser's type library.
 */

/** A WebAssembly.Memory. `buffer` is replaced when an unshared memory grows: take it anew after each growth. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer | SharedArrayBuffer;
  grow(pages: number): number;
}

/** A compiled WebAssembly.Module; may be posted to workers. */
export type WasmModule = object & { readonly __wasmModule?: never };

/** Values for a module's imports, by module and name. */
export type WasmImports = Readonly<
  Record<string, Readonly<Record<string, WasmMemory | ((...args: never[]) => unknown)>>>
>;

interface WasmHost {
  readonly Memory: new (descriptor: { initial: number; maximum?: number; shared?: boolean }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => WasmModule;
  readonly Instance: new (module: WasmModule, imports: WasmImports) => { readonly exports: unknown };
}

/** Makes a memory. Throws `NUMR-002` when the host cannot give that much. */
export function createWasmMemory({ initialPages, maximumPages, shared = false }: MemoryLimits): WasmMemory {
  const size = maximumPages === undefined ? {} : { maximum: maximumPages };
  return guarded("allocate a memory", () => new (host().Memory)({ initial: initialPages, ...size, shared }));
}

/** Compiles a module synchronously. Throws `NUMR-002` with the host's message when the module is not valid. */
export function compileWasm(bytes: Uint8Array<ArrayBuffer>): WasmModule {
  return guarded("compile a module", () => new (host().Module)(bytes));
}

/** Instantiates a compiled module; the caller states the exports it wrote. Throws `NUMR-002` when imports do not fit. */
export function instantiateWasm<Exports>(module: WasmModule, imports: WasmImports = {}): Exports {
  return guarded("instantiate a module", () => new (host().Instance)(module, imports).exports as Exports);
}

function host(): WasmHost {
  const found = (globalThis as { readonly WebAssembly?: unknown }).WebAssembly;
  if (found !== undefined) return found as WasmHost;
  throw numericsError(
    "NUMR-002",
    "This host has no WebAssembly",
    "Run in Node 20.19 or later, or in a current browser.",
  );
}

function guarded<T>(attempt: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    if (!(cause instanceof Error) || "code" in cause) throw cause;
    throw numericsError(
      "NUMR-002",
      `The host could not ${attempt}: ${cause.message}`,
      "Check that the host supports fixed-width SIMD and has memory left; otherwise report the module as a defect.",
    );
  }
}
