/** Figures of many shots, those that share what a compiled program shares together. */
import { integrateEnsemble } from "../adaptive/ensemble.ts";
import { portableMethod } from "../adaptive/methods.ts";
import { prepare } from "../legacy/preparation.ts";
import { figuresOf, figuresScratch, type ShotFigures, shotFigures } from "./figures-only.ts";
import type { Integration } from "./integrate.ts";
import { canMarch, marchFigures } from "./march-figures.ts";
import type { ShotSettings } from "./settings.ts";

/** Shots that are computed together: what is kept of their points is in memory at once, up to 50 kB each at 1,201 points. */
const TOGETHER = 256;

/**
 * Figures of many shots, in their order; bit for bit those of `shotFigures`. Shots of the back ends `manual` and `ensemble` that share
 * points and solver go through one compiled program together, the others one by one. Errors: those of `computeShot`, for the first that
 * fails.
 */
export function ensembleFigures(shots: readonly ShotSettings[]): readonly ShotFigures[] {
  const scratch = figuresScratch();
  const together = new Map<ShotSettings, ShotFigures>();
  for (const group of groupsOf(shots))
    for (let first = 0; first < group.length; first += TOGETHER) {
      const members = group.slice(first, first + TOGETHER);
      const figures = togetherFigures(members);
      members.forEach((settings, index) => {
        const one = figures[index];
        if (one !== undefined) together.set(settings, one);
      });
    }
  return shots.map((settings) => together.get(settings) ?? shotFigures(settings, scratch));
}

/** Shots that can be computed together, by what they share. */
function groupsOf(shots: readonly ShotSettings[]): Iterable<readonly ShotSettings[]> {
  const groups = new Map<string, ShotSettings[]>();
  for (const settings of new Set(shots)) {
    const { grid, solver } = settings;
    if (solver.backend !== "ensemble" && !(solver.backend === "manual" && canMarch())) continue;
    const key = JSON.stringify([grid.totalS, grid.count, ...Object.entries(solver).sort().flat()]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [settings]);
    else group.push(settings);
  }
  return groups.values();
}

/** Figures of shots of one group; undefined for those that are to be computed alone. */
function togetherFigures(group: readonly ShotSettings[]): readonly (ShotFigures | undefined)[] {
  if (group[0]?.solver.backend === "manual") return marchFigures(group);
  const integrations = integrateTogether(group);
  return group.map((settings, index) => {
    const integration = integrations[index];
    return integration && figuresOf(settings, () => integration);
  });
}

function integrateTogether(group: readonly ShotSettings[]): readonly Integration[] {
  const [first] = group;
  if (first === undefined || first.solver.backend === "manual") return [];
  const { solver, grid } = first;
  const method = portableMethod(solver.method);
  if (method === undefined) return [];
  const members = group.map(({ shot, thermal }) => ({ shot: prepare(shot), thermal }));
  return integrateEnsemble(method, solver, members, grid);
}
