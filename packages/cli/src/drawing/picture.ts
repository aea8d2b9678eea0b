import { describePort, type Graph, type GraphNode, type Port, type Ports, type Source } from "@simloom/pipeline";

/** What became, or would become, of a node. */
export type Mark = "hit" | "compute" | "shared";

/** A box of a drawing: a node, or an end of the whole graph. */
export interface Box {
  readonly id: string;
  readonly kind: "node" | "input" | "output";
  readonly title: string;
  readonly subtitle: string;
  /** What is shown when the pointer rests on it. */
  readonly details: readonly string[];
  readonly mark: Mark | undefined;
  /** True for a node that runs over the items of lists. */
  readonly isMapped: boolean;
}

/** A line between two boxes. `port` and `unit` belong to where it starts. */
export interface Line {
  readonly from: number;
  readonly to: number;
  readonly port: string;
  readonly unit: string;
  readonly targetPort: string;
  /** False for an order without a value. */
  readonly hasValue: boolean;
}

/** A graph as boxes and lines, in the order of the graph: what every drawing is made from. */
export interface Picture {
  readonly title: string;
  readonly boxes: readonly Box[];
  readonly lines: readonly Line[];
}

/** Boxes and lines of a graph; `marks` by node id colour the boxes. */
export function pictureOf(graph: Graph, marks: ReadonlyMap<string, Mark> = new Map()): Picture {
  const boxes: Box[] = [];
  const lines: Line[] = [];
  const indexOf = new Map<string, number>();
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const put = (name: string, box: Box): void => {
    indexOf.set(name, boxes.length);
    boxes.push(box);
  };
  for (const [name, port] of Object.entries(graph.inputs as Ports)) put(`input ${name}`, endBox(name, "input", port));
  for (const node of graph.nodes) put(node.id, nodeBox(node, marks.get(node.id)));
  const connect = (source: Source, to: number, targetPort: string): void => {
    if (source.kind === "gather") for (const item of source.items) connect(item, to, targetPort);
    const line = lineFrom(source, byId, graph);
    const from = line === undefined ? undefined : indexOf.get(line.box);
    if (line !== undefined && from !== undefined)
      lines.push({ from, to, port: line.port, unit: line.unit, targetPort, hasValue: true });
  };
  for (const node of graph.nodes) {
    const to = indexOf.get(node.id) as number;
    for (const port in node.inputs) connect(node.inputs[port] as Source, to, port);
    for (const before of node.after)
      lines.push({ from: indexOf.get(before) as number, to, port: "", unit: "", targetPort: "", hasValue: false });
  }
  for (const [name, source] of Object.entries(graph.sources)) {
    put(`output ${name}`, endBox(name, "output", (graph.outputs as Ports)[name]));
    connect(source, boxes.length - 1, name);
  }
  return { title: graph.name, boxes, lines };
}

function endBox(name: string, kind: "input" | "output", port: Port | undefined): Box {
  return {
    id: name,
    kind,
    title: name,
    subtitle: "",
    details: port === undefined ? [] : [`${kind} ${name}: ${describePort(port)}`],
    mark: undefined,
    isMapped: false,
  };
}

function nodeBox({ id, label, stage, inputs, mapOver, config }: GraphNode, mark: Mark | undefined): Box {
  const given = Object.entries(inputs).filter(([, source]) => source.kind === "value");
  return {
    id,
    kind: "node",
    title: label ?? id,
    subtitle: mapOver.length === 0 ? stage.name : `${stage.name}, for each ${mapOver.join(", ")}`,
    details: [
      `${id}: ${stage.name} v${stage.version}`,
      ...Object.entries(stage.inputs as Ports).map(([name, port]) => `in ${name}: ${describePort(port)}`),
      ...Object.entries(stage.outputs as Ports).map(([name, port]) => `out ${name}: ${describePort(port)}`),
      ...given.map(([name]) => `${name} is given in place`),
      ...Object.entries((config ?? {}) as Readonly<Record<string, unknown>>)
        .slice(0, MOST_SETTINGS)
        .map(([name, value]) => `${name} = ${brief(value)}`),
    ],
    mark,
    isMapped: mapOver.length > 0,
  };
}

const MOST_SETTINGS = 12;

function lineFrom(
  source: Source,
  byId: ReadonlyMap<string, GraphNode>,
  graph: Graph,
): { box: string; port: string; unit: string } | undefined {
  switch (source.kind) {
    case "output": {
      const port = (byId.get(source.nodeId)?.stage.outputs as Ports | undefined)?.[source.port];
      return { box: source.nodeId, port: source.port, unit: port?.unit ?? "" };
    }
    case "metric":
      return { box: source.nodeId, port: `metric ${source.name}`, unit: "" };
    case "input":
      return { box: `input ${source.name}`, port: "", unit: (graph.inputs as Ports)[source.name]?.unit ?? "" };
    case "value":
    case "gather":
      return undefined;
    default:
      return source satisfies never;
  }
}

/** What is written on a line: the port, and the unit where it has one. */
export function lineLabel({ port, unit }: Pick<Line, "port" | "unit">): string {
  const shown = unit === "" || unit === "1" ? "" : `[${unit}]`;
  return [port, shown].filter((part) => part !== "").join(" ");
}

function brief(value: unknown): string {
  const text = JSON.stringify(value, (_, item: unknown) => (typeof item === "bigint" ? item.toString() : item)) ?? "";
  return text.length > 48 ? `${text.slice(0, 45)}…` : text;
}
