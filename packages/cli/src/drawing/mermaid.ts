import { type Box, lineLabel, type Mark, type Picture } from "./picture.ts";

const COLOURS: Readonly<Record<Mark, string>> = {
  hit: "fill:#dff1e3,stroke:#2f7d46",
  compute: "fill:#fdecd2,stroke:#b26a00",
  shared: "fill:#e9e6f4,stroke:#655aa0",
};

/** Draws a picture as Mermaid text, for Markdown pages. */
export function mermaidOf({ title, boxes, lines }: Picture): string {
  const used = [...new Set(boxes.flatMap(({ mark }) => mark ?? []))].sort();
  return [
    "---",
    `title: ${JSON.stringify(title)}`,
    "---",
    "flowchart TB",
    ...boxes.map((box, index) => `  ${name(index)}${shape(box)}${box.mark === undefined ? "" : `:::${box.mark}`}`),
    ...lines.map((line) => {
      const label = lineLabel(line);
      const arrow = line.hasValue ? "-->" : "-.->";
      return `  ${name(line.from)} ${arrow}${label === "" ? "" : `|${quoted(label)}|`} ${name(line.to)}`;
    }),
    ...used.map((mark) => `  classDef ${mark} ${COLOURS[mark]}`),
    "",
  ].join("\n");
}

function name(index: number): string {
  return `n${index}`;
}

function shape({ kind, title, subtitle, isMapped }: Box): string {
  if (kind !== "node") return `([${quoted(title)}])`;
  const words = quoted(subtitle === "" ? title : `${title}<br/>${subtitle}`);
  return isMapped ? `[[${words}]]` : `[${words}]`;
}

function quoted(words: string): string {
  return `"${words.replace(/"/g, "#quot;")}"`;
}
