import type { z } from "@simloom/units/zod";
import { configProblems } from "../graph/validate.ts";
import type { Ports, ValuesOf } from "../stage/port.ts";
import type { Stage } from "../stage/stage.ts";
import { decode } from "../value/decode.ts";
import { digestOf, encode } from "../value/encode.ts";
import { NdArray } from "../value/ndarray.ts";
import { Table } from "../value/table.ts";
import type { Value } from "../value/value.ts";
import { withPurityTraps } from "./purity-traps.ts";
import { runStage, type StageRun, type StageRunOptions } from "./run-stage.ts";

/** A promise that a stage does not keep. */
export interface ContractViolation {
  readonly rule: "runs" | "pure" | "deterministic" | "inputs unchanged" | "round trip" | "configuration in key";
  readonly message: string;
}

/**
 * Checks what every stage promises: it runs under {@link withPurityTraps}; a second run gives the same bytes (outputs,
 * metrics, artifacts, warnings); inputs are the same afterwards, every byte of them; outputs survive encoding; a change of
 * any leaf of the configuration changes the key. Answers the violations: none for a sound stage.
 *
 * Cost: the stage runs twice. Leaves for which the schema accepts no other value are passed over.
 */
export async function checkStageContract<
  C extends z.ZodType,
  I extends Ports,
  O extends Ports,
  P extends string,
  R extends string,
>(
  stage: Stage<C, I, O, P, R>,
  config: z.input<C>,
  inputs: ValuesOf<I>,
  options: StageRunOptions = {},
): Promise<readonly ContractViolation[]> {
  const found: ContractViolation[] = [];
  const attempt = async (given: ValuesOf<I>): Promise<StageRun<O> | undefined> => {
    try {
      return await withPurityTraps(() => runStage(stage, config, given, options));
    } catch (thrown) {
      const { code, message } = thrown as { code?: string; message: string };
      const rule = code === "PIPE-017" ? "pure" : code === "PIPE-016" ? "inputs unchanged" : "runs";
      if (!found.some((one) => one.message === message)) found.push({ rule, message });
      return undefined;
    }
  };
  const first = copyOf(inputs as Value) as ValuesOf<I>;
  const one = await attempt(first);
  const changed = firstDifference(inputs as Value, first as Value, "inputs");
  if (changed !== undefined && !found.some(({ rule }) => rule === "inputs unchanged")) {
    found.push({ rule: "inputs unchanged", message: `stage ${stage.name} changed ${changed}` });
  }
  const other = await attempt(copyOf(inputs as Value) as ValuesOf<I>);
  if (one !== undefined && other !== undefined) {
    const difference = firstDifference(saidBy(one), saidBy(other), "");
    if (difference !== undefined)
      found.push({
        rule: "deterministic",
        message: `two runs of stage ${stage.name} differ at ${difference.replace(/^\./, "")}`,
      });
    found.push(...roundTrip(stage.name, one.outputs as Readonly<Record<string, Value>>));
  }
  found.push(...deafLeaves(stage.config, config, stage.name));
  return found;
}

function saidBy({ outputs, metrics, artifacts, warnings }: StageRun<Ports>): Value {
  const measured = Object.entries(metrics).map(([name, metric]) => [name, metric.toJSON() as unknown as Value]);
  return { outputs: outputs as Value, metrics: measured, artifacts: artifacts as unknown as Value, warnings };
}

function roundTrip(name: string, outputs: Readonly<Record<string, Value>>): ContractViolation[] {
  return Object.entries(outputs).flatMap(([port, value]) => {
    const { bytes, blobs } = encode(value);
    const back = decode(bytes, (digest) => blobs.get(digest) as Uint8Array);
    const difference = firstDifference(value, back, port);
    return difference === undefined
      ? []
      : [{ rule: "round trip" as const, message: `output ${difference} of stage ${name} does not survive encoding` }];
  });
}

