/** A scenario: which system is shot into which mould, how, and what the part has to keep. */
import { z } from "@simloom/units/zod";
import { moldError } from "../errors.ts";
import { builtInSystems } from "../material/built-in.ts";
import { type Catalogue, findSystem } from "../material/catalogue.ts";
import { type DeepReadonly, type MaterialSystem, materialSystemSchema } from "../material/system.ts";
import { type Backend, type MethodName, solverOf } from "./backend.ts";
import { type MoldProperties, moldSchema, withVents } from "./mold.ts";
import { check, type DocumentProblem, documentError } from "./problems.ts";
import { humidityProblems, type ProcessConditions, processSchema } from "./process.ts";
import { type QualityTargets, qualitySchema } from "./quality.ts";
import { MOST_POINTS, pointCount, type SimulationSettings, simulationSchema } from "./simulation.ts";
import { plainlyWritten } from "./written.ts";

export const scenarioSchema = z.strictObject({
  system_id: z.string().min(1).optional().meta({ description: "Id of a system of the catalogue" }),
  system: materialSystemSchema.optional().meta({ description: "The system itself, in place of its id" }),
  process: processSchema,
  mold: moldSchema,
  quality: qualitySchema.prefault({}),
  simulation: simulationSchema.prefault({}),
});

/** JSON Schema (draft 2020-12) of a scenario file, with `unit` on its numbers. */
export function scenarioJsonSchema(): Record<string, unknown> {
  const described = z.toJSONSchema(scenarioSchema, { target: "draft-2020-12", io: "input", unrepresentable: "any" });
  return { $id: "simloom.mold-scenario.v1", title: "Scenario of simloom mold", ...described };
}

/** A scenario with its system found and every default filled in. */
export interface Scenario {
  readonly system: MaterialSystem;
  readonly process: ProcessConditions;
  readonly mold: MoldProperties;
  readonly quality: QualityTargets;
  readonly simulation: SimulationSettings;
}

/** Where a scenario came from, and where its system is looked for. */
export interface ScenarioOptions {
  /** A name people recognise, for example the file name. */
  readonly source?: string;
  /** Default: the systems of this package. */
  readonly systems?: Catalogue;
}

/**
 * Reads a scenario. Errors: one with every problem of the document (`MOLD-001` … `MOLD-008`), `MOLD-010` for a system that the
 * catalogue does not hold, `MOLD-020` for a run of more than a million points, `MOLD-021` for the one-dimensional model.
 * Whether the system is complete is another question: see `requireComplete`.
 */
export function parseScenario(document: unknown, options: ScenarioOptions = {}): Scenario {
  const { source = "the scenario", systems = builtInSystems() } = options;
  const written = plainlyWritten(document);
  const { value, problems } = check(scenarioSchema, written);
  const disagreements = [...humidityProblems(written), ...disagreementsIn(value ?? written)];
  if (value === undefined || disagreements.length > 0) throw documentError([...problems, ...disagreements], source);
  const { system, system_id: id = "", process, mold, quality, simulation } = value;
  requireComputable(simulation);
  return deepFrozen({ system: system ?? findSystem(systems, id), process, mold: withVents(mold), quality, simulation });
}

/** Reads a file of quality limits. Errors: `MOLD-001` … `MOLD-008`. */
export function parseQuality(document: unknown, source = "the quality preset"): QualityTargets {
  const written = plainlyWritten(document);
  const { value, problems } = check(qualitySchema, written);
  const disagreements = densityOrder(value ?? written, "");
  if (value === undefined || disagreements.length > 0) throw documentError([...problems, ...disagreements], source);
  return value;
}

/** The inputs of a run as one document: what the input hash is taken of. Older names of back ends are resolved. */
export function inputDocument({ system, process, mold, quality, simulation }: Scenario): Record<string, unknown> {
  const { backend: _, solve_ivp_method: _method, ...settings } = simulation;
  const solver: { readonly backend: Backend; readonly method?: MethodName } = solverOf(simulation);
  return {
    system,
    process,
    mold,
    quality,
    simulation: { ...settings, backend: solver.backend, method: solver.method ?? "euler" },
  };
}

