import { type DrawnNode, drawingOf } from "./drawing.ts";
import type { Inspection } from "./inspection.ts";
import { countLines } from "./text.ts";

const COLOURS: Readonly<Record<DrawnNode["kind"], string>> = {
  constant: "#eeeeee",
  "once per data set": "#dff1e3",
  "once per call": "#e3e9f7",
  "per element": "#fdecd2",
  output: "#ffffff",
};

/** An inspection as Graphviz text: the graph, and below it the nodes before and after each pass and what is cached. */
export function inspectionDot(inspection: Inspection): string {
  const { nodes, arrows, note } = drawingOf(inspection);
  const lines = [
    "digraph kernel {",
    "  rankdir=TB;",
    '  node [shape=box, style="rounded,filled", fontname="sans-serif", fontsize=11];',
    `  label=${leftAligned([...(note === undefined ? [] : [note]), ...countLines(inspection)])};`,
    '  labelloc=b; labeljust=l; fontname="monospace"; fontsize=10;',
    ...nodes.map(
      ({ label, title, kind }, index) =>
        `  n${index} [label=${quoted(label)}, tooltip=${quoted(title)}, fillcolor="${COLOURS[kind]}"${kind === "output" ? ", shape=ellipse" : ""}];`,
    ),
    ...arrows.map(([from, to]) => `  n${from} -> n${to};`),
    "}",
  ];
  return `${lines.join("\n")}\n`;
}

/** Lines of a label that begin at its left edge. */
function leftAligned(lines: readonly string[]): string {
  return quoted(`${lines.join("\n")}\n`).replaceAll("\\n", "\\l");
}

function quoted(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
}
