import type { Metric } from "@simloom/pipeline";

/** Metrics as documents have them: without the methods that print them. */
export function plainMetrics(metrics: Readonly<Record<string, { toJSON(): Metric }>>): Record<string, Metric> {
  return Object.fromEntries(Object.entries(metrics).map(([name, metric]) => [name, metric.toJSON()]));
}

/** A metric as people read it: `27.4 dB`. */
export function describeMetric({ unit, value, values }: Metric): string {
  const text = value === undefined ? `${values?.length ?? 0} values` : figure(value);
  return unit === "1" ? text : `${text} ${unit}`;
}

/** A number with six digits at most. */
export function figure(value: number): string {
  return String(Number(value.toPrecision(6)));
}
