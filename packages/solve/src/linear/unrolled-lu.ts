import type { EliminationPlan } from "./elimination-plan.ts";

/** Where the numbers of a matrix come from and go to, as text. */
export interface MatrixText {
  /** Value of entry (row, column) of the matrix to be factorised; undefined where it is zero. */
  entry(row: number, column: number): string | undefined;
  /** Place that holds entry (row, column) of the factors; on the diagonal, the inverse of the pivot. */
  factor(row: number, column: number): string;
}

/** The same for a complex matrix; entries have a real part, or both. */
export interface ComplexMatrixText {
  entry(row: number, column: number): { readonly re: string; readonly im: string } | undefined;
  factor(row: number, column: number): { readonly re: string; readonly im: string };
}

/** A pivot this many times larger than the entry it came from says that an earlier one was too small. */
const LARGEST_GROWTH = 1e8;

/**
 * Statements that factorise a sparse matrix in the order of a plan, without exchanges; `growth` ends as a number that is
 * not finite where a pivot vanished or a small one has blown up the rest: then the caller pivots.
 */
export function factorText({ order, isFilled, n }: EliminationPlan, matrix: MatrixText): string {
  const lines = ["let growth = 0;"];
  const name = (row: number, column: number) => `a${row}_${column}`;
  const has = (row: number, column: number) => isFilled[row]?.[column] === true;
  const changed = new Set<number>();
  for (let row = 0; row < n; row++)
    for (let column = 0; column < n; column++)
      if (has(row, column)) lines.push(`let ${name(row, column)} = ${matrix.entry(row, column) ?? "0"};`);
  order.forEach((k, step) => {
    const rest = order.slice(step + 1);
    const pivot = name(k, k);
    if (changed.has(k))
      lines.push(
        `if (Math.abs(${pivot}) > ${LARGEST_GROWTH} * Math.abs(${matrix.entry(k, k) ?? "0"})) growth = Infinity;`,
      );
    lines.push(`${pivot} = 1 / ${pivot};`, `growth += Math.abs(${pivot});`);
    for (const row of rest) {
      if (!has(row, k)) continue;
      lines.push(`${name(row, k)} *= ${pivot};`);
      for (const column of rest) {
        if (!has(k, column)) continue;
        lines.push(`${name(row, column)} -= ${name(row, k)} * ${name(k, column)};`);
        if (row === column) changed.add(row);
      }
    }
  });
  for (let row = 0; row < n; row++)
    for (let column = 0; column < n; column++)
      if (has(row, column)) lines.push(`${matrix.factor(row, column)} = ${name(row, column)};`);
  return lines.join("\n");
}

/** Statements that solve in place on `b(index)`. */
export function solveText(
  { order, isFilled, n }: EliminationPlan,
  factor: (row: number, column: number) => string,
  b: (index: number) => string,
): string {
  const has = (row: number, column: number) => isFilled[row]?.[column] === true;
  const lines = Array.from({ length: n }, (_, index) => `let b${index} = ${b(index)};`);
  order.forEach((k, step) => {
    for (const row of order.slice(step + 1)) if (has(row, k)) lines.push(`b${row} -= ${factor(row, k)} * b${k};`);
  });
  for (let step = n - 1; step >= 0; step--) {
    const k = order[step] as number;
    const terms = order.slice(step + 1).filter((column) => has(k, column));
    const sum = [`b${k}`, ...terms.map((column) => `${factor(k, column)} * b${column}`)].join(" - ");
    lines.push(`b${k} = (${sum}) * ${factor(k, k)};`);
  }
  lines.push(...Array.from({ length: n }, (_, index) => `${b(index)} = b${index};`));
  return lines.join("\n");
}

/** Statements that factorise a complex matrix; as `factorText`. */
export function factorComplexText({ order, isFilled, n }: EliminationPlan, matrix: ComplexMatrixText): string {
  const lines = ["let growth = 0, q = 0;"];
  const re = (row: number, column: number) => `a${row}_${column}`;
  const im = (row: number, column: number) => `c${row}_${column}`;
  const has = (row: number, column: number) => isFilled[row]?.[column] === true;
  const changed = new Set<number>();
  for (let row = 0; row < n; row++)
    for (let column = 0; column < n; column++) {
      if (!has(row, column)) continue;
      const entry = matrix.entry(row, column) ?? { re: "0", im: "0" };
      lines.push(`let ${re(row, column)} = ${entry.re}, ${im(row, column)} = ${entry.im};`);
    }
  order.forEach((k, step) => {
    const rest = order.slice(step + 1);
    const [pr, pi] = [re(k, k), im(k, k)];
    lines.push(`q = ${pr} * ${pr} + ${pi} * ${pi};`);
    if (changed.has(k)) {
      const entry = matrix.entry(k, k) ?? { re: "0", im: "0" };
      lines.push(
        `if (Math.sqrt(q) > ${LARGEST_GROWTH} * (Math.abs(${entry.re}) + Math.abs(${entry.im}))) growth = Infinity;`,
      );
    }
    lines.push(`${pr} /= q; ${pi} = -${pi} / q; growth += Math.abs(${pr}) + Math.abs(${pi});`);
    for (const row of rest) {
      if (!has(row, k)) continue;
      const [lr, li] = [re(row, k), im(row, k)];
      lines.push(`q = ${lr} * ${pi} + ${li} * ${pr}; ${lr} = ${lr} * ${pr} - ${li} * ${pi}; ${li} = q;`);
      for (const column of rest) {
        if (!has(k, column)) continue;
        const [ur, ui] = [re(k, column), im(k, column)];
        lines.push(
          `${re(row, column)} -= ${lr} * ${ur} - ${li} * ${ui}; ${im(row, column)} -= ${lr} * ${ui} + ${li} * ${ur};`,
        );
        if (row === column) changed.add(row);
      }
    }
  });
  for (let row = 0; row < n; row++)
    for (let column = 0; column < n; column++) {
      if (!has(row, column)) continue;
      const factor = matrix.factor(row, column);
      lines.push(`${factor.re} = ${re(row, column)}; ${factor.im} = ${im(row, column)};`);
    }
  return lines.join("\n");
}

/** Statements that solve a complex system in place on `b(index)`. */
export function solveComplexText(
  { order, isFilled, n }: EliminationPlan,
  factor: (row: number, column: number) => { readonly re: string; readonly im: string },
  b: (index: number) => { readonly re: string; readonly im: string },
): string {
  const has = (row: number, column: number) => isFilled[row]?.[column] === true;
  const lines = ["let q = 0;"];
  for (let index = 0; index < n; index++) lines.push(`let b${index} = ${b(index).re}, d${index} = ${b(index).im};`);
  const subtract = (row: number, column: number) => {
    const { re, im } = factor(row, column);
    lines.push(
      `b${row} -= ${re} * b${column} - ${im} * d${column}; d${row} -= ${re} * d${column} + ${im} * b${column};`,
    );
  };
  order.forEach((k, step) => {
    for (const row of order.slice(step + 1)) if (has(row, k)) subtract(row, k);
  });
  for (let step = n - 1; step >= 0; step--) {
    const k = order[step] as number;
    for (const column of order.slice(step + 1)) if (has(k, column)) subtract(k, column);
    const { re, im } = factor(k, k);
    lines.push(`q = ${re} * d${k} + ${im} * b${k}; b${k} = ${re} * b${k} - ${im} * d${k}; d${k} = q;`);
  }
  for (let index = 0; index < n; index++) lines.push(`${b(index).re} = b${index}; ${b(index).im} = d${index};`);
  return lines.join("\n");
}
