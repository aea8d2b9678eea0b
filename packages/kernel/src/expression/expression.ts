import { kernelError } from "../errors.ts";
import { dependenceBits } from "./dependence.ts";
import { keepNode, knownNode } from "./node-table.ts";
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

/** Hashes of the names of operations, to begin with. */
const nameHashes = new Map<string, number>();
let nextId = 0;

/** What walks and passes write on nodes for themselves, because a look-up per node would cost more than their work. */
export interface Notes {
  /** Number of the last walk that has been here. */
  walk: number;
  /** One bit for each pass that leaves the node, and all below it, as it is. */
  settled: number;
}

/** The notes of a node. */
export function notesOf(node: Expression): Notes {
  return node as Expression & Notes;
}

/**
 * The node of an operation on arguments. Throws `KERN-006` where their types do not fit.
 *
 * Arguments of a commutative operation are put in an order that depends on their structure only, so `a + b` and `b + a`
 * are one node and programs do not depend on what was built before them (unless two hashes of 32 bits collide). Below 1 µs.
 */
export function node(operation: Operation, args: readonly Expression[], payload?: Payload): Expression {
  const ordered = operation.isCommutative === true ? inOrder(args) : args;
  const hash = structureHash(operation, ordered, payload);
  const known = knownNode(operation, ordered, payload, hash);
  if (known !== undefined) return known;
  const type = operation.signature.typeOf(ordered.map((arg) => arg.type));
  if (type === undefined) throw typeError(operation, args);
  const made: Expression & Notes = {
    operation,
    args: ordered,
    payload,
    type,
    dependence: dependenceBits(operation, ordered),
    id: nextId++,
    hash,
    walk: 0,
    settled: 0,
  };
  keepNode(made);
  return made;
}

function inOrder(args: readonly Expression[]): readonly Expression[] {
  const [a, b] = args as readonly [Expression, Expression];
  return a.hash <= b.hash ? args : [b, a];
}

function payloadKey(payload: Payload): string {
  return Object.is(payload, -0) ? "-0" : `${payload}`;
}

/** FNV-1a over the name, the payload and the arguments' hashes. */
function structureHash({ name }: Operation, args: readonly Expression[], payload: Payload): number {
  let hash = nameHashes.get(name);
  if (hash === undefined) {
    hash = mixed(0x811c9dc5, `${name} `);
    nameHashes.set(name, hash);
  }
  if (payload !== undefined) hash = mixed(hash, payloadKey(payload));
  for (const arg of args) {
    hash = Math.imul(hash ^ (arg.hash & 0xffff), 0x01000193);
    hash = Math.imul(hash ^ (arg.hash >>> 16), 0x01000193);
  }
  return hash >>> 0;
}

function mixed(start: number, text: string): number {
  let hash = start;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash;
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
