/** Figures of many shots, those of the back end `ensemble` through the ensemble driver. */
import { integrateEnsemble } from "../adaptive/ensemble.ts";
import { portableMethod } from "../adaptive/methods.ts";
import { prepare } from "../legacy/preparation.ts";
import { figuresOf, figuresScratch, type ShotFigures, shotFigures } from "./figures-only.ts";
import type { Integration } from "./integrate.ts";
import type { ShotSettings } from "./settings.ts";

/** Shots that are integrated together: their profiles are in memory at once, 50 kB each at 1,201 points. */
const TOGETHER = 256;

/**
 * Figures of many shots, in their order; bit for bit those of `shotFigures`. Shots of the back end `ensemble` that share points and
 * solver go through one compiled problem together, the others one by one. Errors: those of `computeShot`, for the first that fails.
 */
export function ensembleFigures(shots: readonly ShotSettings[]): readonly ShotFigures[] {
  const scratch = figuresScratch();
  const together = new Map<ShotSettings, ShotFigures>();
  for (const group of groupsOf(shots))
    for (let first = 0; first < group.length; first += TOGETHER) {
      const members = group.slice(first, first + TOGETHER);
      const integrations = integrateTogether(members);
      members.forEach((settings, index) => {
        const integration = integrations[index];
        if (integration !== undefined)
          together.set(
            settings,
            figuresOf(settings, () => integration),
          );
      });
    }
  return shots.map((settings) => together.get(settings) ?? shotFigures(settings, scratch));
}

/** Shots of the back end `ensemble` by what an ensemble shares. */
function groupsOf(shots: readonly ShotSettings[]): Iterable<readonly ShotSettings[]> {
  const groups = new Map<string, ShotSettings[]>();
  for (const settings of new Set(shots)) {
    if (settings.solver.backend !== "ensemble") continue;
    const { grid, solver } = settings;
    const key = JSON.stringify([grid.totalS, grid.count, ...Object.entries(solver).sort().flat()]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [settings]);
    else group.push(settings);
  }
  return groups.values();
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
