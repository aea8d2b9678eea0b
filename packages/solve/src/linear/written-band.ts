import type { BandShape } from "./band-lu.ts";

/** Places of the text: where the matrix without its shift, the factors and the vector begin. */
export interface BandText {
  readonly shape: BandShape;
  /** Place of the matrix J, in the storage of `band-lu.ts`. */
  readonly source: number;
  /** Place of the factors: `writtenBandLength` numbers, of which those beyond the last column stay zero. */
  readonly factors: number;
}

/** Numbers that the factors need: as many columns more as there are diagonals above the main one. */
export function writtenBandLength({ n, lower, upper }: BandShape): number {
  return (n + upper) * (2 * lower + upper + 1);
}

const range = (to: number) => Array.from({ length: to }, (_, index) => index + 1);

/**
 * Statements that factorise s I − J for a narrow band without row exchanges, the inner loops written out; `growth` ends as a number
 * that is not finite where a pivot vanished or grew 1e8 times beyond its entry: then the caller exchanges rows.
 */
export function writtenBandFactor({ shape: { n, lower, upper }, source, factors }: BandText): string {
  const height = 2 * lower + upper + 1;
  const diagonal = lower + upper;
  const updates = range(lower)
    .map((i) => {
      const columns = range(upper)
        .map((c) => `w[p + ${c * height + i - c}] -= m${i} * u${c};`)
        .join(" ");
      return `const m${i} = w[p + ${i}] * r; w[p + ${i}] = m${i}; ${columns}`;
    })
    .join("\n");
  return `let growth = 0;
for (let k = 0; k < ${n * height}; k++) w[${factors} + k] = -w[${source} + k];
for (let p = ${factors + diagonal}; p < ${factors + n * height}; p += ${height}) w[p] += s;
for (let p = ${factors + diagonal}; p < ${factors + n * height}; p += ${height}) {
  const pivot = w[p], r = 1 / pivot;
  growth += Math.abs(r);
  if (Math.abs(pivot) > 1e8 * Math.abs(s - w[p + ${source - factors}])) growth = Infinity;
  w[p] = r;
  ${range(upper)
    .map((c) => `const u${c} = w[p + ${c * (height - 1)}];`)
    .join(" ")}
  ${updates}
}`;
}

/** Statements that solve in place on the n numbers from the place `b` on. */
export function writtenBandSolve({ shape: { n, lower, upper }, factors }: BandText): string {
  const height = 2 * lower + upper + 1;
  const diagonal = lower + upper;
  const place = (j: string) => `${factors + diagonal} + (${j}) * ${height}`;
  const forward = range(lower).map((i) => `w[b + j + ${i}] -= w[p + ${i}] * x;`);
  const backward = range(upper).map((c) => `w[p + ${c * (height - 1)}] * w[b + j + ${c}]`);
  const guarded = (lines: readonly string[], test: (k: number) => string) =>
    lines.map((line, index) => `if (${test(index + 1)}) ${line}`).join(" ");
  return `
for (let j = 0; j < ${n - lower}; j++) { const p = ${place("j")}, x = w[b + j]; ${forward.join(" ")} }
for (let j = ${Math.max(0, n - lower)}; j < ${n}; j++) { const p = ${place("j")}, x = w[b + j]; ${guarded(forward, (i) => `j + ${i} < ${n}`)} }
for (let j = ${n - 1}; j > ${n - 1 - upper}; j--) {
  const p = ${place("j")};
  let x = w[b + j];
  ${guarded(
    backward.map((term) => `x -= ${term};`),
    (c) => `j + ${c} < ${n}`,
  )}
  w[b + j] = x * w[p];
}
for (let j = ${n - 1 - upper}; j >= 0; j--) { const p = ${place("j")}; w[b + j] = (${["w[b + j]", ...backward].join(" - ")}) * w[p]; }`;
}
