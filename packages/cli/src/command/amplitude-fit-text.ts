/** A fit as people read it. */
import { relative } from "node:path";
import type { AmplitudeFitDocument } from "../document/amplitude-fit.ts";
import { duration } from "../output/progress.ts";
import { table } from "../output/table.ts";
import { checkpointPath } from "./amplitude-fit-folder.ts";

/** Parameters whose correlations fit on a screen. */
const MOST_CORRELATED = 8;

/** Interference below this is the rounding of waves that do not interfere, such as those of different reflectivity. */
const NO_INTERFERENCE = 1e-9;

/** Beside the errors of a fit to weighted data. */
const SANDWICH = "  errors of weighted data: second derivatives with the slopes of each event (sandwich)";

/** How it ended, parameters with errors, correlations when they are few, fractions, and where the checkpoint lies. */
export function describeFit(document: AmplitudeFitDocument): readonly string[] {
  const { model, terms, nll, fit, out, timesMs, backend, threads, resumed } = document;
  const { value, gradient, hessian } = fit.evaluations;
  return [
    `${model}: -ln L = ${nll}`,
    `  ${fit.converged ? "converged" : "NOT CONVERGED"}: ${fit.message}`,
    ...(fit.remedy === undefined ? [] : [`  ${fit.remedy}`]),
    ...fit.warnings.map((warning) => `  warning  ${warning}`),
    "",
    ...table(["parameter", "value", "error", "bounds"], document.parameters.map(parameterRow)),
    ...(fit.covarianceKind === "sandwich" ? [SANDWICH] : []),
    ...(terms.length === 1 ? [] : ["", ...table(["term", "events", "-ln L"], terms.map(termRow))]),
    ...correlations(fit),
    ...fractions(fit, terms.length > 1),
    ...starts(fit),
    "",
    `  ${fit.method}: ${fit.iterations} iterations, ${value} values, ${gradient} gradients, ${hessian} Hessians in ${duration(timesMs.fit)}, errors in ${duration(timesMs.errors)} (${backend}, ${threads === 1 ? "1 thread" : `${threads} threads`})${resumed ? "; continued an earlier run" : ""}`,
    `  checkpoint  ${relative(process.cwd(), checkpointPath(out))}`,
  ];
}

function parameterRow({ name, value, error, fixed, bounds, unit }: AmplitudeFitDocument["parameters"][number]) {
  return [
    unit === undefined ? name : `${name} [${unit}]`,
    digits(value, error),
    fixed ? "fixed" : error === undefined ? "" : `${Number(error.toPrecision(3))}`,
    bounds === undefined ? "" : `${bounds[0] ?? "-inf"} to ${bounds[1] ?? "inf"}`,
  ];
}

/** A value to two digits beyond the first of its error. */
function digits(value: number, error: number | undefined): string {
  if (error === undefined || !(error > 0)) return `${Number(value.toPrecision(8))}`;
  return value.toFixed(Math.min(Math.max(2 - Math.floor(Math.log10(error)), 0), 15));
}

function termRow({ name, events, nll }: AmplitudeFitDocument["terms"][number]) {
  return [name, `${events}`, nll.toFixed(6)];
}

function correlations({ names, correlation }: AmplitudeFitDocument["fit"]): readonly string[] {
  if (correlation === undefined || names.length < 2 || names.length > MOST_CORRELATED) return [];
  const rows = names.map((name, i) => [
    name,
    ...names.map((_, j) => (j > i ? "" : (correlation[i]?.[j]?.toFixed(3) ?? "-"))),
  ]);
  return ["", ...table(["correlation", ...names], rows)];
}

function fractions({ fractions = [] }: AmplitudeFitDocument["fit"], hasTerms: boolean): readonly string[] {
  if (fractions.length === 0) return [];
  const shown = fractions.filter(({ of, value }) => of.length === 1 || Math.abs(value ?? 1) > NO_INTERFERENCE);
  const rows = shown.map(({ term, of, value, error }) => [
    `${hasTerms ? `${term}: ` : ""}${of.length === 2 ? `interference of ${of.join(" and ")}` : of.join()}`,
    value === null ? "" : digits(value, error ?? undefined),
    error === null ? "" : `${Number(error.toPrecision(3))}`,
  ]);
  return ["", ...table(["fit fraction", "value", "error"], rows)];
}

function starts({ starts, best }: AmplitudeFitDocument["fit"]): readonly string[] {
  if (starts.length === 1) return [];
  const rows = starts.map(({ start, nll, converged, reason, evaluations }) => [
    start === best ? `${start} (best)` : `${start}`,
    nll === null ? "not a number" : nll.toFixed(6),
    converged ? "yes" : reason,
    `${evaluations.value + evaluations.gradient}`,
  ]);
  return ["", ...table(["start", "-ln L", "converged", "evaluations"], rows)];
}
