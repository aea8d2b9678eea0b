import { column, type Expression } from "@simloom/kernel";
import { sum } from "@simloom/numerics";
import { describe, expect, it } from "vitest";
import { numbersOf } from "../fixtures/close.ts";
import { decayAngles } from "../kinematics/decay-angles.ts";
import { polarization } from "../kinematics/polarization.ts";
import { topology } from "../kinematics/topology.ts";
import { fourMomentum, fourSum, massSquared } from "../kinematics/vectors.ts";
import { uniformStream } from "./closure-events.ts";
import { closureData, closureMonteCarlo } from "./closure-set.ts";

const kaon = fourMomentum("kshort1");
const reaction = topology({
  k1: fourMomentum("beam"),
  k3: fourSum(kaon, fourMomentum("kshort2")),
  k4: fourMomentum("proton"),
});
const { cosTheta, phi } = decayAngles(reaction, kaon);
const { angle } = polarization(reaction, column("pol_magnitude"), column("pol_angle"));
const monteCarlo = closureMonteCarlo();
const data = closureData();
const values = (events: typeof data, expression: Expression): readonly number[] =>
  numbersOf(expression, events.columns()).map(([value]) => value);
// Momenta of ten GeV in products: some 1e-14 each, and up to a hundred times that in angles.
const CLOSE = 12;

describe("the closure set", () => {
  it("draws the uniform numbers of splitmix64", () => {
    const uniform = uniformStream(0n);
    expect([uniform(), uniform(), uniform()]).toEqual([0.8833108082136427, 0.43152799704851, 0.0264337715925978]);
  });

  it("has the known first Monte Carlo event", () => {
    expect(monteCarlo.length).toBe(4000);
    const first = ["proton_e", "proton_px", "kshort1_e", "kshort1_pz", "kshort2_py", "pol_magnitude"].map(
      (name) => monteCarlo.column(name)[0],
    );
    const expected = [
      2.079351465432489, -0.812519612241848, 5.137676882275757, 5.0636546765480706, 0.44977045470474664,
      0.21965232620124883,
    ];
    for (const [index, value] of expected.entries()) expect(first[index]).toBeCloseTo(value, CLOSE);
    expect(values(monteCarlo, massSquared(reaction.k3))[0]).toBeCloseTo(1.3528385065796513, CLOSE);
    expect(values(monteCarlo, cosTheta)[0]).toBeCloseTo(0.6017848089669529, CLOSE);
    expect(values(monteCarlo, phi)[0]).toBeCloseTo(-3.0484751480289334, CLOSE);
    expect(values(monteCarlo, angle)[0]).toBeCloseTo(-0.8809486008799418, CLOSE);
  });

  it("accepts the known events", () => {
    expect(data.length).toBe(1000);
    const first = ["proton_e", "proton_py", "kshort1_px", "kshort2_pz", "pol_magnitude", "pol_angle"].map(
      (name) => data.column(name)[0],
    );
    const expected = [
      3.0122795591642593, -0.4117698266827071, -1.170648202200044, 3.529425765221897, 0.23242045980118653, 0,
    ];
    for (const [index, value] of expected.entries()) expect(first[index]).toBeCloseTo(value, CLOSE);
    expect(
      values(data, massSquared(reaction.k3))
        .slice(0, 3)
        .map((m2) => m2.toFixed(9)),
    ).toEqual(["2.326323102", "2.481814828", "2.475079901"]);
  });

  it.each([
    ["m²", massSquared(reaction.k3), 2264.324898868432, 9266.590833619235],
    ["cos ϑ", cosTheta, 3.160801433550197, 3.3601430222503668],
    ["Φ", angle, 44.340841229217816, 19.737485479524786],
  ])("has the known sums of %s over data and Monte Carlo", (_, expression, ofData, ofMonteCarlo) => {
    // Thousands of numbers, each good to 1e-13 or better.
    expect(sum(Float64Array.from(values(data, expression)))).toBeCloseTo(ofData, 9);
    expect(sum(Float64Array.from(values(monteCarlo, expression)))).toBeCloseTo(ofMonteCarlo, 9);
  });
});
