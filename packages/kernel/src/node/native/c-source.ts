import { variesByElement } from "../../expression/dependence.ts";
import type { Expression } from "../../expression/expression.ts";
import type { MachineOperationName } from "../../expression/operations.ts";
import type { TableValues } from "../../expression/table-values.ts";
import { SUM_BLOCK, SUM_LANES, SUM_ROW } from "../../program/element-sum.ts";
import { sumCount } from "../../program/kernel.ts";
import { inputIndex, type Program } from "../../program/program.ts";
import type { ColumnFormat } from "../../wasm/layout.ts";
import { cElementary } from "./c-elementary.ts";
import { cNumber } from "./c-number.ts";
import { C_VECTORS } from "./c-vectors.ts";

const CODE = {
  add: (a, b) => `${a} + ${b}`,
  subtract: (a, b) => `${a} - ${b}`,
  multiply: (a, b) => `${a} * ${b}`,
  divide: (a, b) => `${a} / ${b}`,
  negate: (a) => `-${a}`,
  abs: (a) => `vabs(${a})`,
  sqrt: (a) => `vsqrt(${a})`,
  floor: (a) => `vfloor(${a})`,
  min: (a, b) => `vmin(${a}, ${b})`,
  max: (a, b) => `vmax(${a}, ${b})`,
  less: (a, b) => `(vi)(${a} < ${b})`,
  lessOrEqual: (a, b) => `(vi)(${a} <= ${b})`,
  equal: (a, b) => `(vi)(${a} == ${b})`,
  notEqual: (a, b) => `(vi)(${a} != ${b})`,
  and: (a, b) => `${a} & ${b}`,
  or: (a, b) => `${a} | ${b}`,
  not: (a) => `~${a}`,
  select: (condition, a, b) => `pick(${condition}, ${a}, ${b})`,
} satisfies Record<MachineOperationName, (a: string, b: string, c: string) => string>;

/** Beyond this number of calls elementary functions are called, not written in place. */
const MOST_INLINE_CALLS = 24;

/** Elements of each column that stand side by side in memory. */
export const TILE_ELEMENTS = 8;

/** Where a column stands in a tile of eight elements of all columns. */
export interface TileLayout {
  readonly offsets: readonly number[];
  readonly bytes: number;
}

export function tileOfEight(formats: readonly ColumnFormat[]): TileLayout {
  let bytes = 0;
  const offsets = formats.map((format) => {
    const offset = bytes;
    bytes += TILE_ELEMENTS * (format === "float64" ? 8 : 4);
    return offset;
  });
  return { offsets, bytes: (bytes + 63) & ~63 };
}

/** Bytes of working memory that one thread needs, from a multiple of 64 on. */
export function nativeScratchBytes(program: Program): number {
  return 4 * 8 * SUM_LANES * sumCount(program) + 8 * program.hoisted.length + 64;
}

/**
 * Writes a program as C text with two functions: `hoist(call, scratch)` computes what is the same for all elements,
 * `blocks(call, scratch, first, end)` whole blocks of elements. `call` holds 64-bit words: the addresses of parameters (the
 * time after the last), inputs in tiles and partial sums, the number of elements, then the address of each output that is
 * no sum, of which whole tiles are written. Names are made here from numbers: nothing that a user wrote gets into the text.
 */
export function cSource(program: Program, formats: readonly ColumnFormat[]): string {
  return cLibrary([{ program, formats, suffix: "" }]);
}

/** A program of a library: its functions are called `hoist` and `blocks` with the suffix, a part of a C name. */
export interface LibraryPart {
  readonly program: Program;
  readonly formats: readonly ColumnFormat[];
  readonly suffix: string;
}

/** One C text with the functions of several programs, as `cSource` writes them; what they share stands in it once. */
export function cLibrary(parts: readonly LibraryPart[]): string {
  const nodes = parts.flatMap(({ program }) => [...program.hoisted, ...program.perElement]);
  const calls = nodes.flatMap(({ operation }) => operation.elementary ?? []);
  return [
    C_VECTORS,
    cElementary([...new Set(calls)].sort(), calls.length <= MOST_INLINE_CALLS),
    tables(nodes),
    ...parts.flatMap(({ program, formats, suffix }) => {
      const sums = sumCount(program);
      const tile = tileOfEight(formats);
      return [
        hoistFunction(program, sums, suffix),
        stepFunction(program, formats, tile, sums, suffix),
        driver(sums, tile, suffix),
      ];
    }),
  ].join("\n");
}

