/** The sets of NIST's StRD by least squares: digits of parameters and standard errors, ours and those of SciPy and iminuit. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { curveResiduals, leastSquares } from "@simloom/solve";
import {
  type NistSet,
  nistProblem,
  TRIGONOMETRIC,
  worstDigits,
} from "../../packages/solve/src/least-squares/fixtures/nist.ts";
import type { PeerSamples, Row } from "../row.ts";
import { rowOf } from "../row.ts";

const FILE = "packages/solve/src/least-squares/fixtures/nist-strd.json";
const GOAL = { parameters: 8, errors: 6 };

/** Digits of the worst parameter and error of each set from both starts. */
type Digits = readonly (readonly [parameters: number, errors: number])[];

type Fit = readonly [x: readonly number[], errors: readonly number[]] | null;

/** Rows of how many sets are solved, and of the worst set. */
export function nistRows(python: string | undefined): Row[] {
  const text = readFileSync(FILE, "utf8");
  const { sets } = JSON.parse(text) as { readonly sets: Readonly<Record<string, NistSet>> };
  const names = Object.keys(sets);
  const ours = names.map((name) =>
    bothStarts(sets[name] as NistSet, (start) => fitted(name, sets[name] as NistSet, start)),
  );
  const peers = python === undefined ? {} : theirs(python, text, sets);
  const entries = Object.entries(peers);
  const beside = (value: (digits: Digits) => number): PeerSamples | undefined => {
    const best = entries.reduce<readonly [string, number] | undefined>((most, [tool, digits]) => {
      const own = value(digits);
      return most === undefined || own > most[1] ? [tool, own] : most;
    }, undefined);
    return best && { name: best[0], samples: [best[1]] };
  };
  const row = (what: string, unit: string, value: (digits: Digits) => number, budget: number) =>
    rowOf(`NIST StRD from both starts, ${what}`, unit, [value(ours)], {
      budget,
      peer: beside(value),
      isMoreBetter: true,
    });
  const solved = (digits: Digits) =>
    digits.filter(([parameters, errors]) => parameters >= GOAL.parameters && errors >= GOAL.errors).length;
  return [
    row("sets with 8 digits of parameters and 6 of errors", "of 27", solved, names.length),
    row("worst parameter of all sets", "digits", (digits) => Math.min(...digits.map(([one]) => one)), GOAL.parameters),
    row(
      "worst standard error of all sets",
      "digits",
      (digits) => Math.min(...digits.map(([, one]) => one)),
      GOAL.errors,
    ),
  ];
}

function fitted(name: string, set: NistSet, start: readonly number[]): Fit {
  const precision = TRIGONOMETRIC.includes(name) ? "float64" : "extended";
  const { model, names, data, parameters } = nistProblem(name, set, start, precision);
  const { x, standardErrors } = leastSquares(curveResiduals(model, names, data), parameters, { precision });
  return [[...x], [...standardErrors]];
}

function bothStarts(set: NistSet, fit: (start: readonly number[], index: number) => Fit): readonly [number, number] {
  const [first, second] = [set.start1, set.start2].map((start, index) => {
    const found = fit(start, index);
    if (found === null) return [0, 0] as const;
    return worstDigits(set, { x: found[0], standardErrors: found[1] }).map((digits) => Math.max(digits, 0));
  }) as [readonly [number, number], readonly [number, number]];
  return [Math.min(first[0], second[0]), Math.min(first[1], second[1])];
}

function theirs(python: string, input: string, sets: Readonly<Record<string, NistSet>>): Record<string, Digits> {
  const { status, stdout, stderr } = spawnSync(python, ["bench/peers/nist.py"], {
    input,
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new Error(`bench/peers/nist.py: ${stderr}`);
  const answers = JSON.parse(stdout) as Readonly<Record<string, Readonly<Record<string, readonly Fit[]>>>>;
  return Object.fromEntries(
    Object.entries(answers).map(([tool, found]) => [
      tool,
      Object.entries(found).map(([name, fits]) => bothStarts(sets[name] as NistSet, (_, index) => fits[index] ?? null)),
    ]),
  );
}
