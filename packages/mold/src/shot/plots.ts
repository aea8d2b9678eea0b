/** Declarative plots (Vega-Lite 6) of a shot: data, not pictures; rendered where people look at them. */
import type { Value } from "@simloom/pipeline";
import { ICE_POINT_K } from "../legacy/constants.ts";
import type { GasValue, PartValue, TrajectoryValue } from "./ports.ts";

const SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json";

/** Digits and points that a plot keeps of a curve, beside its peak and its end: what pixels show, and files stay small. */
const DIGITS = 5;
const MOST_POINTS = 600;

/** Limits that are drawn. */
export interface PlotLimits {
  readonly maxCoreC: number;
  readonly maxPressureBar: number;
  readonly minConversion: number;
  readonly minDensityKgPerM3: number;
  readonly maxDensityKgPerM3: number;
  readonly minHardnessShore: number;
}

/** A named curve over the time, as it is drawn. */
interface Curve {
  readonly name: string;
  readonly values: Float64Array;
  readonly drawn?: (value: number) => number;
}

/** A limit as a dashed line. */
interface Limit {
  readonly name: string;
  readonly value: number;
}

/** Conversion and, in parts of 100 Shore, hardness. */
export function curePlot(
  { timeS, conversion }: TrajectoryValue,
  { hardnessShore }: PartValue,
  limits: PlotLimits,
): Value {
  return curvesPlot(
    "conversion, hardness [100 Shore]",
    timeS.data,
    [
      { name: "conversion", values: conversion.data },
      { name: "hardness", values: hardnessShore.data, drawn: (shore) => shore / 100 },
    ],
    [
      { name: "least conversion", value: limits.minConversion },
      { name: "least hardness", value: limits.minHardnessShore / 100 },
    ],
  );
}

/** Core and mould in °C. */
export function temperaturePlot({ timeS, coreK, moldK }: TrajectoryValue, limits: PlotLimits): Value {
  const celsius = (kelvin: number): number => kelvin - ICE_POINT_K;
  return curvesPlot(
    "temperature [°C]",
    timeS.data,
    [
      { name: "core", values: coreK.data, drawn: celsius },
      { name: "mould", values: moldK.data, drawn: celsius },
    ],
    [{ name: "limit of the core", value: limits.maxCoreC }],
  );
}

/** Total and partial pressures in bar. */
export function pressurePlot({ timeS }: TrajectoryValue, gas: GasValue, limits: PlotLimits): Value {
  const bar = (pascals: number): number => pascals / 1e5;
  return curvesPlot(
    "pressure [bar]",
    timeS.data,
    [
      { name: "total", values: gas.totalPa.data, drawn: bar },
      { name: "air", values: gas.airPa.data, drawn: bar },
      { name: "CO₂", values: gas.co2Pa.data, drawn: bar },
      { name: "pentane", values: gas.pentanePa.data, drawn: bar },
    ],
    [{ name: "limit", value: limits.maxPressureBar }],
  );
}

/** Density on a logarithmic scale over the efficiency of the vents. */
export function densityPlot({ timeS }: TrajectoryValue, gas: GasValue, limits: PlotLimits): Value {
  const density = layersOf(
    "density [kg/m³]",
    timeS.data,
    [{ name: "density", values: gas.densityKgPerM3.data }],
    [
      { name: "least density", value: limits.minDensityKgPerM3 },
      { name: "largest density", value: limits.maxDensityKgPerM3 },
    ],
    { type: "log", nice: false },
  );
  const vents = layersOf("vent efficiency", timeS.data, [{ name: "vents", values: gas.ventEfficiency.data }], [], {
    domain: [0, 1],
  });
  return {
    $schema: SCHEMA,
    vconcat: [
      { width: 520, height: 200, layer: density },
      { width: 520, height: 90, layer: vents },
    ],
  } as Value;
}

