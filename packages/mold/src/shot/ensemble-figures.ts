/** Figures of many shots, those that share what a compiled program shares together. */
import type { WorkerPool, WorkerTasks } from "@simloom/solve";
import { type EnsemblePlan, integrateEnsemble, integrateEnsembleParallel } from "../adaptive/ensemble.ts";
import { portableMethod } from "../adaptive/methods.ts";
import { prepare } from "../legacy/preparation.ts";
import { figuresOf, figuresScratch, type ShotFigures, shotFigures } from "./figures-only.ts";
import type { Integration } from "./integrate.ts";
import { canMarch, type MarchingShots, marchingShots } from "./march-figures.ts";
import { type MarchInput, type MarchOutput, marchShots } from "./march-shots.ts";
import type { ShotSettings } from "./settings.ts";

/** Shots that are integrated together: their profiles are in memory at once, 50 kB each at 1,201 points. */
const INTEGRATED_TOGETHER = 256;
/** Shots that march together: their hardness, 10 kB each, stays in the second-level cache. */
const MARCHING_TOGETHER = 64;
const PARTS_PER_WORKER = 4;

/**
 * Figures of many shots, in their order; bit for bit those of `shotFigures`. Shots of the back ends `manual` and `ensemble` that share
 * points and solver go through one compiled program together, the others one by one. Errors: those of `computeShot`, for the first that
 * fails.
 */
export function ensembleFigures(shots: readonly ShotSettings[]): readonly ShotFigures[] {
  const together = new Map<ShotSettings, ShotFigures>();
  for (const group of groupsOf(shots))
    if (group.plan === undefined)
      for (const members of chunked(group.shots, MARCHING_TOGETHER)) {
        const marching = marchingShots(members);
        keep(together, members, marching.figures(marchShots(marching.input)));
      }
    else
      for (const members of chunked(group.shots, INTEGRATED_TOGETHER))
        keep(together, members, integrated(members, integrateEnsemble(group.plan, membersOf(members))));
  return withTheRest(shots, together);
}

/**
 * The same on the threads of a pool, whose workers serve `figuresTasks` and the `ensembleTasks` of @simloom/solve: shots of the back ends
 * `manual` and `ensemble` are shared out, the others are computed on this thread. Rejects with what `ensembleFigures` throws, with `SOLV-031`
 * when a thread dies, and with the reason of the signal.
 */
export async function ensembleFiguresParallel(
  shots: readonly ShotSettings[],
  { pool, signal }: { readonly pool: WorkerPool; readonly signal?: AbortSignal },
): Promise<readonly ShotFigures[]> {
  const together = new Map<ShotSettings, ShotFigures>();
  const stop = signal === undefined ? {} : { signal };
  for (const group of groupsOf(shots))
    if (group.plan === undefined) {
      const share = Math.ceil(group.shots.length / (PARTS_PER_WORKER * pool.workers));
      const parts = chunked(group.shots, Math.min(MARCHING_TOGETHER, share));
      const marching: MarchingShots[] = [];
      await pool.run<MarchOutput>(
        MARCH,
        parts.length,
        (part) => {
          const prepared = marchingShots(parts[part] as readonly ShotSettings[]);
          marching[part] = prepared;
          return prepared.input;
        },
        {
          ...stop,
          onPart(part, output) {
            keep(together, parts[part] as readonly ShotSettings[], (marching[part] as MarchingShots).figures(output));
          },
        },
      );
    } else
      for (const members of chunked(group.shots, INTEGRATED_TOGETHER)) {
        const integrations = await integrateEnsembleParallel(group.plan, membersOf(members), { pool, ...stop });
        keep(together, members, integrated(members, integrations));
      }
  return withTheRest(shots, together);
}

const MARCH = "mold/march";

/** What a thread does for {@link ensembleFiguresParallel}, besides the `ensembleTasks` of @simloom/solve. */
export const figuresTasks: WorkerTasks = { [MARCH]: (input: MarchInput) => marchShots(input) };

/** Shots that can be computed together: integrated with a plan, or marched. */
interface Group {
  readonly plan: EnsemblePlan | undefined;
  readonly shots: ShotSettings[];
}

function groupsOf(shots: readonly ShotSettings[]): Iterable<Group> {
  const groups = new Map<string, Group>();
  for (const settings of new Set(shots)) {
    const { grid, solver } = settings;
    const isManual = solver.backend === "manual";
    const plan = planOf(settings);
    if (isManual ? !canMarch() : plan === undefined) continue;
    const key = JSON.stringify([grid.totalS, grid.count, ...Object.entries(solver).sort().flat()]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { plan, shots: [settings] });
    else group.shots.push(settings);
  }
  return groups.values();
}

function planOf({ solver, grid }: ShotSettings): EnsemblePlan | undefined {
  if (solver.backend !== "ensemble") return undefined;
  const method = portableMethod(solver.method);
  return method && { method, choice: solver, grid };
}

function membersOf(shots: readonly ShotSettings[]) {
  return shots.map(({ shot, thermal }) => ({ shot: prepare(shot), thermal }));
}

function integrated(shots: readonly ShotSettings[], integrations: readonly Integration[]): readonly ShotFigures[] {
  return shots.map((settings, index) => figuresOf(settings, () => integrations[index] as Integration));
}

/** Figures of shots of a group; those without are computed alone, which says what is wrong with them. */
function keep(
  together: Map<ShotSettings, ShotFigures>,
  shots: readonly ShotSettings[],
  figures: readonly (ShotFigures | undefined)[],
): void {
  figures.forEach((one, index) => {
    if (one !== undefined) together.set(shots[index] as ShotSettings, one);
  });
}

function withTheRest(
  shots: readonly ShotSettings[],
  together: ReadonlyMap<ShotSettings, ShotFigures>,
): readonly ShotFigures[] {
  const scratch = figuresScratch();
  return shots.map((settings) => together.get(settings) ?? shotFigures(settings, scratch));
}

function chunked<T>(all: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, part) => all.slice(part * size, (part + 1) * size));
}
