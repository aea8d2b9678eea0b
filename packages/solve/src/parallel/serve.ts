/** What a pool asks of a thread: one task at a time. */
export interface WorkerRequest {
  readonly task: string;
  readonly input: unknown;
}

/** What the thread answers: a result, or what was thrown, in words. */
export interface WorkerAnswer {
  readonly output?: unknown;
  readonly error?: string;
}

/** What a thread can do, by name. Inputs and outputs are what a structured clone carries. */
export type WorkerTasks = Readonly<Record<string, (input: never) => unknown>>;

/** A request done. */
export function answerTo(tasks: WorkerTasks, { task, input }: WorkerRequest): WorkerAnswer {
  const work = Object.hasOwn(tasks, task) ? tasks[task] : undefined;
  if (work === undefined) return { error: `This worker has no task ${task}; it has ${Object.keys(tasks).join(", ")}` };
  try {
    return { output: work(input as never) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : `${error}` };
  }
}
