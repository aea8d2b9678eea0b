import { type DrawnNode, drawingOf } from "./drawing.ts";
import type { Inspection } from "./inspection.ts";
import { placed } from "./layout.ts";
import { cachedLines, passRows } from "./text.ts";

const MARGIN = 20;
const BOX_HEIGHT = 24;
const LAYER_HEIGHT = 56;
const LEGEND_HEIGHT = 30;
/** Width of a letter on average, in px. */
const LETTER = 7;
const LINE_HEIGHT = 16;
/** Where the name of a pass begins, and where its numbers end. */
const COUNT_PLACES = [0, 230, 290] as const;

const CLASSES: Readonly<Record<DrawnNode["kind"], string>> = {
  constant: "constant",
  "once per data set": "data",
  "once per call": "call",
  "per element": "element",
  output: "output",
};
const LEGEND: readonly (readonly [DrawnNode["kind"], string])[] = [
  ["once per data set", "once per data set"],
  ["once per call", "once per call"],
  ["per element", "per element and call"],
];
const STYLE = [
  "text{font:12px system-ui,'Segoe UI','DejaVu Sans',Arial,sans-serif;fill:#1b2733;text-anchor:middle}",
  ".legend,.note{text-anchor:start}.number{text-anchor:end}",
  ".ground{fill:#fff}",
  "rect{stroke:#6b7f92}.constant{fill:#eee}.data{fill:#dff1e3}.call{fill:#e3e9f7}.element{fill:#fdecd2}.output{fill:#fff}",
  ".arrow{fill:none;stroke:#7a8da1}",
  "@media (prefers-color-scheme:dark){text{fill:#e6edf3}.ground,.output{fill:#10161d}.constant{fill:#2b333c}.data{fill:#16351f}.call{fill:#1d2a4d}.element{fill:#3d2a0c}}",
].join("");

/**
 * An inspection as a drawing: inputs at the top, outputs at the bottom, below them the nodes before and after each pass and what is
 * cached. The same inspection gives the same bytes.
 */
export function inspectionSvg(inspection: Inspection): string {
  const { nodes, arrows, note } = drawingOf(inspection);
  const widths = nodes.map(({ label }) => Math.max(30, label.length * LETTER + 16));
  const { x, layer, layerCount, width } = placed(widths, arrows);
  const top = MARGIN + LEGEND_HEIGHT + (note === undefined ? 0 : LEGEND_HEIGHT);
  const cached = cachedLines(inspection);
  const longest = Math.max(...[note ?? "", ...cached].map(({ length }) => length));
  const totalWidth = Math.max(width, 420, longest * LETTER) + 2 * MARGIN;
  const bottom = top + layerCount * LAYER_HEIGHT;
  const rows = passRows(inspection.passes);
  const height = bottom + (rows.length + cached.length) * LINE_HEIGHT + MARGIN;
  const lineY = (line: number) => bottom + (line + 1) * LINE_HEIGHT;
  const left = (box: number) => (x[box] as number) + MARGIN;
  const y = (box: number) => top + (layer[box] as number) * LAYER_HEIGHT;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${round(totalWidth)} ${round(height)}" width="${round(totalWidth)}" height="${round(height)}" role="img">`,
    "<title>kernel graph</title>",
    `<style>${STYLE}</style>`,
    '<rect class="ground" width="100%" height="100%" stroke="none"/>',
    ...legend(),
    ...(note === undefined ? [] : [`<text class="note" x="${MARGIN}" y="${MARGIN + 40}">${escaped(note)}</text>`]),
    ...arrows.map(([from, to]) => {
      const [startY, endY] = [y(from) + BOX_HEIGHT, y(to)];
      const half = (startY + endY) / 2;
      return `<path class="arrow" d="M${round(left(from))} ${round(startY)}C${round(left(from))} ${round(half)} ${round(left(to))} ${round(half)} ${round(left(to))} ${round(endY)}"/>`;
    }),
    ...nodes.map(({ label, title, kind }, box) => {
      const boxWidth = widths[box] as number;
      return [
        `<g><title>${escaped(title)}</title>`,
        `<rect class="${CLASSES[kind]}" x="${round(left(box) - boxWidth / 2)}" y="${round(y(box))}" width="${round(boxWidth)}" height="${BOX_HEIGHT}" rx="${kind === "output" ? 12 : 5}"/>`,
        `<text x="${round(left(box))}" y="${round(y(box) + 16)}">${escaped(label)}</text></g>`,
      ].join("");
    }),
    ...rows.map((row, line) =>
      row.map((cell, column) => textAt(cell, COUNT_PLACES[column] as number, lineY(line), column > 0)).join(""),
    ),
    ...cached.map((line, index) => textAt(line, 0, lineY(rows.length + index), false)),
    "</svg>",
    "",
  ].join("\n");
}

/** A line of text from a place on, or up to it. */
function textAt(words: string, place: number, y: number, isNumber: boolean): string {
  return `<text class="${isNumber ? "number" : "note"}" x="${MARGIN + place}" y="${y}">${escaped(words)}</text>`;
}

function legend(): readonly string[] {
  let at = MARGIN;
  return LEGEND.map(([kind, words]) => {
    const drawn = `<rect class="${CLASSES[kind]}" x="${at}" y="${MARGIN - 2}" width="14" height="14" rx="3"/><text class="legend" x="${at + 20}" y="${MARGIN + 9}">${words}</text>`;
    at += 40 + words.length * LETTER;
    return drawn;
  });
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escaped(words: string): string {
  return words.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}
