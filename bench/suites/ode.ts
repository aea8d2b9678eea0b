/**
 * Differential equations: time to 3, 5, 7 and 9 correct digits of published problems, against SciPy with right-hand sides
 * compiled by Numba and against CVODE of the system; events, sensitivities, the legacy shot of the mould.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { formulaText } from "@simloom/kernel";
import {
  bdf,
  dopri853,
  eventTime,
  type OdeMethod,
  radau5,
  radau9,
  rodas5p,
  saveEnd,
  savePoints,
  solve,
  solveWithSensitivities,
  tsit5,
} from "@simloom/solve";
import { cvode, hasSundials } from "@simloom/solve/node";
import { brusselator, PROBLEMS, type TestProblem } from "../../packages/solve/src/ode/fixtures/problems.ts";
import { REFERENCES } from "../../packages/solve/src/ode/fixtures/references.ts";
import { bestMs, LADDER, timeToDigits, type WorkPoint, workPrecision } from "../ode/work-precision.ts";
import { type Row, rowOf, type SuiteOptions } from "../row.ts";

const DIGITS = [3, 5, 7, 9];
const STIFF: readonly OdeMethod[] = [rodas5p, radau5, radau9, bdf];
const EXPLICIT: readonly OdeMethod[] = [tsit5, dopri853];

/**
 * ms to 5 and 7 digits that no peer of the run stands for: the lower of CVODE 7.1.1 at -O3 and 1.3 times LSODA of numbalsoda
 * (for the band 1.5 times CVODE; for explicit methods 1.3 times its DOP853), measured once on a machine of this kind.
 */
const FIXED_BUDGET_MS: Readonly<Record<string, Readonly<Record<number, number>>>> = {
  robertson: { 5: 0.195, 7: 0.57 },
  vdp: { 5: 0.299, 7: 0.52 },
  hires: { 5: 0.22, 7: 0.44 },
  orego: { 5: 0.416, 7: 1.7 },
  pollution: { 5: 0.21, 7: 0.44 },
  bruss1d: { 5: 2.25, 7: 5.6 },
  lorenz: { 5: 0.055, 7: 0.081 },
  kepler: { 5: 0.21 },
  pleiades: { 5: 0.62, 7: 1.01 },
};

type Curves = Readonly<Record<string, readonly WorkPoint[]>>;

/** Runs the suite from the repository's root. Takes one to two minutes. */
export async function rows({ isQuick, python }: SuiteOptions): Promise<Row[]> {
  const table: Row[] = [];
  const kept: Record<string, Curves> = {};
  const bruss1d: TestProblem = { problem: brusselator(200), isStiff: true, absoluteScale: 1, measure: "relative" };
  for (const name of Object.keys(FIXED_BUDGET_MS)) {
    const test = name === "bruss1d" ? bruss1d : (PROBLEMS[name] as TestProblem);
    const limits = { repetitions: isQuick ? 5 : 100, mostMs: name === "bruss1d" ? 60 : 8 };
    const methods = name === "bruss1d" ? [rodas5p, bdf] : test.isStiff ? STIFF : EXPLICIT;
    const ours = Object.fromEntries(methods.map((method) => [method.name, workPrecision(test, method, limits)]));
    const peers: Curves = {
      ...(hasSundials() ? { "CVODE of the system, by FFI": workPrecision(test, cvode, limits) } : {}),
      ...(python === undefined || name === "bruss1d" ? {} : inSciPy(python, test, isQuick ? 1 : 3)),
    };
    kept[name] = { ...ours, ...peers };
    for (const digits of DIGITS) table.push(...digitRows(name, digits, ours, peers));
  }
  mkdirSync("bench/results", { recursive: true });
  writeFileSync("bench/results/work-precision.json", `${JSON.stringify(kept)}\n`);
  return [...table, ...otherRows(isQuick ? 10 : 200)];
}

