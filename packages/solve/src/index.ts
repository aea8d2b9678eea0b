// Errors
export { SOLVE_ERRORS, SolveError, type SolveErrorCode } from "./errors.ts";

// Problems
export { odeProblem } from "./ode/problem/define.ts";
export type {
  JacobianFunction,
  OdeEquations,
  OdeFunction,
  OdeInputs,
  OdeProblem,
  OdeSettings,
  OdeSystem,
  RightHandSide,
} from "./ode/problem/problem.ts";
export type { EventAction, EventDirection, EventFunction, OdeEvent, StateChange } from "./ode/problem/event.ts";

// Methods
export type {
  DensePolynomial,
  ExplicitCoefficients,
  ExternalMethod,
  MethodCode,
  OdeMethod,
} from "./ode/method/method.ts";
export { euler } from "./ode/method/euler.ts";
export { rk4 } from "./ode/method/rk4.ts";
export { tsit5 } from "./ode/method/tsit5.ts";
export { dopri853 } from "./ode/method/dopri853.ts";
export { rodas5p } from "./ode/method/rodas5p.ts";
export { bdf, bdfUpTo } from "./ode/method/bdf.ts";
export { radau13, radau5, radau9 } from "./ode/method/radau.ts";

// Runs
export { solve } from "./ode/engine/solve.ts";
export { RELATIVE_TOLERANCES, type SolveOptions } from "./ode/engine/options.ts";
export {
  integralController,
  piController,
  pidController,
  predictiveController,
  type StepController,
} from "./ode/engine/controller.ts";
export { DEFAULT_LIMITS, type RunLimits } from "./ode/engine/limits.ts";
export { type SavePlan, saveAt, saveEnd, saveEvery, savePoints, saveSteps } from "./ode/engine/save.ts";
export type { DenseSolution } from "./ode/engine/dense.ts";
export {
  type EventRecord,
  eventTime,
  type FailureReason,
  type OdeSolution,
  type RunNotice,
  type RunStatistics,
  type RunStatus,
} from "./ode/engine/solution.ts";

// Derivatives of solutions
export {
  type SensitivityProblem,
  type SensitivitySolution,
  type SensitivityTargets,
  solveWithSensitivities,
  withSensitivities,
} from "./ode/sensitivity/forward.ts";
export { type AdjointGradient, type AdjointObjective, adjointGradient } from "./ode/sensitivity/adjoint.ts";

// Minimisers
export {
  minimise,
  type MinimiseOptions,
  type MinimiseStatus,
  type Minimum,
  type Observer,
} from "./minimise/frame/minimise.ts";
export {
  type AsyncObjective,
  minimiseAsync,
  type MinimiseAsyncOptions,
  withAsyncObjective,
} from "./minimise/frame/minimise-async.ts";
export type { ConstraintFunctions, EvaluationCounts, Objective, SquaredResiduals } from "./minimise/frame/objective.ts";
export { objectiveOfPlan, type PlanObjective } from "./minimise/plan-objective.ts";
export type { RunParameters } from "./minimise/frame/parameters.ts";
export type { InnerProblem, MethodEnd, MethodState, Minimiser } from "./minimise/frame/method.ts";
export type { Checkpoint, Json } from "./minimise/frame/checkpoint.ts";
export {
  allOf,
  anyOf,
  edmBelow,
  evaluationLimit,
  extentBelow,
  gradientBelow,
  iterationLimit,
  type Progress,
  type Stop,
  type StopRule,
  valueReached,
  valueSettled,
} from "./minimise/frame/stop.ts";
export { lbfgsb, type LbfgsbOptions } from "./minimise/lbfgsb/lbfgsb.ts";
export { bfgs } from "./minimise/newton/bfgs.ts";
export { trustRegion } from "./minimise/newton/trust-region.ts";
export { conjugateGradient, type ConjugateFormula } from "./minimise/first-order/conjugate-gradient.ts";
export { adam, type AdamOptions } from "./minimise/first-order/adam.ts";
export { nelderMead, type NelderMeadOptions } from "./minimise/simplex/nelder-mead.ts";
export { cmaEs, type CmaEsOptions } from "./minimise/evolution/cma-es.ts";
export {
  differentialEvolution,
  type DifferentialEvolutionOptions,
} from "./minimise/evolution/differential-evolution.ts";
export { particleSwarm, type ParticleSwarmOptions } from "./minimise/evolution/particle-swarm.ts";
export { brent } from "./minimise/one-dimension/brent.ts";
export { sqp, type SqpOptions } from "./minimise/constrained/sqp.ts";
export { type ConstrainedObjective, type Constraints, subjectTo } from "./minimise/constrained/constraints.ts";
export { type ConstrainedMinimum, minimiseConstrained } from "./minimise/constrained/minimise-constrained.ts";