/** A bar over the time for each demoulding limit that holds, and one for the window itself. */
export function windowPlot(
  { timeS, conversion, coreK }: TrajectoryValue,
  gas: GasValue,
  { hardnessShore, window }: PartValue,
  limits: PlotLimits,
): Value {
  const density = gas.densityKgPerM3.data;
  const rows: readonly (readonly [name: string, holds: (index: number) => boolean])[] = [
    ["conversion", (i) => (conversion.data[i] as number) >= limits.minConversion],
    ["hardness", (i) => (hardnessShore.data[i] as number) >= limits.minHardnessShore],
    ["core temperature", (i) => (coreK.data[i] as number) - ICE_POINT_K <= limits.maxCoreC],
    [
      "density",
      (i) => (density[i] as number) >= limits.minDensityKgPerM3 && (density[i] as number) <= limits.maxDensityKgPerM3,
    ],
  ];
  const bars = rows.flatMap(([name, holds]) =>
    spansWhere(timeS.data, holds).map(([from, to]) => ({
      name,
      from: short(from),
      to: short(to),
      kind: "limit holds",
    })),
  );
  const whole =
    window === null ? [] : [{ name: "window", from: short(window.minS), to: short(window.maxS), kind: "window" }];
  const last = timeS.data[timeS.data.length - 1] as number;
  const order = [...rows.map(([name]) => name), "window"];
  const y = { field: "name", type: "nominal", title: null, sort: order, scale: { domain: order } };
  const x = { field: "from", type: "quantitative", title: "time [s]", scale: { domain: [0, last], nice: false } };
  const color = {
    field: "kind",
    type: "nominal",
    title: null,
    scale: { domain: ["limit holds", "window"], range: ["#9ecae1", "#2ca25f"] },
  };
  const advised =
    window === null
      ? []
      : [
          {
            mark: { type: "rule", strokeDash: [4, 3] },
            encoding: { x: { datum: short(window.optS), type: "quantitative" } },
          },
        ];
  return {
    $schema: SCHEMA,
    width: 520,
    height: { step: 26 },
    data: { values: [...bars, ...whole] },
    layer: [{ mark: { type: "bar", height: 16 }, encoding: { y, x, x2: { field: "to" }, color } }, ...advised],
  } as Value;
}

function curvesPlot(title: string, timeS: Float64Array, curves: readonly Curve[], limits: readonly Limit[]): Value {
  return { $schema: SCHEMA, width: 520, height: 280, layer: layersOf(title, timeS, curves, limits, {}) } as Value;
}

/** Curves as solid lines and limits as dashed ones, each under its name. */
function layersOf(
  title: string,
  timeS: Float64Array,
  curves: readonly Curve[],
  limits: readonly Limit[],
  scale: Readonly<Record<string, Value>>,
): readonly Value[] {
  const data = curves.flatMap(({ name, values, drawn = same }) =>
    drawnPoints(values).map((i) => ({
      name,
      t: short(timeS[i] as number),
      value: short(drawn(values[i] as number)),
    })),
  );
  const names = [...curves.map(({ name }) => name), ...limits.map(({ name }) => name)];
  const color = { field: "name", type: "nominal", title: null, scale: { domain: names } };
  const y = { field: "value", type: "quantitative", title, scale: { zero: false, ...scale } };
  const lines = {
    data: { values: data },
    mark: { type: "line", strokeWidth: 1.6 },
    encoding: { x: { field: "t", type: "quantitative", title: "time [s]", scale: { nice: false } }, y, color },
  };
  const rules = {
    data: { values: limits.map(({ name, value }) => ({ name, value: short(value) })) },
    mark: { type: "rule", strokeDash: [5, 4] },
    encoding: { y, color },
  };
  return (limits.length === 0 ? [lines] : [lines, rules]) as readonly Value[];
}

/**
 * Indices of a curve that are drawn: twice as many per time in the first sixth, where a shot does most of what it does, as later.
 * The largest value (the peak of the pressure, the hottest core) and the last one always are.
 */
function drawnPoints(values: Float64Array): readonly number[] {
  const count = values.length;
  const largest = values.reduce((best, value, index) => (value > (values[best] as number) ? index : best), 0);
  const stride = Math.max(1, Math.ceil((4 * count) / 3 / MOST_POINTS));
  const indices: number[] = [];
  for (let i = 0; i < count; ) {
    indices.push(i);
    const next = i + (i * 6 < count ? Math.max(1, stride >> 1) : stride);
    if (i < largest && largest < next) indices.push(largest);
    i = next;
  }
  if (indices[indices.length - 1] !== count - 1) indices.push(count - 1);
  return indices;
}

/** Spans of time in which a claim holds. */
function spansWhere(timeS: Float64Array, holds: (index: number) => boolean): readonly (readonly [number, number])[] {
  const spans: [number, number][] = [];
  let from = -1;
  for (let i = 0; i <= timeS.length; i++) {
    const isIn = i < timeS.length && holds(i);
    if (isIn && from < 0) from = i;
    if (isIn || from < 0) continue;
    spans.push([timeS[from] as number, timeS[i - 1] as number]);
    from = -1;
  }
  return spans;
}

function same(value: number): number {
  return value;
}

function short(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
