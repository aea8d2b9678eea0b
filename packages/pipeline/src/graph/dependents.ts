/**
 * Who waits for whom: the nodes that wait for node i are `targets[starts[i]]` to `targets[starts[i + 1] - 1]`, ascending.
 * Two integers per node and one per wire, where a list per node would take 60 bytes more each.
 */
export interface Dependents {
  readonly starts: Int32Array;
  readonly targets: Int32Array;
}

/**
 * Turns the lists of what each node waits for around; nobody waits for those that are settled. A node that is listed twice
 * stands twice. Cost: linear.
 */
export function dependentsOf(
  waitsFor: readonly (readonly number[])[],
  isSettled: (index: number) => boolean = () => false,
): Dependents {
  const starts = new Int32Array(waitsFor.length + 1);
  for (const dependencies of waitsFor)
    for (const needed of dependencies) if (!isSettled(needed)) starts[needed + 1] = (starts[needed + 1] as number) + 1;
  for (let index = 0; index < waitsFor.length; index++)
    starts[index + 1] = (starts[index + 1] as number) + (starts[index] as number);
  const targets = new Int32Array(starts[waitsFor.length] as number);
  const next = starts.slice();
  for (let index = 0; index < waitsFor.length; index++) {
    for (const needed of waitsFor[index] as readonly number[]) {
      if (isSettled(needed)) continue;
      targets[next[needed] as number] = index;
      next[needed] = (next[needed] as number) + 1;
    }
  }
  return { starts, targets };
}
