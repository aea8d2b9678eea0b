/**
 * What is minimised: a number as a function of a vector, the free parameters in their own units, in the order of the set.
 *
 * A value that is NaN or infinite loses against every number. What is thrown ends the run and reaches its caller. `x` belongs
 * to the caller and is only valid during the call.
 */
export interface Objective {
  value(x: Float64Array): number;
  /** Writes the n slopes and gives the value, both of one evaluation. Without it: central differences, 2 n values. */
  gradient?(x: Float64Array, slopes: Float64Array): number;
  /** Writes the n × n second derivatives by rows. Without it: central differences of gradients. */
  hessian?(x: Float64Array, curvatures: Float64Array): void;
  /** Values of many points at once, for those who compute in parallel; `value` for one after the other otherwise. */
  values?(points: readonly Float64Array[], values: Float64Array): void;
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
const DIFFERENCE_STEP = 6.055454452393343e-6;

/** An objective that counts, keeps the best point it saw, takes differences where needed and makes NaN lose. */
export class CountedObjective {
  readonly counts = { value: 0, gradient: 0, hessian: 0 };
  readonly best: { x: Float64Array; value: number };
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
    return this.#keep(x, this.#objective.value(x));
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

  /** Value, and slopes into `slopes`; +∞ where either is not finite. */
  gradient(x: Float64Array, slopes: Float64Array): number {
    if (this.#objective.gradient === undefined) return this.#differences(x, slopes);
    this.counts.gradient++;
    const value = this.#keep(x, this.#objective.gradient(x, slopes));
    return slopes.every(Number.isFinite) ? value : Number.POSITIVE_INFINITY;
  }

  /** Second derivatives by rows: exact where the objective has them, else symmetrised differences of gradients. */
  hessian(x: Float64Array, curvatures: Float64Array): void {
    if (this.#objective.hessian !== undefined) {
      this.counts.hessian++;
      this.#objective.hessian(x, curvatures);
      return;
    }
    const n = x.length;
    const point = Float64Array.from(x);
    const [above, below] = [new Float64Array(n), new Float64Array(n)];
    for (let row = 0; row < n; row++) {
      const [high, low] = this.#neighbours(x[row] as number, row, this.#objective.gradient === undefined ? 20 : 1);
      point[row] = high;
      this.gradient(point, above);
      point[row] = low;
      this.gradient(point, below);
      point[row] = x[row] as number;
      for (let column = 0; column < n; column++)
        curvatures[row * n + column] = ((above[column] as number) - (below[column] as number)) / (high - low);
    }
    for (let row = 0; row < n; row++)
      for (let column = 0; column < row; column++) {
        const mean = ((curvatures[row * n + column] as number) + (curvatures[column * n + row] as number)) / 2;
        curvatures[row * n + column] = mean;
        curvatures[column * n + row] = mean;
      }
  }

  #differences(x: Float64Array, slopes: Float64Array): number {
    const value = this.value(x);
    const point = Float64Array.from(x);
    for (let index = 0; index < x.length; index++) {
      const [high, low] = this.#neighbours(x[index] as number, index, 1);
      point[index] = high;
      const above = this.value(point);
      point[index] = low;
      const below = this.value(point);
      point[index] = x[index] as number;
      slopes[index] = (above - below) / (high - low);
    }
    return slopes.every(Number.isFinite) ? value : Number.POSITIVE_INFINITY;
  }

  /** Two points around x, inside the bounds. */
  #neighbours(x: number, index: number, widening: number): readonly [high: number, low: number] {
    const step = widening * DIFFERENCE_STEP * Math.max(Math.abs(x), this.#scales[index] as number);
    return [Math.min(x + step, this.#upper[index] as number), Math.max(x - step, this.#lower[index] as number)];
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
