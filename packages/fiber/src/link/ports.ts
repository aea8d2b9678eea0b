/** The values that travel between the stages of a link, as ports, and the way to and from the functions of this package. */
import { definePort, NdArray, ndarrayFrom, type Port, schemaPort } from "@simloom/pipeline";
import { z } from "@simloom/units/zod";
import type { DspSignal, PolarisationPair } from "../dsp/signal.ts";
import type { OpticalField } from "../physics/optical-field.ts";
import type { SentSymbols } from "../transmitter/transmit.ts";
import type { CountedSymbols } from "./counted-words.ts";

/** Complex envelope per polarisation in √W, one periodic record. `y` is absent for a single polarisation. */
export interface FieldValue {
  readonly x: NdArray<"complex128", "sqrt(W)">;
  readonly y?: NdArray<"complex128", "sqrt(W)">;
  readonly sampleRateHz: number;
  readonly carrierHz: number;
}

/** Complex samples of both polarisations in A or, behind the DSP, without unit. */
export interface SignalValue {
  readonly x: NdArray<"complex128">;
  readonly y: NdArray<"complex128">;
  readonly sampleRateHz: number;
}

/** What was sent: bits and unit-power symbols per polarisation. */
export interface SentValue {
  readonly bitsX: NdArray<"uint8">;
  readonly bitsY: NdArray<"uint8">;
  readonly symbolsX: NdArray<"complex128">;
  readonly symbolsY: NdArray<"complex128">;
}

/** Payload and its coded form. Without FEC both are the same bits. */
export interface PayloadValue {
  /** Information bits. */
  readonly information: NdArray<"uint8">;
  /** Bits on the channel: all of x, then all of y. */
  readonly channel: NdArray<"uint8">;
}

/** A field of one or two polarisations in √W. */
export function opticalFieldPort(): Port<FieldValue> {
  return structurePort("optical field", "sqrt(W)", ["x", "sampleRateHz", "carrierHz"]);
}

/** Complex samples of both polarisations, in A in front of the DSP and without unit behind it. */
export function signalPort(unit: "A" | "1"): Port<SignalValue> {
  return structurePort("dual-polarisation signal", unit, ["x", "y", "sampleRateHz"]);
}

/** Bits and symbols that were sent. */
export function sentPort(): Port<SentValue> {
  return structurePort("sent symbols", "1", ["bitsX", "bitsY", "symbolsX", "symbolsY"]);
}

/** Which symbols of a record the figures of merit were counted over. */
export function countedSymbolsPort(): Port<CountedSymbols> {
  return schemaPort("counted symbols", countedSymbolsSchema);
}

const countedSymbolsSchema = z.strictObject({
  firstX: z.int().min(0),
  firstY: z.int().min(0),
  count: z.int().positive(),
});

/** Payload and its coded form. */
export function payloadPort(): Port<PayloadValue> {
  return structurePort("payload", "1", ["information", "channel"]);
}

/** The field as the functions of this package take it. Views, not copies. */
export function fieldOf({ x, y, sampleRateHz, carrierHz }: FieldValue): OpticalField {
  return { polarisations: y === undefined ? [x.data] : [x.data, y.data], sampleRateHz, carrierHz };
}

/** The field as a value of the graph. */
export function fieldValue({ polarisations: [x, y], sampleRateHz, carrierHz }: OpticalField): FieldValue {
  const kept = (envelope: Float64Array) => ndarrayFrom("complex128", envelope, { unit: "sqrt(W)" });
  return { x: kept(x), ...(y === undefined ? {} : { y: kept(y) }), sampleRateHz, carrierHz };
}

/** The signal in the time domain as the functions of this package take it. */
export function signalOf({ x, y, sampleRateHz }: SignalValue): DspSignal {
  return { domain: "time", polarisations: [x.data, y.data], sampleRateHz };
}

/** Two polarisations in the time domain as a value of the graph. */
export function signalValue([x, y]: PolarisationPair, sampleRateHz: number): SignalValue {
  return { x: ndarrayFrom("complex128", x), y: ndarrayFrom("complex128", y), sampleRateHz };
}

/** What was sent, as the functions of this package take it. */
export function sentOf({ bitsX, bitsY, symbolsX, symbolsY }: SentValue): SentSymbols {
  return { bits: [bitsX.data, bitsY.data], symbols: [symbolsX.data, symbolsY.data] };
}

/** What was sent, as a value of the graph. */
export function sentValue({ bits, symbols }: SentSymbols): SentValue {
  return {
    bitsX: ndarrayFrom("uint8", bits[0]),
    bitsY: ndarrayFrom("uint8", bits[1]),
    symbolsX: ndarrayFrom("complex128", symbols[0]),
    symbolsY: ndarrayFrom("complex128", symbols[1]),
  };
}

function structurePort<T>(kind: string, unit: string, members: readonly string[]): Port<T> {
  return definePort<T>({
    kind,
    unit,
    refuse(value) {
      if (typeof value !== "object" || value === null || value instanceof NdArray) return `is not a record (${kind})`;
      const missing = members.find((member) => !(member in value));
      return missing === undefined ? undefined : `has no ${missing}`;
    },
  });
}
