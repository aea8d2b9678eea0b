/** Times of repetitions on a machine that does other work. */

/**
 * Milliseconds of each repetition on this thread: the processor's or the clock's, whichever is less, so that neighbours count for little. The first
 * two, in which the engine warms up, are left out.
 */
export function quietMs(repetitions: number, run: () => unknown): readonly number[] {
  const times: number[] = [];
  for (let turn = -2; turn < repetitions; turn++) {
    const startedMs = performance.now();
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    const elapsedMs = performance.now() - startedMs;
    // the counter of the processor is too coarse below a millisecond
    const ms = elapsedMs < 2 ? elapsedMs : Math.min(elapsedMs, (user + system) / 1000);
    if (turn >= 0) times.push(ms);
  }
  return times;
}

/** The same for work on several threads: milliseconds by the clock, and of the processors for all threads of the process. */
export async function threadsMs(
  repetitions: number,
  run: () => Promise<unknown>,
): Promise<{ readonly clock: readonly number[]; readonly processors: readonly number[] }> {
  const clock: number[] = [];
  const processors: number[] = [];
  for (let turn = -2; turn < repetitions; turn++) {
    const startedMs = performance.now();
    const before = process.cpuUsage();
    await run();
    const { user, system } = process.cpuUsage(before);
    if (turn < 0) continue;
    clock.push(performance.now() - startedMs);
    processors.push((user + system) / 1000);
  }
  return { clock, processors };
}
