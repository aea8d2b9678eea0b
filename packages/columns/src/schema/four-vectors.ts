/**
 * Four-vectors are found by the names of their columns: `<name>_e`, `<name>_px`, `<name>_py`, `<name>_pz`.
 *
 * Lower case is the rule. Older files write `beam_E`, `beam_Px`: a suffix in another case stands in for a component whose
 * lower-case column is not there. A suffix that is written in two other cases is no component.
 */

/** The components in their order. */
export const COMPONENTS = ["e", "px", "py", "pz"] as const;

/** Energy and the three components of the momentum. */
export type Component = (typeof COMPONENTS)[number];

/** The column of each component. */
export type FourVectorColumns = Readonly<Record<Component, string>>;

/** What the names of a table say about four-vectors. */
export interface FoundFourVectors {
  /** By name, sorted. */
  readonly complete: ReadonlyMap<string, FourVectorColumns>;
  /** Those of which some components are missing. */
  readonly incomplete: ReadonlyMap<string, Readonly<Partial<Record<Component, string>>>>;
}

/** Groups names into four-vectors. */
export function findFourVectors(names: Iterable<string>): FoundFourVectors {
  const candidates = new Map<string, Record<Component, string[]>>();
  for (const column of names) {
    const split = splitComponent(column);
    if (split === undefined) continue;
    const found = candidates.get(split.name) ?? { e: [], px: [], py: [], pz: [] };
    found[split.component].push(column);
    candidates.set(split.name, found);
  }
  const complete = new Map<string, FourVectorColumns>();
  const incomplete = new Map<string, Partial<Record<Component, string>>>();
  for (const name of [...candidates.keys()].sort()) {
    const columns: Partial<Record<Component, string>> = {};
    for (const component of COMPONENTS) {
      const written = candidates.get(name)?.[component] ?? [];
      const exact = `${name}_${component}`;
      const chosen = written.includes(exact) ? exact : written.length === 1 ? written[0] : undefined;
      if (chosen !== undefined) columns[component] = chosen;
    }
    const { e, px, py, pz } = columns;
    if (e !== undefined && px !== undefined && py !== undefined && pz !== undefined) {
      complete.set(name, { e, px, py, pz });
    } else {
      incomplete.set(name, columns);
    }
  }
  return { complete, incomplete };
}

/** The parts of a name such as `beam_px`, whatever the case of its suffix; `undefined` for any other name. */
export function splitComponent(column: string): { readonly name: string; readonly component: Component } | undefined {
  const match = /^(.+)_(e|p[xyz])$/is.exec(column);
  if (match === null) return undefined;
  return { name: match[1] as string, component: (match[2] as string).toLowerCase() as Component };
}
