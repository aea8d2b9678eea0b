/** Numbers that a node refers to: copied, never changed, and told apart by their content alone. */
export interface TableValues {
  /** Length and 128 bits of hash of the content: equal numbers have equal keys, on every machine. */
  readonly key: string;
  readonly values: Float64Array;
  /** The key, so that a payload as text says what it holds. */
  toString(): string;
}

/** Copies numbers to refer to. NaN becomes the canonical one; −0 and +0 are different. Linear. */
export function tableValues(numbers: ArrayLike<number>): TableValues {
  const values = Float64Array.from(numbers, (value) => (Number.isNaN(value) ? Number.NaN : value));
  const key = `${values.length}-${contentHash(values)}`;
  return Object.freeze({ key, values, toString: () => key });
}

/**
 * The number at an index: rounded towards zero, the first below the table and for NaN, the last beyond it. So an index
 * never leaves the table, on any back end.
 */
export function numberAt({ values }: TableValues, index: number): number {
  return values[Math.min(Math.max(index, 0), values.length - 1) >>> 0] as number;
}

/** Odd multipliers and start values of four independent lanes; the finish is that of MurmurHash3. */
const LANES = [
  [0x9e3779b1, 0x811c9dc5],
  [0x85ebca77, 0x27d4eb2f],
  [0xc2b2ae3d, 0x165667b1],
  [0x27d4eb2f, 0xd3a2646c],
] as const;

function contentHash(values: Float64Array): string {
  const view = new DataView(new ArrayBuffer(8));
  const words = new Uint32Array(2 * values.length);
  values.forEach((value, index) => {
    view.setFloat64(0, value, true);
    words[2 * index] = view.getUint32(0, true);
    words[2 * index + 1] = view.getUint32(4, true);
  });
  return LANES.map(([multiplier, start]) => {
    let hash: number = start;
    for (const word of words) {
      hash = Math.imul(hash ^ word, multiplier);
      hash = (hash << 13) | (hash >>> 19);
    }
    return finished(hash).toString(16).padStart(8, "0");
  }).join("");
}

function finished(word: number): number {
  const first = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  const second = Math.imul(first ^ (first >>> 13), 0xc2b2ae35);
  return (second ^ (second >>> 16)) >>> 0;
}
