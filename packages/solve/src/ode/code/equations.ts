import { dependsOn, type Expression, kernelProgram, type ProgramInputs, topologicalOrder } from "@simloom/kernel";
import { readOperand } from "../problem/define.ts";
import type { EventFunction } from "../problem/event.ts";
import type { OdeProblem } from "../problem/problem.ts";
import { type EntryText, expressionText } from "./expression-text.ts";
import { type Repetition, repetitions } from "./repetition.ts";
import { type Region, slot, type WorkspaceLayout } from "./workspace.ts";

/** Operations in one function of generated text; more and engines stop optimising it. */
const OPERATIONS_PER_FUNCTION = 700;

/** Right-hand sides up to this size are written into each stage, others are called. */
const INLINE_UP_TO = 40;

/** Writes expressions of a problem's states, parameters and time as statements on a workspace. */
export interface EquationWriter {
  /**
   * Text of a function `name(u, k)` that evaluates expressions at the state that begins at `u` and puts them at the
   * places given; long ones become several functions, and values that repeat themselves loops.
   */
  define(name: string, values: readonly Expression[], places: Places): string;
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

/** Where values go: so many places after the argument `k` of their function, or after the workspace's first one. */
export interface Places {
  readonly areAfterK: boolean;
  at(index: number): number;
}

/** Numbers that a workspace holds from the start, such as those of a look-up table. */
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
    define(name, values, places) {
      const ownState = (node: Expression) =>
        node.operation.source === "state" ? stateIndex.get(`${node.payload}`) : undefined;
      const runs = repetitions(values, ownState, places.at);
      const target = places.areAfterK ? "k" : "0";
      const straight = ([from, to]: Range) =>
        expressionText(
          values.slice(from, to),
          leafOf((index) => placeText("u", index)),
          (root, value) => `${placeText(target, places.at(from + root))} = ${value};`,
          entryOf,
        );
      const loop = ({ from, period, count, stateStride, placeStride }: Repetition) => {
        const states = new Set<number>();
        const body = expressionText(
          values.slice(from, from + period),
          leafOf((index) => {
            states.add(index);
            return `s${index}`;
          }),
          (root, value) => `${placeText("y", places.at(from + root))} = ${value};`,
          entryOf,
        );
        return `for (let turn = 0, x = u, y = ${target}; turn < ${count}; turn++, x += ${stateStride}, y += ${placeStride}) {
${[...states]
  .sort((a, b) => a - b)
  .map((index) => `const s${index} = ${placeText("x", index)};`)
  .join(" ")}
${body}
}`;
      };
      const bodies = [...between(runs, values.length).map((range) => ({ from: range[0], range })), ...runs]
        .sort((a, b) => a.from - b.from)
        .flatMap((part) =>
          "range" in part
            ? chunked(values.slice(...part.range)).map(([from, to]) =>
                straight([part.range[0] + from, part.range[0] + to]),
              )
            : [loop(part)],
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

function placeText(base: string, offset: number): string {
  return base === "0" ? `w[${offset}]` : offset === 0 ? `w[${base}]` : `w[${base} + ${offset}]`;
}

type Range = readonly [from: number, to: number];

/** What lies before, between and after runs; at least one range. */
function between(runs: readonly Repetition[], length: number): readonly Range[] {
  const ends = [0, ...runs.map(({ from, period, count }) => from + period * count)];
  const starts = [...runs.map(({ from }) => from), length];
  const ranges = ends.map((end, index): Range => [end, starts[index] as number]);
  return runs.length === 0 ? ranges : ranges.filter(([from, to]) => to > from);
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
function chunked(values: readonly Expression[]): readonly Range[] {
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
