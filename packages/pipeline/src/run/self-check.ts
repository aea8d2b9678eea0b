/** Recomputes a seeded share of the hits and compares: what keeps a store honest. */

import { readPreimage } from "../key/explain.ts";
import { keyOf } from "../key/preimage.ts";
import type { Entry } from "../store/entry.ts";
import type { Store } from "../store/store.ts";
import { blobsOf } from "../value/decode.ts";
import type { Digest } from "../value/digest.ts";
import { sha256 } from "../value/digest.ts";
import { digestOf, encode } from "../value/encode.ts";
import type { Value } from "../value/value.ts";
import type { Given } from "./kept.ts";
import { type Plan, type PlannedNode, preimageOf } from "./plan.ts";

/** Whether a hit is among the share that is checked: a matter of its key alone. */
export function isSelfChecked({ key, fingerprint }: PlannedNode, share: number): boolean {
  return share > 0 && fingerprint.isDurable && Number.parseInt(key.slice(0, 8), 16) < share * 2 ** 32;
}

/** True when a fresh result is the stored one: outputs, metrics, artifacts and warnings. */
export function isConfirmed(stored: Entry, fresh: Given): boolean {
  return (
    stored.outputs.every(({ port, digest }) => encodingDigest(fresh.outputs[port] as Value) === digest) &&
    digestOf(stored.metrics as unknown as Value) === digestOf(fresh.metrics as unknown as Value) &&
    digestOf(stored.warnings) === digestOf(fresh.warnings) &&
    stored.artifacts.length === fresh.artifacts.length &&
    stored.artifacts.every(({ name, encoding }, at) => {
      const artifact = fresh.artifacts[at];
      return artifact?.name === name && encodingDigest(artifact.content as unknown as Value) === sha256(encoding);
    })
  );
}

/** Takes the stored results of these nodes out of use, under all their keys. */
export async function quarantineEntries(
  plan: Plan,
  store: Store,
  indices: Iterable<number>,
  reason: string,
): Promise<void> {
  for (const index of indices) {
    const suspect = plan.nodes[index] as PlannedNode;
    if (suspect.entry === undefined) continue;
    const byContent = storedContentKey(suspect, suspect.entry, plan.arithmetic);
    for (const key of new Set([suspect.key, byContent]))
      if (key !== undefined) await store.entries.quarantine(key, reason);
    suspect.entry = undefined;
  }
}

/** The content key under which an entry was stored: its inputs are named in the pre-image that it carries. */
function storedContentKey(
  planned: PlannedNode,
  { preimage }: Entry,
  arithmetic: "strict" | "fast",
): Digest | undefined {
  try {
    const inputs = readPreimage(preimage)["inputs"] as Readonly<Record<string, string>>;
    return keyOf({ ...preimageOf(planned, arithmetic, () => ""), inputs });
  } catch {
    return undefined;
  }
}

function encodingDigest(value: Value): Digest {
  return sha256(encode(value).bytes);
}

/** True when all large content of an entry is in the store and has the digest that it is kept under. */
export async function isIntact(store: Store, { outputs }: Entry): Promise<boolean> {
  for (const { encoding } of outputs) {
    for (const digest of blobsOf(encoding)) {
      const content = await store.blobs.get(digest);
      if (content === undefined || sha256(content) !== digest) return false;
    }
  }
  return true;
}
