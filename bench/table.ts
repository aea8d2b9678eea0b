import { isWithinBudget, type Row } from "./row.ts";

const HEADINGS = ["measured", "best", "median", "unit", "budget", "verdict", "peer", "its best", "ratio"] as const;
const LEFT_ALIGNED = new Set<string>(["measured", "unit", "verdict", "peer"]);

/** Rows as text in columns. */
export function tableOf(rows: readonly Row[]): string {
  const cells = rows.map(cellsOf);
  const widths = HEADINGS.map((heading, column) =>
    Math.max(heading.length, ...cells.map((line) => (line[column] as string).length)),
  );
  const lineOf = (line: readonly string[]): string =>
    line
      .map((cell, column) =>
        LEFT_ALIGNED.has(HEADINGS[column] as string)
          ? cell.padEnd(widths[column] as number)
          : cell.padStart(widths[column] as number),
      )
      .join("  ")
      .trimEnd();
  return [lineOf(HEADINGS), widths.map((width) => "-".repeat(width)).join("  "), ...cells.map(lineOf)].join("\n");
}

/** The same rows as a table of Markdown, for the page that keeps them. */
export function markdownOf(rows: readonly Row[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const rule = HEADINGS.map((heading) => (LEFT_ALIGNED.has(heading) ? "---" : "---:"));
  return [line(HEADINGS), line(rule), ...rows.map((row) => line(cellsOf(row)))].join("\n");
}

function cellsOf(row: Row): readonly string[] {
  const isGood = isWithinBudget(row);
  const budget = row.budget === undefined ? "" : `${row.isMoreBetter ? ">=" : "<="} ${figure(row.budget)}`;
  return [
    row.name,
    figure(row.value),
    row.median === undefined ? "" : figure(row.median),
    row.unit,
    budget,
    isGood === undefined ? "" : isGood ? "within" : "OVER",
    row.peer ?? "",
    row.peerValue === undefined ? "" : figure(row.peerValue),
    row.ratio === undefined ? "" : figure(row.ratio),
  ];
}

/** Three digits: more would not come out again. */
function figure(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString("en");
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString("en") : Number(value.toPrecision(3)).toString();
}
