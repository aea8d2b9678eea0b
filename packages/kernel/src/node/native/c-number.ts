const view = new DataView(new ArrayBuffer(8));

/** A float64 as C text with exactly its bits: hexadecimal, or the compiler's words for infinity and NaN. */
export function cNumber(value: number): string {
  if (Number.isNaN(value)) return '__builtin_nan("")';
  if (!Number.isFinite(value)) return value < 0 ? "(-__builtin_inf())" : "__builtin_inf()";
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const field = Number((bits >> 52n) & 0x7ffn);
  const fraction = (bits & 0xfffffffffffffn).toString(16).padStart(13, "0").replace(/0+$/, "");
  const digits = `${field === 0 ? 0 : 1}${fraction === "" ? "" : `.${fraction}`}`;
  const text = `0x${digits}p${field === 0 ? (fraction === "" ? 0 : -1022) : field - 1023}`;
  return bits >> 63n === 1n ? `(-${text})` : text;
}
