/**
 * Ports: the typed, unit-bearing ends of a stage. A port carries its value's type for the compiler and a description for
 * graphs that come from files: `kind` (the structure) and `unit`.
 */
import type { z } from "@simloom/units/zod";
import { type Dtype, NdArray } from "../value/ndarray.ts";
import { Table } from "../value/table.ts";
import type { Value } from "../value/value.ts";

declare const carried: unique symbol;

/** One end of a wire. `refuse` says what is wrong with a value, or nothing. */
export interface Port<out T = unknown> {
  readonly kind: string;
  readonly unit: string | undefined;
  refuse(value: unknown): string | undefined;
  readonly [carried]?: T;
}

export type Ports = Readonly<Record<string, Port>>;
/** The values that travel through a set of ports. */
export type ValuesOf<P extends Ports> = { readonly [K in keyof P]: P[K] extends Port<infer T> ? T : never };

/** A number with a unit that the compiler knows: `quantityPort<Decibel>("dB")`. */
export function quantityPort<Q extends number>(unit: string): Port<Q> {
  return port("number", unit, (value) => (typeof value === "number" ? undefined : "is not a number"));
}

/** A plain number, unit "1". */
export function numberPort(): Port<number> {
  return quantityPort("1");
}

export function textPort(): Port<string> {
  return port("text", undefined, (value) => (typeof value === "string" ? undefined : "is not a text"));
}

export function booleanPort(): Port<boolean> {
  return port("boolean", undefined, (value) => (typeof value === "boolean" ? undefined : "is neither true nor false"));
}

export function bytesPort(): Port<Uint8Array> {
  return port("bytes", undefined, (value) => (value instanceof Uint8Array ? undefined : "is not a byte string"));
}

/** An array of one dtype and unit; `rank` fixes the number of dimensions. */
export function arrayPort<D extends Dtype, const U extends string = "1">(
  dtype: D,
  options: { readonly unit?: U; readonly rank?: number } = {},
): Port<NdArray<D, U>> {
  const unit = options.unit ?? "1";
  const { rank } = options;
  return port(`array<${dtype}${rank === undefined ? "" : `, rank ${rank}`}>`, unit, (value) => {
    if (!(value instanceof NdArray)) return "is not an NdArray";
    if (value.dtype !== dtype) return `has elements of ${value.dtype}, not ${dtype}`;
    if (value.unit !== unit) return `is in ${value.unit}, not ${unit}`;
    if (rank !== undefined && value.shape.length !== rank) return `has ${value.shape.length} dimensions, not ${rank}`;
    return undefined;
  });
}

export function tablePort(): Port<Table> {
  return port("table", undefined, (value) => (value instanceof Table ? undefined : "is not a Table"));
}

/** A list of values of one port. */
export function listPort<T>(item: Port<T>): Port<readonly T[]> {
  return port(`list<${item.kind}>`, item.unit, (value) => {
    if (!Array.isArray(value)) return "is not a list";
    for (let index = 0; index < value.length; index++) {
      const problem = item.refuse(value[index]);
      if (problem !== undefined) return `has an item ${index} that ${problem}`;
    }
    return undefined;
  });
}

/** A record with the given members, no more and no less. Units stand in the members. */
export function recordPort<const P extends Ports>(members: P): Port<ValuesOf<P>> {
  const names = Object.keys(members).sort();
  const kind = `{${names.map((name) => `${name}: ${describePort(members[name] as Port)}`).join(", ")}}`;
  return port(kind, undefined, (value) => {
    if (!isRecord(value)) return "is not a record";
    for (const name of names) {
      if (!(name in value)) return `has no member ${name}`;
      const problem = (members[name] as Port).refuse(value[name]);
      if (problem !== undefined) return `has a member ${name} that ${problem}`;
    }
    const extra = Object.keys(value).find((name) => !(name in members));
    return extra === undefined ? undefined : `has an unexpected member ${extra}`;
  });
}

/** A port whose values are checked by a zod schema; `kind` names the type and must be the same at both ends of a wire. */
export function schemaPort<S extends z.ZodType>(kind: string, schema: S): Port<z.output<S>> {
  return port(kind, undefined, (value) => {
    const result = schema.safeParse(value);
    if (result.success) return undefined;
    const issue = result.error.issues[0];
    return `does not fit ${kind}: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`;
  });
}

/** Accepts every value. Prefer a typed port: wires into this one are not checked by the compiler. */
export function anyPort(): Port<Value> {
  return port("any", undefined, () => undefined);
}

/** Why a wire from `source` to `target` is wrong, or nothing. */
export function incompatibility(source: Port, target: Port): string | undefined {
  if (target.kind === "any" || source.kind === "any") return undefined;
  if (source.kind !== target.kind && !agreeButForRank(source.kind, target.kind))
    return `${describePort(source)} does not fit ${describePort(target)}`;
  if (source.unit !== target.unit) return `${source.unit ?? "no unit"} does not fit ${target.unit ?? "no unit"}`;
  return undefined;
}

/** Kind and unit in words, for messages and drawings. */
export function describePort(port: Port): string {
  return port.unit === undefined || port.unit === "1" ? port.kind : `${port.kind} in ${port.unit}`;
}

/** An array of unknown rank may feed one of known rank, which is then checked when it comes. Two ranks must be equal. */
function agreeButForRank(source: string, target: string): boolean {
  if (source.replace(RANK, "") !== target.replace(RANK, "")) return false;
  const ranks = ranksOf(target);
  return ranksOf(source).every((rank, at) => rank === "" || ranks[at] === "" || rank === ranks[at]);
}

const RANK = /, rank \d+/g;

/** The rank of each array in a kind, in order; empty where it is not said. */
function ranksOf(kind: string): readonly string[] {
  return [...kind.matchAll(/array<\w+(?:, rank (\d+))?>/g)].map(([, rank = ""]) => rank);
}

/** A port of a domain's own: `kind` and `unit` must be equal at both ends of a wire. */
export function definePort<T>(definition: {
  readonly kind: string;
  readonly unit?: string;
  refuse(value: unknown): string | undefined;
}): Port<T> {
  return port(definition.kind, definition.unit, definition.refuse);
}

function port<T>(kind: string, unit: string | undefined, refuse: (value: unknown) => string | undefined): Port<T> {
  return Object.freeze({ kind, unit, refuse });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}
