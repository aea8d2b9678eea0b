/** From text such as `80 km` to a number and its unit. */
import { convert } from "../convert/convert.ts";
import { UnitError } from "../errors.ts";
import { parseUnit, underline } from "../unit/parse-unit.ts";

/** A number with the unit it was written in. */
export interface ParsedQuantity {
  readonly value: number;
  /** The unit as written; `1` when none was. */
  readonly unit: string;
}

const NUMBER = /^([+\-−]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)\s*(.*)$/su;

/**
 * Reads a number and a unit: `80 km`, `-3dBm`, `1.5e-9 s`, `25 °C`, `0.8`. The decimal sign is the point in every locale,
 * and digits are not grouped.
 *
 * @throws UnitError UNIT-004 when the text does not start with a finite number, and the errors of `parseUnit`.
 */
export function parseQuantity(text: string): ParsedQuantity {
  const trimmed = text.trim();
  const [, digits, unitText] = NUMBER.exec(trimmed) ?? [];
  const value = digits === undefined ? Number.NaN : Number(digits.replace("−", "-"));
  if (digits === undefined || unitText === undefined || !Number.isFinite(value)) {
    throw unreadable(trimmed, 0, "does not start with a finite number");
  }
  if (/^(?:[,_'’.]\d|[02-9]|1\d)/u.test(unitText))
    throw unreadable(trimmed, trimmed.length - unitText.length, "has a second number or a grouped one");
  const unit = unitText === "" ? "1" : unitText;
  parseUnit(unit);
  return { value, unit };
}

/**
 * Reads a quantity and expresses it in `unit`: `parseQuantityIn("80 km", "m")` is 80000. Text without a unit is a pure
 * number, so `80` is refused where a length is wanted.
 *
 * @throws UnitError as {@link parseQuantity}, and UNIT-002 when the dimension differs.
 */
export function parseQuantityIn(text: string, unit: string): number {
  const quantity = parseQuantity(text);
  return convert(quantity.value, quantity.unit, unit);
}

function unreadable(text: string, position: number, problem: string): UnitError {
  return new UnitError({
    code: "UNIT-004",
    message: `Quantity ${problem}\n${underline(text, position)}`,
    remedy: "Write a number with a decimal point, then a unit, as in 80 km or 1.5e-9 s.",
    context: { text, position },
  });
}