function hoistFunction(program: Program, sums: number, suffix: string): string {
  const names = new Map<Expression, string>();
  const lines = program.hoisted.map((node, index) => {
    const { source } = node.operation;
    names.set(node, `h${index}`);
    const value =
      source === undefined
        ? codeOf(node, names)
        : `V(p[${source === "time" ? program.parameters.length : inputIndex(program, node)}])`;
    const kept = node.type === "boolean" ? `(vd)h${index}` : `h${index}`;
    return `  const ${typeOf(node)} h${index} = ${value};\n  h[${index}] = (${kept})[0];`;
  });
  return [
    `void hoist${suffix}(const long long *call, double *scratch) {`,
    "  const double *p = (const double *)call[0];",
    `  double *h = scratch + ${4 * SUM_LANES * sums};`,
    "  (void)p; (void)h;",
    ...lines,
    "}",
  ].join("\n");
}

function stepFunction(
  program: Program,
  formats: readonly ColumnFormat[],
  tile: TileLayout,
  sums: number,
  suffix: string,
): string {
  const names = new Map<Expression, string>();
  program.hoisted.forEach((node, index) => {
    if (node.type === "boolean") names.set(node, `((vi)V(h[${index}]))`);
    else if (node.args.length === 0 && node.operation.source === undefined)
      names.set(node, `V(${cNumber(node.payload as number)})`);
    else names.set(node, `V(h[${index}])`);
  });
  const outputs = { none: 0, sum: 0 };
  const writesOf = new Map<Expression, string[]>();
  for (const { value, reduction } of program.outputs) {
    const index = outputs[reduction]++;
    const lines = writesOf.get(value) ?? [];
    lines.push(
      reduction === "sum"
        ? `row[${index} * (8 / W) + part] += @;`
        : `store((double *)call[${4 + index}] + at + part * W, canonical(@));`,
    );
    writesOf.set(value, lines);
  }
  const writes = (node: Expression) =>
    (writesOf.get(node) ?? []).map((line) => line.replace("@", names.get(node) as string));
  const fixed = [...writesOf.keys()].filter((node) => !variesByElement(node)).flatMap(writes);
  const nodes = program.perElement.flatMap((node, index) => {
    const { source } = node.operation;
    names.set(node, `v${index}`);
    const place =
      source === undefined ? 0 : inputIndex(program, node) + (source === "state" ? program.columns.length : 0);
    const value =
      source === undefined
        ? codeOf(node, names)
        : formats[place] === "float32"
          ? `widen(in + ${tile.offsets[place]} + part * W * 4)`
          : `load(in + ${tile.offsets[place]} + part * W * 8)`;
    return [`const ${typeOf(node)} v${index} = ${value};`, ...writes(node)];
  });
  return [
    `static void steps${suffix}(const long long *restrict call, const char *restrict in, double *restrict scratch, long long at, long long count) {`,
    "  vd *restrict row = (vd *)scratch;",
    `  const double *restrict h = scratch + ${4 * SUM_LANES * sums};`,
    "  (void)call; (void)row; (void)h;",
    `  for (long long k = 0; k < count; k++, in += ${tile.bytes}, at += 8)`,
    "    for (int part = 0; part < 8 / W; part++) {",
    ...[...fixed, ...nodes].map((line) => `      ${line}`),
    "    }",
    "}",
  ].join("\n");
}

