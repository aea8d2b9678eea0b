/** A place of a matrix. */
export interface MatrixPlace {
  readonly row: number;
  readonly column: number;
}

/** How a sparse matrix is eliminated without looking at its numbers. */
export interface EliminationPlan {
  readonly n: number;
  /** Pivots, all on the diagonal, in order. */
  readonly order: readonly number[];
  /** Whether entry (row, column) is not zero after elimination; by row, then column. */
  readonly isFilled: readonly (readonly boolean[])[];
  /** Multiplications with subtraction. */
  readonly operations: number;
}

/**
 * Orders the diagonal pivots so that little is filled in: at each step the one whose row and column have the fewest
 * entries, (r − 1)(c − 1) being least, and of those the first. Source: H. Markowitz, Management Sci. 3 (1957) 255.
 */
export function planElimination(n: number, places: Iterable<MatrixPlace>): EliminationPlan {
  const filled = Array.from({ length: n }, (_, row) => Array.from({ length: n }, (_unused, column) => row === column));
  for (const { row, column } of places) (filled[row] as boolean[])[column] = true;
  const has = (row: number, column: number) => (filled[row] as boolean[])[column] as boolean;
  const left = new Set(Array.from({ length: n }, (_, index) => index));
  const order: number[] = [];
  let operations = 0;
  while (left.size > 0) {
    let best = -1;
    let bestCost = Number.POSITIVE_INFINITY;
    for (const k of left) {
      let inRow = 0;
      let inColumn = 0;
      for (const other of left) {
        if (other === k) continue;
        if (has(k, other)) inRow++;
        if (has(other, k)) inColumn++;
      }
      if (inRow * inColumn < bestCost) {
        best = k;
        bestCost = inRow * inColumn;
      }
    }
    left.delete(best);
    order.push(best);
    operations += bestCost;
    for (const row of left) {
      if (!has(row, best)) continue;
      for (const column of left) if (has(best, column)) (filled[row] as boolean[])[column] = true;
    }
  }
  return { n, order, isFilled: filled, operations };
}
