// Errors
export { KERNEL_ERRORS, KernelError, type KernelErrorCode } from "./errors.ts";

// Expressions
export type { Expression, Payload } from "./expression/expression.ts";
export type { ExpressionType, Operation, Signature, Source, Value } from "./expression/operation.ts";
export type { OperationName } from "./expression/operations.ts";
export { dependenceOf, dependsOn } from "./expression/dependence.ts";
export { nodeCount, topologicalOrder } from "./expression/order.ts";
export { column, constant, i, type Operand, parameter, pi, state, time, truth } from "./expression/leaves.ts";
export {
  abs,
  absSquared,
  acos,
  acosh,
  add,
  and,
  argument,
  asin,
  asinh,
  atan,
  atan2,
  atanh,
  cbrt,
  complex,
  conjugate,
  cos,
  cosh,
  divide,
  equal,
  erf,
  erfc,
  exp,
  exp2,
  expm1,
  faddeeva,
  floor,
  greater,
  greaterOrEqual,
  hypot,
  imaginary,
  integerPower,
  less,
  lessOrEqual,
  log,
  log1p,
  log2,
  log10,
  max,
  min,
  multiply,
  negate,
  not,
  notEqual,
  or,
  pow,
  power,
  real,
  select,
  sign,
  sin,
  sinh,
  sqrt,
  subtract,
  tan,
  tanh,
  total,
} from "./expression/build.ts";

// Tags and names
export { named, tagged, tagsOf } from "./expression/marks.ts";

// Parameters of a fit
export { optionsOf, type ParameterOptions, type ParameterSpec, parameterSpec } from "./parameter/parameter-spec.ts";
export {
  canonicalValues,
  checkValues,
  fixParameter,
  freeBounds,
  freeParameter,
  freeScales,
  initialValues,
  mergedParameters,
  type ParameterSet,
  parameterOf,
  parameterSet,
  renameParameters,
  sampleInitial,
  updateParameter,
  valuesByName,
} from "./parameter/parameter-set.ts";

// Vectors and matrices
export {
  component,
  diagonalMatrix,
  element,
  identityMatrix,
  isShaped,
  type Matrix,
  matrix,
  matrixFromFlat,
  type Shaped,
  shapeName,
  type Vector,
  vector,
} from "./vector/shape.ts";
export { cross, dot, mapEntries, matMul, matVec, minus, norm, plus, scale, transpose } from "./vector/arithmetic.ts";
export { inverse, solve } from "./vector/solve.ts";

// Look-up tables
export type { Axis, Outside, UniformAxis } from "./table/axis.ts";
export { type LookUpTable, type LookUpTableOptions, lookUpTable } from "./table/table.ts";
export { numberAt, type TableValues } from "./expression/table-values.ts";

// Formulas
export {
  expr,
  type FormulaOptions,
  type FormulaSymbol,
  parseFormula,
  parseShapedFormula,
  type SymbolTable,
  shapedExpr,
  symbolTable,
} from "./formula/formula.ts";

// Units of formulas
export { checkDimensions, checkUnit, type InputUnits, unitOfFormula } from "./dimension/check-dimensions.ts";

// Passes
export { type Pass, type Rule, type RuleTable, rewrite } from "./pass/rewrite.ts";
export { algebra } from "./pass/algebra.ts";
export { simplify } from "./pass/simplify.ts";
export { substitute } from "./pass/substitute.ts";
export { lowerComplex } from "./pass/lower-complex.ts";

// Derivatives
export { directionalDerivative } from "./derivative/forward.ts";
export { gradient } from "./derivative/reverse.ts";
export { hessian, hessianVectorProduct, jacobian } from "./derivative/matrices.ts";

// Activation
export { type Activation, activationOf, type MatchOptions } from "./activation/activation.ts";
export { type ActiveBoundPlan, type ActivePlans, activePlans, bindActivePlans } from "./activation/active-plan.ts";
export { specialise } from "./activation/specialise.ts";

// Expressions as JSON
export {
  type ExpressionJson,
  expressionFromJson,
  expressionToJson,
  type NodeJson,
  type NumberJson,
} from "./expression/json.ts";

// Inspection
export {
  type CachedValue,
  type DependenceClass,
  type InspectOptions,
  type Inspection,
  inspect,
  type PassReport,
  type ProgramReport,
  type SetReport,
} from "./inspect/inspection.ts";
export { inspectionText } from "./inspect/text.ts";
export { inspectionDot } from "./inspect/dot.ts";
export { inspectionSvg } from "./inspect/svg.ts";
export { formulaText } from "./inspect/formula-text.ts";

// Plans
export { planOf, type Plan, type PlanOptions } from "./plan/plan.ts";
export type { PlanOutput, PlanStage, SetPlan } from "./plan/hoist.ts";
export { bindPlan, type BoundPlan, type PlanColumns, type PlanContext, type PreparedProgram } from "./plan/bind.ts";
export { inSet } from "./plan/sets.ts";

// Programs and back ends
export { kernelProgram, type Program, type ProgramInputs, type ProgramOutput } from "./program/program.ts";
export { type Backend, evaluate, type Kernel, type KernelCall } from "./program/kernel.ts";
export { compileInterpreter } from "./interpreter/compile.ts";
export { compileJavaScript } from "./javascript/compile.ts";
export { nodeText, numberText } from "./javascript/node-text.ts";
export { elementaryFunctions } from "./expression/elementary.ts";
export { type JavaScriptSource, javaScriptSource } from "./javascript/source.ts";
export { compileWasm, wasmSource } from "./wasm/compile.ts";

// Marches
export { compileMarch, type March, type MarchCall, type MarchResult } from "./march/march.ts";
export { hasWasmSimd } from "./context/detect.ts";

// Contexts
export {
  type ContextStatistics,
  createExecutionContext,
  type ExecutionContext,
  type ExecutionContextOptions,
  type ThreadPolicy,
} from "./context/execution-context.ts";
export type { DataColumns, PreparedKernel } from "./context/prepared-kernel.ts";
