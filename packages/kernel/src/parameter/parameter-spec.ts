import { kernelError } from "../errors.ts";

/** What is said of a parameter of a fit. */
export interface ParameterOptions {
  readonly name: string;
  /**
   * Where a fit starts: a number, or a range `[low, high]` from which `sampleInitial` draws uniformly and whose middle is the
   * start otherwise. Default: the fixed value; else the middle of two finite bounds; else 0, moved into the bounds.
   */
  readonly initial?: number | readonly [low: number, high: number] | undefined;
  /** Value at which it is held; such a parameter is no variable of a fit. */
  readonly fixed?: number | undefined;
  /** Least and greatest value; `null` for none. Default none. */
  readonly bounds?: readonly [low: number | null, high: number | null] | undefined;
  /** Values that differ by the length of the (finite) bounds mean the same, as angles do. Default false. */
  readonly periodic?: boolean | undefined;
  /** Typical size of a change, above 0: a hint for minimisers. */
  readonly scale?: number | undefined;
  /** Unit of the value, for people and reports. */
  readonly unit?: string | undefined;
  /** How it is set in LaTeX. */
  readonly latex?: string | undefined;
  readonly description?: string | undefined;
}

/** A parameter that was checked. Immutable. */
export interface ParameterSpec {
  readonly name: string;
  /** Where a fit starts; in the bounds, and in [low, high) for a periodic parameter. */
  readonly initial: number;
  /** Where `sampleInitial` draws from, if anywhere. */
  readonly initialRange?: readonly [low: number, high: number];
  /** Value at which it is held; absent for a free parameter. */
  readonly fixed?: number;
  /** −∞ and +∞ where there is no bound. */
  readonly bounds: readonly [low: number, high: number];
  readonly isPeriodic: boolean;
  readonly scale?: number;
  readonly unit?: string;
  readonly latex?: string;
  readonly description?: string;
}

/**
 * Checks what is said of a parameter. Values of a periodic one are taken into [low, high) instead of being refused.
 *
 * Throws `KERN-040` for an empty name, `KERN-042` for bounds that are not in order, `KERN-043` for a periodic parameter
 * without two finite bounds, `KERN-044` for a value that is no number in the bounds, `KERN-045` for a scale that is not above
 * 0, `KERN-046` for an initial range that is not in order or not in the bounds.
 */
export function parameterSpec(options: ParameterOptions): ParameterSpec {
  const { name, periodic = false, initial, fixed, scale, unit, latex, description } = options;
  if (name.trim() === "") throw kernelError("KERN-040", "A parameter has an empty name", "Give a name.");
  const bounds = checkedBounds(options);
  if (periodic && !bounds.every(Number.isFinite))
    throw kernelError(
      "KERN-043",
      `The parameter \`${name}\` is periodic, but its bounds are ${rangeName(bounds)}`,
      "Give two finite bounds, one period apart.",
      { name, bounds },
    );
  if (scale !== undefined && !(scale > 0 && scale < Number.POSITIVE_INFINITY))
    throw kernelError("KERN-045", `The scale of \`${name}\` is ${scale}`, "Give a finite number above 0.", {
      name,
      scale,
    });
  const within = (value: number, what: string) => valueWithin({ name, bounds, isPeriodic: periodic }, value, what);
  const range = typeof initial === "object" ? checkedRange(name, initial, bounds) : undefined;
  const fixedValue = fixed === undefined ? undefined : within(fixed, "fixed value");
  const start =
    range !== undefined
      ? (range[0] + range[1]) / 2
      : typeof initial === "number"
        ? within(initial, "initial value")
        : (fixedValue ?? defaultStart(bounds));
  return Object.freeze({
    name,
    initial: start,
    ...(range === undefined ? {} : { initialRange: range }),
    ...(fixedValue === undefined ? {} : { fixed: fixedValue }),
    bounds,
    isPeriodic: periodic,
    ...(scale === undefined ? {} : { scale }),
    ...(unit === undefined ? {} : { unit }),
    ...(latex === undefined ? {} : { latex }),
    ...(description === undefined ? {} : { description }),
  });
}

/** What would have to be said to get this parameter. */
export function optionsOf(spec: ParameterSpec): ParameterOptions {
  const { initialRange, initial, bounds, isPeriodic, ...rest } = spec;
  const open = bounds.map((bound) => (Number.isFinite(bound) ? bound : null)) as [number | null, number | null];
  return { ...rest, initial: initialRange ?? initial, bounds: open, periodic: isPeriodic };
}

type Bounded = Pick<ParameterSpec, "name" | "bounds" | "isPeriodic">;

/** The value itself, or for a periodic parameter the one in [low, high) that means the same. Throws `KERN-044` outside. */
export function valueWithin({ name, bounds, isPeriodic }: Bounded, value: number, what: string): number {
  const [low, high] = bounds;
  if (isPeriodic && Number.isFinite(value)) return wrapped(value, low, high);
  if (Number.isFinite(value) && value >= low && value <= high) return value;
  throw kernelError(
    "KERN-044",
    `The ${what} of \`${name}\`, ${value}, is not in ${rangeName(bounds)}`,
    "Give a finite number in the bounds, or widen them.",
    { name, value, bounds },
  );
}

/** The number in [low, high) that differs from the value by whole periods. */
export function wrapped(value: number, low: number, high: number): number {
  if (value >= low && value < high) return value;
  const period = high - low;
  const moved = value - period * Math.floor((value - low) / period);
  // rounding may end on the upper bound, or just below the lower one
  return moved >= high || moved < low ? low : moved;
}

/** "[0, ∞)": how messages name bounds. */
export function rangeName([low, high]: readonly [number, number]): string {
  return `${low === Number.NEGATIVE_INFINITY ? "(−∞" : `[${low}`}, ${high === Number.POSITIVE_INFINITY ? "∞)" : `${high}]`}`;
}

function checkedBounds({ name, bounds = [null, null] }: ParameterOptions): readonly [number, number] {
  const [low, high] = [bounds[0] ?? Number.NEGATIVE_INFINITY, bounds[1] ?? Number.POSITIVE_INFINITY];
  if (low < high) return Object.freeze([low, high] as const);
  throw kernelError(
    "KERN-042",
    `The bounds of \`${name}\` are ${low} and ${high}`,
    "Give the lower one first, and fix a parameter that has one value only.",
    { name, bounds },
  );
}

function checkedRange(
  name: string,
  [low, high]: readonly [number, number],
  bounds: readonly [number, number],
): readonly [number, number] {
  if (low <= high && Number.isFinite(low) && Number.isFinite(high) && low >= bounds[0] && high <= bounds[1])
    return Object.freeze([low, high] as const);
  throw kernelError(
    "KERN-046",
    `The initial range of \`${name}\`, ${low} to ${high}, is not a range in ${rangeName(bounds)}`,
    "Give two finite numbers in the bounds, the lower one first.",
    { name, range: [low, high], bounds },
  );
}

function defaultStart([low, high]: readonly [number, number]): number {
  if (Number.isFinite(low) && Number.isFinite(high)) return low + (high - low) / 2;
  return Math.min(Math.max(0, low), high);
}
