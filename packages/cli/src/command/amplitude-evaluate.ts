import {
  type CompiledPlan,
  intensityError,
  type LikelihoodTerm,
  likelihood,
  notFiniteError,
  valueOfParameter,
  withValues,
} from "@simloom/amplitude";
import { type ExecutionContext, nodeCount, type ParameterSet, type ParameterSpec, type Program } from "@simloom/kernel";
import type { Point } from "@simloom/pipeline";
import type { AmplitudeEvaluateDocument } from "../document/amplitude-evaluate.ts";
import { bytes } from "../output/bytes.ts";
import { duration } from "../output/progress.ts";
import { table } from "../output/table.ts";
import { loadAnalysis, openTerms } from "../spec/analysis.ts";
import { readDocument } from "../spec/load.ts";

/** Options of `simloom amplitude evaluate`. */
export interface EvaluateFlags {
  readonly set: Point;
  readonly parameters?: string;
  readonly backend: "auto" | "js" | "wasm" | "native";
  readonly arithmetic: "strict" | "fast";
  readonly threads: number;
  readonly json: boolean;
}

/** Evaluates an analysis at the values of its parameters. Throws `AMPL-030` where the intensity of an event is not positive, `AMPL-034` for slopes that are no numbers. */
export async function evaluate(source: string, flags: EvaluateFlags): Promise<void> {
  const startedMs = performance.now();
  const loaded = await loadAnalysis(source, flags.set);
  const parameters =
    flags.parameters === undefined
      ? loaded.model.parameters
      : withValues(loaded.model.parameters, await readDocument(flags.parameters), flags.parameters);
  const builtMs = performance.now();
  const terms = await openTerms(loaded);
  const openedMs = performance.now();
  const { createNodeContext } = await import("@simloom/kernel/node");
  const context = createNodeContext({
    backend: flags.backend,
    arithmetic: flags.arithmetic,
    threads: flags.threads === 1 ? "single" : { dedicated: flags.threads },
    notice: (text: string) => process.stderr.write(`${text}\n`),
  });
  try {
    const { compiled, basisPrograms, timesMs, ...results } = evaluated(terms, context, parameters);
    const document: AmplitudeEvaluateDocument = {
      model: loaded.model.name,
      ...results,
      compiled: {
        backend: context.backend,
        threads: flags.threads,
        modelNodes: nodeCount([loaded.model.intensity]),
        basis: basisPrograms.map((program) => programSizes("basis", program)),
        plans: compiled.map(describedPlan),
      },
      timesMs: { model: builtMs - startedMs, events: openedMs - builtMs, ...timesMs },
    };
    process.stdout.write(flags.json ? `${JSON.stringify(document)}\n` : `${describe(document).join("\n")}\n`);
  } finally {
    context.dispose();
  }
}

type Results = Pick<AmplitudeEvaluateDocument, "parameters" | "terms" | "nll" | "gradient"> & {
  readonly compiled: readonly CompiledPlan[];
  readonly basisPrograms: readonly Program[];
  readonly timesMs: Pick<AmplitudeEvaluateDocument["timesMs"], "value" | "gradient">;
};

function evaluated(
  terms: readonly LikelihoodTerm[],
  context: ExecutionContext,
  { specs, free, fixed, freeNames }: ParameterSet,
): Results {
  const nll = likelihood(terms, context, {
    parameters: freeNames,
    fixed: Object.fromEntries(fixed.map((one) => [one.name, valueOfParameter(one)])),
    clock: () => performance.now(),
  });
  const values = Float64Array.from(free, valueOfParameter);
  const slopes = new Float64Array(free.length);
  const value = nll.valueAndGradient(values, slopes);
  const termValues = nll.termValues(values);
  const { basisPrograms } = nll;
  const compiled = [...nll.compiled];
  const timesMs = {
    value: typicalMs(() => nll.value(values)),
    gradient: typicalMs(() => nll.valueAndGradient(values, slopes)),
  };
  const faults = nll.faults(values);
  if (faults.length > 0) throw intensityError(faults);
  if (![value, ...slopes].every(Number.isFinite)) throw notFiniteError(nll, values);
  return {
    parameters: specs.map(describedParameter),
    terms: nll.terms.map(({ name, ...counts }, index) => ({
      name,
      kind: (terms[index] as LikelihoodTerm).kind,
      nll: termValues[index] as number,
      ...counts,
    })),
    nll: value,
    gradient: [...slopes],
    compiled,
    basisPrograms,
    timesMs,
  };
}

