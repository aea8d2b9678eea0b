import { nearestName } from "@simloom/units";
import { type KernelErrorCode, kernelError } from "../errors.ts";
import type { Expression } from "../expression/expression.ts";
import { operations } from "../expression/operations.ts";
import { topologicalOrder } from "../expression/order.ts";
import type { PlanOptions } from "./plan.ts";
import { setOfColumn } from "./sets.ts";

/**
 * Throws `KERN-076` for a derivative by what is no free parameter, `KERN-022` for a fixed name that is no parameter and for a set
 * that looks like a misspelling. A parameter is what the outputs hold as they were given, or what `parameters` lists.
 *
 * Plans of a part of a model may leave sets without columns: a set is refused only where columns of no set begin with a name
 * much like its own.
 */
export function checkPlanNames(
  roots: readonly Expression[],
  { parameters = [], fixed = {}, sets = [], derivatives }: PlanOptions,
): void {
  const nodes = topologicalOrder(roots);
  const known = new Set([...parameters, ...namesOf(nodes, operations.parameter)]);
  for (const name of Object.keys(fixed))
    if (!known.has(name))
      throw unknownName("KERN-022", `There is no parameter \`${name}\` to fix`, name, known, "Fix parameters only.");
  for (const name of derivatives?.by ?? []) {
    if (Object.hasOwn(fixed, name))
      throw kernelError(
        "KERN-076",
        `A derivative by \`${name}\` was asked for, which is fixed`,
        "Differentiate by parameters that are free.",
        { name },
      );
    if (!known.has(name))
      throw unknownName(
        "KERN-076",
        `A derivative by \`${name}\` was asked for, which is no parameter of the outputs`,
        name,
        known,
        "Differentiate by parameters of the outputs, or list it among the plan's parameters.",
      );
  }
  const columns = namesOf(nodes, operations.column);
  const unused = sets.filter((set) => !columns.some((column) => column.startsWith(`${set}.`)));
  if (unused.length === 0) return;
  const beginnings = columns.filter((column) => setOfColumn(column, sets) === "").flatMap(beginningsOf);
  for (const set of unused) {
    const near = nearestName(set, beginnings);
    if (near !== undefined)
      throw kernelError("KERN-022", `No column belongs to the set \`${set}\``, `Did you mean ${near}?`, { set });
  }
}

function namesOf(nodes: readonly Expression[], wanted: Expression["operation"]): readonly string[] {
  return nodes.filter(({ operation }) => operation === wanted).map(({ payload }) => payload as string);
}

/** What stands before each dot of a name. */
function beginningsOf(column: string): readonly string[] {
  return [...column.matchAll(/\./g)].map(({ index }) => column.slice(0, index));
}

function unknownName(
  code: KernelErrorCode,
  message: string,
  name: string,
  known: ReadonlySet<string>,
  remedy: string,
): Error {
  const near = nearestName(name, known);
  return kernelError(code, message, near === undefined ? remedy : `Did you mean ${near}?`, { name });
}
