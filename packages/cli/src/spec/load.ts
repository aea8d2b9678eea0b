import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, extname, isAbsolute, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import {
  type AnyStage,
  caseOf,
  freeze,
  type Graph,
  graphFromDocument,
  isGraph,
  isStage,
  looksLikeGraphDocument,
  type Point,
  parseGraphDocument,
  patchCase,
  stagesOf,
  type Value,
} from "@simloom/pipeline";
import { loadModule } from "@simloom/runtime";
import { UsageError } from "../output/error.ts";
import { domains } from "./domains.ts";
import type { Subject } from "./subject.ts";

/** Values of a graph's inputs, by name. */
type RunInputs = Readonly<Record<string, Value>>;

/** Largest specification that is read, in bytes. */
const LARGEST_FILE = 64 * 2 ** 20;

/**
 * Reads a specification: a JSON or YAML document of a domain, a graph file, or a module that exports a graph. `changes`
 * are the pairs of `--set`.
 */
export async function loadSubject(source: string, changes: Point = {}): Promise<Subject> {
  if (isModule(source)) return fromModule(source, changes);
  return subjectOf(await readDocument(source), source, changes);
}

/** True for specifications that are programs. */
export function isModule(source: string): boolean {
  return [".ts", ".mts", ".js", ".mjs"].includes(extname(source).toLowerCase());
}

/** What a parsed document says; `source` is where it came from, and where its relative modules are found. */
export async function subjectOf(document: unknown, source: string, changes: Point, task?: string): Promise<Subject> {
  if (looksLikeGraphDocument(document)) {
    const { graph, inputs } = await readGraph(document, source);
    return fromGraph(graph, source, changes, inputs);
  }
  for (const { load } of domains) {
    const domain = await load();
    if (domain.recognises(document)) return domain.subject(document, source, changes, task);
  }
  throw new UsageError(
    `${source} is neither a graph file nor a specification of a known domain`,
    `A graph file has "graph" and "nodes"; ${domains.map(({ name }) => name).join(", ")} specifications have their own keys. Amplitude analyses are read by simloom amplitude. See docs/tutorial.md.`,
    source,
  );
}

/** Parses a JSON or YAML file. Errors: CLI-001 with the place where it stops being one. */
export async function readDocument(source: string, extension = extname(source).toLowerCase()): Promise<unknown> {
  const text = readText(source);
  if (extension === ".json") {
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw new UsageError(`${source} is not JSON: ${messageOf(cause)}`, "Check the file at that place.", source);
    }
  }
  if (extension === ".yaml" || extension === ".yml") {
    const { parse } = await import("yaml");
    try {
      return parse(text, { maxAliasCount: 100 });
    } catch (cause) {
      throw new UsageError(`${source} is not YAML: ${messageOf(cause)}`, "Check the file at that place.", source);
    }
  }
  throw new UsageError(`${source} has no extension that is known`, "Use .json, .yaml, .yml, .ts or .js.", source);
}

function readText(source: string): string {
  const found = statSync(source, { throwIfNoEntry: false });
  if (found === undefined) throw new UsageError(`there is no file ${source}`, "Check the path.", source);
  if (!found.isFile()) throw new UsageError(`${source} is not a file`, "Name a file in it.", source);
  const { size: bytes } = found;
  if (bytes > LARGEST_FILE)
    throw new UsageError(`${source} has ${bytes} bytes`, `A specification has at most ${LARGEST_FILE}.`, source);
  return readFileSync(source, "utf8");
}

/** The graph of a file, and the values that the file gives its inputs. */
async function readGraph(
  document: unknown,
  source: string,
): Promise<{ readonly graph: Graph; readonly inputs: RunInputs }> {
  const parsed = parseGraphDocument(document);
  const modules = await Promise.all(parsed.stages.map((name) => loadModule(locateModule(name, source))));
  const graph = graphFromDocument(parsed, stagesOf(modules, isStage as (value: unknown) => value is AnyStage));
  return { graph, inputs: freeze(parsed.inputs as RunInputs, "inputs") };
}

/** A path beside the file, or a package: the file's own, else one that came with the command. */
function locateModule(name: string, source: string): string {
  if (name.startsWith(".") || isAbsolute(name)) return resolve(dirname(source), name);
  for (const place of [pathToFileURL(resolve(source)), import.meta.url]) {
    try {
      return pathToFileURL(createRequire(place).resolve(name)).href;
    } catch {}
  }
  throw new UsageError(
    `the module ${name} cannot be found`,
    "Install it, or write a path that begins with ./",
    `stages in ${source}`,
  );
}

async function fromModule(source: string, changes: Point): Promise<Subject> {
  readText(source);
  const module = await loadModule(resolve(source));
  const graphs = Object.entries(module).filter((entry): entry is [string, Graph] => isGraph(entry[1]));
  const [only] = graphs;
  if (only === undefined || graphs.length > 1) {
    throw new UsageError(
      `${source} exports ${graphs.length === 0 ? "no graph" : `several graphs: ${graphs.map(([name]) => name).join(", ")}`}`,
      "Export exactly one: export const model = graph(…).",
      source,
    );
  }
  return fromGraph(only[1], source, changes);
}

function fromGraph(graph: Graph, source: string, changes: Point, given: RunInputs = {}): Subject {
  const patched = patchCase(caseOf(graph, { inputs: given }), "", changes);
  const { policy, inputs } = patched;
  return { title: graph.name, source, graph: patched.graph, seed: patched.seed, swept: patched.graph, policy, inputs };
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? (cause.message.split("\n")[0] ?? cause.message) : String(cause);
}
