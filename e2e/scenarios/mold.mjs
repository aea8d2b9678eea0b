/** The mould twin from the installed command: known figures, back ends that agree, reuse, a report, refusals. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../harness/installation.mjs";
import { expectCode } from "../harness/processes.mjs";
import { listing } from "../harness/project.mjs";

export const name = "mold";

/** Key figures of use case 1 with the fixed-step back end, as the twin that is replaced gives them. */
const KNOWN = {
  rho_moulded: 303.4410271137883,
  p_max_Pa: 301954.31150556915,
  t_p_max_s: 44.5,
  vent_closure_time_s: 38,
  H_demold_shore: 73.45138463432014,
  H_24h_shore: 77.45138463432014,
  T_core_max_C: 77.62610544113983,
  defect_risk: 0.45,
};

/** The same from a tight solution of its differential equations: bounds are the widest that the twin's own comparison allows. */
const BACK_ENDS = ["adaptive", "stiff", "ensemble"];

const shot = (...flags) => ["mold", "run-sim", "--scenario", "use_case_1.yaml", ...flags];

const REFUSED = [
  ["a key with a typo, with a suggestion", ["process:", "proces:"], /MOLD-002[\s\S]*Did you mean "process"/],
  ["a value out of its bounds", ["mixing_eff: 0.9", "mixing_eff: 1.9"], /mixing_eff[\s\S]*1/],
  ["billions of points", ["time_step_s: 0.5", "time_step_s: 0.0000001"], /MOLD-020[\s\S]*time_step_s/],
  ["a system that lacks fields, by their names", ["SYSTEM_R1", "dekolast_8if"], /oh_number_mgKOH_per_g/],
];

export async function prove({ claim, claimAll, project }) {
  const place = withScenario(project());

  await claim("use case 1: the figures of the twin that is replaced", async () => {
    const result = await place.json(0, ...shot());
    // Sums of 1,200 steps in another order of operations.
    for (const [figure, value] of Object.entries(KNOWN)) near(result[figure], value, 1e-9, figure);
    deepEqual(result.diagnostic_codes, ["NO_DEMOLD_WINDOW", "EARLY_VENT_CLOSURE"]);
    equal(result.time_s.length, 1201);
  });
  await claim("a second run reuses every stage and draws the report", async () => {
    const text = await place.text(0, ...shot("--report"));
    match(text, /5 nodes: 5 reused/);
    const report = place.read(join("runs", /runs\/(\S+)\/report\.html/.exec(text)[1], "report.html"));
    ok((report.match(/<svg/g) ?? []).length >= 5, "five plots");
    ok(!/(?:src|href)="https?:/.test(report), "nothing is fetched");
  });
  await claimAll(
    BACK_ENDS.map((backEnd) => [
      `${backEnd}: the same physics`,
      async () => {
        const result = await place.json(0, ...shot("--backend", backEnd));
        ok(Math.abs(result.rho_moulded - KNOWN.rho_moulded) <= 2);
        ok(Math.abs(result.p_max_Pa - KNOWN.p_max_Pa) <= 2e4);
        near(result.T_core_max_C, 77.493, 1e-4, "hottest core"); // of a solution with tolerances of 1e-11
      },
    ]),
  );
  await claim("older names of back ends are understood", async () => {
    equal((await place.json(0, ...shot("--backend", "solve_ivp"))).backend, "stiff");
    equal((await place.json(0, ...shot("--backend", "jax"))).backend, "ensemble");
  });
  await claim("all seven systems are listed, with what each lacks", async () => {
    match(await place.text(0, "mold", "systems"), /^7 systems, 2 complete\n/);
  });
  await claimAll(
    REFUSED.map(([title, [before, after], says]) => [
      `refused: ${title}`,
      async () => {
        const other = withScenario(project()).edit("use_case_1.yaml", before, after);
        const files = listing(other.folder);
        match(expectCode(await other.simloom(...shot()), 2).stderr, says);
        deepEqual(listing(other.folder), files, "nothing is written");
      },
    ]),
  );
}

function withScenario(place) {
  const file = join(repository, "examples", "mold", "use_case_1.yaml");
  return place.write("use_case_1.yaml", readFileSync(file, "utf8"));
}

function near(value, expected, tolerance, what) {
  ok(Math.abs(value - expected) <= tolerance * Math.abs(expected), `${what}: ${value}, expected ${expected}`);
}
