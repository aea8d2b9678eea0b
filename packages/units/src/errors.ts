import { SimloomError } from "./error.ts";

/** What each stable code of this package means; the page `docs/errors/UNIT.md` says more. */
export const UNIT_ERROR_CODES = {
  "UNIT-001": "unknown unit",
  "UNIT-002": "incompatible dimensions",
  "UNIT-003": "unit text cannot be read",
  "UNIT-004": "quantity text cannot be read",
  "UNIT-005": "level or temperature scale inside a compound unit",
  "UNIT-006": "value outside the domain of a conversion",
  "UNIT-007": "schema carries no unit",
  "UNIT-008": "number of significant digits out of range",
} as const;

/** One of the codes of this package. */
export type UnitErrorCode = keyof typeof UNIT_ERROR_CODES;

/** Raised by everything in this package that refuses a unit, a quantity or a conversion. */
export class UnitError extends SimloomError {
  declare readonly code: UnitErrorCode;
}
