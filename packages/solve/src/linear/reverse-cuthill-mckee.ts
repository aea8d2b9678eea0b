import type { MatrixPlace } from "./elimination-plan.ts";

/**
 * An order of rows and columns that brings the entries of a sparse matrix close to its diagonal: breadth first from a state at the
 * rim, neighbours with few neighbours first, all of it reversed. The pattern counts as symmetric. Returns the old index at each new
 * place. About a step per entry, times a few. Source: A. George, J. Liu, Computer Solution of Large Sparse Positive Definite Systems,
 * 1981, 4.3 and 4.4.
 */
export function reverseCuthillMcKee(n: number, places: Iterable<MatrixPlace>): Int32Array {
  const neighbours = symmetricNeighbours(n, places);
  const degree = (index: number) => (neighbours[index] as readonly number[]).length;
  const isPlaced = new Uint8Array(n);
  const order: number[] = [];

  /** Levels of a breadth-first walk over what is not placed yet. */
  const levelsFrom = (start: number): readonly (readonly number[])[] => {
    const isSeen = isPlaced.slice();
    isSeen[start] = 1;
    const levels: number[][] = [[start]];
    for (;;) {
      const next: number[] = [];
      for (const index of levels.at(-1) as readonly number[])
        for (const other of [...(neighbours[index] as readonly number[])].sort(
          (a, b) => degree(a) - degree(b) || a - b,
        ))
          if (isSeen[other] === 0) {
            isSeen[other] = 1;
            next.push(other);
          }
      if (next.length === 0) return levels;
      levels.push(next);
    }
  };

  for (let first = 0; first < n; first++) {
    if (isPlaced[first] === 1) continue;
    let levels = levelsFrom(first);
    // Towards the rim, as long as that makes the walk longer.
    for (;;) {
      const far = (levels.at(-1) as readonly number[]).reduce((best, index) =>
        degree(index) < degree(best) ? index : best,
      );
      const further = levelsFrom(far);
      if (further.length <= levels.length) break;
      levels = further;
    }
    for (const index of levels.flat()) {
      isPlaced[index] = 1;
      order.push(index);
    }
  }
  return Int32Array.from(order.reverse());
}

function symmetricNeighbours(n: number, places: Iterable<MatrixPlace>): readonly (readonly number[])[] {
  const neighbours = Array.from({ length: n }, () => new Set<number>());
  for (const { row, column } of places) {
    if (row === column) continue;
    neighbours[row]?.add(column);
    neighbours[column]?.add(row);
  }
  return neighbours.map((set) => [...set]);
}
