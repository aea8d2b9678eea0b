import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, lstatSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { cpus, homedir, tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";

/** Compiler of the machine and where its results are kept. */
export interface NativeCompilerOptions {
  /**
   * Folder for compiled programs; default `simloom/native` under the user's cache folder, and for a user without a home
   * folder one below the system's temporary folder that nobody else can read or write.
   */
  readonly cacheFolder?: string;
  /**
   * Command of a C compiler that understands the options of GCC, without arguments; default what the variable CC names, else
   * the first of cc, gcc and clang that is there.
   */
  readonly compiler?: string;
}

/** A compiled library, or why there is none. */
export type Compiled =
  | { readonly kind: "library"; readonly file: string }
  | { readonly kind: "no-compiler"; readonly tried: string }
  | { readonly kind: "failed"; readonly message: string };

const COMPILERS = ["cc", "gcc", "clang"];
/** The text is vectors already: -O3 takes two to three times as long and makes it no faster. */
const FLAGS = ["-march=native", "-fno-math-errno", "-fno-trapping-math", "-fwrapv", "-shared", "-fPIC", "-w"];
const CONTRACTION = { strict: "-ffp-contract=off", fast: "-ffp-contract=fast" } as const;
/** Optimisers take minutes for texts much longer than this, and find little in straight-line code. */
const LONG_TEXT = 500_000;

/** Compilers by command, with their version; looked up once per process. */
const versions = new Map<string, string | undefined>();

/**
 * The shared library of a C text, compiled unless the cache has it. The name of the file is a hash of the text, the flags,
 * the compiler's version and the processor; it appears by renaming, so that processes may compile the same text at once.
 */
export function compileNative(
  text: string,
  arithmetic: "strict" | "fast",
  { cacheFolder: givenFolder, compiler }: NativeCompilerOptions = {},
): Compiled {
  const command = candidates(compiler).find((name) => versionOf(name) !== undefined);
  if (command === undefined) return { kind: "no-compiler", tried: triedText(compiler) };
  const cacheFolder = givenFolder ?? defaultCacheFolder();
  if (cacheFolder === undefined)
    return { kind: "failed", message: "there is no folder of the user's own to keep its results in" };
  const flags = [text.length > LONG_TEXT ? "-O1" : "-O2", ...FLAGS, CONTRACTION[arithmetic]];
  const key = [text, flags.join(" "), command, versionOf(command), cpus()[0]?.model, process.arch].join("\0");
  const file = join(cacheFolder, `${createHash("sha256").update(key).digest("hex").slice(0, 40)}.so`);
  if (existsSync(file)) return { kind: "library", file };
  let folder: string | undefined;
  try {
    mkdirSync(cacheFolder, { recursive: true });
    folder = mkdtempSync(join(cacheFolder, "new-"));
    const source = join(folder, "program.c");
    const library = join(folder, "program.so");
    writeFileSync(source, text);
    const { status, stderr, error } = spawnSync(command, [...flags, "-o", library, source], { encoding: "utf8" });
    if (status !== 0) return { kind: "failed", message: firstLines(error?.message ?? stderr) };
    renameSync(library, file);
    return { kind: "library", file };
  } catch (error) {
    return { kind: "failed", message: error instanceof Error ? error.message : `${error}` };
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }
}

/** Whether a C compiler is there. */
export function hasCompiler(compiler?: string): boolean {
  return candidates(compiler).some((name) => versionOf(name) !== undefined);
}

function candidates(compiler: string | undefined): readonly string[] {
  if (compiler !== undefined) return [compiler];
  const { CC } = process.env;
  return CC === undefined || CC === "" ? COMPILERS : [CC];
}

/** What `candidates` are, and where they come from. */
function triedText(compiler: string | undefined): string {
  const names = candidates(compiler);
  if (compiler !== undefined || names === COMPILERS) return names.map((name) => `"${name}"`).join(", ");
  return `"${names}" of the variable CC, which must be one command without arguments`;
}

function versionOf(command: string): string | undefined {
  if (!versions.has(command)) {
    const { status, stdout } = spawnSync(command, ["--version"], { encoding: "utf8" });
    versions.set(command, status === 0 ? (stdout.split("\n")[0] ?? "") : undefined);
  }
  return versions.get(command);
}

/** Where compiled programs are kept. An XDG_CACHE_HOME that is empty or relative counts for nothing, as its specification says. */
export function defaultCacheFolder(): string | undefined {
  const { XDG_CACHE_HOME: given = "" } = process.env;
  if (isAbsolute(given)) return join(given, "simloom", "native");
  const home = homeFolder();
  if (home === undefined) return privateFolder();
  return join(home, ...(process.platform === "darwin" ? ["Library", "Caches"] : [".cache"]), "simloom", "native");
}

function homeFolder(): string | undefined {
  try {
    const home = homedir();
    return isAbsolute(home) ? home : undefined;
  } catch {
    return undefined;
  }
}

/** Programs are loaded from here: a folder that somebody else could have filled will not do. */
function privateFolder(): string | undefined {
  const user = process.getuid?.();
  const folder = join(tmpdir(), `simloom-native-${user ?? "user"}`);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const status = lstatSync(folder);
    const isOwn = user === undefined || (status.uid === user && (status.mode & 0o077) === 0);
    return status.isDirectory() && isOwn ? folder : undefined;
  } catch {
    return undefined;
  }
}

function firstLines(text: string): string {
  return text.trim().split("\n").slice(0, 8).join("\n");
}
