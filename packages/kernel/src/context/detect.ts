import { compileWasm, ModuleBuilder } from "@simloom/numerics";

let isThere: boolean | undefined;

/** Whether the host runs WebAssembly with fixed-width SIMD: a module of one vector operation compiles. Looked up once. */
export function hasWasmSimd(): boolean {
  isThere ??= compilesVectors();
  return isThere;
}

function compilesVectors(): boolean {
  const module = new ModuleBuilder();
  module
    .function({ results: ["v128"] })
    .f64x2(0)
    .f64x2(0)
    .op("f64x2.add");
  try {
    compileWasm(module.encode());
    return true;
  } catch {
    return false;
  }
}
