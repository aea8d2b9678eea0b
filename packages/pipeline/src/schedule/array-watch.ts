import { NdArray } from "../value/ndarray.ts";
import { Table } from "../value/table.ts";
import type { Value } from "../value/value.ts";

/** Elements of a large array that are looked at; smaller arrays are looked at whole. */
const SAMPLES = 1024;

/**
 * Remembers the arrays among the inputs of a stage; the answer names the first one that was written to since, or nothing.
 * Typed arrays cannot be frozen and nodes share their memory, so this catches a stage that works in place before others
 * read what it left. Large arrays are sampled evenly: whole-array changes never pass, a single element may; the contract
 * checker of `@simloom/pipeline/testing` compares all of it. Undefined when there are no arrays.
 */
export function watchArrays(inputs: Readonly<Record<string, Value>>): (() => string | undefined) | undefined {
  let watched: { readonly path: string; readonly content: Uint8Array | NdArray; readonly sum: number }[] | undefined;
  const visit = (path: string, value: Value, depth: number): void => {
    if (typeof value !== "object" || value === null) return;
    if (value instanceof NdArray || value instanceof Uint8Array) {
      watched ??= [];
      watched.push({ path, content: value, sum: sampleSum(value) });
    } else if (value instanceof Table) {
      for (const name in value.columns) visit(`${path}.${name}`, value.columns[name] as NdArray, depth);
    } else if (Array.isArray(value)) {
      if (depth < DEEPEST && typeof value[0] === "object") {
        for (let index = 0; index < value.length; index++) visit(`${path}[${index}]`, value[index] as Value, depth + 1);
      }
    } else if (depth < DEEPEST) {
      for (const name in value)
        visit(`${path}.${name}`, (value as Readonly<Record<string, Value>>)[name] as Value, depth + 1);
    }
  };
  for (const port in inputs) visit(port, inputs[port] as Value, 0);
  if (watched === undefined) return undefined;
  const all = watched;
  return () => all.find(({ content, sum }) => sampleSum(content) !== sum)?.path;
}

const DEEPEST = 4;

/** FNV-1a over evenly spaced 32-bit words, the first and the last among them. */
function sampleSum(content: Uint8Array | NdArray): number {
  const bytes = content instanceof NdArray ? content.bytes() : content;
  const stride = Math.max(1, Math.floor(bytes.byteLength / (4 * SAMPLES))) * 4;
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let sum = 0x811c9dc5;
  for (let at = 0; at + 4 <= bytes.byteLength; at += stride)
    sum = Math.imul(sum ^ words.getUint32(at, true), 0x01000193);
  for (let at = Math.max(0, bytes.byteLength - 4); at < bytes.byteLength; at++)
    sum = Math.imul(sum ^ (bytes[at] as number), 0x01000193);
  return sum;
}
