/** The points of a sweep as `sweep.csv`, for spreadsheets and data frames. */
import type { MetricValue, SweepCase } from "@simloom/pipeline";

/**
 * A row per point, in their order: its id, the swept values by path, every metric that is a single number at some point
 * (`name [unit]`, empty where there is none), its status, how many nodes were computed and reused, and the time that the
 * computed ones took together. RFC 4180: commas, CRLF, quotes doubled; numbers with all digits.
 */
export function sweepTable(cases: readonly SweepCase[]): string {
  const paths = union(cases.map(({ point }) => Object.keys(point)));
  const names = union(cases.map(({ result }) => scalarNames(result.metrics)));
  const header = [
    "id",
    ...paths,
    ...names.map((name) => withUnit(name, cases)),
    "status",
    "computed",
    "reused",
    "work [ms]",
  ];
  const rows = cases.map(({ id, point, result: { metrics, nodes, status } }) => {
    const computed = nodes.filter((node) => node.status === "computed");
    return [
      id,
      ...paths.map((path) => point[path]),
      ...names.map((name) => metrics[name]?.value),
      status,
      computed.length,
      nodes.filter((node) => node.status === "hit").length,
      computed.reduce((sum, { durationMs }) => sum + durationMs, 0),
    ];
  });
  return `${[header, ...rows].map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
}

function union(lists: readonly (readonly string[])[]): readonly string[] {
  return [...new Set(lists.flat())];
}

function scalarNames(metrics: Readonly<Record<string, MetricValue>>): readonly string[] {
  return Object.keys(metrics).filter((name) => metrics[name]?.value !== undefined);
}

function withUnit(name: string, cases: readonly SweepCase[]): string {
  const unit = cases.map(({ result }) => result.metrics[name]?.unit).find((one) => one !== undefined) ?? "1";
  return unit === "1" ? name : `${name} [${unit}]`;
}

function cell(value: unknown): string {
  const text = typeof value === "object" && value !== null ? JSON.stringify(value) : String(value ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
