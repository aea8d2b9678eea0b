// Errors
export { RuntimeError, type RuntimeErrorCode, runtimeErrorCodes } from "./errors.ts";
// Code fingerprints
export {
  codeFingerprints,
  type DurableFingerprint,
  type FingerprintOptions,
  fingerprintOf,
  fingerprintsOf,
  type StageFingerprint,
} from "./fingerprint/index.ts";
// User modules
export { loadModule } from "./modules/load.ts";
// Stores
export { type DiskStore, type DiskStoreOptions, openDiskStore, type StoreUsage } from "./store/disk-store.ts";
export type { GcOptions, GcReport } from "./store/gc.ts";
export type { VerifyReport } from "./store/verify.ts";
// Schedulers
export type { ThreadOptions } from "./threads/thread-options.ts";
export { threadScheduler } from "./threads/thread-scheduler.ts";
// Sessions and run folders
export {
  type FolderOptions,
  Session,
  type SessionOptions,
  type SessionRun,
  SessionRunError,
  type SessionRunOptions,
  type SessionSweep,
} from "./run/session.ts";
export {
  findRun,
  type LoggedEvent,
  type PlannedLine,
  readEvents,
  RunFolder,
  type RunHeader,
} from "./run/run-folder.ts";
export { type Machine, readRequest, type RunRequest, thisMachine } from "./run/request.ts";
export {
  type FinishedRun,
  readCase,
  readFinished,
  type StoredManifest,
  type SweepManifest,
  type SweepManifestCase,
} from "./run/sweep-manifest.ts";
export { plain } from "./run/artifact-files.ts";
export { TimingBook } from "./run/timings.ts";
// What is said about runs
export { type Progression, readProgression } from "./run/status.ts";
export {
  compareRuns,
  compareSettings,
  type MetricDifference,
  type NodeDifference,
  readSettings,
  type RunDifference,
  type RunSide,
  type SettingDifference,
  type TimeDifference,
} from "./run/diff.ts";
export { compareReplay, isConfirmed, type Replay, type ReplayedNode, ReplayError } from "./run/replay.ts";
export { CodeBook, type FileChange } from "./run/code-book.ts";
export { type Explanation, type Provenance, type Reason, Why, type WhyOptions } from "./run/why.ts";
