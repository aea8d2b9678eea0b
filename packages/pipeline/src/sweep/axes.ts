import { PipelineError } from "../errors.ts";
import { freeze, type Value } from "../value/value.ts";

/** The values that one path takes: a list, or an interval to draw from. */
export type Axis =
  | { readonly kind: "list"; readonly values: readonly Value[] }
  | { readonly kind: "interval"; readonly start: number; readonly stop: number; readonly scale: "linear" | "log" };

/** Axes by path: `edfa-3.noiseFigureDb`, `policy.fiber.noise`, `seed`, `input.launch`. */
export type Axes = Readonly<Record<string, Axis | readonly Value[]>>;

/** Exactly these values, in this order. */
export function values(list: readonly Value[]): Axis {
  return { kind: "list", values: freeze([...list]) };
}

/**
 * Evenly spaced numbers from `start` to `stop`, both included: `count` of them, or every `step`.
 * Errors: PIPE-051 for a count below 2 (1 where both ends are equal), a step of the wrong sign, or ends that are not finite.
 */
export function range(
  start: number,
  stop: number,
  spacing: { readonly count: number } | { readonly step: number },
): Axis {
  if ("count" in spacing) return spaced(start, stop, spacing.count, (fraction) => start + (stop - start) * fraction);
  const steps = Math.floor((stop - start) / spacing.step + 1e-9);
  if (!Number.isFinite(steps) || steps < 0 || steps > MAX_POINTS)
    throw wrong(`a step of ${spacing.step} does not lead from ${start} to ${stop}`);
  return values(Array.from({ length: steps + 1 }, (_, index) => start + spacing.step * index));
}

/** Numbers from `start` to `stop` with equal ratios, both included. Both ends must be positive. */
export function logRange(start: number, stop: number, { count }: { readonly count: number }): Axis {
  if (!(start > 0 && stop > 0)) throw wrong(`a logarithmic range needs positive ends, not ${start} and ${stop}`);
  return spaced(start, stop, count, (fraction) => start * (stop / start) ** fraction);
}

/** An interval that random, Latin hypercube and Sobol designs draw from. */
export function interval(start: number, stop: number, scale: "linear" | "log" = "linear"): Axis {
  if (!(Number.isFinite(start) && Number.isFinite(stop) && start < stop) || (scale === "log" && start <= 0)) {
    throw wrong(`[${start}, ${stop}] is not an interval${scale === "log" ? " of positive numbers" : ""}`);
  }
  return { kind: "interval", start, stop, scale };
}

/** Replicas: the run seeds `first`, `first + 1`, … for the path `seed`. */
export function replicas(count: number, first = 0): Axis {
  return values(Array.from({ length: count }, (_, index) => first + index));
}

/** Reads an axis as the command line writes it: `a,b,c`, `start:stop:count`, `log:start:stop:count`. */
export function parseAxis(text: string): Axis {
  const isLog = text.startsWith("log:");
  const parts = (isLog ? text.slice(4) : text).split(":");
  if (parts.length === 3 && parts.every((part) => part !== "" && Number.isFinite(Number(part)))) {
    const [start, stop, count] = parts.map(Number) as [number, number, number];
    return isLog ? logRange(start, stop, { count }) : range(start, stop, { count });
  }
  if (isLog) throw wrong(`${text} is not log:start:stop:count`);
  const items = text.split(",").map((item) => item.trim());
  if (items.some((item) => item === "")) throw wrong(`${JSON.stringify(text)} has an empty value`);
  return values(items.map(parseScalar));
}

/** A word of the command line as a value: JSON where it is JSON, else text. */
export function parseScalar(text: string): Value {
  try {
    return freeze(JSON.parse(text) as Value);
  } catch {
    return text;
  }
}

const MAX_POINTS = 10_000_000;

function spaced(start: number, stop: number, count: number, at: (fraction: number) => number): Axis {
  const isSingle = count === 1 && start === stop;
  if (
    !Number.isInteger(count) ||
    count > MAX_POINTS ||
    !(count >= 2 || isSingle) ||
    !Number.isFinite(start) ||
    !Number.isFinite(stop)
  ) {
    throw wrong(`${count} points from ${start} to ${stop} are not a range`);
  }
  return values(
    Array.from({ length: count }, (_, index) =>
      index === count - 1 ? stop : index === 0 ? start : at(index / (count - 1)),
    ),
  );
}

function wrong(message: string): PipelineError {
  return new PipelineError({
    code: "PIPE-051",
    message,
    remedy:
      "Write path=a,b,c or path=start:stop:count (at least 2 points) or path=log:start:stop:count with positive ends.",
  });
}
