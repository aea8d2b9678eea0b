import { PipelineError } from "../errors.ts";
import { NdArray } from "./ndarray.ts";
import { Table } from "./table.ts";

/** What flows through a graph: a tree of plain data. Functions, symbols, dates and class instances are refused. */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | NdArray
  | Table
  | readonly Value[]
  | { readonly [key: string]: Value };

const frozen = new WeakSet<object>();

/**
 * Freezes a tree in place and checks that it is a {@link Value}. Refuses anything else with the path at which it stands.
 *
 * `undefined` members of records are dropped from the encoding, so they are refused too: say `null`, or leave them out.
 * Cost: one visit per new object; trees that were frozen before are not visited again.
 */
export function freeze<T>(value: T, path = "value"): T {
  if (typeof value !== "object" || value === null) {
    if (isScalar(value)) return value;
    throw refuse(value, path);
  }
  freezeObject(value, path, 0);
  return value;
}

function isScalar(value: unknown): boolean {
  const type = typeof value;
  return value === null || type === "number" || type === "string" || type === "boolean" || type === "bigint";
}

/** Levels of lists and records inside each other. */
export const MAX_DEPTH = 256;

function freezeObject(value: object, path: string, depth: number): void {
  if (frozen.has(value)) return;
  if (depth > MAX_DEPTH && !isLeaf(value)) throw tooDeep(path);
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const member: unknown = value[index];
      if (typeof member === "object" && member !== null) freezeObject(member, `${path}[${index}]`, depth + 1);
      else if (!isScalar(member)) throw refuse(member, `${path}[${index}]`);
    }
  } else if (isLeaf(value)) {
    frozen.add(value);
    return;
  } else {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) throw refuse(value, path);
    for (const key of Object.keys(value)) {
      const member: unknown = (value as Record<string, unknown>)[key];
      if (typeof member === "object" && member !== null) freezeObject(member, `${path}.${key}`, depth + 1);
      else if (!isScalar(member)) throw refuse(member, `${path}.${key}`);
    }
    if (Object.getOwnPropertySymbols(value).length > 0) throw refuse(Symbol("key"), path);
  }
  Object.freeze(value);
  frozen.add(value);
}

function isLeaf(value: object): boolean {
  return value instanceof NdArray || value instanceof Table || value instanceof Uint8Array;
}

/** True for objects that {@link freeze} has seen whole: their digest may be remembered. */
export function isFrozenValue(value: object): boolean {
  return frozen.has(value);
}

/** The error for a tree that has no end in sight. */
export function tooDeep(path: string): PipelineError {
  return new PipelineError({
    code: "PIPE-001",
    message: `${path.length > 80 ? `${path.slice(0, 80)}…` : path} is nested more than ${MAX_DEPTH} levels deep, or contains itself`,
    remedy: "Flatten the value; a value is a tree without circles.",
    path: path.length > 80 ? path.slice(0, 80) : path,
  });
}

function refuse(value: unknown, path: string): PipelineError {
  const what =
    typeof value === "object" && value !== null
      ? `an instance of ${value.constructor?.name ?? "an unnamed class"}`
      : typeof value === "undefined"
        ? "undefined"
        : `a ${typeof value}`;
  return new PipelineError({
    code: "PIPE-001",
    message: `${path} is ${what}, which has no place in a value`,
    remedy:
      "Use null, boolean, number, bigint, string, Uint8Array, NdArray, Table, arrays and plain records; wrap typed arrays with ndarrayFrom().",
    path,
  });
}
