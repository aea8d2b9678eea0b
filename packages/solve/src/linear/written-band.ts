import type { BandShape } from "./band-lu.ts";

/** What the text of a band elimination is about: places in the array `w`. */
export interface BandText {
  readonly shape: BandShape;
  readonly isComplex: boolean;
  /** Where J begins, stored as in `band-lu.ts`, with `writtenBandMargins` zeros around it. */
  readonly source: number;
  /** Where M begins, stored in the same way; without it, the identity. */
  readonly mass?: number | undefined;
  /** Where the factors begin: `writtenBandLength` numbers. */
  readonly factors: number;
  /** Rows and columns of the matrix in another order: the text of the vector's component in place `j`, and n (or 2 n) numbers. */
  readonly order?: { readonly component: string; readonly scratch: number } | undefined;
}

/** Numbers that the factors need. */
export function writtenBandLength({
  shape: { n, lower, upper },
  isComplex,
}: Pick<BandText, "shape" | "isComplex">): number {
  return n * (lower + 1 + upper) * (isComplex ? 2 : 1);
}

/** Zeros that must stand before and after a band matrix, where the text reads beyond its first and last rows. */
export function writtenBandMargins({ lower, upper }: BandShape): { readonly before: number; readonly after: number } {
  const height = 2 * lower + upper + 1;
  return { before: lower * height, after: upper * height };
}

const upTo = (to: number) => Array.from({ length: to }, (_, index) => index + 1);
const downFrom = (from: number) => upTo(from).reverse();

/**
 * Statements that factorise s M − J, or (s + i c) M − J, for a narrow band without row exchanges, row by row with the row before
 * in registers: L with 1 / pivot folded in, and U with a unit diagonal. `growth` ends as a number that is not finite where a
 * pivot vanished or grew 1e8 times beyond its entry: then the caller exchanges rows. n · lower · upper operations, about.
 */
export function writtenBandFactor(text: BandText): string {
  const { shape, isComplex, source, mass, factors } = text;
  const { n, lower, upper } = shape;
  const height = 2 * lower + upper + 1;
  const { declare, store, subtract, scale } = arithmetic(text);
  const entry = (column: number) => {
    const place = column * (height - 1);
    const slope = at("a", place);
    const weight = mass === undefined ? (column === 0 ? "1" : "0") : at("a", place + mass - source);
    const times = (shift: string) => (weight === "1" ? shift : `${shift} * ${weight}`);
    return weight === "0" ? [`-${slope}`, "0"] : [`${times("s")} - ${slope}`, times("c")];
  };
  const lowerName = (m: number) => `l${m}`;
  const before = (q: number, c: number) => `u${q}_${c}`;
  const rows = upTo(lower).filter((q) => q <= lower);
  const held = rows.flatMap((q) => upTo(upper).map((c) => [q, c] as const));
  const left = downFrom(lower).map(
    (m) =>
      `${declare(lowerName(m), entry(-m))} ${downFrom(lower)
        .filter((q) => q > m && q - m <= upper)
        .map((q) => subtract(lowerName(m), lowerName(q), before(q, q - m)))
        .join(" ")}`,
  );
  const pivot = `${declare("d", entry(0))} const size = ${isComplex ? "Math.abs(d) + Math.abs(di)" : "Math.abs(d)"};
${downFrom(lower)
  .filter((m) => m <= upper)
  .map((m) => subtract("d", lowerName(m), before(m, m)))
  .join(" ")}
${
  isComplex
    ? `const q = 1 / (d * d + di * di), r = d * q, ri = -di * q;
growth += Math.abs(r) + Math.abs(ri);
if (Math.abs(d) + Math.abs(di) > 1e8 * size) growth = Infinity;`
    : `const r = 1 / d;
growth += Math.abs(r);
if (Math.abs(d) > 1e8 * size) growth = Infinity;`
}`;
  const right = upTo(upper).map(
    (c) =>
      `${declare(`v${c}`, entry(c))} ${downFrom(lower)
        .filter((m) => m + c <= upper)
        .map((m) => subtract(`v${c}`, lowerName(m), before(m, m + c)))
        .join(" ")} ${scale(`v${c}`, "r")}`,
  );
  const stores = [
    ...downFrom(lower).map((m) => `${scale(lowerName(m), "r")} ${store(lower - m, lowerName(m))}`),
    store(lower, "r"),
    ...upTo(upper).map((c) => store(lower + c, `v${c}`)),
  ];
  const both = (to: string, from: string) => (isComplex ? `${to} = ${from}; ${to}i = ${from}i;` : `${to} = ${from};`);
  const shifted = downFrom(lower).flatMap((q) =>
    upTo(upper).map((c) => both(before(q, c), q === 1 ? `v${c}` : before(q - 1, c))),
  );
  const names = held.flatMap(([q, c]) => (isComplex ? [before(q, c), `${before(q, c)}i`] : [before(q, c)]));
  return `let growth = 0;
${names.length === 0 ? "" : `let ${names.map((name) => `${name} = 0`).join(", ")};`}
for (let j = 0, a = ${source + lower + upper}, p = ${factors}; j < ${n}; j++, a += ${height}, p += ${widthOf(text)}) {
${[...left, pivot, ...right, ...stores, shifted.join(" ")].join("\n")}
}`;
}

