import { beforeEach, describe, expect, it, vi } from "vitest";
import { integrateEnsemble } from "../adaptive/ensemble.ts";
import { scenarioWith } from "../fixtures/cases.ts";
import { ensembleFigures } from "./ensemble-figures.ts";
import { shotFigures } from "./figures-only.ts";
import { type ShotSettings, shotSettings } from "./settings.ts";

vi.mock("../adaptive/ensemble.ts", async (original) => {
  const actual = await original<typeof import("../adaptive/ensemble.ts")>();
  return { ...actual, integrateEnsemble: vi.fn(actual.integrateEnsemble) };
});

const shot = (T_mold_init_C: number, simulation: Readonly<Record<string, unknown>>): ShotSettings =>
  shotSettings(scenarioWith({ process: { T_mold_init_C }, simulation: { total_time_s: 60, ...simulation } }));

const membersOf = () => vi.mocked(integrateEnsemble).mock.calls.map(([, members]) => members.length);

beforeEach(() => {
  vi.mocked(integrateEnsemble).mockClear();
});

describe("figures of many shots", () => {
  const ensemble = { backend: "ensemble" };
  const shots = [
    shot(35, ensemble),
    shot(40, { backend: "manual" }),
    shot(40, ensemble),
    shot(45, { ...ensemble, time_step_s: 1 }),
    shot(50, { ...ensemble, solve_ivp_rtol: 1e-8 }),
    shot(55, { backend: "stiff" }),
    shot(60, ensemble),
  ];

  it("are those of each shot alone, to the bit and in their order", () => {
    expect(ensembleFigures(shots)).toEqual(shots.map((one) => shotFigures(one)));
    expect(ensembleFigures([])).toEqual([]);
  });

  it("integrate together what shares points and solver", () => {
    ensembleFigures(shots);
    expect(membersOf()).toEqual([3, 1, 1]);
  });

  it("integrate at most 256 shots at once, so that memory does not grow with their number", () => {
    const many = Array.from({ length: 300 }, (_, index) => shot(20 + index / 10, { ...ensemble, time_step_s: 20 }));
    expect(ensembleFigures(many)).toHaveLength(300);
    expect(membersOf()).toEqual([256, 44]);
  });

  it("answer a shot that is asked for twice, twice", () => {
    const [one] = shots as [ShotSettings];
    expect(ensembleFigures([one, one])).toEqual([shotFigures(one), shotFigures(one)]);
  });
});
