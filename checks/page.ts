/** Blocks of a page of the documentation, and how the tests run them. */
import { execFile } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { formatWithOptions } from "node:util";
import { vi } from "vitest";

/** A block between fences. */
export interface Block {
  readonly language: string;
  /** Behind the language: `title=model.ts` names the file that it is, `part-of=` one that it fits into, `fails` expects exit code 2. */
  readonly note: string;
  readonly content: string;
  readonly line: number;
}

const root = fileURLToPath(new URL("..", import.meta.url));
const FENCED = /^```(\w*)(?: (\S+))?\n([\s\S]*?)^```$/gm;

/** All blocks of a page, by its path from the root of the repository. */
export function blocksOf(path: string): readonly Block[] {
  const page = readFileSync(join(root, path), "utf8");
  return [...page.matchAll(FENCED)].map(({ 1: language = "", 2: note = "", 3: content = "", index }) => ({
    language,
    note,
    content,
    line: page.slice(0, index).split("\n").length,
  }));
}

/** Runs a program in a folder and answers what it prints; the rows of a `console.table` as a line of JSON. */
export async function printedBy(content: string, file: string): Promise<string> {
  writeFileSync(file, content);
  const lines: string[] = [];
  const spy = vi
    .spyOn(console, "log")
    .mockImplementation((...all: unknown[]) => void lines.push(formatWithOptions({ colors: false }, ...all)));
  const table = vi.spyOn(console, "table").mockImplementation((rows: unknown) => void lines.push(JSON.stringify(rows)));
  try {
    await import(/* @vite-ignore */ pathToFileURL(file).href);
  } finally {
    spy.mockRestore();
    table.mockRestore();
  }
  return lines.map((line) => `${line}\n`).join("");
}

/** The lines of a block of commands that call `simloom`, without comments. */
export function commandsOf({ content }: Block): readonly string[] {
  return content.split("\n").flatMap((line) => /^(?:npx )?(simloom .*?)\s*(?:# .*)?$/.exec(line)?.[1] ?? []);
}

/** Runs a command as the shell would, with the built `simloom` of this checkout. */
export async function ran(command: string, folder: string): Promise<{ readonly code: number; readonly text: string }> {
  const bin = join(root, "packages", "cli", "dist", "bin.js");
  if (!existsSync(bin)) throw new Error("the command is not built: npm run build");
  const script = `simloom() { ${JSON.stringify(process.execPath)} ${JSON.stringify(bin)} "$@"; }\n${command}`;
  return new Promise((resolve) => {
    const env = { ...process.env, NO_COLOR: "1", NODE_OPTIONS: "" };
    execFile("sh", ["-c", script], { cwd: folder, env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), text: `${stdout}${stderr}` });
    });
  });
}

/**
 * Lines of `expected` that do not follow one another in `text`; a line `…` may stand for any. Times and counts are
 * not compared, long numbers to ten digits.
 */
export function missingLines(expected: string, text: string): readonly string[] {
  const printed = comparable(text);
  let at = 0;
  return comparable(expected).filter((line) => {
    if (line === "…") return false;
    const found = printed.indexOf(line, at);
    if (found >= 0) at = found + 1;
    return found < 0;
  });
}

function comparable(text: string): readonly string[] {
  return text
    .trim()
    .split("\n")
    .map((line) =>
      line
        .replace(/\d[\d.]*(?= ?m?s\b)/g, "#")
        .replace(/\d+\.\d{8,}/g, (number) => Number(number).toPrecision(10))
        .replace(/\d+(?= (operations|inputs|outputs|values alive))/g, "#")
        .replace(/ +/g, " ")
        .trim(),
    );
}
