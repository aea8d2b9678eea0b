/**
 * Hoisting by dependence: from real outputs that may hold sums over elements, what is computed once per data set, once
 * per call and once per element (docs/decisions/0008).
 */
import { kernelError } from "../errors.ts";
import { multiply, notEqual, select, total } from "../expression/build.ts";
import { hasStatistics, variesByElement } from "../expression/dependence.ts";
import type { Expression } from "../expression/expression.ts";
import { column, constant, isConstant, parameter } from "../expression/leaves.ts";
import { operations } from "../expression/operations.ts";
import { topologicalOrder } from "../expression/order.ts";
import { isDataOnly } from "../pass/mixed.ts";
import { rewrite } from "../pass/rewrite.ts";
import { substitute } from "../pass/substitute.ts";
import { loweredProgram, type Program, type ProgramOutput } from "../program/program.ts";
import { setsOfNodes } from "./sets.ts";

/** What is computed over the elements of one set. */
export interface SetPlan {
  /** Name of the set; empty for the only one or the one without a name. */
  readonly name: string;
  /** Columns of the caller that anything needs, sorted. */
  readonly columns: readonly string[];
  /** From the caller's columns, once per data set: columns for the bodies, and sums. */
  readonly cached: Program | undefined;
  /** Bytes per element that the bodies read: cached columns and those taken as they are. */
  readonly bytesPerElement: number;
}

/** One pass over the elements, and what it needs from the parameters. */
export interface PlanStage {
  /** Numbers from the parameters, the sums of the cached programs and of earlier stages; once per call. */
  readonly prologue: Program | undefined;
  /** Per set by name: sums, and numbers per element. */
  readonly bodies: ReadonlyMap<string, Program>;
}

/** An output of a plan: one number, or a number per element of a set. */
export interface PlanOutput {
  readonly name: string;
  readonly kind: "number" | "elements";
  /** Set of an output per element. */
  readonly set: string | undefined;
}

/** Programs of some outputs and how they feed each other: by the names of their inputs and outputs. */
export interface Hoisted {
  readonly sets: readonly SetPlan[];
  readonly stages: readonly PlanStage[];
  /** The outputs that are one number, from the parameters and sums; undefined if there are none. */
  readonly epilogue: Program | undefined;
  readonly outputs: readonly PlanOutput[];
}

const ONE = constant(1);
/** Number of elements of the only set. */
export const COUNT = total(ONE);
/** Name under which a program reads the number of elements. */
export const COUNT_NAME = "#count";

/** Σ c = c · count for what is the same for all elements. */
const countConstants = rewrite("count-constants", {
  total: ([summand], node) => (isSumOfConstants(node) ? multiply(COUNT, summand as Expression) : undefined),
});

function isSumOfConstants(node: Expression): boolean {
  return node.operation === operations.total && node !== COUNT && !variesByElement(node.args[0] as Expression);
}

/**
 * Splits outputs that are real, simplified and without powers. Throws `KERN-071` for states and the time, `KERN-072` for
 * expressions over two sets, `KERN-073` where the number of elements matters and there are several sets. Linear.
 */
export function hoist(
  named: readonly (readonly [name: string, value: Expression])[],
  setNames: readonly string[],
): Hoisted {
  let values: readonly Expression[] = named.map(([, value]) => value);
  let nodes = topologicalOrder(values);
  if (nodes.some(isSumOfConstants)) {
    values = countConstants(values);
    nodes = topologicalOrder(values);
  }
  checkSources(nodes);
  const setOf = setsOfNodes(nodes, setNames);
  const used = [...new Set(setOf.values())].sort();
  if (nodes.includes(COUNT) && used.length !== 1) throw ambiguousCount(used);
  const names = new Names(nodes, setOf);
  const levels = levelsOf(nodes);
  const levelCount = 1 + Math.max(-1, ...nodes.filter(isSweep).map((node) => levels.get(node) ?? 0));
  const elementOutputs = named.flatMap(([name], index) => {
    const value = values[index] as Expression;
    return variesByElement(value) ? [{ name, value, level: levels.get(value) ?? 0 }] : [];
  });
  const stageCount = Math.max(levelCount, 0, ...elementOutputs.map(({ level }) => level + 1));
  const stages: PlanStage[] = [];
  for (let level = 0; level < stageCount; level++) {
    const sums = nodes.filter((node) => isSweep(node) && (levels.get(node) ?? 0) === level);
    const bodyOutputs = [
      ...sums.map((node) => ({
        name: names.of(node),
        value: node.args[0] as Expression,
        reduction: "sum" as const,
      })),
      ...elementOutputs
        .filter((output) => output.level === level)
        .map(({ name, value }) => ({ name, value, reduction: "none" as const })),
    ];
    stages.push(stageOf(bodyOutputs, setOf, names));
  }
  const numbers = named.flatMap(([name], index) => {
    const value = values[index] as Expression;
    return variesByElement(value) ? [] : [{ name, value, reduction: "none" as const }];
  });
  return {
    epilogue: numbers.length === 0 ? undefined : numberProgram(numbers, names),
    stages,
    sets: used.map((set) => setPlan(set, names, stages)),
    outputs: named.map(([name], index) => {
      const value = values[index] as Expression;
      const isElements = variesByElement(value);
      return { name, kind: isElements ? "elements" : "number", set: isElements ? setOf.get(value) : undefined };
    }),
  };
}

