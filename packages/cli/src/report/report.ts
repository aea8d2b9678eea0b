import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type FinishedRun, readFinished, readRequest, type StoredManifest } from "@simloom/runtime";
import { escapeMarkup } from "../drawing/svg.ts";
import { describeMetric } from "../output/metrics.ts";
import { duration } from "../output/progress.ts";
import { artifactFigures } from "./artifacts.ts";
import { page, section, statusMarkup, tableMarkup } from "./page.ts";
import { sweepBody } from "./sweep-report.ts";
import { timelineOf } from "./timeline.ts";

/** Title and figures that the domain found worth saying, as `summary.json` keeps them. */
export interface Summary {
  readonly title: string;
  readonly figures: readonly string[];
  /** Metrics worth a plot in the report of a sweep. */
  readonly columns?: readonly string[];
}

/** Writes `report.html` into a run folder, from what the folder holds; answers its path. Errors: RUNT-073 for a run that has not finished. */
export async function writeReport(folder: string): Promise<string> {
  const finished = readFinished(folder);
  const summary = readSummary(folder, finished);
  const body =
    finished.kind === "run"
      ? await runBody(folder, finished.manifest, summary)
      : await sweepBody(finished.sweep, summary);
  const file = join(folder, "report.html");
  writeFileSync(file, page(summary.title, [...body, ...environment(folder, finished)]));
  return file;
}

function readSummary(folder: string, finished: FinishedRun): Summary {
  const file = join(folder, "summary.json");
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")) as Summary;
  return { title: finished.kind === "run" ? finished.manifest.graph : finished.sweep.graph, figures: [] };
}

async function runBody(
  folder: string,
  manifest: StoredManifest,
  { title, figures }: Summary,
): Promise<readonly string[]> {
  const { runId, status, seed, startedAtIso, finishedAtIso, nodes, metrics, warnings, artifacts } = manifest;
  const count = (wanted: string): number => nodes.filter((node) => node.status === wanted).length;
  const wallMs = Date.parse(finishedAtIso) - Date.parse(startedAtIso);
  const scalars = Object.entries(metrics).filter(([, { value }]) => value !== undefined);
  return [
    `<h1>${escapeMarkup(title)}</h1>`,
    `<div class="muted">${escapeMarkup(runId)} · ${escapeMarkup(startedAtIso.slice(0, 19).replace("T", " "))} UTC · seed ${seed} · ${duration(wallMs)} · ${statusMarkup(status).markup}</div>`,
    figures.length > 0
      ? `<div class="figures">${escapeMarkup(figures.join("\n"))}</div>`
      : cards(scalars.slice(0, MOST_CARDS)),
    ...(warnings.length === 0
      ? []
      : [...new Set(warnings)].map((warning) => `<p class="warning">${escapeMarkup(warning)}</p>`)),
    ...nodes.flatMap(({ id, status: ended, failure }) =>
      ended === "failed" && failure !== undefined
        ? [
            `<p class="warning problem"><b>${escapeMarkup(id)}</b> ${escapeMarkup(`${failure.code}  ${failure.message}`)}<br>${escapeMarkup(failure.remedy)}</p>`,
          ]
        : [],
    ),
    ...section("Plots and documents", wrapped(await artifactFigures(folder, artifacts))),
    ...section("Metrics", metricRows(metrics)),
    ...section(
      "When each node ran",
      [timelineOf(nodes)].filter((drawing) => drawing !== "").map((drawing) => `<figure>${drawing}</figure>`),
    ),
    ...section("Nodes", [
      `<p class="muted">${count("hit")} reused, ${count("computed")} computed, ${count("failed")} failed, ${count("skipped")} skipped. The time of a reused node is that of its original computation.</p>`,
      tableMarkup(
        ["node", "stage", "status", "time", "attempts", "key"],
        nodes.map((node) => [
          node.label ?? node.id,
          node.stage,
          statusMarkup(node.status),
          duration(node.durationMs),
          String(node.attempts.length),
          { markup: `<code title="${node.key}">${node.key.slice(0, 12)}</code>` },
        ]),
      ),
    ]),
  ];
}

const MOST_CARDS = 12;

function cards(scalars: readonly (readonly [string, StoredManifest["metrics"][string]])[]): string {
  if (scalars.length === 0) return "";
  return `<div class="cards">${scalars.map(([name, metric]) => `<div class="card"><span class="muted">${escapeMarkup(name)}</span><b>${escapeMarkup(describeMetric(metric))}</b></div>`).join("")}</div>`;
}

function metricRows(metrics: StoredManifest["metrics"]): readonly string[] {
  const rows = Object.entries(metrics).map(([name, metric]) => [
    name,
    metric.value === undefined ? describeMetric({ ...metric, unit: "1" }) : String(metric.value),
    metric.unit === "1" ? "" : metric.unit,
  ]);
  return rows.length === 0 ? [] : [tableMarkup(["metric", "value", "unit"], rows)];
}

function wrapped(figures: readonly string[]): readonly string[] {
  return figures.length === 0 ? [] : [`<div class="plots">${figures.join("\n")}</div>`];
}

function environment(folder: string, finished: FinishedRun): readonly string[] {
  const frame = finished.kind === "run" ? finished.manifest : finished.sweep;
  const { host, executor, workers, arithmetic, packages, cache, store } = frame;
  const rows: [string, string][] = [
    ["host", host],
    ["executor", `${executor}, ${workers} ${workers === 1 ? "worker" : "workers"}`],
    ["arithmetic", arithmetic],
    [
      "cache",
      store === undefined
        ? "off"
        : `${store.name}: ${cache.hits} hits, ${cache.misses} misses, ${cache.stored} stored${cache.notStored === 0 ? "" : `, ${cache.notStored} could not be stored`}`,
    ],
    ...Object.entries(packages),
  ];
  if (existsSync(join(folder, "request.json"))) {
    const { source, machine } = readRequest(folder);
    rows.unshift(
      ["specification", source],
      ["machine", `${machine.platform}, ${machine.cores} × ${machine.processor}`],
    );
  }
  return section("Environment", [tableMarkup(["", ""], rows)]);
}
