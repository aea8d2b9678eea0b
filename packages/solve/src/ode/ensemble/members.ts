import { solveError } from "../../errors.ts";
import { runSetup, unknownName } from "../engine/options.ts";
import type { OdeProblem } from "../problem/problem.ts";
import type { EnsembleOptions } from "./ensemble.ts";

/** One number per member, or one for all. */
export type MemberValues = Readonly<Record<string, number | ArrayLike<number>>>;

/** The members that are to be run, after all checks that `ensemble` makes. Throws as `ensemble`. */
export function checkedRange(
  problem: OdeProblem,
  options: EnsembleOptions,
): { readonly from: number; readonly to: number } {
  const { parameters = {}, initial = {}, onMember: _, from: given, to: until, ...common } = options;
  if ("run" in options.method)
    throw solveError(
      "SOLV-008",
      `${(options.method as { readonly name: string }).name} does not run ensembles`,
      "Use bdf or rodas5p, or solve the members one by one.",
    );
  const size = memberCount(problem, parameters, initial);
  const from = given ?? 0;
  const to = until ?? size;
  if (!(Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from <= to && to <= size))
    throw solveError(
      "SOLV-003",
      `Members ${from} to ${to} are not among the ${size} of the ensemble`,
      "Give a range within it.",
    );
  checkMembers("SOLV-003", "parameter", problem.parameterNames, parameters, from, to);
  checkMembers("SOLV-002", "state", problem.stateNames, initial, from, to);
  runSetup(problem, common);
  return { from, to };
}

/** Throws for names that the problem does not have, and for members that are not finite. */
function checkMembers(
  code: "SOLV-002" | "SOLV-003",
  kind: string,
  names: readonly string[],
  given: MemberValues,
  from: number,
  to: number,
): void {
  for (const [name, value] of Object.entries(given)) {
    if (!names.includes(name)) throw unknownName(code, kind, name, names);
    const values = typeof value === "number" ? [value] : Array.from({ length: to - from }, (_, i) => value[from + i]);
    const odd = values.findIndex((one) => !Number.isFinite(one));
    if (odd >= 0)
      throw solveError(
        code,
        `The ${kind} ${name}${typeof value === "number" ? "" : ` of member ${from + odd}`} is ${values[odd]}`,
        "Give finite numbers.",
        { name, member: from + odd },
      );
  }
}

/** The values of one member by name. */
export function valuesOf(values: MemberValues, member: number): Record<string, number> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === "number" ? value : (value[member] as number),
    ]),
  );
}

function memberCount({ name }: OdeProblem, ...all: readonly MemberValues[]): number {
  const lengths = all.flatMap((values) =>
    Object.entries(values).flatMap(([key, value]) => (typeof value === "number" ? [] : [[key, value.length] as const])),
  );
  const [first] = lengths;
  if (first === undefined)
    throw solveError(
      "SOLV-003",
      `The members of the ensemble of ${name} do not differ`,
      "Give an array, a number per member, for a parameter or an initial value.",
    );
  const odd = lengths.find(([, length]) => length !== first[1]);
  if (odd === undefined) return first[1];
  throw solveError(
    "SOLV-003",
    `${odd[0]} has ${odd[1]} members and ${first[0]} has ${first[1]}`,
    "Give arrays of one length.",
  );
}
