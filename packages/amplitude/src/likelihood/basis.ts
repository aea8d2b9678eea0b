/**
 * What of an intensity depends on the events alone, computed once per data set before anything is planned: line shapes that do not
 * change, K-matrix basis values, angles. The plans for values, gradients and masks then are small, and share these columns.
 */
import type { Dataset } from "@simloom/columns";
import {
  column,
  complex,
  constant,
  dependsOn,
  type ExecutionContext,
  type Expression,
  kernelProgram,
  type Program,
  substitute,
  tagsOf,
  topologicalOrder,
} from "@simloom/kernel";
import type { LikelihoodTerm } from "./term.ts";

/** An intensity over columns of basis values. */
export interface Basis {
  readonly intensity: Expression;
  /** Makes the basis values from the columns of the events; undefined where there are none. */
  readonly program: Program | undefined;
}

/** Splits an intensity. Complex values become two columns, of which one that is always 0 is left out. Linear. */
export function basisOf(intensity: Expression): Basis {
  const values = frontierOf(intensity);
  if (values.length === 0) return { intensity, program: undefined };
  const named = values.map((value, index) => [`${PREFIX}${index}`, value] as const);
  const program = kernelProgram(Object.fromEntries(named));
  const isZero = new Set(program.outputs.flatMap(({ name, value }) => (value === ZERO ? [name] : [])));
  const part = (name: string): Expression => (isZero.has(name) ? ZERO : column(name));
  const replacements = new Map(
    named.map(([name, value]) => [
      value,
      value.type === "complex" ? complex(part(`${name}.re`), part(`${name}.im`)) : column(name),
    ]),
  );
  const [replaced] = substitute([intensity], (node) => replacements.get(node));
  return { intensity: replaced as Expression, program };
}

/** The bases of terms with some parameters as constants; terms that share an intensity share its basis. */
export function basesOf(terms: readonly LikelihoodTerm[], fixed: Readonly<Record<string, number>>): readonly Basis[] {
  const intensities = substitute(
    terms.map(({ intensity }) => intensity),
    ({ operation, payload }) =>
      operation.source === "parameter" && Object.hasOwn(fixed, payload as string)
        ? constant(fixed[payload as string] as number)
        : undefined,
  );
  const known = new Map([...new Set(intensities)].map((intensity) => [intensity, basisOf(intensity)]));
  return intensities.map((intensity) => known.get(intensity) as Basis);
}

/** Whether a column holds basis values. */
export function isBasisColumn(name: string): boolean {
  return name.startsWith(PREFIX);
}

/** The basis values of some events, by the names of their columns. */
export function basisColumns(
  program: Program,
  events: Dataset,
  context: ExecutionContext,
): Readonly<Record<string, Float64Array>> {
  const given = events.columns(program.columns);
  const outputs = program.outputs.map(() => new Float64Array(events.length));
  context.compile(program).run({
    count: events.length,
    parameters: new Float64Array(0),
    columns: program.columns.map((name) => given[name] as Float64Array),
    states: [],
    outputs,
  });
  return Object.fromEntries(program.outputs.map(({ name }, index) => [name, outputs[index] as Float64Array]));
}

const PREFIX = "#basis ";
const ZERO = constant(0);

/** The largest parts that depend on events but on no parameter, without tags inside, by which waves are switched. */
function frontierOf(intensity: Expression): readonly Expression[] {
  const marked = new Set<Expression>();
  for (const node of topologicalOrder([intensity]))
    if (tagsOf(node).length > 0 || node.args.some((arg) => marked.has(arg))) marked.add(node);
  const frontier = new Set<Expression>();
  substitute([intensity], (node) => {
    if (node.dependence === 0 || node.args.length === 0) return node;
    const isOfEvents = dependsOn(node, "column") && !dependsOn(node, "parameter");
    if (!isOfEvents || node.type === "boolean" || marked.has(node)) return undefined;
    frontier.add(node);
    return node;
  });
  return [...frontier];
}
