/**
 * What is minimised: a number as a function of a vector, the free parameters in their own units, in the order of the set.
 *
 * A value that is NaN or infinite loses against every number. What is thrown ends the run and reaches its caller. `x` belongs
 * to the caller and is only valid during the call.
 */
export interface Objective {
  value(x: Float64Array): number;
  /**
   * Writes the n slopes and gives the value, both of one evaluation. Without it: forward differences, n + 1 values; central ones,
   * 2 n + 1, from where forward ones lead no further.
   */
  gradient?(x: Float64Array, slopes: Float64Array): number;
  /** Writes the n × n second derivatives by rows. Without it: central differences of gradients. */
  hessian?(x: Float64Array, curvatures: Float64Array): void;
  /** Values of many points at once, for those who compute in parallel; `value` for one after the other otherwise. */
  values?(points: readonly Float64Array[], values: Float64Array): void;
  /** Slopes and values of many points at once, as `gradient` gives them; `gradient` for one after the other otherwise. */
  gradients?(points: readonly Float64Array[], slopes: readonly Float64Array[], values: Float64Array): void;
  /** Where the value is Σ r²: the residuals, for methods of least squares (see `sumOfSquares`). */
  readonly leastSquares?: SquaredResiduals;
  /** What the minimum is subject to, for methods that keep to constraints (see `subjectTo`). */
  readonly constraints?: ConstraintFunctions;
}

/** The residuals of an objective that is a sum of squares. */
export interface SquaredResiduals {
  readonly count: number;
  residuals(x: Float64Array, target: Float64Array): void;
  /** Writes the residuals, and per parameter a column of their derivatives. */
  jacobian(x: Float64Array, target: Float64Array, columns: readonly Float64Array[]): void;
}

/** What must not be above 0, or be 0. */
export interface ConstraintFunctions {
  readonly count: number;
  /** The first ones must be 0. */
  readonly equalities: number;
  values(x: Float64Array, target: Float64Array): void;
  /** Writes the values, and a row of derivatives per constraint. */
  jacobian(x: Float64Array, target: Float64Array, rows: readonly Float64Array[]): void;
}

/** How often parts of an objective were asked for; differences count as the values and gradients that they need. */
export interface EvaluationCounts {
  readonly value: number;
  readonly gradient: number;
  readonly hessian: number;
}

/** Cube root of 2^-52: balances truncation against rounding in a central difference. */
const CENTRAL_STEP = 6.055454452393343e-6;
/** Square root of 2^-52: the same in a forward difference. */
const FORWARD_STEP = 1.4901161193847656e-8;

/** An objective that counts, keeps the best point it saw, takes differences where needed and makes NaN lose. */
export class CountedObjective {
  readonly counts = { value: 0, gradient: 0, hessian: 0 };
  readonly best: { x: Float64Array; value: number };
  /** Whether differences are central. */
  isFine = false;
  /** The last point of which a value alone was asked: where slopes of it follow, the value is known. */
  #last: { readonly x: Float64Array; readonly value: number } | undefined;
  readonly #objective: Objective;
  readonly #lower: Float64Array;
  readonly #upper: Float64Array;
  readonly #scales: Float64Array;

  constructor(objective: Objective, lower: Float64Array, upper: Float64Array, scales: Float64Array) {
    this.#objective = objective;
    this.#lower = lower;
    this.#upper = upper;
    this.#scales = scales;
    this.best = { x: new Float64Array(lower.length), value: Number.POSITIVE_INFINITY };
  }

  get hasHessian(): boolean {
    return this.#objective.hessian !== undefined;
  }

  get constraints(): ConstraintFunctions | undefined {
    return this.#objective.constraints;
  }

  /** The residuals, counted: one evaluation as a value, one with derivatives as a gradient. */
  get leastSquares(): SquaredResiduals | undefined {
    const squares = this.#objective.leastSquares;
    if (squares === undefined) return undefined;
    return {
      count: squares.count,
      residuals: (x, target) => {
        this.counts.value++;
        squares.residuals(x, target);
      },
      jacobian: (x, target, columns) => {
        this.counts.gradient++;
        squares.jacobian(x, target, columns);
      },
    };
  }

  value(x: Float64Array): number {
    this.counts.value++;
    const value = this.#keep(x, this.#objective.value(x));
    this.#last = { x: Float64Array.from(x), value };
    return value;
  }

  /** Forgets the last value: between iterations, so that a run that is resumed there counts the same. */
  forget(): void {
    this.#last = undefined;
  }

  values(points: readonly Float64Array[], values: Float64Array): void {
    if (this.#objective.values === undefined) {
      points.forEach((point, index) => {
        values[index] = this.value(point);
      });
      return;
    }
    this.counts.value += points.length;
    this.#objective.values(points, values);
    points.forEach((point, index) => {
      values[index] = this.#keep(point, values[index] as number);
    });
  }

