/** Rows under a header, in columns; numbers stand to the right. Plain text, so that it pastes anywhere. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const isNumeric = header.map(
    (_, column) => rows.length > 0 && rows.every((row) => /^(-?[\d.]+(e[+-]?\d+)?)?$/.test(row[column] ?? "")),
  );
  const line = (cells: readonly string[]): string =>
    `  ${cells.map((cell, column) => (isNumeric[column] === true ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0))).join("  ")}`.trimEnd();
  return [line(header), ...rows.map(line)];
}
