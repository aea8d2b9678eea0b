import { dependsOn, hasStatistics, variesByElement } from "../expression/dependence.ts";
import type { Expression } from "../expression/expression.ts";
import { expressionOf, type Operand } from "../expression/leaves.ts";
import { nodeCount, topologicalOrder } from "../expression/order.ts";
import { checkPlanNames } from "../plan/check-names.ts";
import { memoryPlan } from "../plan/memory-plan.ts";
import { type Plan, type PlanOptions, planBySteps } from "../plan/plan.ts";
import type { Program } from "../program/program.ts";
import { formulaText } from "./formula-text.ts";

/** How often a node has to be computed. */
export type DependenceClass = "constant" | "once per data set" | "once per call" | "per element";

/** What a pass did. */
export interface PassReport {
  readonly name: string;
  readonly nodesBefore: number;
  readonly nodesAfter: number;
  /** Duration, where the caller gave a clock. */
  readonly ms: number | undefined;
}

/** A cached column or sum of data. */
export interface CachedValue {
  readonly formula: string;
  /** Bytes per element of a column; 0 for a sum. */
  readonly bytesPerElement: number;
}

/** What is kept and read for one set of elements. */
export interface SetReport {
  readonly name: string;
  /** Columns of the caller. */
  readonly columns: readonly string[];
  readonly cachedColumns: readonly CachedValue[];
  readonly cachedSums: readonly CachedValue[];
  /** Nodes of the program that runs once per data set. */
  readonly cachedNodes: number;
  /** Bytes per element that each call reads. */
  readonly bytesPerElement: number;
}

/** A program in numbers. */
export interface ProgramReport {
  /** Operations, inputs and constants apart. */
  readonly operations: number;
  readonly inputs: number;
  readonly outputs: number;
  /** Values that are alive at once in the loop; 0 without a loop. */
  readonly slots: number;
}

/** What becomes of some outputs on their way to a plan. */
export interface Inspection {
  readonly plan: Plan;
  /** The outputs after the last pass. */
  readonly values: readonly { readonly name: string; readonly value: Expression }[];
  readonly passes: readonly PassReport[];
  /** Nodes of the outputs as given, and after the last pass, by how often they have to be computed. */
  readonly classesBefore: Readonly<Record<DependenceClass, number>>;
  readonly classesAfter: Readonly<Record<DependenceClass, number>>;
  readonly sets: readonly SetReport[];
  readonly stages: readonly {
    readonly prologue: ProgramReport | undefined;
    readonly bodies: readonly (ProgramReport & { readonly set: string })[];
  }[];
  readonly epilogue: ProgramReport | undefined;
}

/** How outputs are inspected. */
export interface InspectOptions extends PlanOptions {
  /** A clock in milliseconds, such as `performance.now`: passes are timed with it. */
  readonly clock?: () => number;
}

/** Plans outputs and tells what each pass did and what the plan holds. Throws as `planOf`. */
export function inspect(outputs: Readonly<Record<string, Operand>>, options: InspectOptions = {}): Inspection {
  const { clock } = options;
  checkPlanNames(Object.values(outputs).map(expressionOf), options);
  const passes: PassReport[] = [];
  let counted: { readonly roots: readonly Expression[]; readonly nodes: number } | undefined;
  const countOf = (roots: readonly Expression[]) => {
    if (counted?.roots !== roots) counted = { roots, nodes: nodeCount(roots) };
    return counted.nodes;
  };
  const { plan, values } = planBySteps(outputs, options, (name, roots, pass) => {
    const from = clock?.();
    const result = pass(roots);
    const ms = clock === undefined || from === undefined ? undefined : clock() - from;
    passes.push({ name, nodesBefore: countOf(roots), nodesAfter: countOf(result), ms });
    return result;
  });
  return {
    plan,
    values,
    passes,
    classesBefore: classesOf(Object.values(outputs).map(expressionOf)),
    classesAfter: classesOf(values.map(({ value }) => value)),
    sets: plan.sets.map(({ name, columns, cached, bytesPerElement }) => ({
      name,
      columns,
      cachedColumns: cachedValues(cached, "none"),
      cachedSums: cachedValues(cached, "sum"),
      cachedNodes: cached?.perElement.length ?? 0,
      bytesPerElement,
    })),
    stages: plan.stages.map(({ prologue, bodies }) => ({
      prologue: prologue && programReport(prologue),
      bodies: [...bodies].map(([set, program]) => ({ set, ...programReport(program) })),
    })),
    epilogue: plan.epilogue && programReport(plan.epilogue),
  };
}

/** How often a node has to be computed. */
export function dependenceClass(node: Expression): DependenceClass {
  if (node.dependence === 0) return "constant";
  if (dependsOn(node, "parameter")) return variesByElement(node) ? "per element" : "once per call";
  return variesByElement(node) && hasStatistics(node) ? "per element" : "once per data set";
}

function classesOf(roots: readonly Expression[]): Readonly<Record<DependenceClass, number>> {
  const counts = { constant: 0, "once per data set": 0, "once per call": 0, "per element": 0 };
  for (const node of topologicalOrder(roots)) counts[dependenceClass(node)]++;
  return counts;
}

function cachedValues(program: Program | undefined, reduction: "none" | "sum"): readonly CachedValue[] {
  const outputs = program?.outputs.filter((output) => output.reduction === reduction) ?? [];
  const bytesPerElement = reduction === "none" ? 8 : 0;
  return outputs.map(({ value }) => ({ formula: formulaText(value), bytesPerElement }));
}

function programReport(program: Program): ProgramReport {
  const nodes = [...program.hoisted, ...program.perElement];
  return {
    operations: nodes.filter(({ args }) => args.length > 0).length,
    inputs: program.parameters.length + program.columns.length,
    outputs: program.outputs.length,
    slots: memoryPlan(program).slotCount,
  };
}
