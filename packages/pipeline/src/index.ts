// Errors
export { PipelineError, type PipelineErrorCode, pipelineErrorCodes } from "./errors.ts";
// Values
export {
  type DataOf,
  type Dtype,
  lanesOf,
  NdArray,
  ndarray,
  ndarrayFrom,
  ndarrayOver,
  sharedBytes,
} from "./value/ndarray.ts";
export { Table } from "./value/table.ts";
export { freeze, type Value } from "./value/value.ts";
export { type Digest, sha256, sha256Parts, sha256Text } from "./value/digest.ts";
export { blobsOf, decode, decodeOutline } from "./value/decode.ts";
export { blobDigestOf, digestOf, type Encoded, encode, INLINE_LIMIT } from "./value/encode.ts";
// Stages
export type { Artifact, ArtifactContent } from "./stage/artifact.ts";
export { defineItemFunction, type ItemFunction } from "./stage/item-function.ts";
export type { Grant, Metric, PolicyReader, Resources, StageContext } from "./stage/context.ts";
export {
  anyPort,
  arrayPort,
  booleanPort,
  bytesPort,
  definePort,
  describePort,
  incompatibility,
  listPort,
  numberPort,
  type Port,
  type Ports,
  quantityPort,
  recordPort,
  schemaPort,
  tablePort,
  textPort,
  type ValuesOf,
} from "./stage/port.ts";
export {
  type AnyStage,
  defineStage,
  isStage,
  isStochastic,
  type Stage,
  type StageDefinition,
  type StageModule,
} from "./stage/stage.ts";
// Stores
export { type MemoryStoreOptions, memoryStore } from "./store/memory-store.ts";
export type { BlobStore, Claim, EntryStore, MaybePromise, Store, StoreStats } from "./store/store.ts";
// Scheduling
export { type FailureKind, failure, failureOf, type StageFailure } from "./schedule/failure.ts";
export type { PerformedJob, PerformEnvironment } from "./schedule/job-context.ts";
export { type Help, type InnerMap, partJob } from "./schedule/inner-map.ts";
export { perform } from "./schedule/perform.ts";
export type {
  Capabilities,
  Job,
  JobHandle,
  JobOutcome,
  JobPlace,
  JobStatus,
  Scheduler,
  SchedulerEvent,
} from "./schedule/scheduler.ts";
export { type Clock, systemClock } from "./schedule/clock.ts";
export { inlineScheduler } from "./schedule/inline.ts";
export { JobLedger, statusAfter } from "./schedule/ledger.ts";
export { pause } from "./schedule/pause.ts";
export { noRetry, type RetryPolicy } from "./schedule/retry.ts";
export type { SlotCapacity } from "./schedule/demand.ts";
export { Slots, type Ticket } from "./schedule/slots.ts";
// Graphs
export {
  type GraphDocument,
  graphDocumentSchema,
  graphFromDocument,
  looksLikeGraphDocument,
  parseGraphDocument,
  stagesOf,
} from "./graph/document.ts";
export {
  assembleGraph,
  chain,
  type Graph,
  type GraphBuilder,
  type GraphOptions,
  graph,
  graphOfStage,
  isGraph,
} from "./graph/graph.ts";
export type { GraphNode, NodeDraft, NodeOptions } from "./graph/node.ts";
export type { PolicyInForce, PolicyLayer } from "./graph/policy.ts";
export { type PipelineProblem, suggestion, throwProblems } from "./graph/validate.ts";
export { gather, isWire, metricOf, type NodeHandle, nodeIdOf, nodesOf, type Source, type Wire } from "./graph/wire.ts";
// Keys
export { type Difference, differences, readPreimage } from "./key/explain.ts";
export { type CodeFingerprint, type Fingerprinter, inProcessFingerprints } from "./key/fingerprint.ts";
export { keyOf, type Preimage, preimageBytes } from "./key/preimage.ts";
// Stored results
export { decodeEntry, type Entry, encodeEntry } from "./store/entry.ts";
// Runs
export type { Attempt } from "./run/attempts.ts";
export type { NodeStatus, RunEvent, RunStatus } from "./run/events.ts";
export { executePlan } from "./run/execute.ts";
export type { Execution } from "./run/execution-state.ts";
export { type Forecast, forecast, type StageTimings } from "./run/forecast.ts";
export { loadWith } from "./run/load.ts";
export { type Manifest, type ManifestArtifact, manifestOf, type RunFrame } from "./run/manifest.ts";
export type { FailureMode, RunOptions } from "./run/options.ts";
export {
  indicesById,
  nodesOfCase,
  type Plan,
  type PlannedNode,
  planRun,
  policyOf,
  preimageOf,
  type RunCase,
} from "./run/plan.ts";
export type { CacheCounts } from "./run/outcome.ts";
export { type OutputSummary, summarise } from "./run/output-summary.ts";
export type { NodeArtifact, NodeRecord } from "./run/record.ts";
export { type MetricDocument, MetricValue, type RunResult, resultOf } from "./run/result.ts";
export { caseOf, RunError, run, runPlan } from "./run/run.ts";
// Sweeps
export {
  type Axes,
  type Axis,
  interval,
  logRange,
  parseAxis,
  parseScalar,
  range,
  replicas,
  values,
} from "./sweep/axes.ts";
export { type Design, expandAxes, type Point } from "./sweep/expand.ts";
export { patchCase, setPath } from "./sweep/patch.ts";
export {
  type DocumentSubject,
  planSweep,
  type SweepCase,
  type SweepResult,
  type SweepSubject,
  sweep,
  sweepCases,
} from "./sweep/sweep.ts";
