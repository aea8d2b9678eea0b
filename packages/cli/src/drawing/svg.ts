import { layoutOf } from "./layout.ts";
import { type Box, type Line, lineLabel, type Mark, type Picture } from "./picture.ts";

const MARGIN = 24;
const BOX_HEIGHT = 46;
const END_HEIGHT = 26;
const LAYER_HEIGHT = 112;
const PORT_GAP = 18;
const TITLE_HEIGHT = 34;
const LEGEND_HEIGHT = 28;
/** Widths of a letter on average, in px, a little on the safe side for common sans-serif faces. */
const TITLE_LETTER = 7.9;
const SMALL_LETTER = 6.3;
const LEGEND_LETTER = 5.8;

const STYLE = [
  "text{font-family:system-ui,-apple-system,'Segoe UI','DejaVu Sans',Arial,sans-serif;fill:#1b2733}",
  ".ground{fill:#fff}",
  ".box{fill:#f4f7fa;stroke:#6b7f92;stroke-width:1.2}",
  ".end{fill:#fff;stroke:#6b7f92;stroke-width:1.2;stroke-dasharray:4 3}",
  ".hit{fill:#dff1e3;stroke:#2f7d46}",
  ".compute{fill:#fdecd2;stroke:#b26a00}",
  ".shared{fill:#e9e6f4;stroke:#655aa0}",
  ".name{font-size:13px;font-weight:600}",
  ".stage{font-size:11px;fill:#52647a}",
  ".head{font-size:15px;font-weight:600}",
  ".wire{fill:none;stroke:#7a8da1;stroke-width:1.4}",
  ".order{stroke-dasharray:5 4}",
  ".arrow{fill:#7a8da1}",
  ".port{fill:#fff;stroke:#52647a;stroke-width:1.2}",
  ".label{font-size:11px;fill:#37506b;paint-order:stroke;stroke:#fff;stroke-width:4px;stroke-linejoin:round}",
  "@media (prefers-color-scheme:dark){text{fill:#e6edf3}.ground{fill:#10161d}.box{fill:#1b2530;stroke:#7f93a8}.end{fill:#10161d;stroke:#7f93a8}.hit{fill:#16351f;stroke:#54b06e}.compute{fill:#3d2a0c;stroke:#e0a040}.shared{fill:#282344;stroke:#9a8fd8}.stage{fill:#9fb0c3}.port{fill:#10161d;stroke:#9fb0c3}.label{fill:#b9cbe0;stroke:#10161d}}",
].join("");

const LEGEND: readonly (readonly [Mark, string])[] = [
  ["hit", "result is there"],
  ["compute", "to compute"],
  ["shared", "same work as another node"],
];

/** Draws a picture as SVG: the same picture gives the same bytes. Ports and settings show when the pointer rests on a box. */
export function svgOf(picture: Picture): string {
  const { boxes, lines, title } = picture;
  const sizes = boxes.map((box, index) => sizeOf(box, portsOut(lines, index)));
  const layout = layoutOf({ widths: sizes, lines });
  const hasMarks = boxes.some(({ mark }) => mark !== undefined);
  const top = MARGIN + TITLE_HEIGHT;
  const width = Math.max(layout.width, title.length * 9, hasMarks ? 430 : 0) + 2 * MARGIN;
  const height =
    top + Math.max(0, layout.layerCount - 1) * LAYER_HEIGHT + BOX_HEIGHT + MARGIN + (hasMarks ? LEGEND_HEIGHT : 0);
  const shift = (width - layout.width) / 2;
  const at = (index: number): { x: number; y: number } => ({
    x: (layout.x[index] as number) + shift,
    y: top + (layout.layerOf[index] as number) * LAYER_HEIGHT,
  });
  const start = (line: Line): { x: number; y: number } => {
    const ports = portsOut(lines, line.from);
    const { x, y } = at(line.from);
    return { x: x + portOffset(ports, line), y: y + heightOf(boxes[line.from] as Box) };
  };
  const end = (line: Line): { x: number; y: number } => {
    const ports = [...new Set(lines.filter(({ to }) => to === line.to).map(({ targetPort }) => targetPort))];
    const { x, y } = at(line.to);
    return { x: x + (ports.indexOf(line.targetPort) - (ports.length - 1) / 2) * PORT_GAP, y };
  };
  const bends = (index: number): { x: number; y: number }[] =>
    (layout.bends[index] ?? []).flatMap(({ layer, x }) => [
      { x: x + shift, y: top + layer * LAYER_HEIGHT },
      { x: x + shift, y: top + layer * LAYER_HEIGHT + BOX_HEIGHT },
    ]);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${round(width)} ${round(height)}" width="${round(width)}" height="${round(height)}" role="img">`,
    `<title>${escapeMarkup(title)}</title>`,
    `<style>${STYLE}</style>`,
    '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path class="arrow" d="M0 0L8 4L0 8z"/></marker></defs>',
    '<rect class="ground" width="100%" height="100%"/>',
    text("head", MARGIN, MARGIN + 12, title),
    ...lines.map((line, index) => wire(line, [start(line), ...bends(index), end(line)])),
    ...boxes.map((box, index) => drawnBox(box, at(index), sizes[index] as number)),
    ...boxes.flatMap((_, index) => portsOut(lines, index).map((line) => drawnPort(line, start(line)))),
    ...(hasMarks ? legend(height - MARGIN) : []),
    "</svg>",
    "",
  ].join("\n");
}

