import type { Dataset } from "@simloom/columns";
import type { ExecutionContext, Expression, ParameterSet } from "@simloom/kernel";
import { nearestName } from "@simloom/units";
import { amplitudeError } from "../errors.ts";
import { closureData, closureMonteCarlo } from "../event/closure-set.ts";
import { type FitOptions, type FitRun, fitRun } from "../fit/fit.ts";
import { parametersOf } from "../likelihood/check.ts";
import type { LikelihoodTerm } from "../likelihood/term.ts";
import { intensityOf } from "../model/intensity.ts";
import type { Wave } from "../model/wave.ts";
import { lookUp } from "./names.ts";
import { ParameterTable } from "./parameters.ts";
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
  const intensity = intensityOf(waves);
  const used = new Set(parametersOf([intensity]));
  const parameters = table.set();
  const idle = parameters.specs.find(({ name }) => !used.has(name));
  if (idle !== undefined) {
    const near = nearestName(idle.name, [...used]);
    throw amplitudeError({
      code: "AMPL-048",
      message: `parameters.${idle.name}: nothing depends on this parameter`,
      remedy: `${near === undefined ? "" : `Did you mean ${near}? `}Use it in a shape or coupling, or remove it.`,
      path: `parameters.${idle.name}`,
    });
  }
  const { maxEvaluations, method, restarts, seed, start } = analysis.fit ?? {};
  return {
    name: analysis.name,
    intensity,
    waves,
    parameters,
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

/**
 * The terms of an analysis with their events. `read` gives the events of a source that Simloom does not make itself, such as a
 * file; each source is read once. Throws `AMPL-033` for no terms, `AMPL-046` for a source that nobody knows.
 */
export async function termsOf(
  analysis: Analysis,
  { intensity }: AnalysisModel,
  read: (source: string) => Promise<Dataset> = unreadable,
): Promise<readonly LikelihoodTerm[]> {
  const sources = new Map<string, Promise<Dataset>>();
  const events = (source: string, path: string): Promise<Dataset> => {
    const known = sources.get(source);
    if (known !== undefined) return known;
    const opened = source.startsWith(MADE) ? Promise.resolve(made(source, path)) : read(source);
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
