import type { AnyStage } from "../stage/stage.ts";
import type { MaybePromise } from "../store/store.ts";
import { type Digest, sha256Text } from "../value/digest.ts";

/** What identifies the code of a stage. */
export interface CodeFingerprint {
  readonly digest: Digest;
  /** False when the digest means something in this process only: results are then not kept on disk. */
  readonly isDurable: boolean;
  /** Why it is not durable. */
  readonly reason?: string;
  /** Digests of the source files that it was made from, for explanations. */
  readonly files?: Readonly<Record<string, Digest>>;
  /** `name@version` of the installed packages whose code is part of it. */
  readonly dependencies?: readonly string[];
  /** What the stage's own code does that no key can see, in words that begin with "it"; a run with a store warns of it. */
  readonly suspicions?: readonly string[];
}

/** Answers the fingerprints of stages, all of a run at once. */
export type Fingerprinter = (stages: readonly AnyStage[]) => MaybePromise<ReadonlyMap<AnyStage, CodeFingerprint>>;

/** Why such a fingerprint is not durable. It says nothing on whether the stage can be loaded elsewhere. */
export const IN_PROCESS = "fingerprints by object identity hold within one process only";

const identities = new WeakMap<AnyStage, CodeFingerprint>();
let lastIdentity = 0;

/**
 * Fingerprints by object identity: right within one process, where the code of a declared stage cannot change, and
 * meaningless outside it. What the browser and library users without a store get.
 */
export const inProcessFingerprints: Fingerprinter = (stages) =>
  new Map(stages.map((stage) => [stage, identityOf(stage)]));

function identityOf(stage: AnyStage): CodeFingerprint {
  const known = identities.get(stage);
  if (known !== undefined) return known;
  lastIdentity += 1;
  const fingerprint: CodeFingerprint = {
    digest: sha256Text(`in process/${stage.name}/${lastIdentity}`),
    isDurable: false,
    reason: IN_PROCESS,
  };
  identities.set(stage, fingerprint);
  return fingerprint;
}
