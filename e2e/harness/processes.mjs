/** The installed command in processes of its own. Each gets a process group, so that a kill reaches all of it. */
import { spawn } from "node:child_process";

const TIME_LIMIT_MS = 120_000;

/**
 * Starts a program. Answers a handle: `done` resolves with `{code, signal, stdout, stderr, ms}` whatever happens, `kill`
 * sends a signal to the whole group.
 */
export function start(file, args, { cwd, env = {}, user, timeLimitMs = TIME_LIMIT_MS } = {}) {
  const startedMs = performance.now();
  const child = spawn(file, args, {
    cwd,
    env: { ...process.env, ...env },
    detached: true,
    ...(user === undefined ? {} : { uid: user, gid: user }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text) => (stderr += text));
  const kill = (signal = "SIGKILL") => {
    try {
      process.kill(-child.pid, signal);
    } catch {
      // The group is gone already.
    }
  };
  let isLate = false;
  const limit = setTimeout(() => {
    isLate = true;
    kill();
  }, timeLimitMs);
  running.add(kill);
  const done = new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(limit);
      running.delete(kill);
      if (isLate) stderr += `\n(ended after ${timeLimitMs} ms by the test)`;
      resolve({ code, signal, stdout, stderr, ms: performance.now() - startedMs, command: [file, ...args].join(" ") });
    });
  });
  return { pid: child.pid, child, kill, done };
}

const running = new Set();

/** Ends what the suite started and is still running. */
export function endAll() {
  for (const kill of running) kill();
}

/** The one document on standard output. Throws when there is anything else, saying what there was. */
export function documentOf({ stdout, stderr, code, command }) {
  const lines = stdout.trimEnd().split("\n");
  try {
    if (lines.length !== 1) throw new Error(`${lines.length} lines`);
    return JSON.parse(lines[0]);
  } catch (cause) {
    throw new Error(
      `${command}\nended with ${code} and no single document on standard output (${cause.message}):\n${stdout.slice(0, 2000)}\n${stderr.slice(0, 2000)}`,
    );
  }
}

/** Throws unless the process ended with `code`, saying what it printed. */
export function expectCode(ended, code) {
  if (ended.code === code) return ended;
  const { command, stdout, stderr, signal } = ended;
  throw new Error(
    `${command}\nended with ${ended.code ?? signal}, not ${code}:\n${stdout.slice(0, 1500)}\n${stderr.slice(0, 1500)}`,
  );
}

/** Resolves after `ms`. */
export function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Waits until `find` answers something, looking often. Throws after `timeLimitMs`. */
export async function eventually(find, what, timeLimitMs = 20_000) {
  const endMs = performance.now() + timeLimitMs;
  for (;;) {
    const found = await find();
    if (found) return found;
    if (performance.now() > endMs) throw new Error(`${what} did not come within ${timeLimitMs / 1000} s`);
    await pause(5);
  }
}
