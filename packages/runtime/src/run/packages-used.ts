/** Which versions of which packages a result may depend on. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { AnyStage, Plan } from "@simloom/pipeline";
import { packageOf } from "../fingerprint/packages.ts";

/**
 * Node, this package, and for every stage of a plan the package that it stands in and the installed ones whose code is part
 * of its fingerprint: versions by name, with commas between several of one name.
 */
export function packagesUsed(plan: Pick<Plan, "nodes">): Readonly<Record<string, string>> {
  const found = new Map<string, Set<string>>();
  const note = (name: string, version: string): void => {
    found.set(name, (found.get(name) ?? new Set()).add(version));
  };
  note("@simloom/runtime", runtimeVersion());
  const seen = new Set<AnyStage>();
  for (const { node, fingerprint } of plan.nodes) {
    if (seen.has(node.stage)) continue;
    seen.add(node.stage);
    for (const dependency of fingerprint.dependencies ?? []) {
      const at = dependency.lastIndexOf("@");
      note(dependency.slice(0, at), dependency.slice(at + 1));
    }
    const home = homeOf(node.stage);
    if (home !== undefined) note(home.name, home.version);
  }
  const names = [...found.keys()].sort();
  const versions = names.map((name) => [name, [...(found.get(name) ?? [])].sort().join(", ")] as const);
  return { node: process.versions.node, ...Object.fromEntries(versions) };
}

function homeOf({ module }: AnyStage): ReturnType<typeof packageOf> {
  return module?.url.startsWith("file:") ? packageOf(fileURLToPath(module.url)) : undefined;
}

function runtimeVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
