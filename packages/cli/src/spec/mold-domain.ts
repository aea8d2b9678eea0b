/** Mould scenarios on the command line. */
import {
  builtInSystems,
  type Catalogue,
  type MoldResult,
  moldGraph,
  moldResult,
  parseScenario,
  type Scenario,
  type ShotOutputs,
  solverOf,
} from "@simloom/mold";
import { sundialsIntegration } from "@simloom/mold/node";
import { type Graph, type Point, type RunResult, sha256, type Value } from "@simloom/pipeline";
import { withChanges } from "./changes.ts";
import type { Domain, Subject } from "./subject.ts";

export const moldDomain: Domain = {
  name: "mold",
  recognises: (document) =>
    typeof document === "object" &&
    document !== null &&
    "process" in document &&
    "mold" in document &&
    ("system_id" in document || "system" in document),
  subject: (document, source, changes) => moldSubject(document, source, changes),
};

/** Reads a scenario with the changes of `--set`. Errors: `MOLD-…` with all problems. */
export function moldSubject(
  document: unknown,
  source: string,
  changes: Point,
  systems: Catalogue = builtInSystems(),
): Subject {
  const changed = withChanges(document as Value, changes);
  const read = (one: Value): Scenario => parseScenario(one, { source, systems });
  const scenario = read(changed);
  const title = `${source.slice(source.lastIndexOf("/") + 1).replace(/\.[a-z]+$/, "")}, ${scenario.system.system_id}`;
  return {
    title,
    source,
    graph: graphOf(scenario, title),
    seed: 0,
    swept: {
      document: changed,
      place: (point, base) => ({ ...base, graph: graphOf(read(withChanges(changed, point)), title) }),
    },
    result: async (run) => moldResult(scenario, await outputsOf(run), sha256),
    summary: (_metrics, result) => (result === undefined ? [] : describeShot(result as MoldResult)),
    sweepColumns: ["quality.rho_moulded", "gas-and-vents.p_max", "quality.T_core_max", "quality.defect_risk"],
  };
}

/** The graph, with the stage that this machine integrates with. */
function graphOf(scenario: Scenario, title: string): Graph {
  const isSundials = solverOf(scenario.simulation).backend === "cvode";
  return moldGraph(scenario, { title, ...(isSundials ? { integration: sundialsIntegration } : {}) });
}

async function outputsOf(run: RunResult): Promise<ShotOutputs> {
  const [prepared, trajectory, gas, part] = await Promise.all(
    ["prepared", "trajectory", "gas", "part"].map((name) => run.output(name)),
  );
  return { prepared, trajectory, gas, part } as unknown as ShotOutputs;
}

/** The figures a technologist looks for, a line each, then what speaks against the part. */
export function describeShot(result: MoldResult): readonly string[] {
  const { solver } = result;
  const times = [
    ["cream", result.t_cream_s],
    ["gel", result.t_gel_s],
    ["rise", result.t_rise_s],
    ["tack-free", result.t_tack_free_s],
  ] as const;
  const how = solver.relative_tolerance === null ? "" : `, tolerance ${solver.relative_tolerance}`;
  return [
    ...kpiLines(result),
    `T_core_max: ${result.T_core_max_C.toFixed(1)} °C at ${result.t_T_core_max_s.toFixed(1)} s`,
    `vents close: ${result.vent_closure_time_s === null ? "-" : `${result.vent_closure_time_s.toFixed(1)} s`}`,
    `cure: ${times.map(([stage, timeS]) => `${stage} ${timeS === null ? "-" : `${timeS.toFixed(1)} s`}`).join(", ")}`,
    `solver: ${result.backend} (${solver.method}), ${solver.steps} steps${how}`,
    ...result.diagnostics.map((message, index) => `${result.diagnostic_codes[index] ?? ""}  ${message}`),
  ];
}

/** The rows of the KPI table, `label : value`, `-` where there is none. */
export function kpiLines(result: MoldResult): readonly string[] {
  const seconds = (timeS: number | null): string => (timeS === null ? "-" : `${timeS.toFixed(1)} s`);
  const rows: readonly (readonly [label: string, value: string])[] = [
    ["quality_status", result.quality_status],
    ["pressure_status", result.pressure_status],
    ["t_demold_min_s", seconds(result.t_demold_min_s)],
    ["t_demold_opt_s", seconds(result.t_demold_opt_s)],
    ["t_demold_max_s", seconds(result.t_demold_max_s)],
    ["p_max", `${(result.p_max_Pa / 1e5).toFixed(2)} bar`],
    ["rho_moulded", `${result.rho_moulded.toFixed(1)} kg/m3`],
    ["H_demold", `${result.H_demold_shore.toFixed(1)} Sh`],
    ["H_24h", `${result.H_24h_shore.toFixed(1)} Sh`],
    ["defect_risk", result.defect_risk.toFixed(3)],
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  return ["KPI Summary", ...rows.map(([label, value]) => `${label.padEnd(width)} : ${value}`)];
}
