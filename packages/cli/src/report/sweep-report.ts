import type { SweepManifest } from "@simloom/runtime";
import { escapeMarkup } from "../drawing/svg.ts";
import { figure } from "../output/metrics.ts";
import { duration } from "../output/progress.ts";
import { section, statusMarkup, tableMarkup } from "./page.ts";
import { plotter } from "./plot.ts";
import type { Summary } from "./report.ts";

const MOST_PLOTS = 12;
const MOST_ROWS = 2000;

/** Points in a table, and a plot of each figure over the swept axis. */
export async function sweepBody(
  sweep: SweepManifest,
  { title, figures, columns }: Summary,
): Promise<readonly string[]> {
  const { runId, status, startedAtIso, finishedAtIso, cases, cache } = sweep;
  const paths = Object.keys(cases[0]?.point ?? {});
  const names =
    columns?.filter((name) => cases.some(({ metrics }) => metrics[name]?.value !== undefined)) ?? scalarNames(sweep);
  const shown = names.slice(0, MOST_PLOTS);
  const wallMs = Date.parse(finishedAtIso) - Date.parse(startedAtIso);
  return [
    `<h1>${escapeMarkup(title)}</h1>`,
    `<div class="muted">${escapeMarkup(runId)} · ${cases.length} points · ${escapeMarkup(startedAtIso.slice(0, 19).replace("T", " "))} UTC · ${duration(wallMs)} · ${statusMarkup(status).markup}</div>`,
    figures.length === 0 ? "" : `<div class="figures">${escapeMarkup(figures.join("\n"))}</div>`,
    ...section("Figures over the sweep", await plots(sweep, paths, shown)),
    ...section("Points", [
      `<p class="muted">${cache.misses} results computed, ${cache.hits} reused or shared.${names.length > shown.length ? ` ${names.length - shown.length} more figures are in sweep.csv.` : ""}</p>`,
      tableMarkup(
        [...paths, ...shown.map((name) => withUnit(sweep, name)), "status"],
        cases
          .slice(0, MOST_ROWS)
          .map((one) => [
            ...paths.map((path) => cell(one.point[path])),
            ...shown.map((name) => cell(one.metrics[name]?.value)),
            statusMarkup(one.status),
          ]),
      ),
    ]),
  ];
}

async function plots(
  sweep: SweepManifest,
  paths: readonly string[],
  names: readonly string[],
): Promise<readonly string[]> {
  const numeric = paths.filter((path) => sweep.cases.every(({ point }) => typeof point[path] === "number"));
  const axis = numeric.find((path) => path !== "seed") ?? numeric[0];
  if (axis === undefined || names.length === 0 || sweep.cases.length < 2) return [];
  const others = paths.filter((path) => path !== axis);
  const { svg } = await plotter();
  const drawn: string[] = [];
  for (const [index, name] of names.entries()) {
    drawn.push(
      `<figure><figcaption><b>${escapeMarkup(name)}</b></figcaption><div class="plot">${await svg(plotOf(sweep, axis, others, name), `sweep-${index}`)}</div></figure>`,
    );
  }
  return [`<div class="plots">${drawn.join("\n")}</div>`];
}

/** A line per combination of the other axes; points alone where there are too many lines to tell apart. */
export function plotOf(
  { cases }: Pick<SweepManifest, "cases">,
  axis: string,
  others: readonly string[],
  name: string,
): object {
  const rows = cases.flatMap(({ point, metrics }) => {
    const y = metrics[name]?.value;
    return y === undefined
      ? []
      : [{ x: point[axis], y, series: others.map((path) => `${last(path)} ${cell(point[path])}`).join(", ") }];
  });
  const series = new Set(rows.map((row) => row.series));
  const isLog = isGeometric([...new Set(rows.map(({ x }) => x as number))].sort((a, b) => a - b));
  const isMany = series.size > 12;
  const unit = cases.map(({ metrics }) => metrics[name]?.unit).find((one) => one !== undefined) ?? "1";
  return {
    width: 380,
    height: 230,
    data: { values: rows },
    mark: isMany ? { type: "point", size: 20, opacity: 0.6 } : { type: "line", point: { size: 30 } },
    encoding: {
      x: { field: "x", type: "quantitative", title: axis, scale: { zero: false, ...(isLog ? { type: "log" } : {}) } },
      y: {
        field: "y",
        type: "quantitative",
        title: unit === "1" ? last(name) : `${last(name)} [${unit}]`,
        scale: { zero: false },
      },
      ...(series.size < 2 || isMany ? {} : { color: { field: "series", type: "nominal", title: null, sort: null } }),
    },
  };
}

/** Metrics with a single number that are not the same everywhere come first. */
function scalarNames({ cases }: SweepManifest): readonly string[] {
  const seen = new Map<string, Set<number>>();
  for (const { metrics } of cases) {
    for (const [name, { value }] of Object.entries(metrics))
      if (value !== undefined) seen.set(name, (seen.get(name) ?? new Set()).add(value));
  }
  const names = [...seen.keys()];
  const varies = (name: string): number => ((seen.get(name)?.size ?? 0) > 1 ? 0 : 1);
  return names.sort((a, b) => varies(a) - varies(b));
}

function withUnit({ cases }: SweepManifest, name: string): string {
  const unit = cases.map(({ metrics }) => metrics[name]?.unit).find((one) => one !== undefined) ?? "1";
  return unit === "1" ? name : `${name} [${unit}]`;
}

/** True for positive values with equal ratios over more than a decade. */
function isGeometric(values: readonly number[]): boolean {
  const [first = 0] = values;
  const end = values.at(-1) ?? 0;
  if (values.length < 3 || first <= 0 || end / first < 10) return false;
  const ratio = (values[1] as number) / first;
  return values.every(
    (value, index) => index === 0 || Math.abs(value / (values[index - 1] as number) / ratio - 1) < 0.01,
  );
}

function last(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1);
}

function cell(value: unknown): string {
  if (value === undefined) return "";
  if (typeof value === "number") return figure(value);
  return typeof value === "string" ? value : JSON.stringify(value);
}
