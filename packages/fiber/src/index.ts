// Errors
export { FiberError, type FiberErrorCode, fiberErrorKind } from "./errors.ts";
// Specification
export { defaultsUsed, parseSpecification } from "./specification/parse.ts";
export {
  type LinkSpecification,
  type LinkSpecificationInput,
  specificationJsonSchema,
  specificationSchema,
} from "./specification/schema.ts";
export { specificationHash } from "./specification/hash.ts";
export { requireSimulable } from "./specification/simulable.ts";
export { specificationWarnings } from "./specification/warnings.ts";
// Result documents
export {
  failureResult,
  latencyResult,
  parseResult,
  type RunFacts,
  successResult,
  timeoutError,
  unreadableResult,
} from "./result/build.ts";
export {
  type LatencyResult,
  latencyResultSchema,
  resultJsonSchema,
  resultSchema,
  type SimulationResult,
} from "./result/schema.ts";
// Latency
export { type LatencyBudget, type LatencyTerms, latencyBudget } from "./latency/budget.ts";
// Links as graphs
export { latencyGraph, linkGraph } from "./link/link-graph.ts";
export { linkSummary, type LinkMetrics } from "./link/summary.ts";
// Stages
export { coherentReceiver } from "./link/coherent-receiver.ts";
export { dsp } from "./link/dsp.ts";
export { edfa } from "./link/edfa.ts";
export { fecDecoder } from "./link/fec-decoder.ts";
export { fibreSpan } from "./link/fibre-span.ts";
export { figures } from "./link/figures.ts";
export { latency } from "./link/latency.ts";
export { launch } from "./link/launch.ts";
export { opticalSnr } from "./link/optical-snr.ts";
export { payload } from "./link/payload.ts";
export { signalQuality } from "./link/signal-quality.ts";
export { transmitter } from "./link/transmitter.ts";
// Ports
export { opticalFieldPort, payloadPort, sentPort, signalPort } from "./link/ports.ts";
// Physics
export { createPropagator, type Propagator } from "./split-step/propagator.ts";
export { constantLocalErrorSteps } from "./split-step/constant-local-error-steps.ts";
export { fixedSteps } from "./split-step/fixed-steps.ts";
export { logarithmicSteps } from "./split-step/logarithmic-steps.ts";
export type { ExpectedError, StepPlan, StepRule } from "./split-step/step-rule.ts";
export { fieldErrorDb, meanPowerW, type OpticalField } from "./physics/optical-field.ts";
export { osnrAfterSpansDb } from "./amplifier/osnr.ts";
// Forward error correction
export { encodeWord, type LdpcCode, ldpcCode } from "./fec/code.ts";
export { createLdpcDecoder, type LdpcDecoder, type LdpcDecoderOptions } from "./fec/decoder.ts";
export { parityCheckFromCirculants, parityCheckFromDense } from "./fec/parity-check.ts";
// Counting
export { type CountedRate, countedRate } from "./metrics/interval.ts";
