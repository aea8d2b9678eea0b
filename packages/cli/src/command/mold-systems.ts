import { hasPentane, type MaterialSystem, missingFields } from "@simloom/mold";
import type { MoldSystemsDocument } from "../document/mold-systems.ts";
import { loadSystems } from "../spec/mold-systems.ts";

/** Options of `simloom mold systems`. */
export interface SystemsFlags {
  readonly systems?: string;
  readonly json: boolean;
}

/** Prints the systems of a catalogue with what is missing. Throws `MOLD-…` for a catalogue that is not well formed. */
export async function listSystems({ systems, json }: SystemsFlags): Promise<void> {
  const catalogue = await loadSystems(systems);
  const document: MoldSystemsDocument = { systems: [...catalogue.values()].map(entryOf) };
  process.stdout.write(json ? `${JSON.stringify(document)}\n` : `${describe(document).join("\n")}\n`);
}

function entryOf(system: MaterialSystem): MoldSystemsDocument["systems"][number] {
  const missing = [...missingFields(system)];
  return {
    system_id: system.system_id,
    ...(typeof system.description === "string" ? { description: system.description } : {}),
    complete: missing.length === 0,
    missing,
    pentane: hasPentane(system),
  };
}

function describe({ systems }: MoldSystemsDocument): readonly string[] {
  const complete = systems.filter((system) => system.complete).length;
  return [
    `${systems.length} ${systems.length === 1 ? "system" : "systems"}, ${complete} complete`,
    ...systems.flatMap(({ system_id, description, missing }) => [
      `  ${system_id}${description === undefined ? "" : `  ${description}`}`,
      missing.length === 0 ? "    complete" : `    missing ${missing.join(", ")}`,
    ]),
  ];
}
