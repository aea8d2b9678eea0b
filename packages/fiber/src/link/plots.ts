/** Declarative plots (Vega-Lite 6) of what a link did: data, not pictures; rendered where people look at them. */
import type { Value } from "@simloom/pipeline";
import { format } from "@simloom/units";
import type { LatencyTerms } from "../latency/budget.ts";
import type { EyeTraces } from "../metrics/eye.ts";
import type { PowerSpectrum } from "../metrics/power-spectrum.ts";
import { OSNR_REFERENCE_BANDWIDTH_HZ } from "../physics/constants.ts";
import { decibelFromRatio } from "../physics/decibel.ts";

const SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json";

/** Digits that a plot keeps: more than its pixels show, and files stay small. */
const DIGITS = 4;

/** Symbols of interleaved complex records of both polarisations side by side, in units of their rms. */
export function constellationPlot(x: Float64Array, y: Float64Array): Value {
  const data = [...points(x, "x polarisation"), ...points(y, "y polarisation")];
  const reach = Math.ceil(2 * data.reduce((most, { re, im }) => Math.max(most, Math.abs(re), Math.abs(im)), 1)) / 2;
  const scale = { domain: [-reach, reach], nice: false };
  return plot({
    width: 260,
    height: 260,
    data,
    mark: { type: "point", size: 5, filled: true, opacity: 0.3 },
    encoding: {
      column: { field: "polarisation", type: "nominal", header: { title: null, labelFontSize: 12 } },
      x: { field: "re", type: "quantitative", title: "in phase [rms]", scale, axis: { tickCount: 5 } },
      y: { field: "im", type: "quantitative", title: "quadrature [rms]", scale, axis: { tickCount: 5 } },
    },
  });
}

/** Spectra of fields in √W over the frequency from the carrier, as an analyser of 0.1 nm (12.5 GHz) resolution counts them. */
export function spectrumPlot(spectra: readonly (PowerSpectrum & { readonly name: string })[]): Value {
  const data = spectra.flatMap(({ name, frequencyHz, powerDb }) => {
    const binWidthHz = (frequencyHz[1] ?? 1) - (frequencyHz[0] ?? 0);
    const dbmInReference = 30 + decibelFromRatio(OSNR_REFERENCE_BANDWIDTH_HZ / binWidthHz);
    return Array.from(
      frequencyHz,
      (hz, bin): Value => ({ name, ghz: short(hz / 1e9), dbm: short((powerDb[bin] as number) + dbmInReference) }),
    );
  });
  return plot({
    width: 520,
    height: 280,
    data,
    mark: { type: "line", strokeWidth: 1.2 },
    encoding: {
      x: axis("ghz", "frequency from the carrier [GHz]", { nice: false }),
      y: axis("dbm", "power in 0.1 nm [dBm]"),
      color: {
        field: "name",
        type: "nominal",
        title: null,
        scale: { domain: spectra.map(({ name }) => name) },
        legend: { orient: "top" },
      },
    },
  });
}

/** Traces of two symbols over each other, of a field in √W. */
export function eyePlot({ timeSymbols, traces }: EyeTraces): Value {
  const data = traces.flatMap((trace, number) =>
    Array.from(
      trace,
      (value, i): Value => ({
        trace: number,
        t: short(timeSymbols[i] as number),
        value: short(value * ROOT_MILLIWATTS),
      }),
    ),
  );
  return plot({
    width: 420,
    height: 280,
    data,
    mark: { type: "line", strokeWidth: 0.8, opacity: 0.35 },
    encoding: {
      x: axis("t", "time [symbols]", { nice: false }),
      y: axis("value", "in phase [√mW]"),
      detail: { field: "trace", type: "nominal" },
    },
  });
}

/** √1000: from √W to √mW. */
const ROOT_MILLIWATTS = Math.sqrt(1000);

/** Phase error over the symbols, thinned to at most 2,000 points. */
export function phaseErrorPlot(phaseErrorRad: Float64Array): Value {
  const stride = Math.max(1, Math.ceil(phaseErrorRad.length / 2000));
  const data: Value[] = [];
  for (let symbol = 0; symbol < phaseErrorRad.length; symbol += stride) {
    data.push({ symbol, rad: short(phaseErrorRad[symbol] as number) });
  }
  return plot({
    width: 520,
    height: 240,
    data,
    mark: { type: "point", size: 5, filled: true, opacity: 0.5 },
    encoding: { x: axis("symbol", "symbol", { nice: false }), y: axis("rad", "phase error [rad]") },
  });
}

/** The terms of a latency budget as labelled bars; the scale is logarithmic, since propagation dwarfs the rest. */
export function latencyPlot(terms: LatencyTerms): Value {
  const data = Object.entries(terms)
    .filter(([name, seconds]) => name !== "total_s" && seconds > 0)
    .map(([name, seconds]) => ({
      term: name.replace(/_s$/, "").replaceAll("_", " "),
      us: short(seconds * 1e6),
      said: said(seconds),
    }));
  const domain = [decadeBelow(data.map(({ us }) => us)), decadeAbove(data.map(({ us }) => us))];
  const y = { field: "term", type: "nominal", sort: null, title: null };
  const x = {
    field: "us",
    type: "quantitative",
    title: "time [µs]",
    scale: { type: "log", domain, nice: false },
    axis: { format: "~g", tickCount: 6 },
  };
  return plot({
    width: 460,
    height: { step: 26 },
    data,
    layer: [
      { mark: { type: "bar" }, encoding: { y, x, x2: { datum: domain[0] as number } } },
      { mark: { type: "text", align: "left", dx: 4 }, encoding: { y, x, text: { field: "said", type: "nominal" } } },
    ],
  });
}

/** `1.959 ms`. */
function said(seconds: number): string {
  const [, factor, unit] = TIME_UNITS.find(([least]) => seconds >= least) ?? TIME_UNITS[0];
  return format(seconds * factor, unit, { significantDigits: DIGITS });
}

/** Smallest time in s that is said in a unit, the unit's factor, its name. */
const TIME_UNITS = [
  [1e-3, 1e3, "ms"],
  [1e-6, 1e6, "µs"],
  [1e-9, 1e9, "ns"],
  [0, 1e12, "ps"],
] as const;

/** The power of ten that is a decade or less below the smallest value, so that every bar has a length. */
function decadeBelow(values: readonly number[]): number {
  const least = values.reduce((smallest, value) => Math.min(smallest, value), 1);
  let decade = 1;
  while (decade >= least) decade /= 10;
  return Number(decade.toPrecision(1));
}

/** The first power of ten that leaves room for a label beyond the largest value. */
function decadeAbove(values: readonly number[]): number {
  const most = values.reduce((largest, value) => Math.max(largest, value), 1);
  let decade = 1;
  while (decade < 20 * most) decade *= 10;
  return decade;
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

function axis(field: string, title: string, scale: Readonly<Record<string, Value>> = {}): Value {
  return { field, type: "quantitative", title, scale: { zero: false, ...scale } };
}

function points(symbols: Float64Array, polarisation: string) {
  let power = 0;
  for (const value of symbols) power += value * value;
  const scale = power === 0 ? 1 : 1 / Math.sqrt((2 * power) / symbols.length);
  return Array.from({ length: symbols.length / 2 }, (_, index) => ({
    re: short((symbols[2 * index] as number) * scale),
    im: short((symbols[2 * index + 1] as number) * scale),
    polarisation,
  }));
}

function short(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