/** Per element, and of data only: computed once per data set. */
function isCacheable(node: Expression): boolean {
  return variesByElement(node) && isDataOnly(node);
}

/** Names of numbers and columns that programs hand to each other. */
class Names {
  /** Per set, data-only nodes by the name of their cached column. */
  readonly cached = new Map<string, Map<Expression, string>>();
  /** Per set, sums over data-only nodes. */
  readonly statistics = new Map<string, Map<Expression, string>>();
  readonly #numbers = new Map<Expression, string>();
  readonly #exported = new Map<Expression, string>();
  readonly #setOf: ReadonlyMap<Expression, string>;

  constructor(nodes: readonly Expression[], setOf: ReadonlyMap<Expression, string>) {
    this.#setOf = setOf;
    let sums = 0;
    for (const node of nodes) {
      if (node.operation !== operations.total) continue;
      const summand = node.args[0] as Expression;
      if (node === COUNT) this.#numbers.set(node, COUNT_NAME);
      else if (isCacheable(summand)) {
        const ofSet = entryOf(this.statistics, setOf.get(summand) as string);
        const name = `#statistic ${setOf.get(summand)} ${ofSet.size}`;
        ofSet.set(summand, name);
        this.#numbers.set(node, name);
      } else this.#numbers.set(node, `#sum ${sums++}`);
    }
  }

