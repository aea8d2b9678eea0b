/** Runs commands for the other scripts: output passes through, a failure ends the script with the command's exit code. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

/** A program of node_modules/.bin, or any other on the path. */
export function command(program, args, options = {}) {
  const result = spawnSync(program, args, {
    cwd: root,
    stdio: "inherit",
    ...options,
    env: { ...process.env, PATH: `${root}node_modules/.bin:${process.env.PATH}`, ...options.env },
  });
  if (result.error !== undefined) {
    process.stderr.write(`${program}: ${result.error.message}\n`);
    process.exit(1);
  }
  return result;
}

/** The same, but anything other than success ends the script. */
export function must(program, args, options) {
  const { status } = command(program, args, options);
  if (status !== 0) process.exit(status ?? 1);
}

/** Compiles all packages and writes what they ship beside their code. Quick when nothing changed. */
export function build() {
  must("tsc", ["-b"]);
  must(process.execPath, ["scripts/build/packages.mjs"], { stdio: ["ignore", "ignore", "inherit"] });
}

/** The command of this checkout. */
export const simloom = `${root}packages/cli/dist/bundle/bin.js`;
