/** How the path of a specification is cut into spans. */
import { type AmplifierSetting, amplifierGainDb } from "../amplifier/gain.ts";
import type { LinkSpecification } from "../specification/schema.ts";

/** One span of the link and what its amplifier does. */
export interface SpanPlan {
  readonly lengthM: number;
  readonly lossDb: number;
  /** Undefined without an amplifier. */
  readonly gainDb: number | undefined;
}

/** Share of a span below which what is left over, or lacking, is rounding and not fibre. */
const ROUNDING_SHARE = 1e-9;

/**
 * The spans of a specification: the segments as they are, or pieces of the fixed length with the rest as a last, shorter
 * span. Nothing of the path is averaged or dropped.
 */
export function spanLayout({ path, spans, fiber }: LinkSpecification): readonly SpanPlan[] {
  const segmentsM = path.segments.map(({ length_m }) => length_m);
  const lengthsM =
    spans.mode === "from_path_segments"
      ? segmentsM
      : piecesOf(
          segmentsM.reduce((sum, lengthM) => sum + lengthM, 0),
          spans.span_length_m,
        );
  const setting = amplifierSetting(spans.amplifier);
  return lengthsM.map((lengthM) => {
    const lossDb = (fiber.alpha_db_per_km * lengthM) / 1000;
    return { lengthM, lossDb, gainDb: setting === undefined ? undefined : amplifierGainDb(setting, lossDb) };
  });
}

function piecesOf(totalM: number, pieceM: number): readonly number[] {
  const full = Math.floor(totalM / pieceM + ROUNDING_SHARE);
  const restM = totalM - full * pieceM;
  const pieces = Array.from({ length: full }, () => pieceM);
  return restM > ROUNDING_SHARE * pieceM ? [...pieces, restM] : pieces;
}

function amplifierSetting(amplifier: LinkSpecification["spans"]["amplifier"]): AmplifierSetting | undefined {
  const noiseFigureDb = amplifier.noise_figure_db ?? 0;
  switch (amplifier.mode) {
    case "none":
      return undefined;
    case "auto_gain":
      return { mode: "auto_gain", maxGainDb: amplifier.max_gain_db ?? 0, noiseFigureDb };
    case "fixed_gain":
      return { mode: "fixed_gain", gainDb: amplifier.fixed_gain_db ?? 0, noiseFigureDb };
    default:
      return amplifier.mode satisfies never;
  }
}
