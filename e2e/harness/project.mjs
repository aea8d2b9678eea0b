/** A folder of a user: files, run folders and a cache, below the installation, so that its modules find `simloom`. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { documentOf, expectCode, start } from "./processes.mjs";

const FIXTURES = fileURLToPath(new URL("../fixtures/", import.meta.url));

export class Project {
  constructor(folder, { bin, env }) {
    this.folder = folder;
    this.bin = bin;
    this.env = env;
    mkdirSync(folder, { recursive: true });
  }

  path(...parts) {
    return join(this.folder, ...parts);
  }

  /** Copies files of the suite's fixtures. */
  take(...names) {
    for (const name of names)
      cpSync(join(FIXTURES, name), this.path(name.slice(name.lastIndexOf("/") + 1)), { recursive: true });
    return this;
  }

  write(name, content) {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(
      this.path(name),
      typeof content === "string" || content instanceof Uint8Array ? content : JSON.stringify(content, undefined, 2),
    );
    return this;
  }

  read(name) {
    return readFileSync(this.path(name), "utf8");
  }

  /** Replaces text in a file; throws when it is not there. */
  edit(name, before, after) {
    const text = this.read(name);
    if (!text.includes(before)) throw new Error(`${name} does not contain ${before}`);
    return this.write(name, text.replaceAll(before, after));
  }

  /** Starts the command here. */
  start(args, options = {}) {
    return start(this.bin, args, { cwd: this.folder, ...options, env: { ...this.env, ...options.env } });
  }

  /** Runs the command here to its end. */
  simloom(...args) {
    return this.start(args).done;
  }

  /** Runs the command with `--json`, expects an exit code, and answers the document. */
  async json(code, ...args) {
    return documentOf(expectCode(await this.simloom(...args, "--json"), code));
  }

  /** Runs the command, expects an exit code, and answers standard output. */
  async text(code, ...args) {
    return expectCode(await this.simloom(...args), code).stdout;
  }

  /** Names of the run folders, oldest first. */
  runs(out = "runs") {
    const folder = this.path(out);
    if (!existsSync(folder)) return [];
    return readdirSync(folder)
      .map((name) => ({ name, at: statSync(join(folder, name)).birthtimeMs }))
      .sort((a, b) => a.at - b.at)
      .map(({ name }) => name);
  }

  manifest(runId, out = "runs") {
    return JSON.parse(this.read(join(out, runId, "manifest.json")));
  }

  /** Whole lines of the event log of a run. */
  events(runId, out = "runs") {
    const file = this.path(out, runId, "events.jsonl");
    if (!existsSync(file)) return [];
    return readFileSync(file, "utf8")
      .split("\n")
      .flatMap((line) => {
        try {
          return line === "" ? [] : [JSON.parse(line)];
        } catch {
          return [];
        }
      });
  }

  /** A fresh copy in another folder. */
  copy(folder) {
    cpSync(this.folder, folder, { recursive: true });
    return new Project(folder, this);
  }
}

/** Every path below a folder with its size: two of them are equal when nothing was written. */
export function listing(folder) {
  return readdirSync(folder, { recursive: true })
    .map(String)
    .sort()
    .map((name) => {
      const { size, mtimeMs } = statSync(join(folder, name));
      return `${name} ${size} ${mtimeMs}`;
    });
}

/** Output digests of a manifest by `node.port`. */
export function digestsOf({ nodes }) {
  return Object.fromEntries(
    nodes.flatMap(({ id, outputs }) => Object.entries(outputs).map(([port, { digest }]) => [`${id}.${port}`, digest])),
  );
}

/** Status of each node of a document by id. */
export function statusesOf({ nodes }) {
  return Object.fromEntries(nodes.map(({ id, status }) => [id, status]));
}

/** How many nodes of a document ended with a status. */
export function countOf({ nodes }, status) {
  return nodes.filter((node) => node.status === status).length;
}
