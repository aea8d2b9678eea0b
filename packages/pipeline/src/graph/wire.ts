import type { Port, Ports } from "../stage/port.ts";
import type { Value } from "../value/value.ts";

/** Where an input takes its value from. */
export type Source =
  | { readonly kind: "output"; readonly nodeId: string; readonly port: string }
  | { readonly kind: "metric"; readonly nodeId: string; readonly name: string; readonly unit: string }
  | { readonly kind: "input"; readonly name: string }
  | { readonly kind: "value"; readonly value: Value }
  /** A list made of other sources, in order. */
  | { readonly kind: "gather"; readonly items: readonly Source[] };

/** A typed reference to a value that will travel through the graph. */
export interface Wire<out T = unknown> {
  readonly source: Source;
  readonly port: Port<T>;
}

const handleId: unique symbol = Symbol.for("simloom.node");

/** What `add` returns: one wire per output port, by name. */
export type NodeHandle<O extends Ports = Ports> = {
  readonly [K in keyof O]: O[K] extends Port<infer T> ? Wire<T> : never;
} & { readonly [handleId]: string };

/** Makes the handle of a node: its id stands under a symbol, so that no port name is taken. */
export function handleOf<O extends Ports>(id: string, wires: Readonly<Record<string, Wire>>): NodeHandle<O> {
  (wires as { [handleId]?: string })[handleId] = id;
  return wires as unknown as NodeHandle<O>;
}

/** Id of the node behind a handle. */
export function nodeIdOf(handle: { readonly [handleId]: string }): string {
  return handle[handleId];
}

/** True for wires, as opposed to values given in place. */
export function isWire(value: unknown): value is Wire {
  return typeof value === "object" && value !== null && "source" in value && "port" in value;
}

/** Collects several wires of one type into a list, in the order given. */
export function gather<T>(wires: readonly Wire<T>[]): Wire<readonly T[]> {
  const first = wires[0]?.port;
  const item = first ?? ({ kind: "any", unit: undefined, refuse: () => undefined } as Port<T>);
  return {
    source: { kind: "gather", items: wires.map((wire) => wire.source) },
    port: { kind: `list<${item.kind}>`, unit: item.unit, refuse: () => undefined },
  };
}

/**
 * A metric of a node as an input of another: a number in the unit in which the node emits it. When the graph runs, a metric
 * that is not there or has another unit is PIPE-026.
 */
export function metricOf(handle: { readonly [handleId]: string }, name: string, unit = "1"): Wire<number> {
  return {
    source: { kind: "metric", nodeId: nodeIdOf(handle), name, unit },
    port: { kind: "number", unit, refuse: () => undefined },
  };
}

/** The nodes that a source waits for. */
export function nodesOf(source: Source, into: string[] = []): string[] {
  switch (source.kind) {
    case "output":
    case "metric":
      into.push(source.nodeId);
      break;
    case "gather":
      for (const item of source.items) nodesOf(item, into);
      break;
    case "input":
    case "value":
      break;
    default:
      source satisfies never;
  }
  return into;
}
