import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ManifestArtifact } from "@simloom/pipeline";
import { SimloomError } from "@simloom/units";
import { escapeMarkup } from "../drawing/svg.ts";
import { bytes } from "../output/bytes.ts";
import { type Plotter, plotter } from "./plot.ts";

/** Larger pictures and texts are linked to, not put into the page. */
const MOST_BYTES = 4e6;
const MOST_TEXT = 20_000;

/** The artifacts of a run as figures. Plots are drawn, and kept as SVG and PNG beside their specification. */
export async function artifactFigures(
  folder: string,
  artifacts: readonly ManifestArtifact[],
): Promise<readonly string[]> {
  let plots: Plotter | undefined;
  const figures: string[] = [];
  for (const artifact of artifacts) {
    if (artifact.kind === "plot") plots ??= await plotter();
    figures.push(await figureOf(folder, artifact, plots));
  }
  return figures;
}

async function figureOf(
  folder: string,
  { nodeId, name, title, kind, mediaType, file }: ManifestArtifact,
  plots: Plotter | undefined,
): Promise<string> {
  const caption = `<figcaption><b>${escapeMarkup(title)}</b> <span class="muted">${escapeMarkup(nodeId)}</span>`;
  if (file === undefined || !existsSync(join(folder, file)))
    return `<figure>${caption}</figcaption><p class="muted">The file is gone.</p></figure>`;
  const link = `<a href="${escapeMarkup(encodeURI(file))}">${escapeMarkup(name)}</a>`;
  const head = `${caption} ${link}</figcaption>`;
  const content = readFileSync(join(folder, file));
  if (kind === "plot" && plots !== undefined)
    return `<figure>${head}${await drawn(folder, file, content.toString("utf8"), plots)}</figure>`;
  if (content.byteLength <= MOST_BYTES && mediaType.startsWith("image/")) {
    return `<figure>${head}<div class="plot"><img alt="${escapeMarkup(title)}" src="data:${escapeMarkup(mediaType)};base64,${content.toString("base64")}"></div></figure>`;
  }
  const isJson = mediaType === "application/json";
  if (kind === "text" || isJson || mediaType.startsWith("text/")) {
    const words = content.toString("utf8", 0, MOST_TEXT);
    const shown = isJson ? indented(words, content.byteLength) : words;
    return `<figure>${head}<pre>${escapeMarkup(shown)}${content.byteLength > MOST_TEXT ? "\n…" : ""}</pre></figure>`;
  }
  return `<figure>${head}<p class="muted">${escapeMarkup(mediaType)}, ${bytes(content.byteLength)}</p></figure>`;
}

async function drawn(folder: string, file: string, text: string, plots: Plotter): Promise<string> {
  const base = file.replace(/\.vl\.json$/, "");
  try {
    const svg = await plots.svg(JSON.parse(text), base.replace(/^artifacts\//, ""));
    writeFileSync(join(folder, `${base}.svg`), svg);
    writeFileSync(join(folder, `${base}.png`), await plots.png(svg));
    return `<div class="plot">${svg}</div>`;
  } catch (thrown) {
    // A plot that cannot be drawn must not take the report with it.
    const message = thrown instanceof SimloomError || thrown instanceof Error ? thrown.message : String(thrown);
    return `<p class="warning problem">${escapeMarkup(message)}</p>`;
  }
}

function indented(words: string, size: number): string {
  if (size > MOST_TEXT) return words;
  try {
    return JSON.stringify(JSON.parse(words), undefined, 1);
  } catch {
    return words;
  }
}
