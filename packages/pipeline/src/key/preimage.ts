import { type Digest, sha256Text } from "../value/digest.ts";
import { digestOf, encode, encodeLent, INLINE_LIMIT } from "../value/encode.ts";
import type { Value } from "../value/value.ts";

/** Changes when the meaning of a key or of a stored record changes; old entries are then simply not found. */
const KEY_SCHEMA = "simloom-key/2";

/** Everything that a result depends on. Node ids, labels, worker counts and paths are not among it. */
export interface Preimage {
  readonly stage: string;
  readonly version: number;
  /** Code fingerprint of the stage. */
  readonly code: Digest;
  readonly config: Value;
  /** Per input port: `from <key>/<port>` (what computes it) or `is <digest>` (what it is). */
  readonly inputs: Readonly<Record<string, string>>;
  /** Declared policy pairs that are set. */
  readonly policy: Readonly<Record<string, Value>>;
  /** Run seed and stream identity, for stochastic stages only. */
  readonly seed: { readonly run: number; readonly stream: string } | null;
  readonly arithmetic: "strict" | "fast";
  /** Input ports that are run over item by item. */
  readonly mapOver: readonly string[];
}

/** The canonical bytes of a pre-image: what entries keep, to explain their key. */
export function preimageBytes(preimage: Preimage): Uint8Array {
  return encode(preimage as unknown as Value).bytes;
}

/** The same; bytes that an entry copies into its record are a view, which holds until the next value is encoded. */
export function lentPreimageBytes(preimage: Preimage): Uint8Array {
  const bytes = encodeLent(preimage as unknown as Value);
  return bytes.byteLength > INLINE_LIMIT ? bytes.slice() : bytes;
}

/**
 * The key of a pre-image: SHA-256 of one line each for schema, stage and settings, configuration, seed, and inputs by port
 * name. Stage and configuration enter by digest, so a key costs one short hash when they are shared. Names have no line
 * breaks, so no two pre-images have the same lines.
 */
export function keyOf(preimage: Preimage): Digest {
  const { stage, version, code, policy, arithmetic, mapOver } = preimage;
  return keyOfParts(digestOf({ stage, version, code, policy, arithmetic, mapOver }), preimage);
}

/** The same, with the digest of stage and settings at hand. */
export function keyOfParts(
  settings: Digest,
  { config, inputs, seed }: Pick<Preimage, "config" | "inputs" | "seed">,
): Digest {
  return keyOfInputs(settings, config, seed, inputs, (name) => name);
}

/** The same with inputs of any form, and how each is named. */
export function keyOfInputs<T>(
  settings: Digest,
  config: Value,
  seed: Preimage["seed"],
  inputs: Readonly<Record<string, T>>,
  nameOf: (input: T) => string,
): Digest {
  let text = `${KEY_SCHEMA}\n${settings}\n${digestOf(config)}\n${seed === null ? "" : `${seed.run}/${seed.stream}`}`;
  const ports = Object.keys(inputs);
  if (ports.length > 1) ports.sort();
  for (const port of ports) text += `\n${port} ${nameOf(inputs[port] as T)}`;
  return sha256Text(text);
}

/** How an input is named by the node that computes it: known before anything runs. */
export function fromOutput(upstreamKey: Digest, port: string): string {
  return `from ${upstreamKey}/${port}`;
}

/** How an input is named by what it is: known once it is computed, and the same whoever computed it. */
export function isValue(value: Value): string {
  return `is ${digestOf(value)}`;
}
