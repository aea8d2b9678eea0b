/** Value types of WebAssembly with their byte in the binary format. */
export const valueTypeByte = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const;

/** Type of a parameter, result or local. */
export type ValueType = keyof typeof valueTypeByte;

/** Parameters and results of a function. */
export interface Signature {
  readonly params?: readonly ValueType[];
  readonly results?: readonly ValueType[];
}
