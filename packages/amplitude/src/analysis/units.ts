import {
  checkDimensions,
  checkUnit,
  column,
  type Expression,
  type InputUnits,
  type Operand,
  parameter,
  topologicalOrder,
} from "@simloom/kernel";
import { fourMomentum } from "../kinematics/vectors.ts";
import { lookUp } from "./names.ts";
import { at } from "./parameters.ts";
import type { Analysis } from "./schema.ts";

/** Checks what a formula of the file stands for; `expected` is its unit where line shapes ask for one. */
export type UnitCheck = (value: Operand, path: string, expected?: string) => void;

/**
 * The check of units of an analysis: parameters and columns have those that the file declares, four-momenta are in GeV, so `s`
 * and `t` are in GeV² and angles pure numbers. A formula that names nothing with a declared unit is not checked, because its
 * numbers may carry the units: `exp(-0.5*s)`. Throws `AMPL-044` for the unit of a column that is not listed, `KERN-090` for a unit
 * that cannot be read; the check throws `KERN-091` … `KERN-094`, with the place in the file.
 */
export function unitCheckOf(analysis: Analysis): UnitCheck {
  const declared: InputUnits = { parameters: parameterUnits(analysis), columns: columnUnits(analysis) };
  const units: InputUnits = { ...declared, columns: { ...momentumUnits(analysis), ...declared.columns } };
  const isDeclared = ({ operation: { source }, payload }: Expression): boolean => {
    if (source !== "parameter" && source !== "column") return false;
    return Object.hasOwn(declared[`${source}s`] ?? {}, payload as string);
  };
  return (value, path, expected) => {
    if (typeof value === "number" || !topologicalOrder([value]).some(isDeclared)) return;
    at(path, () => (expected === undefined ? checkDimensions(value, units) : checkUnit(value, expected, units)));
  };
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

function momentumUnits({ topology, angles, variables }: Analysis): Readonly<Record<string, string>> {
  const sums = Object.values(variables).flatMap((given) => (typeof given === "string" ? [] : given.massSquared));
  const names = [...Object.values(topology).flatMap((given) => given ?? []), angles.of, ...sums];
  return Object.fromEntries(
    names.flatMap((name) => Object.values(fourMomentum(name)).map(({ payload }: Expression) => [payload, "GeV"])),
  );
}

/** The unit itself, once it is read. */
function readable(unit: string, input: Expression, path: string): string {
  at(path, () => checkDimensions(input, { expressions: new Map([[input, unit]]) }));
  return unit;
}