function describedParameter(parameter: ParameterSpec): AmplitudeEvaluateDocument["parameters"][number] {
  const { name, fixed, unit } = parameter;
  const [low, high] = parameter.bounds.map((bound) => (Number.isFinite(bound) ? bound : null)) as [
    number | null,
    number | null,
  ];
  return {
    name,
    value: valueOfParameter(parameter),
    fixed: fixed !== undefined,
    ...(low === null && high === null ? {} : { bounds: [low, high] }),
    ...(unit === undefined ? {} : { unit }),
  };
}

/** Median of a few calls. */
function typicalMs(call: () => void): number {
  const times = Array.from({ length: 9 }, () => {
    const startedMs = performance.now();
    call();
    return performance.now() - startedMs;
  });
  return times.sort((a, b) => a - b)[4] as number;
}

function describedPlan({
  purpose,
  plan,
  passes,
  bytes: held,
  planningMs,
  preparationMs,
}: CompiledPlan): AmplitudeEvaluateDocument["compiled"]["plans"][number] {
  const programs = [
    ...plan.sets.map(({ name, cached }) => ({ name: `cached ${name}`, program: cached })),
    ...plan.stages.flatMap(({ prologue, bodies }) => [
      { name: "prologue", program: prologue },
      ...[...bodies].map(([set, program]) => ({ name: `body ${set}`, program })),
    ]),
    { name: "epilogue", program: plan.epilogue },
  ];
  return {
    purpose,
    passes: passes.map(({ ms, ...counts }) => ({ ...counts, ...(ms === undefined ? {} : { ms }) })),
    programs: programs.flatMap(({ name, program }) => (program === undefined ? [] : [programSizes(name, program)])),
    bytes: held,
    bytesPerEvent: Object.fromEntries(plan.sets.map(({ name, bytesPerElement }) => [name, bytesPerElement])),
    planningMs,
    preparationMs,
  };
}

function programSizes(
  name: string,
  { hoisted, perElement, outputs }: Program,
): AmplitudeEvaluateDocument["compiled"]["plans"][number]["programs"][number] {
  return { name, perCall: hoisted.length, perEvent: perElement.length, outputs: outputs.length };
}

function describe(document: AmplitudeEvaluateDocument): readonly string[] {
  const { model, parameters, terms, nll, gradient = [], compiled, timesMs } = document;
  const slopes = gradient.values();
  return [
    `${model}: -ln L = ${nll}`,
    ...table(
      ["term", "kind", "events", "Monte Carlo", "-ln L"],
      terms.map((term) => [term.name, term.kind, `${term.events}`, `${term.monteCarloEvents}`, term.nll.toFixed(6)]),
    ),
    "",
    ...table(
      ["parameter", "value", "slope", "bounds"],
      parameters.map(({ name, value, fixed, bounds, unit }) => [
        unit === undefined ? name : `${name} [${unit}]`,
        short(value),
        fixed ? "fixed" : short(slopes.next().value ?? Number.NaN),
        bounds === undefined ? "" : `${bounds[0] ?? "-inf"} to ${bounds[1] ?? "inf"}`,
      ]),
    ),
    "",
    `  model: ${compiled.modelNodes} nodes${describeBasis(compiled.basis)}`,
    ...compiled.plans.flatMap(describePlan),
    `  ${compiled.backend}, ${compiled.threads === 1 ? "1 thread" : `${compiled.threads} threads`}: value in ${precise(timesMs.value)}, with slopes in ${precise(timesMs.gradient)}`,
  ];
}

function describeBasis(basis: AmplitudeEvaluateDocument["compiled"]["basis"]): string {
  if (basis.length === 0) return "";
  const parts = basis.map(({ perEvent, outputs }) => `${perEvent} in ${outputs} columns`);
  return `; of the events alone ${parts.join(", ")}, once per data set`;
}

function describePlan({
  purpose,
  passes,
  programs,
  bytes: held,
  bytesPerEvent,
  planningMs,
  preparationMs,
}: AmplitudeEvaluateDocument["compiled"]["plans"][number]): readonly string[] {
  const [first] = passes;
  const counts = passes.map(({ name, nodesAfter }) => `${name} ${nodesAfter}`).join(", ");
  const perEvent = Object.entries(bytesPerEvent).map(([set, size]) => `${size} B per event of ${set}`);
  return [
    `  ${purpose}: planned in ${duration(planningMs)}, prepared in ${duration(preparationMs)}; ${bytes(held)} of data, ${perEvent.join(", ")}`,
    `    nodes  ${first?.nodesBefore ?? 0}, ${counts}`,
    `    code   ${programs.map(({ name, perCall, perEvent }) => `${name} ${perCall + perEvent}`).join(", ")}`,
  ];
}

function short(value: number): string {
  return `${Number(value.toPrecision(8))}`;
}

function precise(ms: number): string {
  return `${ms.toPrecision(3)} ms`;
}
