import { KernelError, type KernelErrorCode } from "../errors.ts";

/** A stretch of a formula's text, in UTF-16 units. */
export interface Place {
  readonly from: number;
  readonly to: number;
}

/** A formula under reading: its text, and the path in the document from which it came. */
export interface FormulaSource {
  readonly text: string;
  readonly path?: string;
}

/** What is wrong with a formula at some place, with the place underlined below the message. */
export function formulaError(
  { text, path }: FormulaSource,
  { from, to }: Place,
  code: KernelErrorCode,
  message: string,
  remedy: string,
): KernelError {
  return new KernelError({
    code,
    message: `${message}\n${underline(text, from, to)}`,
    remedy,
    ...(path === undefined ? {} : { path }),
    context: { formula: text, from, to },
  });
}

/**
 * The line of the text in which the place begins, and a line of carets below it (at least one, at most to the line's
 * end).
 */
function underline(text: string, from: number, to: number): string {
  const start = text.lastIndexOf("\n", from - 1) + 1;
  const lineEnd = text.indexOf("\n", start);
  const end = lineEnd < 0 ? text.length : lineEnd;
  const line = text.slice(start, end);
  const indent = line.slice(0, from - start).replace(/[^\t]/g, " ");
  return `  ${line}\n  ${indent}${"^".repeat(Math.max(1, Math.min(to, end) - from))}`;
}
