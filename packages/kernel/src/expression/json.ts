import { kernelError } from "../errors.ts";
import { type Expression, node, type Payload } from "./expression.ts";
import { expressionOf, type Operand } from "./leaves.ts";
import type { Operation } from "./operation.ts";
import { operations } from "./operations.ts";
import { topologicalOrder } from "./order.ts";
import { type TableValues, tableValues } from "./table-values.ts";

/** A float64: a JSON number, which is read back exactly, or the name of what JSON has no number for. */
export type NumberJson = number | { readonly number: "NaN" | "Infinity" | "-Infinity" | "-0" };

/** One node; arguments are places of earlier nodes. */
export interface NodeJson {
  readonly operation: string;
  readonly args?: readonly number[];
  readonly payload?: NumberJson | boolean | string | { readonly table: readonly NumberJson[] };
}

/** Expressions as a JSON document: shared nodes stand once. */
export interface ExpressionJson {
  readonly format: "simloom-expressions";
  readonly version: 1;
  readonly nodes: readonly NodeJson[];
  /** Place of each expression among the nodes, by name. */
  readonly roots: Readonly<Record<string, number>>;
}

/** Expressions as a document that gives back the same nodes, on any machine: `expressionFromJson`. Linear. */
export function expressionToJson(expressions: Readonly<Record<string, Operand>>): ExpressionJson {
  const roots = Object.entries(expressions).map(([name, operand]) => [name, expressionOf(operand)] as const);
  const places = new Map<Expression, number>();
  const nodes: NodeJson[] = [];
  for (const each of topologicalOrder(roots.map(([, root]) => root))) {
    places.set(each, nodes.length);
    nodes.push({
      operation: each.operation.name,
      ...(each.args.length === 0 ? {} : { args: each.args.map((arg) => places.get(arg) as number) }),
      ...(each.payload === undefined ? {} : { payload: payloadToJson(each.payload) }),
    });
  }
  return {
    format: "simloom-expressions",
    version: 1,
    nodes,
    roots: Object.fromEntries(roots.map(([name, root]) => [name, places.get(root) as number])),
  };
}

/**
 * The expressions of a document, by name. Throws `KERN-078`, with the node, where it is not one of this format, and `KERN-006`
 * where arguments have types that do not fit. Linear.
 */
export function expressionFromJson(document: unknown): Readonly<Record<string, Expression>> {
  const { format, version, nodes, roots } = (document ?? {}) as Partial<Record<keyof ExpressionJson, unknown>>;
  if (format !== "simloom-expressions" || version !== 1 || !Array.isArray(nodes) || !isRecord(roots))
    throw unreadable("The document has not the form of expressions, version 1");
  const made: Expression[] = [];
  for (const [place, each] of (nodes as readonly unknown[]).entries()) made.push(nodeFromJson(each, place, made));
  return Object.fromEntries(
    Object.entries(roots).map(([name, place]) => {
      const root = typeof place === "number" ? made[place] : undefined;
      if (root === undefined) throw unreadable(`The expression \`${name}\` has no node`);
      return [name, root];
    }),
  );
}

function nodeFromJson(each: unknown, place: number, earlier: readonly Expression[]): Expression {
  if (!isRecord(each) || typeof each["operation"] !== "string") throw unreadable(`Node ${place} has no operation`);
  const name = each["operation"];
  const operation = Object.hasOwn(operations, name)
    ? (operations as unknown as Readonly<Record<string, Operation>>)[name]
    : undefined;
  if (operation === undefined) throw unreadable(`Node ${place} has the unknown operation \`${name}\``);
  const places: unknown = each["args"] ?? [];
  const args = Array.isArray(places)
    ? places.map((at: unknown) => (typeof at === "number" ? earlier[at] : undefined))
    : [];
  if (!Array.isArray(places) || places.length !== operation.arity || args.includes(undefined))
    throw unreadable(`Node ${place}, \`${name}\`, needs ${operation.arity} arguments that stand before it`);
  const payload = payloadFromJson(each["payload"], place);
  if (!fits(operation, payload)) throw unreadable(`Node ${place}, \`${name}\`, has a payload that does not fit it`);
  return node(operation, args as readonly Expression[], payload);
}

/** Whether an operation can hold a payload: leaves their value or name, powers a whole exponent, and so on. */
function fits(operation: Operation, payload: Payload): boolean {
  if (operation === operations.constant) return typeof payload === "number";
  if (operation === operations.truth) return typeof payload === "boolean";
  if (operation.source !== undefined) return typeof payload === "string" && payload !== "";
  if (operation === operations.integerPower) return Number.isInteger(payload) && Math.abs(payload as number) <= 1024;
  if (operation.isTransparent === true) return typeof payload === "string" && payload !== "";
  if (operation.isGather === true) return typeof payload === "object";
  return payload === undefined;
}

function payloadToJson(payload: NonNullable<Payload>): NonNullable<NodeJson["payload"]> {
  if (typeof payload === "number") return numberToJson(payload);
  return typeof payload === "object" ? { table: Array.from(payload.values, numberToJson) } : payload;
}

function payloadFromJson(payload: unknown, place: number): Payload {
  if (payload === undefined || typeof payload === "boolean" || typeof payload === "string") return payload;
  if (isRecord(payload) && Array.isArray(payload["table"]))
    return tableValues(payload["table"].map((value: unknown) => numberFromJson(value, place))) satisfies TableValues;
  return numberFromJson(payload, place);
}

function numberToJson(value: number): NumberJson {
  if (Number.isFinite(value) && !Object.is(value, -0)) return value;
  return { number: Object.is(value, -0) ? "-0" : (`${value}` as "NaN" | "Infinity" | "-Infinity") };
}

function numberFromJson(value: unknown, place: number): number {
  if (typeof value === "number") return value;
  const name = isRecord(value) ? value["number"] : undefined;
  if (name === "NaN" || name === "Infinity" || name === "-Infinity" || name === "-0") return Number(name);
  throw unreadable(`Node ${place} holds what is no number`);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function unreadable(message: string): Error {
  return kernelError("KERN-078", message, "Give a document that expressionToJson has made.");
}
