/** Times of events to a millionth of the unit of time, against CVODE's roots and SciPy's events. */
import { dopri853, type OdeMethod, rodas5p, solve, tsit5 } from "@simloom/solve";
import { PROBLEMS, type TestProblem } from "../../packages/solve/src/ode/fixtures/problems.ts";
import { REFERENCES } from "../../packages/solve/src/ode/fixtures/references.ts";
import type { Row, SuiteOptions } from "../row.ts";
import { CVODE, cvodeInC } from "./cvode-in-c.ts";
import { digitRows } from "./digit-rows.ts";
import { curvesOf, decimalsOf, type Family, type PeerPoint } from "./peer.ts";
import { inPython, pythonPeers } from "./python-peers.ts";
import { type Curves, type Effort, ladderOf } from "./work-precision.ts";

const METHODS: readonly OdeMethod[] = [tsit5, dopri853, rodas5p];
const DECIMALS = 6;

/** What the exotherm may take, whoever takes part. */
const EXOTHERM_MS = 0.06;

/** Rows of the two problems with events. */
export function eventRows(options: SuiteOptions, effort: Effort): readonly Row[] {
  return [
    ...rowsOf("exotherm", "exotherm with two events", options, effort).map((row) => ({ ...row, budget: EXOTHERM_MS })),
    ...rowsOf("pu_legacy", "pu_legacy with four events", options, effort),
  ];
}

function rowsOf(name: string, label: string, { cvode, python }: SuiteOptions, effort: Effort): readonly Row[] {
  const test = PROBLEMS[name] as TestProblem;
  const { problem, absoluteScale } = test;
  const exact = REFERENCES[name]?.events ?? {};
  const exactTimes = problem.events.map((event) => exact[event.name] as number);
  const limits = { ...test, name, mostMs: 8, methods: METHODS };
  const ours: Curves = Object.fromEntries(
    METHODS.map((method) => [
      method.name,
      ladderOf({ absoluteScale, mostMs: limits.mostMs }, method, effort, {
        solve: (options) => solve(problem, options),
        digits: ({ status, events }) =>
          status.kind === "failed"
            ? undefined
            : decimalsOf(
                exactTimes,
                problem.events.map((event) => events.find((found) => found.name === event.name)?.time),
              ),
      }),
    ]),
  );
  const decimals = ({ eventTimes = [] }: PeerPoint) => decimalsOf(exactTimes, eventTimes);
  const families: Family[] = [
    {
      name: CVODE,
      curves: cvode === undefined ? {} : curvesOf(cvodeInC(cvode, problem, limits, effort), decimals),
      factor: 1,
    },
    {
      name: "SciPy",
      curves:
        python === undefined
          ? {}
          : curvesOf(inPython(python, pythonPeers(test).scipy, problem, limits, effort), decimals),
    },
  ];
  return digitRows(label, DECIMALS, ours, families, "to 1e-6 s");
}
