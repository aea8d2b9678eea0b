// Errors
export { NumericsError, type NumericsErrorCode } from "./errors.ts";

// Elementary functions
export { acos } from "./elementary/generated/acos.ts";
export { asin } from "./elementary/generated/asin.ts";
export { atan } from "./elementary/generated/atan.ts";
export { atan2 } from "./elementary/generated/atan2.ts";
export { cbrt } from "./elementary/generated/cbrt.ts";
export { cos } from "./elementary/generated/cos.ts";
export { cosh } from "./elementary/generated/cosh.ts";
export { erf } from "./elementary/generated/erf.ts";
export { erfc } from "./elementary/generated/erfc.ts";
export { exp } from "./elementary/generated/exp.ts";
export { exp2 } from "./elementary/generated/exp2.ts";
export { expm1 } from "./elementary/generated/expm1.ts";
export { hypot } from "./elementary/generated/hypot.ts";
export { log } from "./elementary/generated/log.ts";
export { log1p } from "./elementary/generated/log1p.ts";
export { log2 } from "./elementary/generated/log2.ts";
export { log10 } from "./elementary/generated/log10.ts";
export { pow } from "./elementary/generated/pow.ts";
export { sin } from "./elementary/generated/sin.ts";
export { sincos } from "./elementary/generated/sincos.ts";
export { sinh } from "./elementary/generated/sinh.ts";
export { tan } from "./elementary/generated/tan.ts";
export { tanh } from "./elementary/generated/tanh.ts";

// Elementary functions of complex numbers
export {
  complexCos,
  complexCosh,
  complexExp,
  complexSin,
  complexSinh,
  complexTan,
  complexTanh,
} from "./elementary/complex/exponential.ts";
export {
  complexAcos,
  complexAcosh,
  complexAsin,
  complexAsinh,
  complexAtan,
  complexAtanh,
} from "./elementary/complex/inverse.ts";
export { complexLog, complexPow, complexSqrt } from "./elementary/complex/logarithm.ts";

// Elementary functions as programs, for WebAssembly and other back ends
export {
  type CompiledElementary,
  compileElementary,
  type ElementaryFunctions,
  writeElementary,
  writeVectorBody,
} from "./elementary/compile.ts";
export { elementaryTable, TableSegment } from "./elementary/emit/table-segment.ts";
export type {
  Condition,
  ConditionOp,
  Expression,
  Integer,
  IntegerOp,
  Real,
  RealOp,
} from "./elementary/program/expression.ts";
export type { ElementaryProgram, Step, StraightLine } from "./elementary/program/program.ts";
export { type ElementaryName, elementaryNames, elementaryProgram } from "./elementary/programs.ts";

// Sums
export { BLOCK_LENGTH } from "./sum/accumulate.ts";
export { blockCount, dotBlocks, joinBlocks, sumBlocks } from "./sum/blocks.ts";
export { dot, mean, sum, type VarianceOptions, variance } from "./sum/sum.ts";

// Random streams and low-discrepancy points
export {
  latinHypercube,
  MAX_SOBOL_DIMENSIONS,
  normalQuantile,
  type RandomStream,
  randomStream,
  type SobolOptions,
  type StreamKey,
  sobolSequence,
} from "./random/index.ts";

// Fourier transforms
export {
  type ArenaField,
  type ComplexField,
  FftArena,
  type FftArenaOptions,
  type RealArray,
} from "./fft/arena.ts";
export type { FftPrecision } from "./fft/lanes.ts";
export { type ArenaFftPlan, type FftPlan, type FftPlanOptions, fftPlan } from "./fft/plan.ts";
export { type RealFftPlan, realFftPlan } from "./fft/real.ts";
export { type Roots, rootsOfUnity } from "./fft/roots.ts";

// Pointwise kernels over fields
export { fieldEnergy, multiplyField, peakPower, rotateByPower, scaleField } from "./pointwise/field.ts";

// WebAssembly encoder
export { ByteBuffer } from "./wasm/byte-buffer.ts";
export { FunctionBuilder, type FunctionReference, type Label, type Local } from "./wasm/function-builder.ts";
export {
  compileWasm,
  createWasmMemory,
  instantiateWasm,
  type WasmImports,
  type WasmMemory,
  type WasmModule,
} from "./wasm/host.ts";
export { type MemoryLimits, ModuleBuilder } from "./wasm/module-builder.ts";
export type { LaneOp, MemoryLaneOp, MemoryOp, PlainOp } from "./wasm/opcodes.ts";
export { wasmText } from "./wasm/text.ts";
export type { Signature, ValueType } from "./wasm/value-type.ts";
