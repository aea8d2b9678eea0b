/**
 * Nodes by the hash of their structure. Recent ones are held, in one open-addressed array: to ask a weak reference costs
 * ten times as much, and the collector is slow with many of them. From time to time they become older ones, which live
 * as long as somebody else holds them.
 */
import type { Expression, Payload } from "./expression.ts";
import type { Operation } from "./operation.ts";

/** So many nodes are held at most, some 10 MB, or as many as were alive when they last were let go. */
const LEAST_RECENT = 1 << 16;

let slots: (Expression | undefined)[] = emptySlots(1 << 12);
let count = 0;
let mostRecent = LEAST_RECENT;
const older = new Map<number, WeakRef<Expression>[]>();

/** The node of that structure, if there is one. */
export function knownNode(
  operation: Operation,
  args: readonly Expression[],
  payload: Payload,
  hash: number,
): Expression | undefined {
  const mask = slots.length - 1;
  for (let at = hash & mask; ; at = (at + 1) & mask) {
    const node = slots[at];
    if (node === undefined) break;
    if (isNode(node, operation, args, payload)) return node;
  }
  if (older.size === 0) return undefined;
  for (const reference of older.get(hash) ?? []) {
    const node = reference.deref();
    if (node === undefined || !isNode(node, operation, args, payload)) continue;
    keepNode(node);
    return node;
  }
  return undefined;
}

/** Notes a node that is not in the table. */
export function keepNode(node: Expression): void {
  if (count >= mostRecent) letGo();
  if (2 * ++count > slots.length) grow();
  put(node);
}

function put(node: Expression): void {
  const mask = slots.length - 1;
  let at = node.hash & mask;
  while (slots[at] !== undefined) at = (at + 1) & mask;
  slots[at] = node;
}

function grow(): void {
  const nodes = slots;
  slots = emptySlots(2 * nodes.length);
  for (const node of nodes) if (node !== undefined) put(node);
}

/** Makes all nodes older ones, and forgets those that nobody holds any more. */
function letGo(): void {
  for (const [hash, references] of older) {
    const alive = references.filter((reference) => reference.deref() !== undefined);
    if (alive.length === 0) older.delete(hash);
    else if (alive.length < references.length) older.set(hash, alive);
  }
  mostRecent = Math.max(LEAST_RECENT, older.size);
  for (const node of slots) {
    if (node === undefined) continue;
    const references = older.get(node.hash);
    if (references === undefined) older.set(node.hash, [new WeakRef(node)]);
    else if (references.every((reference) => reference.deref() !== node)) references.push(new WeakRef(node));
  }
  slots = emptySlots(slots.length);
  count = 0;
}

/** Filled, because engines are slow with arrays that have holes. */
function emptySlots(length: number): (Expression | undefined)[] {
  return new Array<Expression | undefined>(length).fill(undefined);
}

function isNode(known: Expression, operation: Operation, args: readonly Expression[], payload: Payload): boolean {
  if (known.operation !== operation || known.args.length !== args.length) return false;
  for (let index = 0; index < args.length; index++) if (known.args[index] !== args[index]) return false;
  if (Object.is(known.payload, payload)) return true;
  return typeof payload === "object" && typeof known.payload === "object" && `${payload}` === `${known.payload}`;
}
