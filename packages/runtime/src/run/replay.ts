/** Compares a run with its replay: outputs by digest, node by node, and metrics. */
import type { NodeRecord } from "@simloom/pipeline";
import { RuntimeError } from "../errors.ts";
import { differingPorts } from "./diff.ts";
import type { Machine } from "./request.ts";

/** How a node of the replay compares. `unknown`: one side kept no digests, and its metrics agree. */
export interface ReplayedNode {
  readonly id: string;
  readonly verdict: "same" | "different" | "unknown" | "missing";
  /** True when the code of the stage is not what it was. */
  readonly hasOtherCode: boolean;
  readonly ports?: readonly string[];
  readonly metrics?: readonly string[];
}

/** What came of a replay. */
export interface Replay {
  readonly original: string;
  readonly replay: string;
  readonly status: "same" | "different";
  readonly nodes: readonly ReplayedNode[];
  readonly machines: { readonly original: Machine; readonly replay: Machine };
  readonly packages: {
    readonly original: Readonly<Record<string, string>>;
    readonly replay: Readonly<Record<string, string>>;
  };
}

/** Compares the nodes of a run with those of its replay, in the order of the run. */
export function compareReplay(original: readonly NodeRecord[], replay: readonly NodeRecord[]): readonly ReplayedNode[] {
  const again = new Map(replay.map((node) => [node.id, node]));
  return original.map((node): ReplayedNode => {
    const twin = again.get(node.id);
    if (twin === undefined) return { id: node.id, verdict: "missing", hasOtherCode: false };
    const hasOtherCode = node.fingerprint !== twin.fingerprint;
    if (!hasResult(node) || !hasResult(twin)) {
      return { id: node.id, verdict: hasResult(node) === hasResult(twin) ? "same" : "different", hasOtherCode };
    }
    const ports = differingPorts(node, twin);
    const metrics = Object.keys({ ...node.metrics, ...twin.metrics }).filter(
      (name) => JSON.stringify(node.metrics[name]) !== JSON.stringify(twin.metrics[name]),
    );
    if (ports.length > 0 || metrics.length > 0)
      return { id: node.id, verdict: "different", hasOtherCode, ports, metrics };
    const isKnown =
      Object.keys(node.outputs).length > 0 &&
      Object.keys(node.outputs).every(
        (port) => node.outputs[port]?.digest !== undefined && twin.outputs[port]?.digest !== undefined,
      );
    return { id: node.id, verdict: isKnown ? "same" : "unknown", hasOtherCode };
  });
}

/** True when nothing differs and nothing is missing. */
export function isConfirmed(nodes: readonly ReplayedNode[]): boolean {
  return nodes.every(({ verdict }) => verdict === "same" || verdict === "unknown");
}

/** A replay that gave something else: RUNT-072, with every node that differs. */
export class ReplayError extends RuntimeError {
  readonly replay: Replay;

  constructor(replay: Replay) {
    const wrong = replay.nodes.filter(({ verdict }) => verdict === "different" || verdict === "missing");
    const hasOtherCode = wrong.some((node) => node.hasOtherCode);
    const first = wrong.find((node) => node.hasOtherCode) ?? wrong[0];
    super({
      code: "RUNT-072",
      message: `the replay of ${replay.original} differs in ${wrong.length} of ${replay.nodes.length} nodes, first ${first?.id}`,
      remedy: hasOtherCode
        ? "The code has changed since the run; go back to its version, or take the new results for what they are."
        : "The code is the same: a stage is not a pure function of its inputs, or the run folder or machine is damaged.",
      ...(first === undefined ? {} : { path: first.id }),
      context: { runId: replay.replay, machines: replay.machines, packages: replay.packages },
      problems: wrong.map(({ id, verdict, ports, metrics, hasOtherCode: isNew }) => ({
        code: "RUNT-072",
        message:
          verdict === "missing" ? `${id} is not part of the graph any more` : `${id}: ${differing(ports, metrics)}`,
        remedy: isNew ? "Its code has changed." : "Its code is the same.",
        path: id,
      })),
    });
    this.replay = replay;
  }
}

function differing(ports: readonly string[] = [], metrics: readonly string[] = []): string {
  const parts = [
    ...(ports.length === 0 ? [] : [`output ${ports.join(", ")}`]),
    ...(metrics.length === 0 ? [] : [`metric ${metrics.join(", ")}`]),
  ];
  return parts.length === 0
    ? "it ended otherwise"
    : `${parts.join(" and ")} ${ports.length + metrics.length === 1 ? "differs" : "differ"}`;
}

function hasResult({ status }: NodeRecord): boolean {
  return status === "hit" || status === "computed";
}
