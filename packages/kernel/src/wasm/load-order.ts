import type { Expression } from "../expression/expression.ts";

/** Loads that may be under way at a time: they need a register each, and there are sixteen. */
const MOST_PENDING_LOADS = 8;

/**
 * Keeps an engine from moving all loads of a long body to its start. V8 keeps loads and stores in order but computes as
 * late as possible, so that a body of a hundred loads first fills the registers, then the stack. Storing a value to a place
 * that nobody reads makes it be computed before the loads that follow. Worth a factor of three on the K-matrix.
 */
export class LoadOrder {
  private readonly storeTo: (push: () => void) => void;
  private pendingLoads = 0;
  /** Values computed from pending loads that no other such value was computed from. */
  private readonly frontier = new Set<Expression>();

  /** `storeTo` writes the store of what the given code pushes. */
  constructor(storeTo: (push: () => void) => void) {
    this.storeTo = storeTo;
  }

  /** A node was computed into a local, with that many loads of arguments. */
  computed(node: Expression, loads: number, push: (node: Expression) => void): void {
    let isPending = loads > 0;
    for (const arg of node.args) isPending = this.frontier.delete(arg) || isPending;
    if (isPending) this.frontier.add(node);
    this.pendingLoads += loads;
    if (this.pendingLoads < MOST_PENDING_LOADS) return;
    for (const value of this.frontier) this.storeTo(() => push(value));
    this.frontier.clear();
    this.pendingLoads = 0;
  }

  /** A value was stored: whatever it was computed from is no longer pending. */
  stored(node: Expression): void {
    if (this.frontier.delete(node) && this.frontier.size === 0) this.pendingLoads = 0;
  }
}
