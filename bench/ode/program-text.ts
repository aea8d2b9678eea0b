/** The equations of a problem as text for the peers: one statement per operation, shared ones computed once. */
import { type Expression, topologicalOrder } from "@simloom/kernel";
import type { OdeProblem } from "@simloom/solve";
import { loweredExpressions } from "../../packages/solve/src/ode/code/equations.ts";

/** How a language writes what differs. */
export interface Language {
  readonly define: (name: string, value: string) => string;
  readonly maximum: string;
  readonly select: (condition: string, a: string, b: string) => string;
}

export const C: Language = {
  define: (name, value) => `  const double ${name} = ${value};`,
  maximum: "fmax",
  select: (condition, a, b) => `${condition} ? ${a} : ${b}`,
};

/** For Numba and JAX: `maximum`, `where`, `exp` … are NumPy's or JAX's. */
export const PYTHON: Language = {
  define: (name, value) => `    ${name} = ${value}`,
  maximum: "maximum",
  select: (condition, a, b) => `where(${condition}, ${a}, ${b})`,
};

const INFIX: Readonly<Record<string, string>> = {
  add: "+",
  subtract: "-",
  multiply: "*",
  divide: "/",
  less: "<",
  lessOrEqual: "<=",
};

/** Statements, and the text of each value after them. */
export interface ProgramText {
  readonly statements: readonly string[];
  readonly values: readonly string[];
}

/**
 * Values of a problem's states, as a program. Parameters are written as their numbers, so that the compilers of the peers may
 * compute with them beforehand. Throws where an operation has no text here.
 */
export function programText(
  problem: OdeProblem,
  values: readonly Expression[],
  language: Language,
  stateAt = (index: number) => `u[${index}]`,
): ProgramText {
  const roots = loweredExpressions(problem, values);
  const names = new Map<Expression, string>();
  const statements: string[] = [];
  for (const node of topologicalOrder(roots)) {
    if (node.args.length === 0) {
      names.set(node, leafText(problem, node, stateAt));
      continue;
    }
    const name = `v${statements.length}`;
    const args = node.args.map((arg) => names.get(arg) as string);
    statements.push(language.define(name, operationText(node, args, language)));
    names.set(node, name);
  }
  return { statements, values: roots.map((root) => names.get(root) as string) };
}

function leafText(problem: OdeProblem, { operation, payload }: Expression, stateAt: (index: number) => string): string {
  if (operation.source === "time") return "t";
  if (operation.source === "state") return stateAt(problem.stateNames.indexOf(`${payload}`));
  const value =
    operation.source === "parameter" ? problem.parameters[problem.parameterNames.indexOf(`${payload}`)] : payload;
  if (typeof value === "number") return realText(value);
  throw new Error(`${problem.name} reads ${operation.source ?? typeof payload}, which peers are not given`);
}

/** A number that no language takes for a whole one. */
function realText(value: number): string {
  const text = /^-?\d+$/.test(`${value}`) ? `${value}.0` : `${value}`;
  return value < 0 ? `(${text})` : text;
}

function operationText({ operation }: Expression, args: readonly string[], language: Language): string {
  const [a = "", b = "", c = ""] = args;
  const infix = INFIX[operation.name];
  if (infix !== undefined) return `${a} ${infix} ${b}`;
  if (operation.elementary !== undefined) return `${operation.elementary}(${a})`;
  switch (operation.name) {
    case "negate":
      return `-${a}`;
    case "sqrt":
      return `sqrt(${a})`;
    case "max":
      return `${language.maximum}(${a}, ${b})`;
    case "select":
      return language.select(a, b, c);
    default:
      throw new Error(`The benchmark cannot write ${operation.name} for its peers`);
  }
}
