import type { Metric } from "@simloom/pipeline";

/** Metrics as documents have them: without the methods that print them. */
export function plainMetrics(metrics: Readonly<Record<string, { toJSON(): Metric }>>): Record<string, Metric> {
  return Object.fromEntries(Object.entries(metrics).map(([name, metric]) => [name, metric.toJSON()]));
}

/** A metric as people read it: `27.4 dB`. */
export function describeMetric({ unit, value, values = [] }: Metric): string {
  // What was read from a file has null where there is none.
  const there = values.filter((one) => Number.isFinite(one));
  const missing = values.length - there.length;
  const text = value === undefined ? `${series(there)}${missing === 0 ? "" : `, ${missing} missing`}` : figure(value);
  return unit === "1" ? text : `${text} ${unit}`;
}

/** A few values in full; of many, how many there are and between what. */
function series(values: readonly number[]): string {
  if (values.length <= MOST_SHOWN) return values.map(figure).join(", ");
  const [least, most] = values.reduce(([low, high], one) => [Math.min(low, one), Math.max(high, one)], [
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ] as const);
  return `${values.length} values from ${figure(least)} to ${figure(most)}`;
}

const MOST_SHOWN = 4;

/** A number with six digits at most. */
export function figure(value: number): string {
  return String(Number(value.toPrecision(6)));
}
