import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { builtInSystems, type MoldResult, resultSchema } from "@simloom/mold";
import { hasSundials } from "@simloom/solve/node";
import { afterAll, describe, expect, it, vi } from "vitest";
import { moldSystemsDocumentSchema } from "../document/mold-systems.ts";
import { main } from "../main.ts";
import { loadSystems } from "../spec/mold-systems.ts";

const examples = fileURLToPath(new URL("../../../../examples/mold/", import.meta.url));
const useCase1 = join(examples, "use_case_1.yaml");
const systems = join(examples, "systems.yaml");
const folder = mkdtempSync(join(tmpdir(), "simloom-mold-"));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A command of `simloom mold`, with a run folder and cache of the test's own. */
async function call(...words: readonly string[]) {
  const written = { out: "", err: "" };
  const out = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    written.out += String(text);
    return true;
  });
  const err = vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    written.err += String(text);
    return true;
  });
  try {
    const code = await main(["node", "simloom", "mold", ...words]);
    return { code, ...written };
  } finally {
    process.exitCode = undefined;
    out.mockRestore();
    err.mockRestore();
  }
}

const place = (out = "runs") => ["--executor", "inline", "--cache", join(folder, "cache"), "--out", join(folder, out)];

/** `simloom mold run-sim` on use case 1, or on the scenario that `words` name. */
const runSim = (...words: readonly string[]) =>
  call("run-sim", ...(words.includes("-s") ? [] : ["--scenario", useCase1]), ...place(), ...words);

async function resultOf(...words: readonly string[]): Promise<MoldResult> {
  const { code, out } = await runSim(...words, "--json");
  expect(code).toBe(0);
  return resultSchema.parse(JSON.parse(out));
}

describe("simloom mold run-sim", () => {
  it("prints the figures of the existing twin", async () => {
    const { code, out } = await runSim();
    expect(code).toBe(0);
    for (const line of [
      "quality_status  : FAIL",
      "pressure_status : SAFE",
      "t_demold_opt_s  : -",
      "p_max           : 3.02 bar",
      "rho_moulded     : 303.4 kg/m3",
      "H_24h           : 77.5 Sh",
      "defect_risk     : 0.450",
      "NO_DEMOLD_WINDOW",
      "cream 12.7 s, gel 28.5 s, rise 36.6 s, tack-free 40.3 s",
      "5 nodes",
    ])
      expect(out).toContain(line);
  });

  it("prints the result document with --json and --output json, and nothing else", async () => {
    const result = await resultOf();
    expect(result.rho_moulded).toBeCloseTo(303.4410271137883, 8);
    const { out } = await runSim("--output", "json");
    expect(JSON.parse(out)).toEqual(result);
  });

  it("reuses what it has computed before", async () => {
    await runSim();
    expect((await runSim()).out).toContain("5 nodes: 5 reused");
  });

  it.each(["adaptive", "stiff", "ensemble", "solve_ivp", "jax"])("gives the same physics with %s", async (backend) => {
    const result = await resultOf("--backend", backend);
    // the twin's own bounds between its back ends
    expect(Math.abs(result.rho_moulded - 303.4410271137883)).toBeLessThan(2);
    expect(Math.abs(result.p_max_Pa - 301954.3)).toBeLessThan(2e4);
    expect(result.solver.relative_tolerance).toBe(1e-6);
  });

  it("gives the same physics with CVODE, or exit 3 and the way to install it", async () => {
    const { code, out, err } = await runSim("--backend", "sundials", "--json");
    if (hasSundials()) {
      expect(resultSchema.parse(JSON.parse(out))).toMatchObject({ backend: "cvode", pressure_status: "SAFE" });
      return;
    }
    expect([code, JSON.parse(out).error.code, err]).toEqual([3, "CLI-003", ""]);
  });

  it("prints the key figures alone for operators", async () => {
    const { out } = await runSim("--mode", "operator");
    expect(out).toContain("KPI Summary");
    expect(out).not.toContain("solver:");
  });

  it.each([
    ["--mode", "operator"],
    ["--output", "table"],
  ])("keeps solver and diagnostics in folder and report with %s %s", async (...words) => {
    const page = join(folder, `${words.join("")}.html`);
    const { out } = await runSim(...words, "--report", page);
    expect(out).not.toContain("NO_DEMOLD_WINDOW");
    const [, manifest = ""] = /manifest {2}(\S+)/.exec(out) ?? [];
    const summary = readFileSync(join(dirname(manifest), "summary.json"), "utf8");
    for (const kept of [summary, readFileSync(page, "utf8")])
      for (const line of ["KPI Summary", "solver: manual (euler)", "NO_DEMOLD_WINDOW"]) expect(kept).toContain(line);
  });

  it("keeps document, profiles and report where it is told to", async () => {
    const [json, csv, report] = ["a/b/shot.json", "shot.csv", "page"].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    const { code, out } = await runSim("--json", "--save-json", json, "--export-csv", csv, "--report", report);
    expect(code).toBe(0);
    expect(JSON.parse(readFileSync(json, "utf8"))).toEqual(JSON.parse(out));
    expect(readFileSync(csv, "utf8")).toMatch(/^time_s,alpha,T_core_K/);
    const page = readFileSync(join(report, "report.html"), "utf8");
    for (const title of ["Cure and hardness", "Temperatures of core", "Pressures", "Density and vents", "window"])
      expect(page).toContain(title);
  });

  it("takes system, catalogue, preset and single settings from flags", async () => {
    const other = await resultOf("--system", "SYSTEM_M1", "--systems", systems);
    expect([other.system_id, other.rho_moulded.toFixed(3)]).toEqual(["SYSTEM_M1", "272.794"]);
    const asked = await resultOf("--set", "system_id=SYSTEM_M1", "--systems", systems);
    expect(asked).toEqual(other);
    const set = await resultOf("--quality", join(examples, "quality/default.yaml"), "--set", "mold.vent.count=0");
    expect(set.rho_moulded.toFixed(3)).toBe("88.287");
  });

  it("runs the other examples", async () => {
    expect(await resultOf("-s", join(examples, "larger_cavity.yaml"))).toMatchObject({
      quality_status: "OK",
      backend: "stiff",
      t_demold_min_s: 38,
    });
    const second = await resultOf("-s", join(examples, "use_case_2.yaml"));
    expect([second.rho_moulded.toFixed(3), second.defect_risk.toFixed(2)]).toEqual(["276.398", "0.62"]);
  });
});

