import type { AnyStage, CodeFingerprint, Digest, Fingerprinter } from "@simloom/pipeline";
import { sha256 } from "@simloom/pipeline";
import { type FingerprintOptions, fingerprintsOf, type StageFingerprint } from "./fingerprint.ts";

export {
  type DurableFingerprint,
  type FingerprintOptions,
  fingerprintOf,
  fingerprintsOf,
  type StageFingerprint,
} from "./fingerprint.ts";

/** The fingerprints that planner and executor ask for. A stage that no other process could load has one for this process only. */
export function codeFingerprints(options: FingerprintOptions = {}): Fingerprinter {
  return async (stages) => {
    const answers = await fingerprintsOf(stages, options);
    return new Map(stages.map((stage) => [stage, inTermsOfKeys(stage, answers.get(stage) as StageFingerprint)]));
  };
}

function inTermsOfKeys(stage: AnyStage, fingerprint: StageFingerprint): CodeFingerprint {
  if (fingerprint.status === "durable") {
    const { digest, files, dependencies, suspicions } = fingerprint;
    return { digest, isDurable: true, files, dependencies, suspicions };
  }
  return { digest: identityOf(stage), isDurable: false, reason: fingerprint.reason };
}

const identities = new WeakMap<AnyStage, Digest>();
let lastIdentity = 0;

/** A digest for the object itself. */
function identityOf(stage: AnyStage): Digest {
  let identity = identities.get(stage);
  if (identity === undefined) {
    lastIdentity += 1;
    identity = sha256(new TextEncoder().encode(`this process/${stage.name}/${lastIdentity}`));
    identities.set(stage, identity);
  }
  return identity;
}
