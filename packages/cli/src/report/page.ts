import { escapeMarkup } from "../drawing/svg.ts";

const CSS = `
:root{color-scheme:light dark;--ground:#fbfcfd;--card:#fff;--ink:#17212b;--muted:#5b6b7c;--line:#dbe2e9;--accent:#1f5fa8;--good:#2f7d46;--work:#b26a00;--bad:#b3261e;--wash:#f1f4f7}
@media (prefers-color-scheme:dark){:root{--ground:#0f151b;--card:#161e27;--ink:#e4ebf2;--muted:#97a6b6;--line:#2b3743;--accent:#7db3ec;--good:#5cbf7a;--work:#e0a040;--bad:#f2766d;--wash:#1b2530}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI","DejaVu Sans",Arial,sans-serif}
main{max-width:1080px;margin:0 auto;padding:32px 24px 64px}
h1{font-size:26px;line-height:1.25;margin:0 0 4px}
h2{font-size:17px;margin:36px 0 12px;padding-bottom:6px;border-bottom:1px solid var(--line)}
.muted{color:var(--muted)}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(190px,1fr));gap:12px;margin-top:20px}
.card{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:12px 14px;overflow-wrap:anywhere}
.card b{display:block;font-size:20px;font-weight:600;line-height:1.3}
.figures{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:14px 16px;margin-top:20px;white-space:pre-wrap;font:13.5px/1.55 ui-monospace,SFMono-Regular,Menlo,"DejaVu Sans Mono",monospace}
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:8px;background:var(--card)}
table{border-collapse:collapse;width:100%;font-size:13.5px}
th,td{padding:6px 12px;text-align:left;border-bottom:1px solid var(--line);white-space:nowrap}
tr:last-child td{border-bottom:0}
th{background:var(--wash);font-weight:600}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
code{font:12.5px/1.4 ui-monospace,SFMono-Regular,Menlo,"DejaVu Sans Mono",monospace}
.status{display:inline-block;padding:0 8px;border-radius:9px;border:1px solid currentColor;font-size:12.5px}
.hit,.succeeded{color:var(--good)}.computed{color:var(--work)}.failed,.interrupted,.partial{color:var(--bad)}.skipped{color:var(--muted)}
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,480px),1fr));gap:16px}
figure{margin:0;background:var(--card);border:1px solid var(--line);border-radius:8px;padding:12px}
figcaption{font-size:13.5px;margin-bottom:8px}
.plot{background:#fff;border-radius:4px;padding:6px;text-align:center;overflow-x:auto}
.plot svg,.plot img{max-width:100%;height:auto}
pre{margin:0;padding:10px;background:var(--wash);border-radius:4px;overflow:auto;max-height:360px;font:12.5px/1.4 ui-monospace,SFMono-Regular,Menlo,"DejaVu Sans Mono",monospace}
.warning{border-left:3px solid var(--work);background:var(--card);padding:8px 12px;margin:8px 0}
.problem{border-left-color:var(--bad)}
a{color:var(--accent)}
.timeline text{fill:var(--ink);font-size:12px}.timeline .t{fill:var(--muted);font-size:11px}.timeline line{stroke:var(--line)}.timeline rect{fill:var(--work)}.timeline rect.failed{fill:var(--bad)}.timeline{display:block;width:100%;height:auto}
@media print{main{max-width:none;padding:0}.scroll,figure{break-inside:avoid}}
`;

/** A page that stands alone: no scripts, no network. `body` is trusted markup. */
export function page(title: string, body: readonly string[]): string {
  return [
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">",
    `<title>${escapeMarkup(title)}</title>`,
    `<style>${CSS.trim()}</style>`,
    "</head>",
    "<body><main>",
    ...body,
    "</main></body>",
    "</html>",
    "",
  ].join("\n");
}

/** A heading and what is below it; nothing at all when there is nothing. */
export function section(title: string, body: readonly string[]): readonly string[] {
  return body.length === 0 ? [] : [`<h2>${escapeMarkup(title)}</h2>`, ...body];
}

/** A cell: text, or trusted markup. */
export type Cell = string | { readonly markup: string };

/** A table; columns whose cells all are numbers stand to the right. */
export function tableMarkup(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const isNumeric = header.map((_, column) => rows.length > 0 && rows.every((row) => isNumber(row[column])));
  const kind = (column: number): string => (isNumeric[column] === true ? ' class="n"' : "");
  const head = header.map((cell, column) => `<th${kind(column)}>${escapeMarkup(cell)}</th>`).join("");
  const body = rows.map(
    (row) =>
      `<tr>${row.map((cell, column) => `<td${kind(column)}>${typeof cell === "string" ? escapeMarkup(cell) : cell.markup}</td>`).join("")}</tr>`,
  );
  const top = header.every((cell) => cell === "") ? "" : `<thead><tr>${head}</tr></thead>`;
  return `<div class="scroll"><table>${top}<tbody>\n${body.join("\n")}\n</tbody></table></div>`;
}

/** A word in a coloured frame. */
export function statusMarkup(status: string): { readonly markup: string } {
  return { markup: `<span class="status ${escapeMarkup(status)}">${escapeMarkup(status)}</span>` };
}

function isNumber(cell: Cell | undefined): boolean {
  return typeof cell === "string" && (cell === "" || /^-?[\d.,]+(e[+-]?\d+)?( (µs|ms|s))?$/.test(cell));
}
