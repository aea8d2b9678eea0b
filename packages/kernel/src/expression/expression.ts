import { kernelError } from "../errors.ts";
import { dependenceBits } from "./dependence.ts";
import type { ExpressionType, Operation } from "./operation.ts";
import type { TableValues } from "./table-values.ts";

/** What a node holds: the value of a constant, the name of an input, a whole exponent, the tags of a mark, a table. */
export type Payload = number | boolean | string | TableValues | undefined;

/**
 * A node of the expression graph. Immutable and hash-consed: equal expressions are the same object, so `===` compares
 * them.
 */
export interface Expression {
  readonly operation: Operation;
  readonly args: readonly Expression[];
  readonly payload: Payload;
  readonly type: ExpressionType;
  /** Which kinds of input the value depends on; read it with `dependsOn`. */
  readonly dependence: number;
  /** Number of the node in this process; says nothing about the expression. */
  readonly id: number;
  /** Hash of the structure, the same in every process. */
  readonly hash: number;
}

const table = new Map<string, WeakRef<Expression>>();
let nextId = 0;
let sweepAtSize = 1 << 14;

/**
 * The node of an operation on arguments. Throws `KERN-006` where their types do not fit.
 *
 * Arguments of a commutative operation are put in an order that depends on their structure only, so `a + b` and `b + a`
 * are one node and programs do not depend on what was built before them (unless two hashes of 32 bits collide). A few
 * µs.
 */
export function node(operation: Operation, args: readonly Expression[], payload?: Payload): Expression {
  const ordered = operation.isCommutative === true ? inOrder(args) : args;
  const key = keyOf(operation, ordered, payload);
  const known = table.get(key)?.deref();
  if (known !== undefined) return known;
  const type = operation.signature.typeOf(ordered.map((arg) => arg.type));
  if (type === undefined) throw typeError(operation, args);
  const made: Expression = {
    operation,
    args: ordered,
    payload,
    type,
    dependence: dependenceBits(operation, ordered),
    id: nextId++,
    hash: structureHash(operation, ordered, payload),
  };
  table.set(key, new WeakRef(made));
  if (table.size > sweepAtSize) sweep();
  return made;
}

/** Forgets nodes that nobody holds any more; runs each time the table has doubled. */
function sweep(): void {
  for (const [key, reference] of table) if (reference.deref() === undefined) table.delete(key);
  sweepAtSize = Math.max(1 << 14, 2 * table.size);
}

/** Name, arguments and payload; the payload last, because a name may hold anything. */
function keyOf({ name }: Operation, args: readonly Expression[], payload: Payload): string {
  let key = name;
  for (const { id } of args) key += ` ${id}`;
  return payload === undefined ? key : `${key}:${payloadKey(payload)}`;
}

function inOrder(args: readonly Expression[]): readonly Expression[] {
  const [a, b] = args as readonly [Expression, Expression];
  return a.hash <= b.hash ? args : [b, a];
}

function payloadKey(payload: Payload): string {
  return Object.is(payload, -0) ? "-0" : `${payload}`;
}

/** FNV-1a over the name, the payload and the arguments' hashes. */
function structureHash(operation: Operation, args: readonly Expression[], payload: Payload): number {
  let hash = 0x811c9dc5;
  const text = `${operation.name} ${payloadKey(payload)}`;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  for (const arg of args) {
    hash = Math.imul(hash ^ (arg.hash & 0xffff), 0x01000193);
    hash = Math.imul(hash ^ (arg.hash >>> 16), 0x01000193);
  }
  return hash >>> 0;
}

function typeError({ name, signature }: Operation, args: readonly Expression[]): Error {
  const got = args.map(({ type }) => (type === "boolean" ? "a comparison" : `a ${type} number`)).join(" and ");
  return kernelError(
    "KERN-006",
    `\`${name}\` takes ${signature.expects}, but got ${got}`,
    "Turn a comparison into a number with select(condition, 1, 0), and a complex number into a real one with real, imag or abs.",
    { operation: name },
  );
}
