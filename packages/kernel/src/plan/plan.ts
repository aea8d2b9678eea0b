import { hessian } from "../derivative/matrices.ts";
import { gradient } from "../derivative/reverse.ts";
import { kernelError } from "../errors.ts";
import { complex } from "../expression/build.ts";
import { variesByElement } from "../expression/dependence.ts";
import type { Expression } from "../expression/expression.ts";
import { constant, expressionOf, type Operand, parameter } from "../expression/leaves.ts";
import { operations } from "../expression/operations.ts";
import { topologicalOrder } from "../expression/order.ts";
import { contractLinear } from "../pass/contract-linear.ts";
import { contractQuadratic } from "../pass/contract-quadratic.ts";
import { dropZeros } from "../pass/drop-zeros.ts";
import { expandPowers } from "../pass/expand-powers.ts";
import { expandTotals } from "../pass/expand-totals.ts";
import { factorTotals } from "../pass/factor-totals.ts";
import { lowerComplex } from "../pass/lower-complex.ts";
import { mergeTotals } from "../pass/merge-totals.ts";
import { simplify } from "../pass/simplify.ts";
import { substitute } from "../pass/substitute.ts";
import { namedOutputs, outputsOf } from "../program/program.ts";
import { checkPlanNames } from "./check-names.ts";
import { type Hoisted, hoist } from "./hoist.ts";
import { setsOfNodes } from "./sets.ts";

/** How a plan is made. */
export interface PlanOptions {
  /** Order of the parameters in calls; every used one that is not fixed, unused ones too. Default: the used ones, sorted. */
  readonly parameters?: readonly string[];
  /** Parameters that are constants of this plan: of the outputs, or listed in `parameters`. */
  readonly fixed?: Readonly<Record<string, number>>;
  /** Names of sets of elements: a column `mc.x` belongs to the set `mc` (see `inSet`). Default: one set, without a name. */
  readonly sets?: readonly string[];
  /**
   * Whether what is linear in parameters is contracted, and sums of polynomials in them become sums of data (default). It
   * takes sums in another order: results agree with the uncontracted ones to rounding. False leaves expressions as written.
   */
  readonly contract?: boolean;
  /**
   * Derivatives of an output that is one real number, as further outputs `of/p` for each parameter of `by`, in order, and
   * with `hessian` then `of/p/q` for each p and each q up to p. The names are parameters of the outputs, or listed in
   * `parameters`: by those the slope is 0. Better than derivatives made beforehand: they are taken
   * after the output was contracted.
   */
  readonly derivatives?: { readonly of: string; readonly by: readonly string[]; readonly hessian?: boolean };
}

/**
 * Named outputs split by how often each part has to be computed: `cached` programs once per data set, the prologue and the
 * epilogue once per call, the bodies per element and call. Usually there is one stage; a sum that needs another sum for its
 * elements has its pass after that one's.
 */
export interface Plan extends Hoisted {
  /** Names of the numbers of a call, in order. */
  readonly parameters: readonly string[];
  /** The outputs without the derivatives that were asked for, by the same expressions; undefined where there are none. */
  readonly withoutDerivatives: Plan | undefined;
}

/**
 * Plans the computation of named outputs. They may hold `total(…)` anywhere where one number may stand; complex outputs
 * become `name.re` and `name.im`. Throws `KERN-020`, `KERN-021`, `KERN-022` as `kernelProgram`, `KERN-022` and `KERN-076` for names
 * in the options that nothing has, `KERN-071` for states and time, `KERN-072` and `KERN-073` where sets of elements are mixed up.
 * Linear in the number of nodes.
 */
export function planOf(outputs: Readonly<Record<string, Operand>>, options: PlanOptions = {}): Plan {
  checkPlanNames(Object.values(outputs).map(expressionOf), options);
  return planOfPart(outputs, options);
}

/** As `planOf`, for a part of a model whose names were checked: what the options name may be missing. */
export function planOfPart(outputs: Readonly<Record<string, Operand>>, options: PlanOptions): Plan {
  return planBySteps(outputs, options, (_, roots, pass) => pass(roots)).plan;
}

/** Applies a pass to roots; a place to look at what goes in and what comes out. */
export type PassRunner = (
  name: string,
  roots: readonly Expression[],
  pass: (roots: readonly Expression[]) => readonly Expression[],
) => readonly Expression[];

