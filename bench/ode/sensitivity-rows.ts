/** Robertson's kinetics with its sensitivities to the three rates, against CVODES. */
import { bdf, type OdeMethod, radau5, radau9, rodas5p, solveWithSensitivities } from "@simloom/solve";
import { PROBLEMS, type TestProblem } from "../../packages/solve/src/ode/fixtures/problems.ts";
import { REFERENCES } from "../../packages/solve/src/ode/fixtures/references.ts";
import type { Row, SuiteOptions } from "../row.ts";
import { cvodesInC } from "./cvode-in-c.ts";
import { digitRows } from "./digit-rows.ts";
import { curvesOf, type Family } from "./peer.ts";
import { type Curves, type Effort, ladderOf } from "./work-precision.ts";

const METHODS: readonly OdeMethod[] = [rodas5p, radau5, radau9, bdf];
const TARGETS = ["k1", "k2", "k3"];

/** Milliseconds to 5 digits of CVODES on a machine of this kind. */
const FIXED_MS = { 5: 1.5 };

/** Digits are those of the worst of three states and nine derivatives. */
export function sensitivityRows({ cvode }: SuiteOptions, effort: Effort): readonly Row[] {
  const { problem, absoluteScale } = PROBLEMS["robertson"] as TestProblem;
  const exact = REFERENCES["robertson_sens"]?.states.at(-1) ?? [];
  const digitsOf = (values: readonly number[]) =>
    -Math.log10(Math.max(...exact.map((value, index) => Math.abs((values[index] as number) / value - 1))));
  const limits = { absoluteScale, mostMs: 16 };
  const ours: Curves = Object.fromEntries(
    METHODS.map((method) => [
      method.name,
      ladderOf(limits, method, effort, {
        solve: (options) => solveWithSensitivities(problem, { ...options, withRespectTo: { parameters: TARGETS } }),
        digits: ({ solution }) =>
          solution.status.kind === "failed" ? undefined : digitsOf(Object.values(solution.final.state)),
      }),
    ]),
  );
  const families: Family[] = [
    {
      name: "CVODES -O3",
      curves:
        cvode === undefined
          ? undefined
          : curvesOf(cvodesInC(cvode, problem, TARGETS, limits, effort), ({ state }) => digitsOf(state)),
      factor: 1,
      fixedMs: FIXED_MS,
    },
  ];
  return [3, 5, 7, 9].flatMap((digits) => digitRows("robertson, three sensitivities", digits, ours, families));
}
