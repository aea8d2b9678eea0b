import { isOfColumns, variesByElement } from "../expression/dependence.ts";
import type { Expression } from "../expression/expression.ts";

/** Of data only: it never changes for one set of data. Constants count too. */
export function isDataOnly(node: Expression): boolean {
  return isOfColumns(node);
}

/** Different per element, and not of data only. */
export function isMixed(node: Expression): boolean {
  return variesByElement(node) && !isDataOnly(node);
}
