/** CVODE and CVODES called from C, with the equations of a problem compiled into the program. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Expression } from "@simloom/kernel";
import { type OdeProblem, withSensitivities } from "@simloom/solve";
import { sparseJacobian } from "../../packages/solve/src/ode/code/jacobian.ts";
import type { Case } from "./cases.ts";
import { derivativesOf, eventExpressions } from "./equations-of.ts";
import type { PeerPoint } from "./peer.ts";
import { C, type ProgramText, programText } from "./program-text.ts";
import { type Effort, LADDER } from "./work-precision.ts";

/** Name of a family, of its variants the beginning. */
export const CVODE = "CVODE -O3";

const STIFF = { BDF: ["bdf", "exact"], "BDF, differences": ["bdf", "differences"] } as const;
const VARIANTS = { true: STIFF, false: { Adams: ["adams", "none"], ...STIFF } } as const;

/** Ladders of all variants of CVODE: formulas, exact Jacobian or differences; events where the problem has some. */
export function cvodeInC(
  library: string,
  problem: OdeProblem,
  { isStiff, absoluteScale, mostMs, band }: Omit<Case, "problem">,
  effort: Effort,
): Readonly<Record<string, readonly PeerPoint[]>> {
  const header = band === undefined ? headerOf(problem) : readFileSync("bench/ode/brusselator.h", "utf8");
  const program = compiled(library, "cvode", header, band !== undefined);
  const limits = [absoluteScale, effort.repetitions, effort.inAllMs, mostMs, ...LADDER].map(String);
  return Object.fromEntries(
    Object.entries(VARIANTS[`${isStiff}`]).map(([name, [formulas, slopes]]) => [
      `${CVODE}, ${name}`,
      pointsOf(program, [formulas, slopes, ...limits]),
    ]),
  );
}

/** Ladders of CVODES' simultaneous and staggered corrector, by some parameters. */
export function cvodesInC(
  library: string,
  problem: OdeProblem,
  targets: readonly string[],
  { absoluteScale, mostMs }: Pick<Case, "absoluteScale" | "mostMs">,
  effort: Effort,
): Readonly<Record<string, readonly PeerPoint[]>> {
  const header = `${headerOf(problem)}\n${sensitivityHeader(problem, targets)}`;
  const program = compiled(library, "cvodes", header, false);
  const limits = [absoluteScale, effort.repetitions, effort.inAllMs, mostMs, ...LADDER].map(String);
  return Object.fromEntries(
    ["simultaneous", "staggered"].map((corrector) => [
      `CVODES -O3, ${corrector}`,
      pointsOf(program, [corrector, ...limits]),
    ]),
  );
}

function compiled(library: string, source: "cvode" | "cvodes", header: string, isBanded: boolean): string {
  const folder = mkdtempSync(join(tmpdir(), "simloom-bench-cvode-"));
  const problem = join(folder, "problem.h");
  writeFileSync(problem, header);
  const target = join(folder, source);
  const parts = [source, "nvecserial", "sunmatrixdense", "sunmatrixband", "sunlinsoldense", "sunlinsolband"];
  const archives = [...parts, "sunnonlinsolnewton", "sunnonlinsolfixedpoint", "core"];
  const { status, stderr } = spawnSync(
    "cc",
    [
      "-O3",
      "-march=native",
      `-I${join(library, "include")}`,
      `-DPROBLEM="${problem}"`,
      `-DIS_BANDED=${isBanded ? 1 : 0}`,
      resolve(`bench/ode/${source}.c`),
      "-o",
      target,
      "-Wl,--start-group",
      ...archives.map((name) => join(library, `lib/libsundials_${name}.a`)),
      "-Wl,--end-group",
      "-lm",
    ],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`The C compiler refuses ${source}.c: ${stderr}`);
  return target;
}

function pointsOf(program: string, args: readonly string[]): readonly PeerPoint[] {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`CVODE ended with ${status}: ${stderr}`);
  return JSON.parse(stdout) as readonly PeerPoint[];
}

function headerOf(problem: OdeProblem): string {
  const { stateNames, initial, timeSpan, events } = problem;
  const derivatives = derivativesOf(problem);
  const entries = sparseJacobian(stateNames, derivatives);
  const text = (values: readonly Expression[]) => programText(problem, values, C, (index) => `y[${index}]`);
  const functions = [
    ["right_hand_side", "double *restrict f", text(derivatives), (index: number) => `f[${index}]`],
    [
      "jacobian_entries",
      "double *const *columns, long storedAbove",
      text(entries.map(({ value }) => value)),
      (index: number) => `ENTRY(${entries[index]?.row}, ${entries[index]?.column})`,
    ],
    ["event_functions", "double *restrict g", text(eventExpressions(problem)), (index: number) => `g[${index}]`],
  ] as const;
  return [
    `#define N ${stateNames.length}`,
    `#define EVENTS ${events.length}`,
    `static const double initial[N] = {${initial.join(", ")}};`,
    `static const double span[2] = {${timeSpan.join(", ")}};`,
    ...functions.map(([name, into, program, place]) => functionText(name, into, program, place)),
  ].join("\n");
}

function sensitivityHeader(problem: OdeProblem, targets: readonly string[]): string {
  const augmented = withSensitivities(problem, { parameters: targets }).problem;
  const n = problem.stateNames.length;
  const stateAt = (index: number) => (index < n ? `y[${index}]` : slopeAt("s", index));
  const slopeAt = (array: string, index: number) => `${array}[${Math.floor(index / n) - 1}][${index % n}]`;
  const program = programText(augmented, derivativesOf(augmented).slice(n), C, stateAt);
  const values = targets.map((name) => problem.parameters[problem.parameterNames.indexOf(name)]);
  return [
    `#define TARGETS ${targets.length}`,
    `static double target_values[TARGETS] = {${values.join(", ")}};`,
    functionText("sensitivity_equations", "const double *const *s, double *const *ds", program, (index) =>
      slopeAt("ds", index + n),
    ),
  ].join("\n");
}

function functionText(
  name: string,
  more: string,
  { statements, values }: ProgramText,
  place: (index: number) => string,
): string {
  const results = values.map((value, index) => `  ${place(index)} = ${value};`);
  const signature = `static __attribute__((unused)) void ${name}(double t, const double *restrict y, ${more})`;
  return [`${signature} {`, "  (void)t;", ...statements, ...results, "}"].join("\n");
}
