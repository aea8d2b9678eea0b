import { ColumnsError, type ColumnsErrorCode, type Dataset } from "@simloom/columns";
import type { ExecutionContext, Expression, ParameterSet } from "@simloom/kernel";
import { nearestName } from "@simloom/units";
import { amplitudeError } from "../errors.ts";
import { closureData, closureMonteCarlo } from "../event/closure-set.ts";
import { type FitOptions, type FitRun, fitRun } from "../fit/fit.ts";
import { columnsOf, parametersOf } from "../likelihood/check.ts";
import { missingColumn } from "../likelihood/columns.ts";
import type { LikelihoodTerm } from "../likelihood/term.ts";
import { intensityOf } from "../model/intensity.ts";
import type { Wave } from "../model/wave.ts";
import { lookUp } from "./names.ts";
import { at, ParameterTable } from "./parameters.ts";
import type { Analysis } from "./schema.ts";
import { shapeOf } from "./shapes.ts";
import { variablesOf } from "./variables.ts";
import { waveOf } from "./waves.ts";

/** The model that an analysis file describes. */
export interface AnalysisModel {
  readonly name: string;
  readonly intensity: Expression;
  readonly waves: readonly Wave[];
  /** In the order in which the file names them. */
  readonly parameters: ParameterSet;
  /** Columns of the events that the intensity is made of, sorted. */
  readonly columns: readonly string[];
  /** Begins the fit that the file describes; what `options` say goes first. Throws as `fitRun`. */
  fit(
    terms: readonly LikelihoodTerm[],
    context: ExecutionContext,
    options?: FitOptions & { readonly parameters?: ParameterSet },
  ): FitRun;
}

/** Builds the model of a checked analysis. Throws `AMPL-042` … `AMPL-048` and `KERN-…` with the place in the file. */
export function modelOf(analysis: Analysis): AnalysisModel {
  const table = new ParameterTable();
  for (const [name, given] of Object.entries(analysis.parameters)) table.define(name, given, `parameters.${name}`);
  const variables = variablesOf(analysis);
  const shapes = new Map(
    Object.entries(analysis.shapes).map(
      ([name, given]) => [name, shapeOf(given, variables, `shapes.${name}`)] as const,
    ),
  );
  const context = { variables, shapes, parameters: table };
  const waves = Object.entries(analysis.waves).map(([name, given]) => waveOf(name, given, context));
  const intensity = at("waves", () => intensityOf(waves));
  const parameters = table.set();
  const columns = columnsOf([intensity]);
  const shown = Object.values(analysis.waves).flatMap(({ shape }) => shape ?? []);
  requireUsed(
    "parameter",
    parameters.specs.map(({ name }) => ({ name, path: `parameters.${name}` })),
    parametersOf([intensity]),
    "a shape or coupling",
  );
  requireUsed(
    "line shape",
    Object.keys(analysis.shapes).map((name) => ({ name, path: `shapes.${name}` })),
    shown,
    "a wave",
  );
  requireUsed(
    "column",
    analysis.columns.map((name, index) => ({ name, path: `columns[${index}]` })),
    columns,
    "a formula",
  );
  const { maxEvaluations, method, restarts, seed, start } = analysis.fit ?? {};
  return {
    name: analysis.name,
    intensity,
    waves,
    parameters,
    columns,
    fit: (terms, context, { parameters: changed = parameters, ...options } = {}) =>
      fitRun(terms, context, changed, {
        waves: waves.map((one) => one.name),
        ...(method === undefined ? {} : { method }),
        ...(start === undefined ? {} : { start }),
        ...(restarts === undefined ? {} : { restarts }),
        ...(seed === undefined ? {} : { seed }),
        ...(maxEvaluations === undefined ? {} : { evaluationLimit: maxEvaluations }),
        ...options,
      }),
  };
}

/** Throws `AMPL-048` for a name on which nothing depends, with the nearest of those that are used. */
function requireUsed(
  what: string,
  given: readonly { readonly name: string; readonly path: string }[],
  used: readonly string[],
  where: string,
): void {
  const idle = given.find(({ name }) => !used.includes(name));
  if (idle === undefined) return;
  const near = nearestName(idle.name, used);
  throw amplitudeError({
    code: "AMPL-048",
    message: `${idle.path}: nothing depends on the ${what} ${idle.name}`,
    remedy: `${near === undefined ? "" : `Did you mean ${near}? `}Use it in ${where}, or remove it.`,
    path: idle.path,
  });
}

/**
 * The terms of an analysis with their events. `read` gives the events of a source that Simloom does not make itself, such as a
 * file, with at least the columns it is asked for (the weight besides; all where none is named); each source is read once. Throws
 * `AMPL-033` for no terms, `AMPL-046` for a source that nobody knows, `AMPL-047` where `read` says `COLS-001`, and what else it
 * says with the place of the source.
 */
export async function termsOf(
  analysis: Analysis,
  { intensity, columns }: AnalysisModel,
  read: (source: string, columns: readonly string[]) => Promise<Dataset> = unreadable,
): Promise<readonly LikelihoodTerm[]> {
  const sources = new Map<string, Promise<Dataset>>();
  const events = (source: string, path: string): Promise<Dataset> => {
    const known = sources.get(source);
    if (known !== undefined) return known;
    const opened = source.startsWith(MADE)
      ? Promise.resolve(made(source, path))
      : read(source, columns).catch((thrown: unknown) => {
          throw withoutColumn(thrown, source, path) ?? withPlace(thrown, source, path);
        });
    sources.set(source, opened);
    return opened;
  };
  const terms: LikelihoodTerm[] = [];
  for (const [name, { kind, data, monteCarlo }] of Object.entries(analysis.likelihood))
    terms.push({
      name,
      kind,
      intensity,
      data: await events(data, `likelihood.${name}.data`),
      monteCarlo: await events(monteCarlo, `likelihood.${name}.monteCarlo`),
    });
  return terms;
}

/** What a reader says of a column that it does not find, as the error of an analysis. */
function withoutColumn(thrown: unknown, source: string, path: string): Error | undefined {
  if (!(thrown instanceof ColumnsError) || thrown.code !== "COLS-001") return undefined;
  const { name, known } = thrown.context;
  if (typeof name !== "string" || !Array.isArray(known)) return undefined;
  return missingColumn(name, `${path}: ${source} has`, known as readonly string[], path);
}

/** What else a reader says of a source, with the source and the place where it is named. */
function withPlace(thrown: unknown, source: string, path: string): unknown {
  if (!(thrown instanceof ColumnsError) || thrown.path !== undefined) return thrown;
  const { code, message, remedy, context, problems, cause } = thrown;
  const text = message.includes(source) ? message : `${source}: ${message}`;
  return new ColumnsError({ code: code as ColumnsErrorCode, message: text, remedy, path, context, problems, cause });
}

const MADE = "closure:";
const MAKERS: Readonly<Record<string, () => Dataset>> = {
  "closure:data": closureData,
  "closure:monte-carlo": closureMonteCarlo,
};

function made(source: string, path: string): Dataset {
  return lookUp(MAKERS, source, "set of events", path)();
}

async function unreadable(source: string): Promise<Dataset> {
  throw amplitudeError({
    code: "AMPL-046",
    message: `The events ${source} are a file, and nothing was given to read it with`,
    remedy: "Give termsOf a function that reads files, such as readFiles of @simloom/columns/node.",
    context: { source },
  });
}
