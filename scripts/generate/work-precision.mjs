/**
 * Draws the work-precision plots of docs/solvers.md from the last run of `npm run bench -- --suite ode`:
 * `node scripts/generate/work-precision.mjs`.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const curves = JSON.parse(readFileSync(`${root}/bench/results/work-precision.json`, "utf8"));
const COLOURS = {
  rodas5p: "#1f6fb4",
  radau5: "#d1495b",
  radau9: "#8e44ad",
  bdf: "#2a9d5c",
  tsit5: "#1f6fb4",
  dopri853: "#d1495b",
  "CVODE -O3, BDF": "#222222",
  "CVODE -O3, Adams": "#888888",
  "numbalsoda LSODA": "#e08214",
  "numbalsoda DOP853": "#2a9d5c",
  "diffrax Kvaerno5": "#bbbbbb",
  "diffrax Dopri8": "#bbbbbb",
  "SciPy LSODA": "#b8860b",
};
/** Simloom's curves are drawn through, those of peers broken. */
const OURS = new Set(["rodas5p", "radau5", "radau9", "bdf", "tsit5", "dopri853"]);
const [WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM] = [300, 230, 44, 24, 8, 34];
const [MOST_DIGITS, LEGEND_LINES] = [13, 2];

const [folder, columns] = [`${root}/docs/figures`, 3];
mkdirSync(folder, { recursive: true });
draw("work-precision-stiff.svg", ["robertson", "vdp", "hires", "orego", "pollution", "bruss1d"]);
draw("work-precision-explicit.svg", ["lorenz", "kepler", "pleiades", "exotherm", "pu_legacy"]);

function draw(file, names) {
  const used = Object.keys(COLOURS).filter((method) => names.some((name) => curves[name]?.[method] !== undefined));
  const rows = Math.ceil(names.length / columns);
  const perLine = Math.ceil(used.length / LEGEND_LINES);
  const [width, height] = [columns * WIDTH, rows * HEIGHT + 8 + 18 * LEGEND_LINES];
  const panels = names.map((name, index) => {
    const place = `translate(${(index % columns) * WIDTH} ${Math.floor(index / columns) * HEIGHT})`;
    return `<g transform="${place}">${panel(name, curves[name] ?? {})}</g>`;
  });
  const legend = used.map((method, index) => {
    const x = 20 + ((index % perLine) * (width - 40)) / perLine;
    const y = rows * HEIGHT + 12 + 18 * Math.floor(index / perLine);
    return `<path d="M${x} ${y}H${x + 24}" ${stroke(method)}/><text x="${x + 28}" y="${y + 4}">${method}</text>`;
  });
  const text = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11" fill="#222"><title>Time against correct digits</title><rect width="${width}" height="${height}" fill="#fff"/>${panels.join("")}${legend.join("")}</svg>\n`;
  writeFileSync(`${folder}/${file}`, text);
}

function stroke(method) {
  const dashes = OURS.has(method) ? "" : ' stroke-dasharray="5 2"';
  return `fill="none" stroke="${COLOURS[method]}" stroke-width="1.6"${dashes}`;
}

function panel(name, measured) {
  const methods = Object.fromEntries(Object.entries(measured).filter(([method]) => COLOURS[method] !== undefined));
  const all = Object.values(methods).flat();
  const logs = all.map(({ milliseconds }) => Math.log10(milliseconds));
  const [low, high] = [Math.floor(Math.min(...logs)), Math.ceil(Math.max(...logs))];
  const x = (digits) => LEFT + ((WIDTH - LEFT - RIGHT) * digits) / MOST_DIGITS;
  const y = (log) => TOP + ((HEIGHT - TOP - BOTTOM) * (high - log)) / (high - low);
  const rules = [];
  for (let log = low; log <= high; log++)
    rules.push(
      `<path d="M${LEFT} ${y(log).toFixed(1)}H${WIDTH - RIGHT}" stroke="#ddd"/><text x="${LEFT - 4}" y="${(y(log) + 4).toFixed(1)}" text-anchor="end">${10 ** log}</text>`,
    );
  for (let digits = 1; digits <= MOST_DIGITS; digits += 2)
    rules.push(`<text x="${x(digits).toFixed(1)}" y="${HEIGHT - BOTTOM + 14}" text-anchor="middle">${digits}</text>`);
  const lines = Object.entries(methods).map(([method, points]) => {
    const kept = points
      .filter(({ digits }) => digits >= 0 && digits <= MOST_DIGITS)
      .map(({ digits, milliseconds }) => `${x(digits).toFixed(1)},${y(Math.log10(milliseconds)).toFixed(1)}`);
    return `<polyline points="${kept.join(" ")}" ${stroke(method)}/>`;
  });
  return `<text x="${LEFT}" y="15" font-weight="bold">${name}</text>${rules.join("")}${lines.join("")}<text x="${(LEFT + WIDTH) / 2}" y="${HEIGHT - 6}" text-anchor="middle">correct digits</text><text x="${WIDTH - RIGHT}" y="15" text-anchor="end" fill="#666">ms</text>`;
}
