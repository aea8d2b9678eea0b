/** Catalogues of material systems: from the documents of YAML files to systems by id. */
import { nearestName } from "@simloom/units";
import { moldError } from "../errors.ts";
import { check, documentError } from "../scenario/problems.ts";
import { plainlyWritten } from "../scenario/written.ts";
import { type MaterialSystem, materialSystemSchema, missingFields } from "./system.ts";

/** Systems by id, in the order of their files. */
export type Catalogue = ReadonlyMap<string, MaterialSystem>;

/** Reads one system. Errors: `MOLD-001` … `MOLD-008` with every problem; a system that lacks figures is fine until it is run. */
export function parseSystem(document: unknown, source = "the system"): MaterialSystem {
  const { value, problems } = check(materialSystemSchema, plainlyWritten(document));
  if (value === undefined) throw documentError(problems, source);
  return value;
}

/**
 * Reads all documents of one catalogue file. Errors: those of `parseSystem`, `MOLD-012` for an id that stands there twice and
 * `MOLD-013` for a file without systems.
 */
export function parseCatalogue(documents: readonly unknown[], source = "the catalogue"): Catalogue {
  const systems = new Map<string, MaterialSystem>();
  documents.forEach((document, index) => {
    const system = parseSystem(document, documents.length === 1 ? source : `${source}, document ${index + 1}`);
    if (systems.has(system.system_id))
      throw moldError({
        code: "MOLD-012",
        message: `${source} holds ${system.system_id} twice`,
        remedy: "Give the second one another system_id, or remove it.",
        path: "system_id",
        context: { source, system_id: system.system_id },
      });
    systems.set(system.system_id, system);
  });
  if (systems.size > 0) return systems;
  throw moldError({
    code: "MOLD-013",
    message: `${source} holds no material system`,
    remedy: "Write one system per YAML document, with --- between them.",
    context: { source },
  });
}

/** Puts catalogues of several files together; where an id stands in several, the first file wins. */
export function mergeCatalogues(catalogues: readonly Catalogue[]): Catalogue {
  const merged = new Map<string, MaterialSystem>();
  for (const catalogue of catalogues) for (const [id, system] of catalogue) if (!merged.has(id)) merged.set(id, system);
  return merged;
}

/** The system of that id. Errors: `MOLD-010` with the ids that there are. */
export function findSystem(catalogue: Catalogue, id: string): MaterialSystem {
  const found = catalogue.get(id);
  if (found !== undefined) return found;
  const known = [...catalogue.keys()];
  const near = nearestName(id, known);
  throw moldError({
    code: "MOLD-010",
    message: `there is no material system ${id}`,
    remedy: `${near === undefined ? "" : `Did you mean ${near}? `}Known are ${known.join(", ")}.`,
    path: "system_id",
    context: { known },
  });
}

/** The system, when a shot can be computed with it. Errors: `MOLD-011` with every figure that it lacks. */
export function requireComplete(system: MaterialSystem): MaterialSystem {
  const missing = missingFields(system);
  if (missing.length === 0) return system;
  throw moldError({
    code: "MOLD-011",
    message: `${system.system_id} cannot be run: its data sheet does not say ${missing.join(", ")}`,
    remedy: "Add these figures to its entry, or take a complete system; `simloom mold systems` lists what is missing.",
    path: "system_id",
    context: { system_id: system.system_id, missing },
    problems: missing.map((path) => ({
      code: "MOLD-011",
      path,
      message: `${path} is not known`,
      remedy: "Measure it, or ask the supplier.",
    })),
  });
}
