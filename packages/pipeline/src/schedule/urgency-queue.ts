/** What a queue orders by. */
export interface Urgent {
  readonly urgency: number;
  readonly sequence: number;
}

/** True for what goes first: the more urgent, and among equals the one that came first. */
export function isBefore(a: Urgent, b: Urgent): boolean {
  return a.urgency > b.urgency || (a.urgency === b.urgency && a.sequence < b.sequence);
}

/** A binary heap: the most urgent item comes first. Adding in order costs one comparison. */
export class UrgencyQueue<T extends Urgent> {
  private readonly heap: T[] = [];

  get first(): T | undefined {
    return this.heap[0];
  }

  push(item: T): void {
    const { heap } = this;
    let at = heap.length;
    heap.push(item);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(item, heap[parent] as T)) break;
      heap[at] = heap[parent] as T;
      at = parent;
    }
    heap[at] = item;
  }

  pop(): T | undefined {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as T, heap[child] as T)) child += 1;
      if (!isBefore(heap[child] as T, last)) break;
      heap[at] = heap[child] as T;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}
