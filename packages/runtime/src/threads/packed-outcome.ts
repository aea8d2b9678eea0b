import type { Artifact, JobOutcome, Metric, Value } from "@simloom/pipeline";
import type { PackedOutcome } from "./protocol.ts";
import { pack, unpack } from "./wire.ts";

/** Makes an outcome ready for `postMessage`. */
export function packOutcome(outcome: JobOutcome): PackedOutcome {
  if (outcome.status === "failed") return outcome;
  const { outputs, artifacts } = outcome;
  return { ...outcome, outputs: pack(outputs), artifacts: artifacts.map((one) => pack(one as unknown as Value)) };
}

/** Rebuilds a packed outcome, frozen. */
export function unpackOutcome(outcome: PackedOutcome): JobOutcome {
  if (outcome.status === "failed") return outcome;
  return {
    ...outcome,
    metrics: unpack(outcome.metrics) as Readonly<Record<string, Metric>>,
    warnings: unpack(outcome.warnings) as readonly string[],
    outputs: unpack(outcome.outputs) as Readonly<Record<string, Value>>,
    artifacts: outcome.artifacts.map((artifact) => unpack(artifact) as unknown as Artifact),
  };
}
