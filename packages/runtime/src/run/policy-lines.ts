import { digestOf, type Plan, policyOf } from "@simloom/pipeline";
import { plain } from "./artifact-files.ts";
import type { PolicyLine } from "./run-folder.ts";

/** The policy in force in a plan: each setting once, with who set it and which nodes read it so. */
export function policyLines(plan: Plan): readonly PolicyLine[] {
  const lines = new Map<string, PolicyLine & { readonly nodes: string[] }>();
  for (const planned of plan.nodes) {
    const { values, layers } = policyOf(planned);
    for (const [key, from] of Object.entries(layers)) {
      const value = values[key] ?? null;
      const name = `${key} ${from} ${digestOf(value)}`;
      const known = lines.get(name);
      if (known === undefined) lines.set(name, { key, value: plain(value), from, nodes: [planned.id] });
      else known.nodes.push(planned.id);
    }
  }
  return [...lines.values()];
}