/** Rows, rests and ends of blocks, as `element-sum.ts` says. */
function driver(sums: number, tile: TileLayout, suffix: string): string {
  const [steps, endRow, endBlock] = [`steps${suffix}`, `end_row${suffix}`, `end_block${suffix}`];
  const lanes = SUM_LANES * sums;
  const walk =
    sums === 0
      ? [`    ${steps}(call, in, scratch, start, (n + 7) / 8);`]
      : [
          `    for (long long r = 0; r < n; r += ${SUM_ROW}) {`,
          `      const long long m = n - r < ${SUM_ROW} ? n - r : ${SUM_ROW};`,
          `      const char *from = in + r / 8 * ${tile.bytes};`,
          `      if (m / 8 > 0) ${steps}(call, from, scratch, start + r, m / 8);`,
          "      if (m % 8 > 0) {",
          `        memcpy(scratch + ${3 * lanes}, scratch, ${8 * lanes});`,
          `        ${steps}(call, from + m / 8 * ${tile.bytes}, scratch, start + r + m / 8 * 8, 1);`,
          `        for (int k = 0; k < ${lanes}; k++) if (k % 8 >= m % 8) scratch[k] = scratch[${3 * lanes} + k];`,
          "      }",
          `      ${endRow}(scratch);`,
          "    }",
          `    ${endBlock}(scratch, (double *)call[2] + ${2 * sums} * block);`,
        ];
  return `
static void __attribute__((unused)) ${endRow}(double *restrict scratch) {
  for (int k = 0; k < ${lanes}; k++) {
    const double before = scratch[${lanes} + k], term = scratch[k];
    const double after = before + term, step = after - before;
    scratch[${2 * lanes} + k] = scratch[${2 * lanes} + k] + ((before - (after - step)) + (term - step));
    scratch[${lanes} + k] = after;
    scratch[k] = 0;
  }
}
static void __attribute__((unused)) ${endBlock}(double *restrict scratch, double *restrict partials) {
  for (int k = 0; k < ${lanes}; k += 8) {
    double sum = scratch[${lanes} + k], lost = scratch[${2 * lanes} + k];
    for (int lane = 1; lane < 8; lane++) {
      const double term = scratch[${lanes} + k + lane], after = sum + term, step = after - sum;
      lost = lost + scratch[${2 * lanes} + k + lane] + ((sum - (after - step)) + (term - step));
      sum = after;
    }
    partials[k / 4] = sum;
    partials[k / 4 + 1] = lost;
  }
  memset(scratch + ${lanes}, 0, ${2 * 8 * lanes});
}
void blocks${suffix}(const long long *call, double *scratch, int first, int end) {
  for (long long block = first; block < end; block++) {
    const long long start = block * ${SUM_BLOCK};
    const long long n = call[3] - start < ${SUM_BLOCK} ? call[3] - start : ${SUM_BLOCK};
    const char *in = (const char *)call[1] + start / 8 * ${tile.bytes};
${walk.join("\n")}
  }
}
`;
}

/** The tables that nodes pick from, each once. The key is a hash: nothing of the user's. */
function tables(nodes: readonly Expression[]): string {
  const found = new Map(
    nodes.flatMap(({ operation, payload }) =>
      operation.isGather === true
        ? [[tableName(payload as TableValues), (payload as TableValues).values] as const]
        : [],
    ),
  );
  const lines = [...found].map(
    ([name, values]) => `static const double ${name}[${values.length}] = {${Array.from(values, cNumber).join(", ")}};`,
  );
  return lines.join("\n");
}

function tableName({ key }: TableValues): string {
  return `t_${key.replaceAll(/[^0-9a-f]/g, "_")}`;
}

function typeOf({ type }: Expression): string {
  return type === "boolean" ? "vi" : "vd";
}

function codeOf({ operation, args, payload }: Expression, names: ReadonlyMap<Expression, string>): string {
  const [a = "", b = "", c = ""] = args.map((arg) => names.get(arg) as string);
  if (operation.elementary !== undefined) return `f_${operation.elementary}(${args.length === 1 ? a : `${a}, ${b}`})`;
  if (operation.isGather === true) {
    const table = payload as TableValues;
    return `vgather(${tableName(table)}, ${table.values.length - 1}, ${a})`;
  }
  if (args.length > 0) return CODE[operation.name as MachineOperationName](a, b, c);
  return typeof payload === "boolean" ? `I(${payload ? -1 : 0})` : `V(${cNumber(payload as number)})`;
}
