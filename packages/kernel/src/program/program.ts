import { kernelError } from "../errors.ts";
import { variesByElement } from "../expression/dependence.ts";
import type { Expression } from "../expression/expression.ts";
import { expressionOf, isInput, type Operand, time } from "../expression/leaves.ts";
import type { Source } from "../expression/operation.ts";
import { operations } from "../expression/operations.ts";
import { topologicalOrder } from "../expression/order.ts";
import { expandPowers } from "../pass/expand-powers.ts";
import { lowerComplex } from "../pass/lower-complex.ts";
import { simplify } from "../pass/simplify.ts";
import { stripTags } from "../pass/strip-tags.ts";

/** Order of the inputs in calls; unused names may be listed, every used one must be. Default: the used ones, sorted. */
export interface ProgramInputs {
  readonly parameters?: readonly string[];
  readonly columns?: readonly string[];
  readonly states?: readonly string[];
}

/**
 * A real expression that a kernel computes, under its name: a number per element (`none`), or one number, the sum over
 * all elements (`sum`; compensated, in a fixed shape, so that neither back end nor threads change a bit).
 */
export interface ProgramOutput {
  readonly name: string;
  readonly value: Expression;
  readonly reduction: "none" | "sum";
}

/** What a back end compiles: real nodes in order, split into what is computed once per call and once per element. */
export interface Program {
  readonly outputs: readonly ProgramOutput[];
  readonly parameters: readonly string[];
  readonly columns: readonly string[];
  readonly states: readonly string[];
  /** Whether a call needs the value of the independent variable. */
  readonly usesTime: boolean;
  /** Nodes that are the same for all elements: constants, parameters, time and what is made of them. */
  readonly hoisted: readonly Expression[];
  /** Nodes that differ between elements. */
  readonly perElement: readonly Expression[];
}

/**
 * Prepares named outputs for the back ends: simplification, complex lowering, expansion of powers, hoisting. A complex
 * output `a` becomes `a.re` and `a.im`; an output `total(x)` is a sum over the elements. Throws `KERN-020` for a comparison
 * as output, `KERN-021` for a name that stands for two inputs or two outputs, `KERN-022` for an order of inputs that does
 * not fit, `KERN-070` for a sum inside an expression. Linear in the number of nodes.
 */
export function kernelProgram(outputs: Readonly<Record<string, Operand>>, inputs: ProgramInputs = {}): Program {
  const named = namedOutputs(outputs);
  const summands = named.map(([, value]) => (isTotal(value) ? (value.args[0] as Expression) : value));
  const lowered = lowerComplex(simplify(summands));
  const parts = named.flatMap(([name, value], index) =>
    outputsOf(name, lowered[index] as Expression, isTotal(value) ? "sum" : "none"),
  );
  const values = simplify(expandPowers(simplify(parts.map(({ value }) => value))));
  return loweredProgram(
    parts.map((part, index) => ({ ...part, value: values[index] as Expression })),
    inputs,
  );
}

/** Named outputs without tags. Throws `KERN-020` for a comparison. */
export function namedOutputs(
  outputs: Readonly<Record<string, Operand>>,
): readonly (readonly [name: string, value: Expression])[] {
  const plain = stripTags(Object.values(outputs).map(expressionOf));
  const named = Object.keys(outputs).map((name, index) => [name, plain[index] as Expression] as const);
  for (const [name, { type }] of named)
    if (type === "boolean")
      throw kernelError(
        "KERN-020",
        `The output \`${name}\` is a comparison, not a number`,
        "Write select(condition, 1, 0).",
        { name },
      );
  return named;
}

/** The program of outputs that are real, simplified and without powers already. Throws as `kernelProgram`. */
export function loweredProgram(outputs: readonly ProgramOutput[], inputs: ProgramInputs = {}): Program {
  checkUnique(
    outputs.map(({ name }) => name),
    "outputs",
  );
  const nodes = topologicalOrder(outputs.map(({ value }) => value));
  if (nodes.some(({ operation }) => operation.isReduction))
    throw kernelError(
      "KERN-070",
      "A sum over the elements stands inside an expression",
      "Make a plan of it with planOf; a program has sums as whole outputs only.",
    );
  const leaves = nodes.filter(isInput);
  const program = {
    outputs,
    parameters: inputOrder(leaves, "parameter", inputs.parameters),
    columns: inputOrder(leaves, "column", inputs.columns),
    states: inputOrder(leaves, "state", inputs.states),
    usesTime: leaves.includes(time),
    hoisted: nodes.filter((node) => !variesByElement(node)),
    perElement: nodes.filter(variesByElement),
  };
  const timeNames = program.usesTime ? ["time"] : [];
  checkUnique([...program.parameters, ...program.columns, ...program.states, ...timeNames], "inputs");
  return program;
}

/** Place of an input in the call's list of its kind; 0 for the time. */
export function inputIndex(program: Program, { operation, payload }: Expression): number {
  if (operation.source === "time") return 0;
  const names = program[INPUTS[operation.source as Exclude<Source, "time">]];
  return placesOf(names).get(payload as string) ?? -1;
}

const INPUTS = { parameter: "parameters", column: "columns", state: "states" } as const;
const placesOfNames = new WeakMap<readonly string[], ReadonlyMap<string, number>>();

/** Places by name, made once per list: programs that follow sums of data have hundreds of inputs. */
function placesOf(names: readonly string[]): ReadonlyMap<string, number> {
  const known = placesOfNames.get(names);
  if (known !== undefined) return known;
  const places = new Map(names.map((name, place) => [name, place]));
  placesOfNames.set(names, places);
  return places;
}

function isTotal({ operation }: Expression): boolean {
  return operation === operations.total;
}

/** A complex output as its two parts. */
export function outputsOf(name: string, value: Expression, reduction: "none" | "sum"): readonly ProgramOutput[] {
  if (value.type !== "complex") return [{ name, value, reduction }];
  const [re, im] = value.args as readonly [Expression, Expression];
  return [
    { name: `${name}.re`, value: re, reduction },
    { name: `${name}.im`, value: im, reduction },
  ];
}

function inputOrder(
  leaves: readonly Expression[],
  source: Source,
  declared: readonly string[] | undefined,
): readonly string[] {
  const used = leaves.filter(({ operation }) => operation.source === source);
  const names = used.map(({ payload }) => payload as string).sort();
  if (declared === undefined) return names;
  const missing = names.filter((name) => !declared.includes(name));
  if (missing.length > 0 || new Set(declared).size < declared.length)
    throw kernelError(
      "KERN-022",
      missing.length > 0
        ? `The order of ${source}s leaves out ${missing.map((name) => `\`${name}\``).join(", ")}`
        : `The order of ${source}s names one of them twice`,
      "List each used input once.",
      { source, used: names, declared },
    );
  return [...declared];
}

function checkUnique(names: readonly string[], what: string): void {
  const known = new Set<string>();
  const repeated = names.find((name) => known.size === known.add(name).size);
  if (repeated === undefined) return;
  throw kernelError("KERN-021", `Two ${what} are called \`${repeated}\``, "Give each its own name.", {
    name: repeated,
  });
}
