import { writeFileSync } from "node:fs";
import {
  column,
  type Expression,
  expr,
  gradient,
  type Inspection,
  inspect,
  inspectionDot,
  inspectionSvg,
  inspectionText,
  javaScriptSource,
  type Program,
  parameter,
  parseFormula,
  symbolTable,
  topologicalOrder,
  wasmSource,
} from "@simloom/kernel";
import { nearestName } from "@simloom/units";
import type { KernelInspectDocument } from "../document/kernel-inspect.ts";
import { UsageError } from "../output/error.ts";
import { printJson } from "./runs.ts";

/** Options of `simloom kernel inspect`. */
export interface InspectFlags {
  readonly as: "text" | "dot" | "svg" | "js" | "wat" | "c";
  readonly columns?: readonly string[];
  readonly parameters?: readonly string[];
  readonly gradient?: readonly string[];
  readonly contract: boolean;
  readonly out?: string;
  readonly json: boolean;
}

/** Inspects a formula. Throws `KERN-…` with the place underlined for a formula that cannot be read. */
export async function inspectFormula(formula: string, flags: InspectFlags): Promise<void> {
  const value = read(formula, flags);
  const options = { contract: flags.contract, clock: () => performance.now() };
  const slopes = flags.gradient ?? [];
  checkSlopes(value, slopes);
  const inspection = isOneNumber(value)
    ? inspect({ value }, { ...options, ...(slopes.length === 0 ? {} : { derivatives: { of: "value", by: slopes } }) })
    : inspect({ value, ...slopesOf(value, slopes) }, options);
  const drawn = await rendered(inspection, flags.as);
  if (flags.out !== undefined) writeFileSync(flags.out, drawn);
  if (flags.json) printJson(documentOf(formula, inspection, flags, drawn));
  else if (flags.out === undefined) process.stdout.write(drawn);
  else process.stdout.write(`${flags.out}: ${inspection.passes.at(-1)?.nodesAfter ?? 0} nodes\n`);
}

/** The formula with its names as columns and parameters; what slopes are wanted by is a parameter where nothing else is said. */
function read(formula: string, { columns, parameters, gradient: slopes = [] }: InspectFlags): Expression {
  const known = parameters ?? [...new Set(slopes)];
  if (columns !== undefined && parameters !== undefined)
    return parseFormula(formula, symbolTable({ columns, parameters }));
  const found = namesIn(formula);
  const others = (own: readonly string[]) => found.filter((name) => !own.includes(name));
  if (columns !== undefined) return parseFormula(formula, symbolTable({ columns, parameters: others(columns) }));
  if (known.length === 0 && found.length > 0)
    process.stderr.write(
      `${found.join(", ")}: taken as columns. Name those with one value per call with --parameters.\n`,
    );
  return parseFormula(formula, symbolTable({ parameters: known, columns: others(known) }));
}

/** Names in a formula that the language does not know, sorted. */
function namesIn(formula: string): readonly string[] {
  const free = expr(Object.assign([formula], { raw: [formula] }));
  const inputs = topologicalOrder([free]).filter(({ operation }) => operation.name === "column");
  return inputs.map(({ payload }) => `${payload}`).sort();
}

/** Refuses slopes by what is no parameter of the formula. */
function checkSlopes(value: Expression, slopes: readonly string[]): void {
  const inputs = topologicalOrder([value]);
  const namesOf = (kind: string) =>
    inputs.filter(({ operation }) => operation.name === kind).map(({ payload }) => `${payload}`);
  const parameters = namesOf("parameter");
  const unknown = slopes.find((name) => !parameters.includes(name));
  if (unknown === undefined) return;
  const near = nearestName(unknown, [...parameters, ...namesOf("column")]);
  const isColumn = namesOf("column").includes(unknown);
  throw new UsageError(
    isColumn ? `\`${unknown}\` is a column of this formula` : `this formula has no parameter \`${unknown}\``,
    isColumn
      ? "Take slopes by parameters; name them with --parameters, or the columns with --columns."
      : near === undefined
        ? `Its parameters are ${parameters.join(", ") || "none"}.`
        : `Did you mean ${near}?`,
    "--gradient",
  );
}

function isOneNumber(value: Expression): boolean {
  return inspect({ value }, { contract: false }).plan.outputs.every(({ kind }) => kind === "number");
}

function slopesOf(value: Expression, by: readonly string[]): Readonly<Record<string, Expression>> {
  if (by.length === 0) return {};
  const slopes = gradient(value, by.map(parameter));
  return Object.fromEntries(by.map((name, index) => [`value/${name}`, slopes[index] ?? column(name)]));
}

async function rendered(inspection: Inspection, as: InspectFlags["as"]): Promise<string> {
  switch (as) {
    case "text":
      return inspectionText(inspection);
    case "dot":
      return inspectionDot(inspection);
    case "svg":
      return inspectionSvg(inspection);
    case "js":
      return eachBody(inspection, "//", (program) => `${javaScriptSource(program).body}\n`);
    case "wat":
      return eachBody(inspection, ";;", wasmSource);
    case "c": {
      const { cSource } = await import("@simloom/kernel/node");
      return eachBody(inspection, "//", (program) =>
        cSource(
          program,
          [...program.columns, ...program.states].map(() => "float64"),
        ),
      );
    }
    default:
      return as satisfies never;
  }
}

/** The texts of all programs per element in the order of their passes; below a line of comment each where there are several. */
function eachBody({ plan }: Inspection, comment: string, textOf: (program: Program) => string): string {
  const programs = plan.stages.flatMap(({ bodies }) => [...bodies.values()]);
  if (programs.length === 0)
    throw new UsageError(
      "nothing is computed per element of this formula",
      "Its data are summed once when they are bound; use --no-contract to see the sum as it is written, or --as text.",
      "--as",
    );
  if (programs.length === 1) return programs.map(textOf).join("");
  return programs
    .map((program, index) => `${comment} program ${index + 1} of ${programs.length}\n${textOf(program)}`)
    .join("\n");
}

function documentOf(
  formula: string,
  { plan, passes, classesBefore, classesAfter, sets, stages, epilogue }: Inspection,
  flags: InspectFlags,
  drawn: string,
): KernelInspectDocument {
  return {
    formula,
    parameters: [...plan.parameters],
    outputs: plan.outputs.map(({ name, kind }) => ({ name, kind })),
    passes: passes.map(({ name, nodesBefore, nodesAfter, ms = 0 }) => ({ name, nodesBefore, nodesAfter, ms })),
    nodesAsGiven: classesBefore,
    nodesAfter: classesAfter,
    sets: sets.map((set) => ({
      ...set,
      columns: [...set.columns],
      cachedColumns: [...set.cachedColumns],
      cachedSums: [...set.cachedSums],
    })),
    stages: stages.map(({ prologue, bodies }) => ({
      ...(prologue === undefined ? {} : { prologue }),
      bodies: [...bodies],
    })),
    ...(epilogue === undefined ? {} : { epilogue }),
    ...(flags.as === "text" ? {} : flags.out === undefined ? { as: flags.as, drawing: drawn } : { as: flags.as }),
    ...(flags.out === undefined ? {} : { out: flags.out }),
  };
}
