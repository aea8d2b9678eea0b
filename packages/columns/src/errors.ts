import { type ErrorDetails, SimloomError } from "@simloom/units";

/** Every code of this package with the title of its section in the error pages. A code is never reused. */
export const COLUMNS_ERRORS = {
  "COLS-001": "Unknown name",
  "COLS-002": "An incomplete four-vector",
  "COLS-003": "Two things have the same name",
  "COLS-004": "Columns of unequal length",
  "COLS-005": "A column that does not hold numbers",
  "COLS-006": "Values that are not finite",
  "COLS-007": "An alias that cannot be used",
  "COLS-008": "A unit that is not known, or that does not fit",
  "COLS-009": "No weight column",
  "COLS-010": "Rows that are not there",
  "COLS-011": "Bin edges that cannot be used",
  "COLS-012": "Data sets that do not fit together",
  "COLS-020": "A damaged file",
  "COLS-021": "A file that uses what the reader does not support",
  "COLS-022": "A missing value",
  "COLS-023": "A whole number that float64 cannot hold",
  "COLS-024": "More data than the limits allow",
  "COLS-025": "A line of text that is not a record of numbers",
  "COLS-026": "A file that cannot be opened",
  "COLS-027": "The Parquet engine cannot be loaded",
} as const;

/** Code of an error of this package. */
export type ColumnsErrorCode = keyof typeof COLUMNS_ERRORS;

/** Every error that `@simloom/columns` raises. */
export class ColumnsError extends SimloomError {
  constructor(details: ErrorDetails & { readonly code: ColumnsErrorCode }) {
    super(details);
  }
}

/** A `ColumnsError` from its three obligatory parts, the facts behind it, and what caused it. */
export function columnsError(
  code: ColumnsErrorCode,
  message: string,
  remedy: string,
  context: Readonly<Record<string, unknown>> = {},
  cause?: unknown,
): ColumnsError {
  return new ColumnsError({ code, message, remedy, context, ...(cause === undefined ? {} : { cause }) });
}