/** Leaves of the configuration whose change the schema swallows. */
function deafLeaves(schema: z.ZodType, config: unknown, name: string): ContractViolation[] {
  const parsed = schema.safeParse(config);
  if (!parsed.success)
    return [
      {
        rule: "runs",
        message: configProblems(parsed.error, schema, name)[0]?.message ?? "the configuration is refused",
      },
    ];
  const before = digestOf(parsed.data as Value);
  const deaf: ContractViolation[] = [];
  for (const { path, leaf, replace } of leavesOf(config as Value)) {
    const accepted = othersThan(leaf).flatMap((other) => {
      const changed = schema.safeParse(replace(other));
      return changed.success ? [digestOf(changed.data as Value)] : [];
    });
    if (accepted.length > 0 && accepted.every((digest) => digest === before)) {
      deaf.push({
        rule: "configuration in key",
        message: `${path} of stage ${name} can change without changing the key`,
      });
    }
  }
  return deaf;
}

interface Leaf {
  readonly path: string;
  readonly leaf: Value;
  replace(other: Value): Value;
}

function leavesOf(tree: Value, path = "", replace: (other: Value) => Value = (other) => other): Leaf[] {
  if (Array.isArray(tree)) {
    const items = tree as readonly Value[];
    return items.flatMap((item, at) => leavesOf(item, `${path}[${at}]`, (other) => replace(items.with(at, other))));
  }
  if (typeof tree === "object" && tree !== null && !isContent(tree)) {
    const record = tree as Readonly<Record<string, Value>>;
    return Object.keys(record).flatMap((key) =>
      leavesOf(record[key] as Value, path === "" ? key : `${path}.${key}`, (other) =>
        replace({ ...record, [key]: other }),
      ),
    );
  }
  return [{ path, leaf: tree, replace }];
}

function othersThan(leaf: Value): Value[] {
  if (typeof leaf === "number")
    return [leaf + 1, leaf - 1, leaf * (1 + 2 ** -40), leaf * 2, leaf / 2].filter((other) => !Object.is(other, leaf));
  if (typeof leaf === "boolean") return [!leaf];
  if (typeof leaf === "bigint") return [leaf + 1n, leaf - 1n];
  if (typeof leaf === "string") return [`${leaf}x`, leaf.slice(0, -1), ""].filter((other) => other !== leaf);
  if (leaf instanceof NdArray && leaf.byteLength > 0) {
    const copy = copyOf(leaf) as NdArray;
    const middle = copy.byteLength >> 1;
    copy.bytes()[middle] = (copy.bytes()[middle] as number) ^ 1;
    return [copy];
  }
  return [];
}

function isContent(value: object): boolean {
  return value instanceof NdArray || value instanceof Table || value instanceof Uint8Array;
}

/** A copy that shares no memory with the value. */
function copyOf(value: Value): Value {
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof NdArray) return new NdArray(value.dtype, value.shape, value.data.slice(), value.unit);
  if (value instanceof Uint8Array) return value.slice();
  if (value instanceof Table)
    return new Table(
      Object.fromEntries(Object.entries(value.columns).map(([name, column]) => [name, copyOf(column) as NdArray])),
    );
  if (Array.isArray(value)) return value.map((item: Value) => copyOf(item));
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, copyOf(member as Value)]));
}

/** The first place at which two values differ in any byte. */
function firstDifference(a: Value, b: Value, path: string): string | undefined {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null)
    return Object.is(a, b) ? undefined : path;
  if (a instanceof NdArray && b instanceof NdArray) {
    const isAlike = a.dtype === b.dtype && a.unit === b.unit && a.shape.join() === b.shape.join();
    return isAlike ? firstByte(a.bytes(), b.bytes(), path) : path;
  }
  if (a instanceof Uint8Array && b instanceof Uint8Array) return firstByte(a, b, path);
  if (a instanceof Table && b instanceof Table) return firstDifference(a.columns, b.columns, path);
  if (isContent(a) || isContent(b) || Array.isArray(a) !== Array.isArray(b)) return path;
  const left = a as Readonly<Record<string, Value>>;
  const right = b as Readonly<Record<string, Value>>;
  if (Object.keys(left).join("\n") !== Object.keys(right).join("\n")) return path;
  for (const key of Object.keys(left)) {
    const difference = firstDifference(
      left[key] as Value,
      right[key] as Value,
      Array.isArray(a) ? `${path}[${key}]` : `${path}.${key}`,
    );
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function firstByte(a: Uint8Array, b: Uint8Array, path: string): string | undefined {
  if (a.byteLength !== b.byteLength) return path;
  for (let at = 0; at < a.byteLength; at++) if (a[at] !== b[at]) return `${path} (byte ${at})`;
  return undefined;
}
