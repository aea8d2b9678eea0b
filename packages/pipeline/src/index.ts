// Errors
export { PipelineError, type PipelineErrorCode, pipelineErrorCodes } from "./errors.ts";
// Values
export { type DataOf, type Dtype, lanesOf, NdArray, ndarray, ndarrayFrom, ndarrayOver, sharedBytes } from "./value/ndarray.ts";
export { Table } from "./value/table.ts";
export { freeze, type Value } from "./value/value.ts";
export { type Digest, sha256, sha256Parts } from "./value/digest.ts";
export { blobDigestOf, blobsOf, decode, digestOf, type Encoded, encode, INLINE_LIMIT } from "./value/encode.ts";
// Stages
export type { Artifact, ArtifactContent } from "./stage/artifact.ts";
export type { Grant, Metric, PolicyReader, Resources, StageContext } from "./stage/context.ts";
export {
  anyPort,
  arrayPort,
  booleanPort,
  bytesPort,
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
export type { BlobStore, Claim, EntryStore, MaybePromise, Store, StoreStats } from "./store/store.ts";
// Scheduling
export { type FailureKind, failure, failureOf, type StageFailure } from "./schedule/failure.ts";
export { type PerformEnvironment, perform } from "./schedule/perform.ts";
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
