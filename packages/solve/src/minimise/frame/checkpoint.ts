/**
 * States of runs as plain JSON, exactly: numbers of float64 arrays by their shortest decimals, and NaN, the infinities and
 * −0, which JSON does not know, by name.
 */
import { solveError } from "../../errors.ts";

/** What JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** A run between two iterations, as plain JSON. A run resumed from it gives the bits of the uninterrupted one. */
export interface Checkpoint {
  readonly format: "simloom-run";
  readonly version: 1;
  /** Name of the method; only the same method resumes. */
  readonly method: string;
  readonly state: Json;
}

const SPECIAL: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  "-Infinity": Number.NEGATIVE_INFINITY,
  "-0": -0,
};

/** A state (numbers, text, truth, Float64Array, arrays and plain objects of these) as JSON. */
export function encodeState(value: unknown): Json {
  if (typeof value === "number") return encodeNumber(value);
  if (value instanceof Float64Array) return { float64: Array.from(value, encodeText) };
  if (Array.isArray(value)) return value.map(encodeState);
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, entry]) => entry !== undefined)
        .map(([name, entry]) => [name, encodeState(entry)]),
    );
  return value as Json;
}

/** What `encodeState` was given. */
export function decodeState(json: Json): unknown {
  if (Array.isArray(json)) return json.map(decodeState);
  if (typeof json !== "object" || json === null) return json;
  const { float64, special } = json as { readonly [name: string]: Json };
  if (Array.isArray(float64))
    return Float64Array.from(float64, (entry) =>
      typeof entry === "string" ? (SPECIAL[entry] as number) : Number(entry),
    );
  if (typeof special === "string") return SPECIAL[special];
  return Object.fromEntries(Object.entries(json).map(([name, entry]) => [name, decodeState(entry as Json)]));
}

/** The state in a checkpoint of this method. Throws `SOLV-063` for another one. */
export function resumedState(checkpoint: Checkpoint, method: string): unknown {
  if (checkpoint.format === "simloom-run" && checkpoint.version === 1 && checkpoint.method === method)
    return decodeState(checkpoint.state);
  throw solveError(
    "SOLV-063",
    `The checkpoint is one of ${checkpoint.method ?? "something else"}, not of ${method}`,
    "Resume with the method, parameters and settings of the run that was interrupted.",
    { format: checkpoint.format, version: checkpoint.version, method },
  );
}

/** The error for a checkpoint whose state is not that of a run. */
export function brokenCheckpoint(method: string): Error {
  return solveError(
    "SOLV-063",
    `The checkpoint of ${method} is broken: its state is not that of a run`,
    "Resume from what `checkpoint` gave, through JSON and nothing else.",
    { method },
  );
}

function encodeNumber(value: number): Json {
  const text = encodeText(value);
  return typeof text === "string" ? { special: text } : text;
}

function encodeText(value: number): number | string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? "-0" : value;
  return `${value}`;
}