  /** Name of a sum, or of a number that a prologue has given out. */
  of(node: Expression): string {
    return (this.#numbers.get(node) ?? this.#exported.get(node)) as string;
  }

  /** A leaf in place of a number that is known before the program that asks. */
  known(node: Expression): Expression | undefined {
    const name = this.#numbers.get(node) ?? this.#exported.get(node);
    if (name === undefined) return undefined;
    return node.type === "boolean" ? notEqual(parameter(name), 0) : parameter(name);
  }

  /** Gives a number, or a condition as 1 or 0, a name for programs that run later. */
  export(node: Expression): void {
    this.#exported.set(node, `#value ${this.#exported.size}`);
  }

  cachedColumn(node: Expression): Expression {
    const set = this.#setOf.get(node) as string;
    const ofSet = entryOf(this.cached, set);
    const known = ofSet.get(node);
    if (known !== undefined) return column(known);
    const name = `#cached ${set} ${ofSet.size}`;
    ofSet.set(node, name);
    return column(name);
  }
}

function entryOf<Value>(map: Map<string, Map<Expression, Value>>, key: string): Map<Expression, Value> {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = new Map<Expression, Value>();
  map.set(key, made);
  return made;
}

/** A sum that needs a pass over the elements at each call. */
function isSweep(node: Expression): boolean {
  return node.operation === operations.total && node !== COUNT && !isCacheable(node.args[0] as Expression);
}

/** How many passes over the elements must be over before a node can be computed; of a sum, before its own pass. */
function levelsOf(nodes: readonly Expression[]): ReadonlyMap<Expression, number> {
  const levels = new Map<Expression, number>();
  // without sums inside of what is computed per element there is one pass, and all is of level 0
  if (!nodes.some((node) => variesByElement(node) && hasStatistics(node))) return levels;
  for (const node of nodes) {
    let level = 0;
    for (const arg of node.args) level = Math.max(level, (levels.get(arg) ?? 0) + (isSweep(arg) ? 1 : 0));
    levels.set(node, level);
  }
  return levels;
}

function stageOf(outputs: readonly ProgramOutput[], setOf: ReadonlyMap<Expression, string>, names: Names): PlanStage {
  const wanted: Expression[] = [];
  const replaced = substitute(
    outputs.map(({ value }) => value),
    (node) => {
      if (!variesByElement(node)) {
        if (node.args.length === 0) return node;
        if (names.known(node) === undefined) {
          wanted.push(node);
          names.export(node);
        }
        return names.known(node);
      }
      return isDataOnly(node) ? loaded(node, names) : undefined;
    },
  );
  // numbers that this stage itself gives out stand as leaves now; their own values come from what was known before
  const exported = wanted.map((node) => ({ name: names.of(node), value: node, reduction: "none" as const }));
  const bySet = new Map<string, ProgramOutput[]>();
  outputs.forEach((output, index) => {
    const set = setOf.get(output.value) as string;
    const list = bySet.get(set) ?? [];
    list.push({ ...output, value: replaced[index] as Expression });
    bySet.set(set, list);
  });
  return {
    prologue: exported.length === 0 ? undefined : numberProgram(exported, names),
    bodies: new Map([...bySet].map(([set, list]) => [set, loweredProgram(list)])),
  };
}

/** How a body gets a data-only value: as it comes, with a sign or a comparison, or from a cached column. */
function loaded(node: Expression, names: Names): Expression | undefined {
  const { operation, args } = node;
  if (operation === operations.column) return node;
  if (operation === operations.negate || operation === operations.not) return undefined;
  if (node.type === "boolean")
    return args.every((arg) => arg.type === "real" && (isConstant(arg) || arg.operation === operations.column))
      ? undefined
      : notEqual(names.cachedColumn(node), 0);
  return names.cachedColumn(node);
}

/** A program that runs once: sums and numbers known before are its parameters. */
function numberProgram(outputs: readonly ProgramOutput[], names: Names): Program {
  const values = outputs.map(({ value }) => value);
  const own = new Set(values.filter(({ operation }) => operation !== operations.total));
  const replaced = substitute(values, (node) => (own.has(node) ? undefined : names.known(node)));
  return loweredProgram(
    outputs.map((output, index) => ({ ...output, value: asNumber(replaced[index] as Expression) })),
  );
}

/** A condition as 1 or 0. */
function asNumber(node: Expression): Expression {
  return node.type === "boolean" ? select(node, 1, 0) : node;
}

function setPlan(name: string, names: Names, stages: readonly PlanStage[]): SetPlan {
  const outputs: ProgramOutput[] = [
    ...[...(names.cached.get(name) ?? [])].map(([node, column]) => ({
      name: column,
      value: asNumber(node),
      reduction: "none" as const,
    })),
    ...[...(names.statistics.get(name) ?? [])].map(([summand, statistic]) => ({
      name: statistic,
      value: summand,
      reduction: "sum" as const,
    })),
  ];
  const cached = outputs.length === 0 ? undefined : loweredProgram(outputs);
  const read = new Set(stages.flatMap(({ bodies }) => bodies.get(name)?.columns ?? []));
  const raw = [...read].filter((column) => !column.startsWith("#cached "));
  return {
    name,
    columns: [...new Set([...raw, ...(cached?.columns ?? [])])].sort(),
    cached,
    bytesPerElement: 8 * read.size,
  };
}

function checkSources(nodes: readonly Expression[]): void {
  for (const { operation, payload } of nodes)
    if (operation.source === "state" || operation.source === "time")
      throw kernelError(
        "KERN-071",
        `A plan cannot hold the ${operation.source} \`${payload}\``,
        "Use kernelProgram for right-hand sides of differential equations; plans are for columns of data.",
        { name: payload },
      );
}

function ambiguousCount(sets: readonly string[]): Error {
  return kernelError(
    "KERN-073",
    "A sum over elements of something that is the same for all of them",
    sets.length === 0
      ? "Let the sum depend on a column, or write the number of elements as a parameter."
      : "Multiply by a column of the set that is meant, such as its weights.",
    { sets },
  );
}
