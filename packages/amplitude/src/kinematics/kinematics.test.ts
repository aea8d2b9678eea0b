import { readFileSync } from "node:fs";
import { acos, column, type Expression } from "@simloom/kernel";
import { describe, expect, it } from "vitest";
import { expectAllClose, expectClose, numberOf, numbersOf, type Pair } from "../fixtures/close.ts";
import { polarizedHarmonic, type Reflectivity, sphericalHarmonic } from "../function/spherical-harmonic.ts";
import { decayAngles } from "./decay-angles.ts";
import { polarization } from "./polarization.ts";
import { inCentreOfMomentum, mandelstamS, mandelstamT, mandelstamU, topology } from "./topology.ts";
import { boostedToRest, fourMomentum, fourProduct, fourSum, fourVector, mass, massSquared } from "./vectors.ts";

interface Golden {
  readonly events: readonly Readonly<Record<string, number | readonly number[]>>[];
  readonly real: Readonly<Record<string, readonly number[]>>;
  readonly complex: Readonly<Record<string, readonly Pair[]>>;
}
const golden = JSON.parse(readFileSync(new URL("./fixtures/kinematics.json", import.meta.url), "utf8")) as Golden;
const particles = ["beam", "proton", "kshort1", "kshort2"];
const columns = Object.fromEntries([
  ...particles.flatMap((name) =>
    ["e", "px", "py", "pz"].map((part, index) => [
      `${name}_${part}`,
      golden.events.map((event) => (event[name] as readonly number[])[index] as number),
    ]),
  ),
  ...["pol_magnitude", "pol_angle"].map((name) => [name, golden.events.map((event) => event[name] as number)]),
]) as Readonly<Record<string, readonly number[]>>;

const [beam, proton, kaon1, kaon2] = particles.map(fourMomentum) as [
  ReturnType<typeof fourMomentum>,
  ReturnType<typeof fourMomentum>,
  ReturnType<typeof fourMomentum>,
  ReturnType<typeof fourMomentum>,
];
const pair = fourSum(kaon1, kaon2);
const reaction = topology({ k1: beam, k3: pair, k4: proton });
const helicity = decayAngles(reaction, kaon1);
const jackson = decayAngles(reaction, kaon1, "gottfried-jackson");
const polarized = polarization(reaction, column("pol_magnitude"), column("pol_angle"));
const centre = (p: typeof beam) => inCentreOfMomentum(reaction, p);
const resting = (p: typeof beam) => boostedToRest(centre(p), centre(pair));

describe("kinematics of measured events", () => {
  const components = (prefix: string, p: typeof beam): readonly (readonly [string, Expression])[] => [
    [`${prefix}_px`, p.px],
    [`${prefix}_py`, p.py],
    [`${prefix}_pz`, p.pz],
  ];

  it.each<readonly [string, Expression]>([
    ["helicity_costheta", helicity.cosTheta],
    ["helicity_phi", helicity.phi],
    ["helicity_theta", acos(helicity.cosTheta)],
    ["gottfried_jackson_costheta", jackson.cosTheta],
    ["gottfried_jackson_phi", jackson.phi],
    ["gottfried_jackson_theta", acos(jackson.cosTheta)],
    ["m_kk", mass(pair)],
    ["s_kk", massSquared(pair)],
    ["m_proton", mass(proton)],
    ["m2_target", massSquared(reaction.k2)],
    ["mandelstam_s", mandelstamS(reaction)],
    ["mandelstam_t", mandelstamT(reaction)],
    ["mandelstam_u", mandelstamU(reaction)],
    ["pol_Phi", polarized.angle],
    ...components("production_beam", centre(beam)),
    ...components("production_kshort1", centre(kaon1)),
    ...components("production_proton", centre(proton)),
    ...components("kk_decay_beam", resting(beam)),
    ...components("kk_decay_kshort1", resting(kaon1)),
    ...components("kk_decay_proton", resting(proton)),
  ])("%s", (name, expression) => {
    // Energies of ten GeV, masses of one: E² − p² loses two digits, as does each of two boosts.
    compare(
      expression,
      (golden.real[name] ?? []).map((value): Pair => [value, 0]),
      1e-12,
    );
  });

  it.each(Object.keys(golden.complex))("%s", (name) => {
    const [kind, l, m, reflectivity] = name.split("_") as [string, string, string, Reflectivity];
    const expression =
      kind === "Y"
        ? sphericalHarmonic(Number(l), Number(m), helicity)
        : polarizedHarmonic(Number(l), Number(m), reflectivity, helicity, polarized);
    compare(expression, golden.complex[name] ?? [], 2e-12); // three times the error of an angle, from above
  });

  it("has the target at rest", () => {
    for (const [value] of numbersOf(mandelstamS(reaction), columns)) expect(value).toBeGreaterThan(16);
  });

  function compare(expression: Expression, expected: readonly Pair[], tolerance: number): void {
    expect(expected.length).toBe(6);
    const actual = numbersOf(expression, columns);
    const isConstant = actual.length === 1;
    expectAllClose(isConstant ? expected.map(() => actual[0] as Pair) : actual, expected, tolerance);
  }
});

describe("topology", () => {
  const complete = { k1: beam, k2: reaction.k2, k3: pair, k4: proton };

  it.each(["k1", "k2", "k3", "k4"] as const)("rebuilds a missing %s by conservation", (missing) => {
    const { [missing]: _, ...known } = complete;
    const rebuilt = topology(known)[missing];
    // sums of three numbers up to ten
    for (const part of ["e", "px", "py", "pz"] as const)
      expectAllClose(numbersOf(rebuilt[part], columns), numbersOf(complete[missing][part], columns), 1e-14);
  });

  it("refuses two missing momenta", () => {
    expect(() => topology({ k1: beam, k4: proton })).toThrow(expect.objectContaining({ code: "AMPL-001" }));
  });
});

describe("four-vectors", () => {
  const p = fourVector(10, 3, 4, 5);
  const q = fourVector(9, 3.4, 2.3, 1.2);

  it("boost to the rest frame of another", () => {
    const boosted = boostedToRest(p, q);
    const expected = [8.157632144622882, -0.6489200627053444, 1.5316128987581492, 3.712145860221643];
    const parts = [boosted.e, boosted.px, boosted.py, boosted.pz].map((part) => numberOf(part));
    expectAllClose(parts, expected, 1e-15); // a handful of roundings
  });

  it("are at rest in their own frame, and keep their mass", () => {
    const boosted = boostedToRest(p, p);
    for (const part of [boosted.px, boosted.py, boosted.pz]) expectClose(numberOf(part), 0, 1e-14); // 10 · 2⁻⁵³ a few times
    expectClose(numberOf(massSquared(boostedToRest(q, p))), numberOf(massSquared(q)), 1e-14);
  });

  it("have the product E E′ − p·p′", () => {
    expect(numberOf(fourProduct(p, q))[0]).toBeCloseTo(90 - 10.2 - 9.2 - 6, 12); // four products below 100
    expect(numberOf(massSquared(p))[0]).toBe(50);
  });
});
