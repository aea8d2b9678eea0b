import type { Claim, MaybePromise } from "../store/store.ts";

/** Does work under a claim and lets go of it, however the work ends. */
export function releasing(
  claim: Extract<Claim, { status: "owner" }>,
  work: () => MaybePromise<void>,
): MaybePromise<void> {
  let isPending = false;
  try {
    const done = work();
    isPending = done instanceof Promise;
    return isPending ? (done as Promise<void>).finally(() => claim.release()) : done;
  } finally {
    if (!isPending) claim.release();
  }
}
