import type { NodeRecord } from "@simloom/pipeline";
import { escapeMarkup } from "../drawing/svg.ts";
import { duration } from "../output/progress.ts";

const WIDTH = 1000;
const ROW = 22;
const LABEL_LETTER = 6.6;
/** With more nodes than this there is a row per worker. */
const MOST_ROWS = 40;

interface Bar {
  readonly row: string;
  readonly title: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly isFailed: boolean;
}

/** When each attempt ran: a row per node, or per worker where there are many nodes. Nothing when all was reused. */
export function timelineOf(nodes: readonly NodeRecord[]): string {
  const ran = nodes.filter(({ attempts }) => attempts.length > 0);
  const isByWorker = ran.length > MOST_ROWS;
  const bars = ran.flatMap(({ id, attempts }) =>
    attempts.map(
      ({ attempt, startedAtMs, durationMs, worker, failure }): Bar => ({
        row: isByWorker ? worker : id,
        title: `${id}${attempt > 1 ? `, attempt ${attempt}` : ""}: ${duration(durationMs)} on ${worker}`,
        fromMs: startedAtMs,
        toMs: startedAtMs + durationMs,
        isFailed: failure !== undefined,
      }),
    ),
  );
  if (bars.length === 0) return "";
  const rows = isByWorker ? [...new Set(bars.map(({ row }) => row))].sort() : [...new Set(bars.map(({ row }) => row))];
  const startMs = Math.min(...bars.map(({ fromMs }) => fromMs));
  const spanMs = Math.max(...bars.map(({ toMs }) => toMs)) - startMs || 1;
  const left = Math.min(260, Math.max(...rows.map((row) => row.length)) * LABEL_LETTER + 14);
  const scale = (WIDTH - left - 60) / spanMs;
  const x = (ms: number): number => Math.round((left + (ms - startMs) * scale) * 10) / 10;
  const height = rows.length * ROW + 26;
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((fraction) => startMs + fraction * spanMs);
  return [
    `<svg class="timeline" viewBox="0 0 ${WIDTH} ${height}" role="img"><title>when each node ran</title>`,
    ...ticks.map(
      (ms) =>
        `<line x1="${x(ms)}" y1="0" x2="${x(ms)}" y2="${height - 20}"/><text class="t" x="${x(ms)}" y="${height - 6}" text-anchor="middle">${duration(ms - startMs)}</text>`,
    ),
    ...rows.map(
      (row, index) =>
        `<text x="${left - 8}" y="${index * ROW + 15}" text-anchor="end">${escapeMarkup(row.length > 38 ? `…${row.slice(-37)}` : row)}</text>`,
    ),
    ...bars.map(({ row, title, fromMs, toMs, isFailed }) => {
      const width = Math.max(1.5, Math.round((toMs - fromMs) * scale * 10) / 10);
      return `<rect${isFailed ? ' class="failed"' : ""} x="${x(fromMs)}" y="${rows.indexOf(row) * ROW + 4}" width="${width}" height="14" rx="2"><title>${escapeMarkup(title)}</title></rect>`;
    }),
    "</svg>",
  ].join("\n");
}