  /** Whether slopes are forward differences, which central ones would better. */
  get isCoarse(): boolean {
    return this.#objective.gradient === undefined && !this.isFine;
  }

  /** Value, and slopes into `slopes`; +∞ where either is not finite. */
  gradient(x: Float64Array, slopes: Float64Array): number {
    const values = new Float64Array(1);
    this.#gradients([x], [slopes], values, this.isFine);
    return values[0] as number;
  }

  /** Second derivatives by rows: exact where the objective has them, else symmetrised differences of gradients. */
  hessian(x: Float64Array, curvatures: Float64Array): void {
    if (this.#objective.hessian !== undefined) {
      this.counts.hessian++;
      this.#objective.hessian(x, curvatures);
      return;
    }
    const n = x.length;
    const widening = this.#objective.gradient === undefined ? 20 : 1;
    const steps = Array.from(x, (at, row) => this.#neighbours(at, row, widening * CENTRAL_STEP));
    const points = steps.flatMap(([high, low], row) => [moved(x, row, high), moved(x, row, low)]);
    const slopes = points.map(() => new Float64Array(n));
    this.#gradients(points, slopes, new Float64Array(points.length), true);
    steps.forEach(([high, low], row) => {
      const [above, below] = [slopes[2 * row] as Float64Array, slopes[2 * row + 1] as Float64Array];
      for (let column = 0; column < n; column++)
        curvatures[row * n + column] = ((above[column] as number) - (below[column] as number)) / (high - low);
    });
    for (let row = 0; row < n; row++)
      for (let column = 0; column < row; column++) {
        const mean = ((curvatures[row * n + column] as number) + (curvatures[column * n + row] as number)) / 2;
        curvatures[row * n + column] = mean;
        curvatures[column * n + row] = mean;
      }
  }

  #gradients(
    points: readonly Float64Array[],
    slopes: readonly Float64Array[],
    values: Float64Array,
    isFine: boolean,
  ): void {
    if (this.#objective.gradient === undefined) this.#differences(points, slopes, values, isFine);
    else {
      this.counts.gradient += points.length;
      if (this.#objective.gradients !== undefined && points.length > 1)
        this.#objective.gradients(points, slopes, values);
      else
        for (const [k, point] of points.entries())
          values[k] = this.#objective.gradient(point, slopes[k] as Float64Array);
      points.forEach((point, k) => {
        values[k] = this.#keep(point, values[k] as number);
      });
    }
    slopes.forEach((one, k) => {
      if (!one.every(Number.isFinite)) values[k] = Number.POSITIVE_INFINITY;
    });
  }

  /** All values that the differences at some points need, at once. */
  #differences(
    points: readonly Float64Array[],
    slopes: readonly Float64Array[],
    values: Float64Array,
    isFine: boolean,
  ): void {
    const asked = points.map((x) => ({
      x,
      steps: Array.from(x, (at, index) => this.#neighbours(at, index, isFine ? CENTRAL_STEP : FORWARD_STEP, isFine)),
    }));
    const known = asked.map(({ x }) => this.#known(x));
    const every = asked.flatMap(({ x, steps }, k) => [
      ...(known[k] === undefined ? [x] : []),
      ...steps.flatMap(([high, low], index) =>
        isFine ? [moved(x, index, high), moved(x, index, low)] : [moved(x, index, high)],
      ),
    ]);
    const found = new Float64Array(every.length);
    this.values(every, found);
    let next = 0;
    asked.forEach(({ steps }, k) => {
      const value = known[k] ?? (found[next++] as number);
      values[k] = value;
      steps.forEach(([high, low], index) => {
        const above = found[next++] as number;
        const below = isFine ? (found[next++] as number) : value;
        (slopes[k] as Float64Array)[index] = (above - below) / (high - low);
      });
    });
  }

  #known(x: Float64Array): number | undefined {
    return this.#last?.x.every((entry, i) => entry === x[i]) ? this.#last.value : undefined;
  }

  /** Two points around x, or x and one beside it, inside the bounds. */
  #neighbours(x: number, index: number, part: number, isCentral = true): readonly [high: number, low: number] {
    const step = part * Math.max(Math.abs(x), this.#scales[index] as number);
    const high = Math.min(x + step, this.#upper[index] as number);
    if (isCentral) return [high, Math.max(x - step, this.#lower[index] as number)];
    return high - x >= step / 2 ? [high, x] : [Math.max(x - step, this.#lower[index] as number), x];
  }

  #keep(x: Float64Array, given: number): number {
    const value = Number.isFinite(given) ? given : Number.POSITIVE_INFINITY;
    if (value < this.best.value) {
      this.best.value = value;
      this.best.x.set(x);
    }
    return value;
  }
}

function moved(x: Float64Array, index: number, to: number): Float64Array {
  const point = Float64Array.from(x);
  point[index] = to;
  return point;
}
