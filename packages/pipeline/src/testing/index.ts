// One stage at a time
export { checkStageContract, type ContractViolation } from "./check-stage-contract.ts";
export { withPurityTraps } from "./purity-traps.ts";
export { runStage, type StageRun, type StageRunOptions, stillClock } from "./run-stage.ts";
// Whole runs under stress
export { faultyStore, type FaultyStoreOptions, type StoreFault, type StoreOperation } from "./faulty-store.ts";
export { shufflingScheduler, type ShuffleOptions } from "./shuffling-scheduler.ts";
// Suites that every implementation of an interface passes
export { jobFor, type SchedulerClaim, schedulerClaims, type SchedulerHarness } from "./scheduler-conformance.ts";
export { describeStore, type StoreConformance } from "./store-conformance.ts";