/** One line for each port of a box that something comes from. */
function portsOut(lines: readonly Line[], box: number): readonly Line[] {
  const ports = new Map<string, Line>();
  for (const line of lines) if (line.from === box && line.hasValue && !ports.has(line.port)) ports.set(line.port, line);
  return [...ports.values()];
}

function labelWidth(line: Line): number {
  return lineLabel(line).length * SMALL_LETTER + 22;
}

/** Where a port stands, from the middle of its box: each has room for its label. */
function portOffset(ports: readonly Line[], line: Line): number {
  if (ports.length < 2) return 0;
  const total = ports.reduce((sum, port) => sum + labelWidth(port), 0);
  let left = -total / 2;
  for (const port of ports) {
    if (port.port === line.port) return left + 10;
    left += labelWidth(port);
  }
  return 0;
}

function sizeOf({ title, subtitle }: Box, ports: readonly Line[]): number {
  const total = ports.reduce((sum, port) => sum + labelWidth(port), 0);
  // A single port stands in the middle, and its label to the right of it.
  const room = ports.length === 1 ? 2 * total - 20 : total;
  return Math.max(64, title.length * TITLE_LETTER + 24, subtitle.length * SMALL_LETTER + 24, room);
}

function heightOf({ kind }: Box): number {
  return kind === "node" ? BOX_HEIGHT : END_HEIGHT;
}

function drawnBox(box: Box, { x, y }: { x: number; y: number }, width: number): string {
  const { kind, title, subtitle, details, mark, isMapped } = box;
  const left = x - width / 2;
  const height = heightOf(box);
  const shape = `rx="${kind === "node" ? 6 : 13}" width="${round(width)}" height="${height}"`;
  return [
    `<g><title>${escapeMarkup(details.join("\n"))}</title>`,
    isMapped ? `<rect class="box ${mark ?? ""}" x="${round(left + 5)}" y="${round(y + 5)}" ${shape}/>` : "",
    `<rect class="${[kind === "node" ? "box" : "end", mark].filter(Boolean).join(" ")}" x="${round(left)}" y="${round(y)}" ${shape}/>`,
    text("name", x, y + (kind === "node" ? 19 : 17), title, "middle"),
    subtitle === "" ? "" : text("stage", x, y + 35, subtitle, "middle"),
    "</g>",
  ].join("");
}

function drawnPort(line: Line, { x, y }: { x: number; y: number }): string {
  const label = lineLabel(line);
  return `<g><title>${escapeMarkup(label)}</title><circle class="port" cx="${round(x)}" cy="${round(y)}" r="3.5"/>${label === "" ? "" : text("label", x + 8, y + 16, label)}</g>`;
}

/** A smooth line through points; it leaves and arrives vertically. */
function wire({ hasValue }: Line, points: readonly { x: number; y: number }[]): string {
  const [first, ...rest] = points;
  if (first === undefined) return "";
  let last = first;
  let path = `M${round(first.x)} ${round(first.y)}`;
  for (const point of rest) {
    const half = (last.y + point.y) / 2;
    path +=
      point.x === last.x
        ? `L${round(point.x)} ${round(point.y)}`
        : `C${round(last.x)} ${round(half)} ${round(point.x)} ${round(half)} ${round(point.x)} ${round(point.y)}`;
    last = point;
  }
  return `<path class="wire${hasValue ? "" : " order"}" marker-end="url(#arrow)" d="${path}"/>`;
}

function legend(y: number): readonly string[] {
  let x = MARGIN;
  return LEGEND.map(([mark, words]) => {
    const drawn = `<rect class="box ${mark}" x="${round(x)}" y="${round(y - 11)}" width="14" height="14" rx="3"/>${text("stage", x + 20, y, words)}`;
    x += 20 + words.length * LEGEND_LETTER + 20;
    return drawn;
  });
}

function text(style: string, x: number, y: number, words: string, anchor?: "middle"): string {
  return `<text class="${style}" x="${round(x)}" y="${round(y)}"${anchor === undefined ? "" : ` text-anchor="${anchor}"`}>${escapeMarkup(words)}</text>`;
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** Text for XML and HTML. */
export function escapeMarkup(words: string): string {
  return words.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}
