/** At most `limit` symbols of a record, evenly spaced and in order: what a constellation plot shows. Interleaved. */
export function constellationPoints(symbols: Float64Array, limit = 4096): Float64Array {
  const count = symbols.length / 2;
  if (count <= limit) return symbols.slice();
  const points = new Float64Array(2 * limit);
  for (let k = 0; k < limit; k++) {
    const from = 2 * Math.floor((k * count) / limit);
    points[2 * k] = symbols[from] as number;
    points[2 * k + 1] = symbols[from + 1] as number;
  }
  return points;
}