function digitRows(name: string, digits: number, ours: Curves, peers: Curves): Row[] {
  const [fastest] = fastestOf(ours, digits);
  if (fastest === undefined) return [];
  const [peer] = fastestOf(peers, digits);
  const budget = FIXED_BUDGET_MS[name]?.[digits];
  return [
    rowOf(
      `${name}, ${digits} digits, ${fastest.name}${budget === undefined ? "" : " (budget: fixed figure)"}`,
      "ms",
      [fastest.ms],
      {
        ...(budget === undefined ? {} : { budget }),
        ...(peer === undefined ? {} : { peer: { name: peer.name, samples: [peer.ms] } }),
      },
    ),
  ];
}

function fastestOf(curves: Curves, digits: number): readonly { readonly name: string; readonly ms: number }[] {
  return Object.entries(curves)
    .flatMap(([name, points]) => {
      const ms = timeToDigits(points, digits);
      return ms === undefined ? [] : [{ name, ms }];
    })
    .sort((a, b) => a.ms - b.ms);
}

/** LSODA and Radau of SciPy, or DOP853 and LSODA, on the same equations. */
function inSciPy(python: string, { problem, ...test }: TestProblem, repetitions: number): Curves {
  const { system, stateNames, parameterNames } = problem;
  const methods = test.isStiff ? ["LSODA", "Radau"] : ["LSODA", "DOP853"];
  const equations =
    system.kind === "expressions"
      ? system.derivatives.map((value) => formulaText(value, Number.POSITIVE_INFINITY).replaceAll("^", "**"))
      : [];
  const input = JSON.stringify({
    states: stateNames,
    parameters: Object.fromEntries(parameterNames.map((name, index) => [name, problem.parameters[index]])),
    equations,
    initial: problem.initial,
    timeSpan: problem.timeSpan,
    exact: REFERENCES[problem.name]?.states.at(-1),
    ladder: LADDER,
    methods,
    repetitions,
    ...test,
  });
  const { status, stdout, stderr } = spawnSync(python, ["bench/peers/ode_scipy.py"], { input, encoding: "utf8" });
  if (status !== 0) throw new Error(`SciPy on ${problem.name}: ${stderr}`);
  const answers = JSON.parse(stdout) as Curves;
  return Object.fromEntries(Object.entries(answers).map(([method, points]) => [`SciPy ${method}`, points]));
}

function otherRows(repetitions: number): Row[] {
  const best = (run: () => unknown) => [bestMs(run, repetitions)];
  const { problem: exotherm } = PROBLEMS["exotherm"] as TestProblem;
  const withEvents = { method: dopri853, relativeTolerance: 1e-8, absoluteTolerance: 1e-10, save: saveEnd() };
  for (const [name, exact] of Object.entries(REFERENCES["exotherm"]?.events ?? {})) {
    const error = Math.abs(eventTime(solve(exotherm, withEvents), name) - exact);
    if (!(error < 1e-6)) throw new Error(`the event ${name} of the exotherm is ${error} s off`);
  }
  const { problem: robertson } = PROBLEMS["robertson"] as TestProblem;
  const sensitivities = {
    method: rodas5p,
    relativeTolerance: 1e-6,
    absoluteTolerance: 1e-14,
    save: saveEnd(),
    withRespectTo: { parameters: ["k1", "k2", "k3"] },
  } as const;
  const { problem: shot } = PROBLEMS["pu_legacy"] as TestProblem;
  const shots = { method: tsit5, relativeTolerance: 1e-6, absoluteTolerance: 1e-8 };
  return [
    rowOf(
      "exotherm with two events to 1e-6 s, dopri853 (budget: fixed figure)",
      "ms",
      best(() => solve(exotherm, withEvents)),
      {
        budget: 0.06,
      },
    ),
    rowOf(
      "robertson, three sensitivities, rodas5p at 1e-6 (budget: fixed figure)",
      "ms",
      best(() => solveWithSensitivities(robertson, sensitivities)),
      {
        budget: 1.5,
      },
    ),
    rowOf(
      "legacy shot, 1,201 outputs, tsit5 at 1e-6 (budget: fixed figure)",
      "ms",
      best(() => solve(shot, { ...shots, save: savePoints(1201) })),
      {
        budget: 0.2,
      },
    ),
  ];
}
