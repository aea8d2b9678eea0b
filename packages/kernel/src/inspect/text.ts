import type { CachedValue, DependenceClass, Inspection, ProgramReport, SetReport } from "./inspection.ts";

/** Cached values of one kind that are listed; of more, the number is given. */
const MOST_LISTED = 12;

/** An inspection for a terminal. */
export function inspectionText(inspection: Inspection): string {
  const { plan, passes, sets, stages, epilogue } = inspection;
  const lines = [
    `outputs     ${plan.outputs.map(({ name, kind }) => (kind === "number" ? name : `${name}[]`)).join(", ")}`,
    `parameters  ${plan.parameters.join(", ") || "none"}`,
    "",
    ...passTable(passes),
    "",
    ...classTable(inspection),
    "",
    ...sets.flatMap(setLines),
    ...stages.flatMap(({ prologue, bodies }, index) => [
      ...(stages.length > 1 ? [`pass ${index + 1} over the elements`] : []),
      ...(prologue === undefined ? [] : [programLine("per call, before", prologue)]),
      ...bodies.map((body) => programLine(`per element${body.set === "" ? "" : ` of ${body.set}`}`, body)),
    ]),
    ...(epilogue === undefined ? [] : [programLine("per call, after", epilogue)]),
  ];
  return `${lines.join("\n")}\n`;
}

/** What a drawing says beside the graph: passes, without times so that one inspection gives one text, and what is cached. */
export function countLines(inspection: Inspection): readonly string[] {
  return [...aligned(passRows(inspection.passes)), ...cachedLines(inspection)];
}

/** Nodes before and after each pass, under headings. */
export function passRows(passes: Inspection["passes"]): readonly (readonly string[])[] {
  return [
    ["pass", "nodes before", "after"],
    ...passes.map(({ name, nodesBefore, nodesAfter }) => [name, `${nodesBefore}`, `${nodesAfter}`]),
  ];
}

/** What is cached of each set of elements, and its bytes. */
export function cachedLines({ sets }: Inspection): readonly string[] {
  return sets.map(({ name, bytesPerElement, cachedColumns, cachedSums }) => {
    const bytes = cachedColumns.reduce((total, column) => total + column.bytesPerElement, 0);
    const cached = `${cachedColumns.length} cached columns (${bytes} B per element), ${cachedSums.length} cached sums`;
    return `${titleOf(name)}: ${cached}; ${bytesPerElement} B per element are read at each call`;
  });
}

function titleOf(set: string): string {
  return set === "" ? "data" : `data of ${set}`;
}

function passTable(passes: Inspection["passes"]): readonly string[] {
  const rows = passRows(passes);
  if (passes.every(({ ms }) => ms === undefined)) return aligned(rows);
  return aligned(rows.map((row, index) => [...row, index === 0 ? "ms" : (passes[index - 1]?.ms?.toFixed(2) ?? "")]));
}

function classTable({ classesBefore, classesAfter }: Inspection): readonly string[] {
  const names = Object.keys(classesBefore) as readonly DependenceClass[];
  return aligned([
    ["nodes by how often they must be computed", "as given", "after"],
    ...names.map((name) => [name, `${classesBefore[name]}`, `${classesAfter[name]}`]),
  ]);
}

function setLines({
  name,
  columns,
  cachedColumns,
  cachedSums,
  cachedNodes,
  bytesPerElement,
}: SetReport): readonly string[] {
  return [
    `${titleOf(name)}: columns ${columns.join(", ")}; ${bytesPerElement} B per element are read at each call`,
    ...listed(`cached columns (8 B per element each; ${cachedNodes} nodes once per data set)`, cachedColumns),
    ...listed("cached sums", cachedSums),
    "",
  ];
}

function listed(title: string, values: readonly CachedValue[]): readonly string[] {
  if (values.length === 0) return [];
  const rest = values.length - MOST_LISTED;
  return [
    `  ${values.length} ${title}`,
    ...values.slice(0, MOST_LISTED).map(({ formula }) => `    ${formula}`),
    ...(rest > 0 ? [`    … and ${rest} more`] : []),
  ];
}

function programLine(title: string, { operations, inputs, outputs, slots }: ProgramReport): string {
  const alive = slots === 0 ? "" : `, ${slots} values alive at once`;
  return `${title}: ${operations} operations, ${inputs} inputs, ${outputs} outputs${alive}`;
}

/** Columns of text: the first to the left, the others to the right. */
function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] as number) : cell.padStart(widths[column] as number),
      )
      .join("  ")
      .trimEnd(),
  );
}
