/** Result documents, checked before they leave. */
import { SimloomError } from "@simloom/units";
import type { z } from "@simloom/units/zod";
import { type FiberError, fiberError, fiberErrorKind } from "../errors.ts";
import type { LatencyBudget } from "../latency/budget.ts";
import type { CountedRate } from "../metrics/interval.ts";
import { formatPath } from "../specification/place.ts";
import type { LinkSpecification } from "../specification/schema.ts";
import {
  type ArtifactInput,
  type LatencyResult,
  latencyResultSchema,
  type RateInterval,
  resultSchema,
  type SimulationFailure,
  type SimulationResult,
  type SimulationSuccess,
  type SummaryInput,
} from "./schema.ts";

/** What every result says about its run. */
export interface RunFacts {
  /** Version of the simulator. */
  readonly simulatorVersion: string;
  /** Hash of the specification, see `specificationHash`. */
  readonly specificationHash: string;
  readonly runtimeS: number;
  readonly warnings?: readonly string[];
  readonly artifacts?: readonly ArtifactInput[];
}

/**
 * The document of a run that ended well.
 * @throws FiberError `FIBR-050` when a figure breaks the contract, for example a NaN; every one stands in `problems`.
 */
export function successResult(
  specification: LinkSpecification,
  run: RunFacts,
  summary: SummaryInput,
): SimulationSuccess {
  const result = checked({ ...commonFields(specification, run), status: "success", summary });
  if (result.status === "success") return result;
  throw brokenContract([["status", "a success became an error"]]);
}

/**
 * The document of a latency budget without a simulated signal: `summary` holds `latency_s` and `latency_metadata` alone,
 * and no backend or model stands in the provenance, as none was used.
 * @throws FiberError `FIBR-050` when a term breaks the contract.
 */
export function latencyResult(specification: LinkSpecification, run: RunFacts, budget: LatencyBudget): LatencyResult {
  const common = commonFields(specification, run);
  return checked(
    {
      ...common,
      provenance: { ...common.provenance, backend: null, model: null },
      status: "success",
      summary: { latency_s: budget.latency_s, latency_metadata: budget.latency_metadata },
    },
    latencyResultSchema,
  );
}

/**
 * The document of a run that failed, from what was thrown. Codes of this package decide the kind; anything else is a
 * `runtime_error`. `details` carries `exception_type`, the stable code, remedy, path, problems and context.
 */
export function failureResult(specification: LinkSpecification, run: RunFacts, thrown: unknown): SimulationFailure {
  return failure(commonFields(specification, run), thrown);
}

/** The document for a specification that could not be read: version "v0.2", hash "invalid", seed 0. */
export function unreadableResult(simulatorVersion: string, runtimeS: number, thrown: unknown): SimulationFailure {
  return failure(
    {
      v: "v0.2",
      provenance: {
        sim_version: simulatorVersion,
        spec_hash: "invalid",
        seed: 0,
        runtime_s: runtimeS,
        backend: null,
        model: null,
      },
    },
    thrown,
  );
}

/** The error of a run that was stopped, or never began, because its time was over. */
export function timeoutError(maximumRuntimeS: number, elapsedS: number): FiberError {
  return fiberError({
    code: "FIBR-030",
    path: "runtime.max_runtime_s",
    message: `the run was stopped after ${elapsedS} s; runtime.max_runtime_s is ${maximumRuntimeS}`,
    remedy: "Raise runtime.max_runtime_s, or lower runtime.n_symbols or the length of the path.",
    context: { max_runtime_s: maximumRuntimeS, elapsed_s: elapsedS },
  });
}

/** A counted rate as it stands in `summary.errors`. */
export function rateInterval({ errorCount, trialCount, lower, upper, confidence }: CountedRate): RateInterval {
  return { lower, upper, confidence, errors: errorCount, trials: trialCount };
}

/**
 * Reads a result document, for example from a file.
 * @throws FiberError `FIBR-050` with every field that breaks the contract.
 */
export function parseResult(json: unknown): SimulationResult {
  return checked(json);
}

function commonFields(specification: LinkSpecification, run: RunFacts) {
  return {
    v: specification.v,
    provenance: {
      sim_version: run.simulatorVersion,
      spec_hash: run.specificationHash,
      seed: specification.runtime.seed,
      runtime_s: run.runtimeS,
      backend: specification.propagation.backend,
      model: specification.propagation.model,
    },
    warnings: [...(run.warnings ?? [])],
    artifacts: [...(run.artifacts ?? [])],
  };
}

function failure(common: object, thrown: unknown): SimulationFailure {
  const result = checked({ ...common, status: "error", error: errorFields(thrown) });
  if (result.status === "error") return result;
  throw brokenContract([["status", "an error became a success"]]);
}

function errorFields(thrown: unknown) {
  if (thrown instanceof SimloomError) {
    const { code, remedy, path, problems, context } = thrown.toJSON();
    return {
      code: fiberErrorKind(code),
      message: thrown.message,
      details: {
        ...context,
        exception_type: thrown.name,
        error_code: code,
        remedy,
        ...(path === undefined ? {} : { path }),
        ...(problems === undefined ? {} : { problems }),
      },
    };
  }
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  return { code: "runtime_error", message: error.message, details: { exception_type: error.name } };
}

function checked<S extends z.ZodType = typeof resultSchema>(
  document: unknown,
  schema: S = resultSchema as unknown as S,
): z.output<S> {
  const parsed = schema.safeParse(document);
  if (parsed.success) return parsed.data;
  throw brokenContract(parsed.error.issues.map((issue) => [formatPath(issue.path), issue.message]));
}

function brokenContract(broken: readonly (readonly [path: string, why: string])[]): FiberError {
  const remedy = "This is a defect of the program that wrote the result: report it with the specification.";
  return fiberError({
    code: "FIBR-050",
    message: `the result breaks its contract at ${broken.map(([path]) => path || "(root)").join(", ")}`,
    remedy,
    problems: broken.map(([path, message]) => ({ code: "FIBR-050", path, message, remedy })),
  });
}
