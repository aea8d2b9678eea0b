// Errors
export { NumericsError, type NumericsErrorCode } from "./errors.ts";

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
export type { Signature, ValueType } from "./wasm/value-type.ts";

// Elementary functions
export { cos } from "./elementary/generated/cos.ts";
export { exp } from "./elementary/generated/exp.ts";
export { log } from "./elementary/generated/log.ts";
export { pow } from "./elementary/generated/pow.ts";
export { sin } from "./elementary/generated/sin.ts";
export { sincos } from "./elementary/generated/sincos.ts";
export { tan } from "./elementary/generated/tan.ts";