// Least squares
export {
  leastSquares,
  type LeastSquaresMinimum,
  type LeastSquaresOptions,
} from "./least-squares/least-squares.ts";
export {
  levenbergMarquardt,
  type LevenbergMarquardtOptions,
} from "./least-squares/levenberg-marquardt.ts";
export {
  type CurveData,
  type CurveNumbers,
  type CurveOptions,
  curveResiduals,
  type Residuals,
  type SlopesOfResiduals,
} from "./least-squares/residuals.ts";
export { type SumOfSquares, sumOfSquares } from "./least-squares/sum-of-squares.ts";

// Uncertainty
export type { Covariance } from "./uncertainty/covariance.ts";
export { covarianceOf } from "./uncertainty/covariance-of.ts";
export {
  type IntervalEnd,
  type ProfileInterval,
  type ProfileOptions,
  type ProfileScan,
  profileInterval,
  profileScan,
} from "./uncertainty/profile.ts";
export { type Contour, contour } from "./uncertainty/contour.ts";
export { sandwichCovariance, type WeightedScores } from "./uncertainty/sandwich.ts";
export {
  bootstrap,
  bootstrapAsync,
  bootstrapMultiplicities,
  type BootstrapResult,
  type ReplicaOptions,
} from "./uncertainty/bootstrap.ts";

// Ensembles
export { ensemble, type EnsembleOptions, type EnsembleResult } from "./ode/ensemble/ensemble.ts";
export type { MemberValues } from "./ode/ensemble/members.ts";
export { ensembleParallel, ensembleTasks, type ParallelEnsembleOptions } from "./ode/ensemble/parallel.ts";

// Pools of workers
export type { PoolRunOptions, WorkerPool } from "./parallel/pool.ts";
export type { WorkerAnswer, WorkerRequest, WorkerTasks } from "./parallel/serve.ts";
export { serveWebWorker, type WebWorker, type WebWorkerScope, webWorkerPool } from "./parallel/web-pool.ts";

// Samplers
export { type Chain, sample, type SampleOptions, type SampleProgress } from "./sample/frame/sample.ts";
export type { LogDensity } from "./sample/frame/density.ts";
export { type CompiledDensity, densityOf, densityOfPlan } from "./sample/frame/density-of.ts";
export type { Sampler, SamplerState, SamplingProblem } from "./sample/frame/sampler.ts";
export type { Uniforms } from "./sample/frame/uniforms.ts";
export { affineInvariant, type AffineInvariantOptions } from "./sample/ensemble/affine-invariant.ts";
export { ensembleSlice } from "./sample/ensemble/ensemble-slice.ts";
export { nuts, type NutsOptions } from "./sample/hamiltonian/nuts.ts";
export type { MetricKind } from "./sample/hamiltonian/metric.ts";
export { type ChainSummary, chainSummary, drawsOf, type ParameterSummary } from "./sample/diagnostics/summary.ts";
export { autocorrelationTime } from "./sample/diagnostics/autocorrelation.ts";
export {
  bulkEffectiveSize,
  effectiveSize,
  rankNormalisedRHat,
  tailEffectiveSize,
} from "./sample/diagnostics/rank-diagnostics.ts";
