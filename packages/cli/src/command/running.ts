import type { RunOptions } from "@simloom/pipeline";
import { Session, type SessionRunOptions } from "@simloom/runtime";
import { Progress } from "../output/progress.ts";
import type { Subject } from "../spec/subject.ts";
import { type RunFlags, sessionOptions } from "./options.ts";

/** Run options from flags and what the specification says. */
export function runOptions(
  flags: RunFlags,
  subject: Subject,
  signal?: AbortSignal,
  progress?: Progress,
): SessionRunOptions {
  return {
    seed: flags.seed ?? subject.seed,
    policy: { ...subject.policy, ...flags.policy },
    inputs: subject.inputs ?? {},
    arithmetic: flags.arithmetic,
    selfCheckShare: flags.selfCheck ?? 0,
    memoryMb: flags.memory ?? 1024,
    retry: retryOf(flags),
    ...(flags.failureMode === undefined ? {} : { failureMode: flags.failureMode }),
    ...(signal === undefined ? {} : { signal }),
    ...(progress === undefined ? {} : { onEvent: progress.onEvent }),
  };
}

function retryOf({ attempts, timeout }: RunFlags): NonNullable<RunOptions["retry"]> {
  return { maxAttempts: attempts ?? 1, ...(timeout === undefined ? {} : { timeoutMs: timeout }) };
}

/**
 * Opens a session, passes it on, and closes it whatever happens. The first Ctrl-C (or SIGTERM) ends the run in order, the
 * second at once.
 */
export async function withSession<T>(
  flags: RunFlags,
  use: (session: Session, signal: AbortSignal, progress: Progress) => Promise<T>,
): Promise<T> {
  const session = new Session(sessionOptions(flags));
  const stop = new AbortController();
  const progress = new Progress({ isQuiet: flags.json });
  const onSignal = (): void => {
    if (stop.signal.aborted) process.exit(130);
    stop.abort();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  try {
    return await use(session, stop.signal, progress);
  } finally {
    progress.clear();
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
    await session.close();
  }
}
