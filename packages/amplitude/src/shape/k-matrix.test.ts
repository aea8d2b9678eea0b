import { readFileSync } from "node:fs";
import { add, column, complex, type Expression, multiply } from "@simloom/kernel";
import { describe, expect, it } from "vitest";
import { expectAllClose, expectClose, numberOf, type Pair } from "../fixtures/close.ts";
import { barrier } from "../function/blatt-weisskopf.ts";
import { breakupMomentumSquared } from "../function/breakup-momentum.ts";
import { chewMandelstam } from "../function/chew-mandelstam.ts";
import { fVector, kMatrix, pVector } from "./k-matrix.ts";
import { type KopfConvention, kopfBasis } from "./kopf.ts";
import { type KopfSet, type KopfTable, kopfTables } from "./kopf-table.ts";

interface Amplitude {
  readonly table: "kopf" | "fictitious";
  readonly set: string;
  readonly s: number;
  readonly channel: number;
  readonly beta: readonly Pair[];
  readonly value: Pair;
  readonly dF_dRe_beta: readonly Pair[];
}
interface RawTable {
  readonly l: number;
  readonly m1: readonly number[];
  readonly m2: readonly number[];
  readonly poles: readonly number[];
  readonly g: readonly (readonly number[])[];
  readonly c: readonly (readonly number[])[];
  readonly adler: readonly [number, number] | null;
}
type Matrices = Readonly<Record<string, readonly (readonly number[])[]>>;
const golden = JSON.parse(readFileSync(new URL("./fixtures/kmatrix.json", import.meta.url), "utf8")) as {
  readonly fictitious: Readonly<Record<string, RawTable>>;
  readonly pieces: readonly [
    Matrices & {
      readonly s: number;
      readonly pole_masses: readonly number[];
      readonly production: readonly Pair[];
      readonly p_background: readonly Pair[];
      readonly phase_space: readonly (readonly Pair[])[];
      readonly K: readonly (readonly Pair[])[];
      readonly P: readonly Pair[];
      readonly F: readonly Pair[];
    },
    {
      readonly s: number;
      readonly channel_mass_1: readonly number[];
      readonly channel_mass_2: readonly number[];
      readonly pole_masses: readonly number[];
      readonly value: readonly (readonly Pair[])[];
    },
  ];
  readonly F: readonly Amplitude[];
};

const tableOf = ({ table, set }: Amplitude): KopfTable => {
  if (table === "kopf") return kopfTables[set as KopfSet];
  const { l, m1, m2, poles, g, c, adler } = golden.fictitious[set] as RawTable;
  return {
    l,
    channels: m1.map((mass1, index) => ({ name: `${index}`, mass1, mass2: m2[index] as number })),
    poles: poles.map((mass, index) => ({ name: `${index}`, mass })),
    couplings: g,
    background: c,
    ...(adler === null ? {} : { adler: { zero: adler[0], norm: adler[1] } }),
  };
};
const z = ([re, im]: Pair): Expression => complex(re, im);
const allOf = (expressions: readonly Expression[]): readonly Pair[] => expressions.map((one) => numberOf(one));
const combined = (basis: readonly Expression[], beta: readonly Pair[]): Expression =>
  basis.map((psi, pole) => multiply(z(beta[pole] as Pair), psi)).reduce((sum, term) => add(sum, term));

describe("the background of a K-matrix", () => {
  it("is refused where it is not symmetric, with both entries", () => {
    const poles = { poleMasses: [1], couplings: [[1], [2]] };
    const background = [
      [0, 0.1],
      [0.2, 0],
    ];
    expect(() => kMatrix(2, poles, background)).toThrow(
      expect.objectContaining({
        code: "AMPL-010",
        message: expect.stringMatching(/\[1\]\[0\] is 0\.2 and \[0\]\[1\] is 0\.1/),
      }),
    );
  });
});

