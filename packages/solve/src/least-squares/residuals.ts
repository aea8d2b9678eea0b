import {
  compileJavaScript,
  type Expression,
  gradient,
  type Kernel,
  kernelProgram,
  type Program,
  parameter,
} from "@simloom/kernel";
import { solveError } from "../errors.ts";
import { addDouble, type DoubleDouble, doubleFromDecimal, negateDouble } from "./extended/double-double.ts";
import { evaluateExtended } from "./extended/evaluate.ts";

/** Writes residuals, and per parameter a column of their derivatives. */
export type SlopesOfResiduals = (x: Float64Array, target: Float64Array, columns: readonly Float64Array[]) => void;

/** Numbers whose sum of squares is to be least, as functions of the parameters. */
export interface Residuals {
  /** How many there are. */
  readonly count: number;
  residuals(x: Float64Array, target: Float64Array): void;
  /** Writes the residuals, and per parameter a column of their derivatives. Without it: central differences. */
  jacobian?: SlopesOfResiduals;
  /**
   * Writes the residuals at the parameters high + low, right to 16 digits however small they are: what `precision: "extended"`
   * refines by.
   */
  extended?(high: Float64Array, low: Float64Array, target: Float64Array): void;
}

/** Numbers, or decimal numbers as text, which extended precision takes for what is written, to 31 digits. */
export type CurveNumbers = Float64Array | readonly string[];

/** What a curve is compared with. */
export interface CurveData {
  /** Columns that the model reads, by name, all of one length. */
  readonly columns: Readonly<Record<string, CurveNumbers>>;
  readonly observed: CurveNumbers;
  /** One standard deviation of each observed number. Default 1. */
  readonly errors?: Float64Array;
}

/** How a curve is compiled. */
export interface CurveOptions {
  /** For example `context.compile` of an execution context. Default: JavaScript. */
  readonly compile?: (program: Program) => Kernel;
}

/**
 * Residuals (model − observed) / error of an expression over columns, with exact derivatives by its parameters.
 *
 * Throws `SOLV-065` for columns that are missing, of different lengths or not finite, and for parameters that are missing.
 */
export function curveResiduals(
  model: Expression,
  parameters: readonly string[],
  { columns: givenColumns, observed: givenObserved, errors }: CurveData,
  { compile = compileJavaScript }: CurveOptions = {},
): Residuals {
  const columns = Object.fromEntries(Object.entries(givenColumns).map(([name, given]) => [name, rounded(given)]));
  const observed = rounded(givenObserved);
  const slopes = gradient(model, parameters.map(parameter));
  const program = checkedProgram({ model }, parameters, columns);
  const value = compile(program);
  const full = compile(
    checkedProgram(
      { model, ...Object.fromEntries(slopes.map((slope, i) => [`slope ${i}`, slope])) },
      parameters,
      columns,
    ),
  );
  const count = observed.length;
  for (const [name, column] of [
    ["observed", observed] as const,
    ...Object.entries(columns),
    ["errors", errors ?? observed] as const,
  ])
    if (column.length !== count || !column.every(Number.isFinite))
      throw misfit(`\`${name}\` has ${column.length} numbers (${count} were observed) or one that is not finite`);
  if (errors?.some((error) => error <= 0)) throw misfit("an error of an observed number is not above 0");
  const columnsOf = (program: Program) => program.columns.map((name) => columns[name] as Float64Array);
  const [valueColumns, fullColumns] = [columnsOf(value.program), columnsOf(full.program)];
  const finish = (target: Float64Array, jacobianColumns: readonly Float64Array[]) => {
    for (let i = 0; i < count; i++) target[i] = (target[i] as number) - (observed[i] as number);
    if (errors === undefined) return;
    for (const column of [target, ...jacobianColumns])
      for (let i = 0; i < count; i++) column[i] = (column[i] as number) / (errors[i] as number);
  };
  return {
    count,
    residuals(x, target) {
      value.run({ count, parameters: x, columns: valueColumns, states: [], outputs: [target] });
      finish(target, []);
    },
    jacobian(x, target, jacobianColumns) {
      full.run({ count, parameters: x, columns: fullColumns, states: [], outputs: [target, ...jacobianColumns] });
      finish(target, jacobianColumns);
    },
    extended(high, low, target) {
      for (let k = 0; k < count; k++) {
        const [value] = addDouble(
          evaluateExtended(program, (kind, name) => {
            if (kind === "column") return extendedAt(givenColumns[name] as CurveNumbers, k);
            const i = parameters.indexOf(name);
            return [high[i] as number, low[i] as number];
          }),
          negateDouble(extendedAt(givenObserved, k)),
        );
        target[k] = value / (errors?.[k] ?? 1);
      }
    },
  };
}

function rounded(given: CurveNumbers): Float64Array {
  return given instanceof Float64Array
    ? given
    : Float64Array.from(given, (text) => doubleFromDecimal(text)?.[0] ?? Number.NaN);
}

function extendedAt(given: CurveNumbers, k: number): DoubleDouble {
  const value = given[k] as number | string;
  return typeof value === "number" ? [value, 0] : (doubleFromDecimal(value) ?? [Number.NaN, 0]);
}

function checkedProgram(
  outputs: Readonly<Record<string, Expression>>,
  parameters: readonly string[],
  columns: Readonly<Record<string, Float64Array>>,
): Program {
  const program = kernelProgram(outputs, { parameters });
  const missing = program.columns.find((name) => !Object.hasOwn(columns, name));
  if (missing !== undefined) throw misfit(`the model reads a column \`${missing}\`, which is not given`);
  return program;
}

function misfit(what: string): Error {
  return solveError("SOLV-065", `The data of the curve do not fit: ${what}`, "Give columns of one length, all finite.");
}
