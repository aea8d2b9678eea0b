import { type PipelineProblem, throwProblems } from "../graph/validate.ts";
import { type CodeFingerprint, IN_PROCESS } from "../key/fingerprint.ts";
import type { Capabilities } from "../schedule/scheduler.ts";
import type { Resources } from "../stage/context.ts";
import type { AnyStage } from "../stage/stage.ts";
import type { PlannedNode } from "./plan.ts";

/**
 * Refuses a plan that its scheduler could not finish: nodes that ask for more than there is, and stages that another
 * thread cannot load. Found before anything runs, all at once. Errors: PIPE-028, PIPE-029, or PIPE-020 with several.
 */
export function checkAdmission(
  graphName: string,
  nodes: readonly PlannedNode[],
  capabilities: Capabilities,
  scheduler: string,
): void {
  const problems: PipelineProblem[] = [];
  const unloadable = new Set<string>();
  for (const { id, node, fingerprint } of nodes) {
    const { stage } = node;
    if (capabilities.isRemote && !isLoadable(stage, fingerprint) && !unloadable.has(stage.name)) {
      unloadable.add(stage.name);
      problems.push({
        code: "PIPE-029",
        message: `stage ${stage.name} (node ${id}) cannot run on ${scheduler}: ${fingerprint.reason ?? "it cannot be loaded there"}`,
        remedy: "Export the stage from its module, declared with import.meta, or run inline.",
        path: id,
      });
    }
    const asked = node.resources ?? stage.resources(node.config);
    const excess = excessOf(asked, capabilities);
    if (excess !== undefined) {
      problems.push({
        code: "PIPE-028",
        message: `node ${id} asks for ${excess}`,
        remedy: "Lower what the stage asks for in resources, or give the scheduler more.",
        path: id,
      });
    }
  }
  throwProblems(graphName, problems);
}

/** Without fingerprints of the code a stage with a module may be loadable; the scheduler looks when it gets the job. */
function isLoadable({ module }: AnyStage, { isDurable, reason }: CodeFingerprint): boolean {
  return isDurable || (module !== undefined && reason === IN_PROCESS);
}

function excessOf(asked: Resources, { cpu, memoryMb, gpus, counters }: Capabilities): string | undefined {
  const isSound = (asked.cpu ?? 1) >= 0 && (asked.memoryMb ?? 0) >= 0 && (asked.gpu ?? 0) >= 0;
  if (!isSound) return `an amount below 0: ${JSON.stringify(asked)}`;
  if ((asked.cpu ?? 1) > cpu) return `${asked.cpu} cpu, but there are ${cpu}`;
  if (memoryMb !== undefined && (asked.memoryMb ?? 0) > memoryMb)
    return `${asked.memoryMb} MiB of memory, but there are ${memoryMb}`;
  if ((asked.gpu ?? 0) > gpus.length) return `${asked.gpu} GPUs, but there are ${gpus.length}`;
  for (const name in asked.counters) {
    const count = asked.counters[name] as number;
    if (count > (counters[name] ?? 0)) return `${count} of ${name}, but there are ${counters[name] ?? 0}`;
  }
  return undefined;
}