/** Rules between fields, checked on whatever of them can be read. */
function disagreementsIn(document: unknown): readonly DocumentProblem[] {
  if (typeof document !== "object" || document === null) return [];
  const root = section(document);
  const simulation = section(root.simulation);
  const mold = section(root.mold);
  const total = numberOr(simulation.total_time_s, 600);
  const step = numberOr(simulation.time_step_s, 0.5);
  const problems: DocumentProblem[] = [...densityOrder(root.quality, "quality.")];
  if (total <= step)
    problems.push(
      disagree(
        "simulation.total_time_s",
        `simulation.total_time_s is ${total} s, and a step is ${step} s`,
        "Let the total time be larger than time_step_s.",
      ),
    );
  if (isSaid(mold.vent) && isSaid(mold.vents))
    problems.push(
      disagree(
        "mold.vents",
        "mold has both vent and vents",
        "Keep one: vent with conductances, or vents with diameters.",
      ),
    );
  const { diameter_m, length_m, initial_conductance_Pa_s_per_m3: resistance } = section(mold.vents);
  if (isSaid(resistance) && (isSaid(diameter_m) || isSaid(length_m)))
    problems.push(
      disagree(
        "mold.vents.initial_conductance_Pa_s_per_m3",
        "mold.vents has both the resistance of a vent and its bore",
        "Keep one: initial_conductance_Pa_s_per_m3, or diameter_m and length_m.",
      ),
    );
  const { dimension = "0d", layers_count: layers } = simulation;
  if (dimension === "0d" && typeof layers === "number" && layers > 1)
    problems.push(
      disagree(
        "simulation.layers_count",
        `simulation.layers_count is ${layers}, and simulation.dimension is 0d, which has one`,
        "Set simulation.layers_count to 1, or leave it out.",
      ),
    );
  const named = section(root.system).system_id;
  if (typeof named === "string" && typeof root.system_id === "string" && named !== root.system_id)
    problems.push(
      disagree(
        "system_id",
        `system_id is ${root.system_id}, and system is ${named}`,
        "Keep one of them, or give both one id.",
      ),
    );
  if (root.system === undefined && root.system_id === undefined)
    problems.push({
      code: "MOLD-003",
      path: "system_id",
      message: "system_id is missing",
      remedy: "Name a system of the catalogue.",
    });
  return problems;
}

function densityOrder(quality: unknown, prefix: string): readonly DocumentProblem[] {
  const { rho_moulded_min, rho_moulded_max } = section(quality);
  const least = numberOr(rho_moulded_min, 35);
  const most = numberOr(rho_moulded_max, 45);
  if (!(most <= least)) return [];
  const message = `${prefix}rho_moulded_max is ${most} kg/m³, and rho_moulded_min is ${least} kg/m³`;
  return [disagree(`${prefix}rho_moulded_max`, message, "Let rho_moulded_max be larger than rho_moulded_min.")];
}

function requireComputable(simulation: SimulationSettings): void {
  const points = pointCount(simulation);
  if (points > MOST_POINTS)
    throw moldError({
      code: "MOLD-020",
      message: `${simulation.total_time_s} s in steps of ${simulation.time_step_s} s are ${points.toExponential(2)} points, and a run may have ${MOST_POINTS}`,
      remedy: "Raise simulation.time_step_s, or lower simulation.total_time_s.",
      path: "simulation.time_step_s",
      context: { points, mostPoints: MOST_POINTS },
    });
  if (simulation.dimension === "1d_experimental" && simulation.layers_count > 1)
    throw moldError({
      code: "MOLD-021",
      message: `a model of ${simulation.layers_count} layers is not part of this release`,
      remedy: "Set simulation.dimension to 0d, or simulation.layers_count to 1, which is the same.",
      path: "simulation.layers_count",
    });
}

function isSaid(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function disagree(path: string, message: string, remedy: string): DocumentProblem {
  return { code: "MOLD-007", path, message, remedy };
}

function section(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

/** Text with a unit is compared by the schema's own bounds only. */
function numberOr(value: unknown, otherwise: number): number {
  return typeof value === "number" ? value : value === undefined ? otherwise : Number.NaN;
}

function deepFrozen<T>(value: T): T & DeepReadonly<T> {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const child of Object.values(value)) deepFrozen(child);
  }
  return value as T & DeepReadonly<T>;
}