describe("Kopf K-matrices agree with known amplitudes", () => {
  it.each(golden.F)("$table $set at s = $s, channel $channel", (one) => {
    const basis = kopfBasis(tableOf(one), one.s, one.channel);
    // Cleared of poles, entries are products of up to five distances: a few digits are lost where they nearly cancel.
    const tolerance = 1e-11;
    expectClose(numberOf(combined(basis, one.beta)), one.value, tolerance);
    expectAllClose(allOf(basis), one.dF_dRe_beta, tolerance);
  });

  const s = 1.8889166211166355;
  const beta = Array.from({ length: 5 }, (_, k): Pair => [0.1 + 0.2 * k, 0.2 + 0.2 * k]);
  const cases: readonly [KopfSet, string, KopfConvention, Pair][] = [
    ["f0", "2pi 2pi", "published", [0.2674945594859746, 0.728945115184662]],
    ["f2", "2pi 2pi", "published", [0.02463134381292893, 0.3964232300397033]],
    ["f2", "2pi 2pi", "legacy", [0.025233045240226043, 0.39712393858386263]],
    ["a0", "K K", "published", [-0.800275915726, -0.13593066320582162]],
    ["a2", "K K", "published", [-0.2087815057065276, -0.10173200171306504]],
    ["a2", "K K", "legacy", [-0.2092661754354623, -0.09850621309829852]],
    ["rho", "2pi 2pi", "published", [0.09449011845747245, 0.2609094192601879]],
    ["rho", "2pi 2pi", "legacy", [0.09484736010326478, 0.260866462141048]],
    ["pi1", "pi eta'", "published", [-0.1102837189594736, 0.263468912197887]],
    ["pi1", "pi eta'", "legacy", [-0.11017586807747382, 0.2638717244927635]],
  ];
  it.each(cases)("%s, %s, %s", (set, channel, convention, expected) => {
    expectClose(numberOf(combined(kopfBasis(kopfTables[set], s, channel, convention), beta)), expected, 1e-11);
  });

  it("are the same by solving for all channels at once", () => {
    const table = kopfTables.a0;
    const poles = { poleMasses: table.poles.map(({ mass }) => mass), couplings: table.couplings };
    const phase = table.channels.map((masses) => chewMandelstam(1.7, masses));
    const f = fVector(1.7, poles, kMatrix(1.7, poles), pVector(1.7, poles, beta.slice(0, 2).map(z)), phase);
    const one = (channel: number) => combined(kopfBasis(table, 1.7, channel), beta.slice(0, 2));
    // two orders of the same elimination of a matrix of two
    expectAllClose(allOf(f.components), allOf([one(0), one(1)]), 1e-14);
  });

  it("cost one solve for each channel, whatever is coupled to", () => {
    const basis = kopfBasis(kopfTables.f0, column("s"), "K K");
    expect(basis).toHaveLength(5);
    expect(kopfBasis(kopfTables.f0, column("s"), 2)).toEqual(basis);
  });

  it("name the channels when one is unknown", () => {
    expect(() => kopfBasis(kopfTables.a0, 1, "K")).toThrow(expect.objectContaining({ code: "AMPL-011" }));
    expect(() => kopfBasis(kopfTables.a0, 1, 2)).toThrow(/no channel 2/);
  });
});

describe("general K-matrices", () => {
  const [piece, barriers] = golden.pieces;
  const poles = {
    poleMasses: piece.pole_masses,
    couplings: piece.couplings ?? [],
    barriers: piece.barriers ?? [],
  };
  const k = kMatrix(piece.s, poles, piece.k_background);
  const p = pVector(piece.s, poles, piece.production.map(z), piece.p_background.map(z));

  it("make K̂ and P̂ with backgrounds", () => {
    expectAllClose(allOf(k.rows.flat()), piece.K.flat(), 1e-15); // five roundings
    expectAllClose(allOf(p.components), piece.P, 1e-15);
  });

  it("make barriers relative to the poles", () => {
    for (const [channel, row] of barriers.value.entries()) {
      const mass1 = barriers.channel_mass_1[channel] as number;
      const mass2 = barriers.channel_mass_2[channel] as number;
      const at = (s: number): number => numberOf(barrier(breakupMomentumSquared(s, { mass1, mass2 }), 2))[0];
      const ratios = barriers.pole_masses.map((mass): Pair => [at(barriers.s) / at(mass * mass), 0]);
      expectAllClose(ratios, row, 1e-14); // some thirty roundings
    }
  });

  it("refuse tables of different shapes", () => {
    expect(() => kMatrix(1, { poleMasses: [1, 2], couplings: [[1]] })).toThrow(
      expect.objectContaining({ code: "AMPL-010" }),
    );
    expect(() => kMatrix(1, { poleMasses: [1], couplings: [[1]] }, [[1], [2]])).toThrow(
      expect.objectContaining({ code: "AMPL-010" }),
    );
  });

  it("are smooth through a pole, and lose digits only as the distance to it", () => {
    const pole = 1.46104 ** 2;
    const at = (s: number): readonly Pair[] => allOf(kopfBasis(kopfTables.f0, s, "K K"));
    const near = at(pole * (1 + 1e-8));
    // a relative distance of 1e-8 leaves eight digits, and 1e-4 on either side is as far as the curvature goes
    const around = [at(pole * (1 - 1e-4)), at(pole * (1 + 1e-4))];
    const middle = near.map(
      (_, k) =>
        [0, 1].map(
          (part) => 0.5 * ((around[0]?.[k]?.[part] as number) + (around[1]?.[k]?.[part] as number)),
        ) as unknown as Pair,
    );
    expectAllClose(near, middle, 1e-5);
  });
});
