/** Declarative plots (Vega-Lite 6) of what a link did: data, not pictures; rendered where people look at them. */
import type { Value } from "@simloom/pipeline";
import type { LatencyTerms } from "../latency/budget.ts";
import type { EyeTraces } from "../metrics/eye.ts";
import type { PowerSpectrum } from "../metrics/power-spectrum.ts";

const SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json";

/** Digits that a plot keeps: more than its pixels show, and files stay small. */
const DIGITS = 5;

/** Both polarisations of interleaved complex symbols, in units of their rms. */
export function constellationPlot(x: Float64Array, y: Float64Array): Value {
  return plot({
    width: 320,
    height: 320,
    data: [...points(x, "x"), ...points(y, "y")],
    mark: { type: "point", size: 6, filled: true, opacity: 0.35 },
    encoding: {
      x: axis("re", "in phase"),
      y: axis("im", "quadrature"),
      color: { field: "polarisation", type: "nominal", title: "polarisation" },
    },
  });
}

/** Spectra over frequency relative to the carrier. */
export function spectrumPlot(spectra: readonly (PowerSpectrum & { readonly name: string })[]): Value {
  const data = spectra.flatMap(({ name, frequencyHz, powerDb }) =>
    Array.from(
      frequencyHz,
      (hz, index): Value => ({ name, ghz: short(hz / 1e9), db: short(powerDb[index] as number) }),
    ),
  );
  return plot({
    width: 480,
    height: 280,
    data,
    mark: { type: "line", strokeWidth: 1 },
    encoding: {
      x: axis("ghz", "frequency from the carrier [GHz]"),
      y: axis("db", "power per bin [dBW]"),
      color: { field: "name", type: "nominal", title: null },
    },
  });
}

/** Traces of two symbols over each other. */
export function eyePlot({ timeSymbols, traces }: EyeTraces): Value {
  const data = traces.flatMap((trace, number) =>
    Array.from(
      trace,
      (value, index): Value => ({ trace: number, t: short(timeSymbols[index] as number), value: short(value) }),
    ),
  );
  return plot({
    width: 420,
    height: 280,
    data,
    mark: { type: "line", strokeWidth: 0.8, opacity: 0.35 },
    encoding: {
      x: axis("t", "time [symbols]"),
      y: axis("value", "in phase [√W]"),
      detail: { field: "trace", type: "nominal" },
    },
  });
}

/** Phase error over the symbols, thinned to at most 2,000 points. */
export function phaseErrorPlot(phaseErrorRad: Float64Array): Value {
  const stride = Math.max(1, Math.ceil(phaseErrorRad.length / 2000));
  const data: Value[] = [];
  for (let symbol = 0; symbol < phaseErrorRad.length; symbol += stride)
    data.push({ symbol, rad: short(phaseErrorRad[symbol] as number) });
  return plot({
    width: 480,
    height: 240,
    data,
    mark: { type: "line", strokeWidth: 0.8 },
    encoding: { x: axis("symbol", "symbol"), y: axis("rad", "phase error [rad]") },
  });
}

/** The terms of a latency budget as bars; the scale is logarithmic, since propagation dwarfs the rest. */
export function latencyPlot(terms: LatencyTerms): Value {
  const data = Object.entries(terms)
    .filter(([name, seconds]) => name !== "total_s" && seconds > 0)
    .map(
      ([name, seconds]): Value => ({ term: name.replace(/_s$/, "").replaceAll("_", " "), us: short(seconds * 1e6) }),
    );
  return plot({
    width: 420,
    height: 200,
    data,
    mark: { type: "bar" },
    encoding: {
      y: { field: "term", type: "nominal", sort: null, title: null },
      x: { field: "us", type: "quantitative", title: "time [µs]", scale: { type: "log" } },
    },
  });
}

function plot({
  data,
  ...rest
}: {
  readonly data: readonly Value[];
  readonly [key: string]: Value | readonly Value[];
}): Value {
  return { $schema: SCHEMA, ...rest, data: { values: data } } as Value;
}

function axis(field: string, title: string): Value {
  return { field, type: "quantitative", title, scale: { zero: false } };
}

function points(symbols: Float64Array, polarisation: string): Value[] {
  let power = 0;
  for (const value of symbols) power += value * value;
  const scale = power === 0 ? 1 : 1 / Math.sqrt((2 * power) / symbols.length);
  return Array.from(
    { length: symbols.length / 2 },
    (_, index): Value => ({
      re: short((symbols[2 * index] as number) * scale),
      im: short((symbols[2 * index + 1] as number) * scale),
      polarisation,
    }),
  );
}

function short(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