/** As `planOf`, each pass by way of `run`; with the values of the outputs after the last pass. */
export function planBySteps(
  outputs: Readonly<Record<string, Operand>>,
  options: PlanOptions,
  run: PassRunner,
): { readonly plan: Plan; readonly values: readonly NamedValue[] } {
  const { fixed = {}, sets = [], contract: isContracted = true, derivatives } = options;
  const named = namedOutputs(outputs);
  let roots = withFixed(
    named.map(([, value]) => value),
    fixed,
  );
  const step = (name: string, pass: (roots: readonly Expression[]) => readonly Expression[]) => {
    roots = run(name, roots, pass);
  };
  step("simplify", simplify);
  if (isContracted) {
    step("drop-zeros", withoutZeros);
    step("contract-linear", contractLinear);
  }
  step("lower-complex", (from) => simplify(lowerComplex(from)));
  if (isContracted) {
    step("expand-totals", (from) => simplify(expandTotals(from)));
    step("contract-quadratic", contractQuadratic);
  }
  const parts = roots.flatMap((value, index) => outputsOf((named[index] as (typeof named)[number])[0], value, "none"));
  let all: readonly NamedValue[] = parts;
  roots = parts.map(({ value }) => value);
  if (derivatives !== undefined)
    step("derivatives", () => {
      all = [...parts, ...derivativesOf(parts, derivatives)];
      return all.map(({ value }) => value);
    });
  step("expand-powers", (from) => simplify(expandPowers(simplify(from))));
  step("factor-totals", (from) => simplify(factorTotals(from)));
  step("merge-totals", (from) => {
    const order = topologicalOrder(from);
    return simplify(mergeTotals(from, order, setsOfNodes(order, sets)));
  });
  const values = all.map(({ name }, index) => ({ name, value: roots[index] as Expression }));
  const hoisted = hoistedOf(values, sets);
  const order = parameterOrder(usedParameters(hoisted), options.parameters, fixed);
  let withoutDerivatives: Plan | undefined;
  return {
    values,
    plan: {
      ...hoisted,
      parameters: order,
      get withoutDerivatives() {
        if (values.length === parts.length) return undefined;
        withoutDerivatives ??= {
          ...hoistedOf(values.slice(0, parts.length), sets),
          parameters: order,
          withoutDerivatives: undefined,
        };
        return withoutDerivatives;
      },
    },
  };
}

/** An output and its expression. */
export interface NamedValue {
  readonly name: string;
  readonly value: Expression;
}

function hoistedOf(values: readonly NamedValue[], sets: readonly string[]): Hoisted {
  return hoist(
    values.map(({ name, value }) => [name, value] as const),
    sets,
  );
}

function derivativesOf(
  outputs: readonly NamedValue[],
  wanted: NonNullable<PlanOptions["derivatives"]>,
): readonly NamedValue[] {
  const { of, by, hessian: isWithHessian = false } = wanted;
  const output = outputs.find(({ name }) => name === of);
  if (output === undefined || variesByElement(output.value))
    throw kernelError(
      "KERN-076",
      output === undefined ? `There is no output \`${of}\`` : `The output \`${of}\` is a number per element`,
      "Name an output that is one real number, such as a total.",
      { of, outputs: outputs.map(({ name }) => name) },
    );
  const inputs = by.map(parameter);
  const slopes = gradient(output.value, inputs);
  const first = by.map((name, index) => ({ name: `${of}/${name}`, value: slopes[index] as Expression }));
  if (!isWithHessian) return first;
  const rows = hessian(output.value, inputs);
  const second = by.flatMap((p, row) =>
    by.slice(0, row + 1).map((q, column) => ({ name: `${of}/${p}/${q}`, value: rows[row]?.[column] as Expression })),
  );
  return [...first, ...second];
}

/** Zero terms dropped, roots of their old type. */
function withoutZeros(roots: readonly Expression[]): readonly Expression[] {
  return dropZeros(roots).map((root, index) => {
    const old = roots[index] as Expression;
    return root.type === old.type ? root : complex(root, 0);
  });
}

function withFixed(roots: readonly Expression[], fixed: Readonly<Record<string, number>>): readonly Expression[] {
  return substitute(roots, ({ operation, payload }) => {
    if (operation !== operations.parameter || !Object.hasOwn(fixed, payload as string)) return undefined;
    return constant(fixed[payload as string] as number);
  });
}

/** Parameters that any program reads, sorted; names of numbers between programs begin with #. */
function usedParameters({ stages, epilogue }: Hoisted): readonly string[] {
  const programs = [...stages.flatMap(({ prologue, bodies }) => [prologue, ...bodies.values()]), epilogue];
  const names = programs.flatMap((program) => program?.parameters ?? []);
  return [...new Set(names.filter((name) => !name.startsWith("#")))].sort();
}

function parameterOrder(
  used: readonly string[],
  declared: readonly string[] | undefined,
  fixed: Readonly<Record<string, number>>,
): readonly string[] {
  if (declared === undefined) return used;
  const free = declared.filter((name) => !Object.hasOwn(fixed, name));
  const missing = used.filter((name) => !free.includes(name));
  if (missing.length === 0 && new Set(free).size === free.length) return free;
  throw kernelError(
    "KERN-022",
    missing.length > 0
      ? `The order of parameters leaves out ${missing.map((name) => `\`${name}\``).join(", ")}`
      : "The order of parameters names one of them twice",
    "List each used parameter once, or fix it.",
    { used, declared },
  );
}
