import { rmSync } from "node:fs";
import type { ContextHost } from "../context/host.ts";
import { cSource } from "./native/c-source.ts";
import { compileNative, hasCompiler, type NativeCompilerOptions } from "./native/compiler.ts";
import { nativeModule } from "./native/resident-native.ts";
import { startTeam } from "./thread-team.ts";

/** What the Node side of a context can be told. */
export interface NodeHostOptions extends NativeCompilerOptions {
  /** Takes what a user should know but need not act upon, each once per process; default a warning of the process. */
  readonly notice?: (message: string) => void;
}

const noticed = new Set<string>();

/** Threads and the machine's C compiler. */
export function nodeHost(options: NodeHostOptions = {}): ContextHost {
  const { notice = (message: string) => process.emitWarning(message, "SimloomNotice") } = options;
  const say = (message: string) => {
    if (noticed.has(message)) return;
    noticed.add(message);
    notice(message);
  };
  return {
    get hasNative() {
      return hasCompiler(options.compiler);
    },
    compileNative(program, formats, arithmetic) {
      const text = cSource(program, formats);
      for (let attempt = 1; ; attempt++) {
        const compiled = compileNative(text, arithmetic, options);
        if (compiled.kind === "no-compiler") {
          say(
            `No C compiler was found, so kernels run in WebAssembly. Tried: ${compiled.tried}. Install gcc or clang for the native back end.`,
          );
          return undefined;
        }
        if (compiled.kind === "failed") {
          say(`The C compiler failed, so the kernel runs in WebAssembly: ${compiled.message}`);
          return undefined;
        }
        try {
          return nativeModule(program, compiled.file);
        } catch (error) {
          const { message } = error instanceof Error ? error : new Error(`${error}`);
          // a damaged file of the cache: made anew, once
          const isRemoved = attempt === 1 && removed(compiled.file);
          if (isRemoved) continue;
          say(`A compiled kernel could not be loaded and runs in WebAssembly: ${message}`);
          return undefined;
        }
      }
    },
    startTeam,
  };
}

/** Whether a file could be removed. */
function removed(file: string): boolean {
  try {
    rmSync(file);
    return true;
  } catch {
    return false;
  }
}
