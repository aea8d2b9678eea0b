import { PipelineError } from "../errors.ts";
import type { MaybePromise, Store } from "../store/store.ts";
import type { Digest } from "../value/digest.ts";

/**
 * Decodes something whose large content may stand in the blob store. Small values, by far the most, are decoded at once;
 * when content is missing it is fetched and the decoding begins again.
 *
 * Errors: PIPE-047 when the store does not have the content any more; whatever `decode` throws.
 */
export function loadWith<T>(store: Store, decode: (blob: (digest: Digest) => Uint8Array) => T): MaybePromise<T> {
  try {
    return decode(askFor);
  } catch (thrown) {
    if (!(thrown instanceof Missing)) throw thrown;
  }
  const fetched = new Map<Digest, Uint8Array>();
  for (;;) {
    const missing = attempt(fetched, decode);
    if ("value" in missing) return missing.value;
    const content = store.blobs.get(missing.digest);
    if (content instanceof Promise)
      return content.then((bytes) => resume(store, decode, fetched, missing.digest, bytes));
    keep(fetched, missing.digest, content);
  }
}

async function resume<T>(
  store: Store,
  decode: (blob: (digest: Digest) => Uint8Array) => T,
  fetched: Map<Digest, Uint8Array>,
  digest: Digest,
  content: Uint8Array | undefined,
): Promise<T> {
  keep(fetched, digest, content);
  for (;;) {
    const missing = attempt(fetched, decode);
    if ("value" in missing) return missing.value;
    keep(fetched, missing.digest, await store.blobs.get(missing.digest));
  }
}

function askFor(digest: Digest): never {
  throw new Missing(digest);
}

class Missing extends Error {
  readonly digest: Digest;
  constructor(digest: Digest) {
    super(digest);
    this.digest = digest;
  }
}

function attempt<T>(
  fetched: ReadonlyMap<Digest, Uint8Array>,
  decode: (blob: (digest: Digest) => Uint8Array) => T,
): { value: T } | { digest: Digest } {
  try {
    return {
      value: decode((digest) => {
        const content = fetched.get(digest);
        if (content === undefined) throw new Missing(digest);
        return content;
      }),
    };
  } catch (thrown) {
    if (thrown instanceof Missing) return { digest: thrown.digest };
    throw thrown;
  }
}

function keep(fetched: Map<Digest, Uint8Array>, digest: Digest, content: Uint8Array | undefined): void {
  if (content === undefined) {
    throw new PipelineError({
      code: "PIPE-047",
      message: `the store has lost the content ${digest.slice(0, 12)}…`,
      remedy: "Run again; what is missing is computed.",
      context: { digest },
    });
  }
  fetched.set(digest, content);
}
