/**
 * Differential equations: time to 3, 5, 7 and 9 correct digits of published problems, against CVODE in C at -O3, LSODA and
 * DOP853 of numbalsoda, diffrax and SciPy in the same run; events, sensitivities, the legacy shot of the mould.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { savePoints, solve, tsit5 } from "@simloom/solve";
import { PROBLEMS, type TestProblem } from "../../packages/solve/src/ode/fixtures/problems.ts";
import { cases } from "../ode/cases.ts";
import { digitRows, mostDigitsRow } from "../ode/digit-rows.ts";
import { eventRows } from "../ode/event-rows.ts";
import { familiesOf } from "../ode/families.ts";
import { sensitivityRows } from "../ode/sensitivity-rows.ts";
import {
  bestMs,
  type Curves,
  EFFORT,
  type Effort,
  QUICK_EFFORT,
  warmUp,
  workPrecision,
} from "../ode/work-precision.ts";
import { type Row, rowOf, type SuiteOptions } from "../row.ts";

const DIGITS = [3, 5, 7, 9];

/** What a high-order method delivers on stiff problems. Not on E5: its states are differences that rounding eats up. */
const MOST_DIGITS = 10;
const digitsDue = (name: string) => (name === "e5" ? undefined : MOST_DIGITS);

/** Runs the suite from the repository's root. Takes some minutes. */
export async function rows(options: SuiteOptions): Promise<Row[]> {
  const effort = options.isQuick ? QUICK_EFFORT : EFFORT;
  const table: Row[] = [];
  const kept: Record<string, Curves> = {};
  for (const test of cases()) {
    process.stderr.write(`  ${test.name}\n`);
    const ours = Object.fromEntries(test.methods.map((method) => [method.name, workPrecision(test, method, effort)]));
    const families = familiesOf(test, options, effort);
    kept[test.name] = Object.assign({}, ours, ...families.map(({ curves = {} }) => curves)) as Curves;
    table.push(...DIGITS.flatMap((digits) => digitRows(test.name, digits, ours, families)));
    if (test.isStiff && test.band === undefined)
      table.push(...mostDigitsRow(test.name, ours, families, digitsDue(test.name)));
  }
  mkdirSync("bench/results", { recursive: true });
  writeFileSync("bench/results/work-precision.json", `${JSON.stringify(kept)}\n`);
  return [...table, ...eventRows(options, effort), ...sensitivityRows(options, effort), ...otherRows(effort)];
}

function otherRows(effort: Effort): Row[] {
  const best = (run: () => unknown) => {
    warmUp(run, effort);
    return [bestMs(run, effort)];
  };
  const { problem: shot } = PROBLEMS["pu_legacy"] as TestProblem;
  const shots = { method: tsit5, relativeTolerance: 1e-6, absoluteTolerance: 1e-8 };
  return [
    rowOf(
      "legacy shot, 1,201 outputs, tsit5 at 1e-6 (budget: fixed figure)",
      "ms",
      best(() => solve(shot, { ...shots, save: savePoints(1201) })),
      { budget: 0.2 },
    ),
  ];
}
