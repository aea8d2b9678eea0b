// Errors
export { MOLD_ERRORS, MoldError, type MoldErrorCode } from "./errors.ts";

// Material systems
export { hasPentane, type MaterialSystem, materialSystemSchema, missingFields } from "./material/system.ts";
export {
  type Catalogue,
  findSystem,
  mergeCatalogues,
  parseCatalogue,
  parseSystem,
  requireComplete,
} from "./material/catalogue.ts";
export { builtInSystems } from "./material/built-in.ts";

// Scenarios
export {
  inputDocument,
  parseQuality,
  parseScenario,
  type Scenario,
  type ScenarioOptions,
  scenarioJsonSchema,
  scenarioSchema,
} from "./scenario/scenario.ts";
export {
  type OptimizationConfig,
  type OptimizerBounds,
  optimizationConfigSchema,
  parseOptimization,
} from "./scenario/optimisation.ts";
export type { ProcessConditions } from "./scenario/process.ts";
export type { MoldProperties, VentProperties } from "./scenario/mold.ts";
export { type QualityTargets, qualitySchema } from "./scenario/quality.ts";
export { MOST_POINTS, type SimulationSettings } from "./scenario/simulation.ts";
export {
  BACKEND_NAMES,
  BACKENDS,
  type Backend,
  type BackendName,
  type MethodName,
  type SolverChoice,
  solverOf,
} from "./scenario/backend.ts";

// The legacy model
export { type Preparation, prepare, type ShotInputs, type WaterBalance } from "./legacy/preparation.ts";
export {
  arrheniusFactor,
  calibrateClock,
  conversion,
  conversionRate,
  type ReactionClock,
  type ReactionTimes,
} from "./legacy/kinetics.ts";
export { integrateManual } from "./legacy/manual.ts";
export { type ThermalInputs, type Trajectory, timeGrid } from "./legacy/thermal.ts";
export type { GasInputs } from "./legacy/gas-step.ts";
export { type GasProfiles, gasProfiles } from "./legacy/gas.ts";

// Quality
export {
  type Assessment,
  type Diagnostic,
  type DiagnosticCode,
  type PressureStatus,
  pressureStatus,
  type QualityStatus,
} from "./quality/assess.ts";
export type { DemoldWindow } from "./quality/window.ts";
export type { PartResult, StageTimes } from "./quality/part.ts";

// Shots
export { computeShot, type Shot } from "./shot/compute.ts";
export { ensembleFigures, ensembleFiguresParallel, figuresTasks } from "./shot/ensemble-figures.ts";
export { type FiguresScratch, figuresScratch, type ShotFigures, shotFigures } from "./shot/figures-only.ts";
export { type Integrate, type Integration, integrateShot, type SolverReport } from "./shot/integrate.ts";
export { type ShotSettings, shotSettings } from "./shot/settings.ts";
export { type MoldGraphOptions, moldGraph } from "./shot/mold-graph.ts";

// Stages
export { figures } from "./shot/figures.ts";
export { gasAndVents } from "./shot/gas-and-vents.ts";
export { integration } from "./shot/integration.ts";
export { preparation } from "./shot/preparation.ts";
export { quality } from "./shot/quality.ts";

// Results
export { inputHash, moldResult, type Sha256Hex, type ShotOutputs } from "./result/build.ts";
export { profilesCsv } from "./result/csv.ts";
export { type MoldResult, resultJsonSchema, resultSchema } from "./result/document.ts";
