// Errors
export { AMPLITUDE_ERRORS, AmplitudeError, type AmplitudeErrorCode } from "./errors.ts";

// Kinematics
export {
  boostedToRest,
  type FourVector,
  fourDifference,
  fourMomentum,
  fourProduct,
  fourSum,
  fourVector,
  mass,
  massSquared,
  momentum,
  unit,
} from "./kinematics/vectors.ts";
export {
  mandelstamS,
  mandelstamT,
  mandelstamU,
  type Topology,
  type TopologyMomenta,
  topology,
} from "./kinematics/topology.ts";
export { type DecayAngles, type DecayFrame, decayAngles } from "./kinematics/decay-angles.ts";
export { type Polarization, polarization } from "./kinematics/polarization.ts";

// Functions
export {
  breakupMomentum,
  breakupMomentumSquared,
  chiMinus,
  chiPlus,
  type DecayMasses,
  phaseSpace,
  type RiemannSheet,
} from "./function/breakup-momentum.ts";
export { chewMandelstam } from "./function/chew-mandelstam.ts";
export { barrier, barrierSquared, INTERACTION_MOMENTUM_GEV } from "./function/blatt-weisskopf.ts";
export { polarizedHarmonic, type Reflectivity, sphericalHarmonic } from "./function/spherical-harmonic.ts";

// Line shapes
export { type BreitWigner, breitWigner, relativisticBreitWigner } from "./shape/breit-wigner.ts";
export { fVector, kMatrix, type PoleTable, productionBasis, pVector } from "./shape/k-matrix.ts";
export { channelIndex, type KopfConvention, kopfBasis } from "./shape/kopf.ts";
export { type KopfSet, type KopfTable, kopfTables } from "./shape/kopf-table.ts";

// Models
export { cartesianCoupling, polarCoupling } from "./model/coupling.ts";
export { intensityOf } from "./model/intensity.ts";
export { polarizedWave, type Wave, type WavePart, wave } from "./model/wave.ts";

// Likelihoods
export { type IntensityFaults, intensityError } from "./likelihood/faults.ts";
export { notFiniteError } from "./likelihood/not-finite.ts";
export {
  type CompiledPlan,
  type EventSide,
  type Likelihood,
  type LikelihoodOptions,
  likelihood,
  type PlanPurpose,
} from "./likelihood/likelihood.ts";
export { type LikelihoodKind, type LikelihoodTerm, minusTwoLogLikelihood } from "./likelihood/term.ts";

// Fits
export { type FitOptions, type FitProgress, type FitResult, type FitRun, fitRun } from "./fit/fit.ts";
export type { FitCheckpoint, StartOutcome } from "./fit/checkpoint.ts";
export type { FitFraction } from "./fit/fractions.ts";
export type { CovarianceKind } from "./fit/weighted-covariance.ts";
export { methodNames } from "./fit/method.ts";

// Analysis files
export { type AnalysisModel, modelOf, termsOf } from "./analysis/model.ts";
export { withValues } from "./analysis/values.ts";
export { valueOfParameter } from "./analysis/parameters.ts";
export { parseAnalysis } from "./analysis/parse.ts";
export { type Analysis, analysisJsonSchema } from "./analysis/schema.ts";

// Events for examples and tests
export { closureData, closureMonteCarlo } from "./event/closure-set.ts";
