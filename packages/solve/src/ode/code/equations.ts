import { dependsOn, type Expression, kernelProgram, type ProgramInputs, topologicalOrder } from "@simloom/kernel";
import { readOperand } from "../problem/define.ts";
import type { EventFunction } from "../problem/event.ts";
import type { OdeProblem } from "../problem/problem.ts";
import { type EntryText, expressionText } from "./expression-text.ts";
import { type Region, slot, type WorkspaceLayout } from "./workspace.ts";

/** Operations in one function of generated text; more and engines stop optimising it. */
const OPERATIONS_PER_FUNCTION = 700;

/** Right-hand sides up to this size are written into each stage, others are called. */
const INLINE_UP_TO = 40;

/** Writes expressions of a problem's states, parameters and time as statements on a workspace. */
export interface EquationWriter {
  /**
   * Text of a function `name(u, k)` that evaluates expressions at the state that begins at `u` and puts them at the
   * places given, of `k`; long ones become several functions.
   */
  define(name: string, values: readonly Expression[], place: (index: number) => string): string;
  /** Statements that do the same with a state at a fixed place; undefined where they would be too long to repeat. */
  inline(
    values: readonly Expression[],
    state: Region,
    place: (index: number) => string,
    prefix: string,
  ): string | undefined;
  /** After everything else is written: `function hoist()`, which computes what depends on parameters only. */
  hoist(): string;
  /** Tables that the text written so far picks from. */
  tables(): readonly PlacedTable[];
  readonly parameters: Region;
  readonly inputs: Region;
}

/** Numbers of a look-up table in the workspace. */
export interface PlacedTable {
  readonly region: Region;
  readonly values: Float64Array;
}

/** Brings expressions into the form of kernels: real, simplified, powers as products. */
export function loweredExpressions(problem: OdeProblem, values: readonly Expression[]): readonly Expression[] {
  const outside = problem.inputs?.names ?? [];
  const inputs: ProgramInputs = { parameters: problem.parameterNames };
  const named = Object.fromEntries(values.map((value, index) => [`${index}`, value]));
  const names = new Set(
    topologicalOrder(values).flatMap(({ operation, payload }) => (operation.source === "column" ? [`${payload}`] : [])),
  );
  return kernelProgram(named, { ...inputs, columns: outside.filter((name) => names.has(name)) }).outputs.map(
    ({ value }) => value,
  );
}

/** A writer for the equations of one problem in one workspace. */
export function equationWriter(problem: OdeProblem, layout: WorkspaceLayout): EquationWriter {
  const parameters = layout.region(problem.parameterNames.length);
  const stateIndex = new Map(problem.stateNames.map((name, index) => [name, index]));
  const parameterIndex = new Map(problem.parameterNames.map((name, index) => [name, index]));
  const inputs = layout.region(problem.inputs?.names.length ?? 0);
  const inputIndex = new Map(problem.inputs?.names.map((name, index) => [name, index]));
  const hoisted = new Map<Expression, Region>();

  const tables = new Map<string, PlacedTable>();

  const entryOf: EntryText = ({ key, values }, index) => {
    const placed = tables.get(key) ?? { region: layout.region(values.length), values };
    tables.set(key, placed);
    return `w[${placed.region.offset} + (${index})]`;
  };

  const parameterLeaf = (node: Expression): string | undefined =>
    node.operation.source === "parameter"
      ? `w[${parameters.offset + (parameterIndex.get(`${node.payload}`) as number)}]`
      : undefined;

  const leafOf =
    (stateAt: (index: number) => string) =>
    (node: Expression): string | undefined => {
      const { source } = node.operation;
      const ownState = source === "state" ? stateIndex.get(`${node.payload}`) : undefined;
      if (ownState !== undefined) return stateAt(ownState);
      if (source === "state" || source === "column")
        return `w[${inputs.offset + (inputIndex.get(`${node.payload}`) as number)}]`;
      if (source === "time") return slot("stageTime");
      if (source !== undefined) return parameterLeaf(node);
      if (!isHoistable(node)) return undefined;
      const region = hoisted.get(node) ?? layout.region(1);
      hoisted.set(node, region);
      return `w[${region.offset}]`;
    };

  return {
    parameters,
    inputs,
    define(name, values, place) {
      const chunks = chunked(values);
      const bodies = chunks.map(([from, to]) =>
        expressionText(
          values.slice(from, to),
          leafOf((index) => (index === 0 ? "w[u]" : `w[u + ${index}]`)),
          (root, value) => `${place(from + root)} = ${value};`,
          entryOf,
        ),
      );
      if (bodies.length === 1) return `function ${name}(u, k) {\n${bodies[0]}\n}`;
      const parts = bodies.map((body, index) => `function ${name}${index}(u, k) {\n${body}\n}`);
      return `${parts.join("\n")}\nfunction ${name}(u, k) { ${parts.map((_, index) => `${name}${index}(u, k);`).join(" ")} }`;
    },
    inline(values, state, place, prefix) {
      const text = expressionText(
        values,
        leafOf((index) => `w[${state.offset + index}]`),
        (root, value) => `${place(root)} = ${value};`,
        entryOf,
        prefix,
      );
      return text.split("\n").length > INLINE_UP_TO ? undefined : text;
    },
    hoist() {
      const nodes = [...hoisted.keys()];
      const text = expressionText(
        nodes,
        parameterLeaf,
        (root, value) => `w[${hoisted.get(nodes[root] as Expression)?.offset}] = ${value};`,
        entryOf,
      );
      return `function hoist() {\n${text}\n}`;
    },
    tables: () => [...tables.values()],
  };
}

function isHoistable(node: Expression): boolean {
  return (
    node.args.length > 0 &&
    node.type === "real" &&
    dependsOn(node, "parameter") &&
    !dependsOn(node, "state") &&
    !dependsOn(node, "column") &&
    !dependsOn(node, "time")
  );
}

/** Ranges of expressions whose text stays short enough, by a bound on their nodes. */
function chunked(values: readonly Expression[]): readonly (readonly [from: number, to: number])[] {
  const ranges: [number, number][] = [];
  let from = 0;
  let seen = new Set<Expression>();
  values.forEach((value, index) => {
    collect(value, seen);
    if (seen.size < OPERATIONS_PER_FUNCTION && index < values.length - 1) return;
    ranges.push([from, index + 1]);
    from = index + 1;
    seen = new Set();
  });
  return ranges.length === 0 ? [[0, 0]] : ranges;
}

function collect(root: Expression, seen: Set<Expression>): void {
  const stack = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    stack.push(...node.args);
  }
}

/** Event values as expressions where they are; functions are kept. In the order of the problem. */
export function eventExpressions(problem: OdeProblem): readonly (Expression | EventFunction)[] {
  return problem.events.map(({ name, when }) =>
    typeof when === "function" ? when : readOperand(problem, when, `events.${name}`),
  );
}