describe("simloom mold run-sim refuses, with exit 2 and nothing written:", () => {
  const write = (name: string, text: string): string => {
    const file = join(folder, name);
    writeFileSync(file, text);
    return file;
  };
  const yaml = readFileSync(useCase1, "utf8");

  /** Runs with an own run folder, and says what was printed; nothing may be there afterwards. */
  async function refused(...words: readonly string[]) {
    const scenario = words.includes("-s") ? [] : ["-s", useCase1];
    const { code, out } = await call("run-sim", ...scenario, ...place("none"), "--json", ...words);
    expect(existsSync(join(folder, "none"))).toBe(false);
    const { error } = JSON.parse(out);
    expect(error.remedy).not.toBe("");
    return { code, error };
  }

  it.each([
    ["a slip", "MOLD-002", yaml.replace("m_polyol", "m_polyl")],
    ["a mass below 0", "MOLD-005", yaml.replace("m_iso: 1.05", "m_iso: -1.05")],
    ["no mould", "MOLD-003", yaml.replace(/mold:\n( .*\n)+/, "")],
    ["an unknown system", "MOLD-010", yaml.replace("SYSTEM_R1", "SYSTEM_R2")],
    ["an incomplete system", "MOLD-011", yaml.replace("SYSTEM_R1", "dekolast_8if")],
    ["a billion points", "MOLD-020", yaml.replace("time_step_s: 0.5", "time_step_s: 6e-7")],
    ["text that is no YAML", "CLI-001", "process: [1, 2"],
    ["an empty file", "MOLD-004", ""],
  ])("%s", async (name, code, text) => {
    const answer = await refused("-s", write(`${name.replaceAll(" ", "-")}.yaml`, text));
    const codes = [answer.error, ...(answer.error.problems ?? [])].map((problem) => problem.code);
    expect(codes).toContain(code);
    expect(answer.code).toBe(2);
  });

  it("a back end that is none, by flag and by --set, with the nearest name", async () => {
    expect((await refused("--backend", "stif")).code).toBe(2);
    const { error } = await refused("--set", "simulation.backend=stif");
    expect(error.remedy).toMatch(/Did you mean "stiff"/);
  });

  it.each([
    ["MOLD-005", "simulation.solve_ivp_rtol", "10"],
    ["MOLD-005", "simulation.solve_ivp_rtol", "1e-300"],
    ["MOLD-005", "simulation.sundials_rtol", "1e-20"],
    ["MOLD-005", "simulation.solve_ivp_atol", "0"],
    ["MOLD-005", "process.RH_ambient", "150 %"],
    ["MOLD-007", "simulation.layers_count", "3"],
  ])("%s for %s=%s", async (code, path, value) => {
    const answer = await refused("--set", `${path}=${value}`);
    expect([answer.code, answer.error.code, answer.error.path]).toEqual([2, code, path]);
  });

  it("places that cannot be written", async () => {
    const file = write("blocking", "");
    expect((await refused("--report", join(file, "page.html"))).error.message).toMatch(/invalid report path/);
    expect((await refused("--save-json", folder)).error.message).toMatch(/is a folder/);
  });

  it("a scenario, a preset and a catalogue that are not there", async () => {
    for (const words of [
      ["-s", "none.yaml"],
      ["-q", "none.yaml"],
      ["-c", "none"],
    ])
      expect((await refused(...words)).code).toBe(2);
  });

  it("learned models, with exit 3", async () => {
    expect((await refused("--with-ml")).code).toBe(3);
  });
});

describe("simloom mold systems", () => {
  it("lists what each system lacks", async () => {
    const { code, out } = await call("systems", "--json", "--systems", systems);
    const document = moldSystemsDocumentSchema.parse(JSON.parse(out));
    expect([code, document.systems.length]).toEqual([0, 7]);
    expect(document.systems.filter((system) => system.complete).map((system) => system.system_id)).toEqual([
      "SYSTEM_R1",
      "SYSTEM_M1",
    ]);
    expect((await call("systems")).out).toMatch(/7 systems, 2 complete\n {2}SYSTEM_R1/);
  });

  it("reads the example catalogue as the package has it, from file and folder", async () => {
    expect([...(await loadSystems(systems))]).toEqual([...builtInSystems()]);
    const copies = mkdtempSync(join(folder, "catalogues-"));
    for (const name of ["b.yaml", "a.yml"]) writeFileSync(join(copies, name), readFileSync(systems));
    writeFileSync(join(copies, "notes.txt"), "not a catalogue");
    expect((await loadSystems(copies)).size).toBe(7);
    expect(readdirSync(copies)).toHaveLength(3);
  });
});
