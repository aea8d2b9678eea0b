import {
  checkDimensions,
  checkUnit,
  column,
  type Expression,
  type InputUnits,
  parameter,
  parseFormula,
  topologicalOrder,
} from "@simloom/kernel";
import { lookUp } from "./names.ts";
import { at } from "./parameters.ts";
import type { Analysis } from "./schema.ts";

/** Units of what the reaction gives. */
const REACTION_UNITS = { s: "GeV^2", m: "GeV", t: "GeV^2", cosTheta: "1", phi: "rad", P: "1", Phi: "rad" };

/**
 * Checks the units of formulas as they are written: what the reaction gives is an input, so messages have `s` instead of
 * what it is made of. A formula in which nothing has a declared unit is not checked, because its numbers may carry units: `exp(-0.5*s)`.
 */
export class UnitCheck {
  readonly #parameters: Readonly<Record<string, string>>;
  readonly #columns: Record<string, string>;
  readonly #symbols: Record<string, Expression>;
  readonly #declared: Set<string>;

  /**
   * Of the parameters and columns of a file. Throws `AMPL-044` for the unit of a column that is not listed, `KERN-090` for a unit
   * that cannot be read, with the place in the file.
   */
  constructor(analysis: Analysis) {
    const columns = columnUnits(analysis);
    this.#parameters = parameterUnits(analysis);
    this.#columns = { ...REACTION_UNITS, ...columns };
    this.#declared = new Set([...Object.keys(columns), ...Object.keys(this.#parameters)]);
    const ofColumns = [...Object.keys(REACTION_UNITS), ...analysis.columns].map(
      (name) => [name, column(name)] as const,
    );
    const ofParameters = Object.keys(analysis.parameters).map((name) => [name, parameter(name)] as const);
    this.#symbols = Object.fromEntries([...ofColumns, ...ofParameters]);
  }

  /** A formula, and that it is in `expected` if that is given. Throws `KERN-091` … `KERN-094` with the place in the file. */
  formula(text: string, path: string, expected?: string): void {
    const value = this.#read(text, path);
    if (!this.#isChecked(value)) return;
    at(path, () =>
      expected === undefined ? checkDimensions(value, this.#units) : checkUnit(value, expected, this.#units),
    );
  }

  /** From now on formulas may name a variable: a formula that is checked already, or without one the square of a mass. */
  define(name: string, text: string | undefined, path: string): void {
    this.#symbols[name] = column(name);
    if (text === undefined) {
      this.#columns[name] = "GeV^2";
      return;
    }
    const value = this.#read(text, path);
    const isNumber = topologicalOrder([value]).every(({ operation }) => operation.source === undefined);
    if (isNumber || this.#isChecked(value)) this.#symbols[name] = value;
  }

  get #units(): InputUnits {
    return { parameters: this.#parameters, columns: this.#columns };
  }

  #read(text: string, path: string): Expression {
    return parseFormula(text, this.#symbols, { path });
  }

  #isChecked(value: Expression): boolean {
    return topologicalOrder([value]).some(({ payload }) => typeof payload === "string" && this.#declared.has(payload));
  }
}

function parameterUnits({ parameters }: Analysis): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([name, given]) => {
      if (typeof given === "number" || given.unit === undefined) return [];
      return [[name, readable(given.unit, parameter(name), `parameters.${name}.unit`)]];
    }),
  );
}

function columnUnits({ columns, units = {} }: Analysis): Readonly<Record<string, string>> {
  const listed = new Map(columns.map((name) => [name, column(name)]));
  return Object.fromEntries(
    Object.entries(units).map(([name, unit]) => {
      const path = `units.${name}`;
      return [name, readable(unit, lookUp(listed, name, "further column", path), path)];
    }),
  );
}

/** The unit itself, once it is read. With c = 1, `GeV/c` and `GeV/c^2` are GeV, for all multiples of eV and for no other unit. */
function readable(written: string, input: Expression, path: string): string {
  const unit = written.replace(/^([A-Za-zµμ]?eV(?:\^\d|²)?)\/c(?:\^\d|²)?$/, "$1");
  at(path, () => checkDimensions(input, { expressions: new Map([[input, unit]]) }));
  return unit;
}
