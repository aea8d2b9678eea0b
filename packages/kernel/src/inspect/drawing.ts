import type { Expression } from "../expression/expression.ts";
import { topologicalOrder } from "../expression/order.ts";
import { type DependenceClass, dependenceClass, type Inspection } from "./inspection.ts";

/** A box of a drawing. */
export interface DrawnNode {
  readonly label: string;
  /** What is shown when the pointer rests on it. */
  readonly title: string;
  readonly kind: DependenceClass | "output";
}

/** Boxes and arrows between them; arrows go from earlier to later boxes. */
export interface Drawing {
  readonly nodes: readonly DrawnNode[];
  readonly arrows: readonly (readonly [from: number, to: number])[];
  /** What the drawing leaves out, if anything. */
  readonly note: string | undefined;
}

/** Graphs with more nodes are drawn as their programs. */
export const MOST_DRAWN = 200;

const SIGNS: Readonly<Record<string, string>> = {
  add: "+",
  subtract: "−",
  multiply: "×",
  divide: "÷",
  negate: "−x",
  less: "<",
  lessOrEqual: "≤",
  equal: "=",
  notEqual: "≠",
  total: "Σ",
};

/** The graph of the outputs after the last pass; that of its programs where it is too large to be read. */
export function drawingOf(inspection: Inspection): Drawing {
  const order = topologicalOrder(inspection.values.map(({ value }) => value));
  return order.length > MOST_DRAWN ? programDrawing(inspection, order.length) : nodeDrawing(inspection, order);
}

function nodeDrawing({ values }: Inspection, order: readonly Expression[]): Drawing {
  const nodes: DrawnNode[] = [];
  const arrows: (readonly [number, number])[] = [];
  const places = new Map<Expression, number>();
  for (const node of order) {
    // a constant has a box at each use: lines to a common one would cross the whole picture
    if (node.dependence === 0 && node.args.length === 0) continue;
    const place = nodes.length;
    places.set(node, place);
    const kind = dependenceClass(node);
    nodes.push({ label: labelOf(node), title: `${node.operation.name}: ${kind}`, kind });
    for (const arg of node.args) {
      const from = places.get(arg);
      if (from !== undefined) arrows.push([from, place]);
    }
  }
  for (const { name, value } of values) {
    const from = places.get(value);
    if (from !== undefined) arrows.push([from, nodes.length]);
    nodes.push({
      label: from === undefined ? `${name} = ${labelOf(value)}` : name,
      title: `output ${name}`,
      kind: "output",
    });
  }
  return { nodes, arrows, note: undefined };
}

/** The sign or name of an operation with its constant arguments in place. */
function labelOf({ operation, args, payload }: Expression): string {
  if (args.length === 0) return Object.is(payload, -0) ? "-0" : `${payload}`;
  const name = SIGNS[operation.name] ?? operation.name;
  const text = operation.name === "integerPower" ? `x^${payload}` : name;
  const constants = args.map((arg) => (arg.args.length === 0 && arg.dependence === 0 ? labelOf(arg) : "·"));
  if (constants.every((each) => each === "·")) return text;
  return args.length === 2 ? `${constants[0]} ${text} ${constants[1]}` : `${text}(${constants.join(", ")})`;
}

function programDrawing({ plan, sets, stages, epilogue }: Inspection, count: number): Drawing {
  const nodes: DrawnNode[] = [];
  const arrows: (readonly [number, number])[] = [];
  const put = (
    label: string,
    title: string,
    kind: DrawnNode["kind"],
    from: readonly (number | undefined)[],
  ): number => {
    nodes.push({ label, title, kind });
    for (const each of from) if (each !== undefined) arrows.push([each, nodes.length - 1]);
    return nodes.length - 1;
  };
  const parameters =
    plan.parameters.length === 0
      ? undefined
      : put(`${plan.parameters.length} parameters`, plan.parameters.join(", "), "once per call", []);
  const data = new Map<string, number>();
  const columns = new Map<string, number>();
  for (const { name, columns: own, cachedColumns, cachedSums, cachedNodes } of sets) {
    const title = name === "" ? "data" : name;
    const raw = put(`${title}: ${own.length} columns`, own.join(", "), "once per data set", []);
    columns.set(name, raw);
    if (cachedNodes === 0) continue;
    const what = `${title}: ${cachedColumns.length} cached columns, ${cachedSums.length} sums`;
    data.set(name, put(what, `${cachedNodes} nodes once per data set`, "once per data set", [raw]));
  }
  let sums: number[] = [...data.values()];
  for (const { prologue, bodies } of stages) {
    const before =
      prologue &&
      put(`before: ${prologue.operations} operations`, `${prologue.outputs} numbers`, "once per call", [
        parameters,
        ...sums,
      ]);
    const results = bodies.map((body) =>
      put(
        `per element${body.set === "" ? "" : ` of ${body.set}`}: ${body.operations} operations`,
        `${body.inputs} inputs, ${body.outputs} outputs, ${body.slots} values alive at once`,
        "per element",
        [before ?? parameters, data.get(body.set) ?? columns.get(body.set)],
      ),
    );
    sums = [...sums, ...results];
  }
  const after =
    epilogue &&
    put(`after: ${epilogue.operations} operations`, `${epilogue.outputs} outputs`, "once per call", [
      parameters,
      ...sums,
    ]);
  const names = plan.outputs.map(({ name }) => name);
  put(`${names.length} outputs`, names.join(", "), "output", after === undefined ? sums : [after]);
  return {
    nodes,
    arrows,
    note: `${count} nodes are too many to be read one by one (${MOST_DRAWN} are drawn): these are their programs.`,
  };
}