/** Statements that solve in place on the n numbers from `b` on; complex: real parts from `b`, imaginary ones from `c` on. */
export function writtenBandSolve(text: BandText): string {
  const { shape, isComplex, factors, order } = text;
  const { n, lower, upper } = shape;
  const { load, subtract } = arithmetic(text);
  const width = widthOf(text);
  const outer = order?.component ?? "j";
  const inner = (vector: "b" | "c") =>
    order === undefined ? `w[${vector} + j]` : `w[${order.scratch + (vector === "b" ? 0 : n)} + j]`;
  const names = (name: string) => (isComplex ? [name, `${name}i`] : [name]);
  const zeros = (count: number) =>
    count === 0
      ? ""
      : `let ${upTo(count)
          .flatMap((m) => names(`x${m}`))
          .map((name) => `${name} = 0`)
          .join(", ")};`;
  const turned = (count: number) =>
    downFrom(count)
      .flatMap((m) => names(m === 1 ? "x" : `x${m - 1}`).map((from, part) => `${names(`x${m}`)[part]} = ${from};`))
      .join(" ");
  const first = isComplex
    ? `${load("r", lower)} const g = w[b + ${outer}], gi = w[c + ${outer}]; let x = g * r - gi * ri, xi = g * ri + gi * r;`
    : `let x = w[b + ${outer}] * ${at("p", lower)};`;
  const forward = downFrom(lower).map((m) => `${load(`f${m}`, lower - m)} ${subtract("x", `f${m}`, `x${m}`)}`);
  const backward = downFrom(upper).map((c) => `${load(`f${c}`, lower + c)} ${subtract("x", `f${c}`, `x${c}`)}`);
  const kept = isComplex ? `${inner("b")} = x; ${inner("c")} = xi;` : `${inner("b")} = x;`;
  const given = isComplex ? `w[b + ${outer}] = x; w[c + ${outer}] = xi;` : `w[b + ${outer}] = x;`;
  return `{
${zeros(lower)}
for (let j = 0, p = ${factors}; j < ${n}; j++, p += ${width}) {
${[first, ...forward, kept, turned(lower)].join("\n")}
}
}
${
  upper === 0 && order === undefined
    ? ""
    : `${zeros(upper)}
for (let j = ${n - 1}, p = ${factors + (n - 1) * width}; j >= 0; j--, p -= ${width}) {
let x = ${inner("b")}${isComplex ? `, xi = ${inner("c")}` : ""};
${[...backward, given, turned(upper)].join("\n")}
}`
}`;
}

function widthOf({ shape: { lower, upper }, isComplex }: BandText): number {
  return (lower + 1 + upper) * (isComplex ? 2 : 1);
}

function at(base: string, offset: number): string {
  return offset === 0 ? `w[${base}]` : `w[${base} ${offset < 0 ? "-" : "+"} ${Math.abs(offset)}]`;
}

/** Statements on names; the imaginary part of `x` is called `xi`, and stands beside the real one in the factors. */
function arithmetic({ isComplex }: BandText) {
  if (isComplex)
    return {
      declare: (name: string, [re, im]: readonly string[]) => `let ${name} = ${re}, ${name}i = ${im};`,
      load: (name: string, k: number) => `const ${name} = ${at("p", 2 * k)}, ${name}i = ${at("p", 2 * k + 1)};`,
      store: (k: number, name: string) => `${at("p", 2 * k)} = ${name}; ${at("p", 2 * k + 1)} = ${name}i;`,
      subtract: (x: string, a: string, b: string) =>
        `${x} = ${x} - ${a} * ${b} + ${a}i * ${b}i; ${x}i = ${x}i - ${a} * ${b}i - ${a}i * ${b};`,
      scale: (x: string, r: string) =>
        `{ const held = ${x} * ${r} - ${x}i * ${r}i; ${x}i = ${x} * ${r}i + ${x}i * ${r}; ${x} = held; }`,
    };
  return {
    declare: (name: string, [re]: readonly string[]) => `let ${name} = ${re};`,
    load: (name: string, k: number) => `const ${name} = ${at("p", k)};`,
    store: (k: number, name: string) => `${at("p", k)} = ${name};`,
    subtract: (x: string, a: string, b: string) => `${x} -= ${a} * ${b};`,
    scale: (x: string, r: string) => `${x} *= ${r};`,
  };
}
