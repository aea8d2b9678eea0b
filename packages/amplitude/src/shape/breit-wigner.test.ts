import { readFileSync } from "node:fs";
import { type Expression, gradient, imaginary, parameter, real } from "@simloom/kernel";
import { describe, it } from "vitest";
import { expectAllClose, numbersOf, type Pair } from "../fixtures/close.ts";
import { fourMomentum, fourSum, mass, massSquared } from "../kinematics/vectors.ts";
import { breitWigner, relativisticBreitWigner } from "./breit-wigner.ts";

interface Golden {
  readonly cases: readonly {
    /** Absent for the constant width. */
    readonly l?: number;
    readonly hasBarriers?: boolean;
    readonly mass: number;
    readonly width: number;
    readonly value: readonly Pair[];
    readonly gradient: { readonly mass: readonly Pair[]; readonly width: readonly Pair[] };
  }[];
}
interface Events {
  readonly events: readonly Readonly<Record<string, readonly number[]>>[];
}
const readJson = (file: string): unknown => JSON.parse(readFileSync(new URL(file, import.meta.url), "utf8"));
const golden = readJson("./fixtures/breit-wigner.json") as Golden;
const { events } = readJson("../kinematics/fixtures/kinematics.json") as Events;
const columns = Object.fromEntries(
  ["kshort1", "kshort2"].flatMap((name) =>
    ["e", "px", "py", "pz"].map((part, index) => [
      `${name}_${part}`,
      events.map((event) => event[name]?.[index] ?? NaN),
    ]),
  ),
);

const [kaon1, kaon2] = [fourMomentum("kshort1"), fourMomentum("kshort2")];
const s = massSquared(fourSum(kaon1, kaon2));
const daughters = { mass1: mass(kaon1), mass2: mass(kaon2) };
const [m0, gamma0] = [parameter("m0"), parameter("gamma0")];

function slopeOf(shape: Expression, by: Expression): readonly [Expression, Expression] {
  return [gradient(real(shape), [by])[0] as Expression, gradient(imaginary(shape), [by])[0] as Expression];
}

describe("Breit–Wigner shapes at measured events, with the masses of their daughters", () => {
  it.each(golden.cases)("l = $l, barriers: $hasBarriers", (one) => {
    const resonance = { mass: m0, width: gamma0, ...daughters, hasBarriers: one.hasBarriers !== false };
    const shape =
      one.l === undefined ? breitWigner(s, m0, gamma0) : relativisticBreitWigner(s, { ...resonance, l: one.l });
    const at = { ...columns, m0: one.mass, gamma0: one.width };
    // masses of the daughters are roots of differences of squares of energies twenty times larger
    expectAllClose(numbersOf(shape, at), one.value, 1e-10);
    for (const [by, expected] of [[m0, one.gradient.mass] as const, [gamma0, one.gradient.width] as const]) {
      const [re, im] = slopeOf(shape, by).map((part) => numbersOf(part, at)) as [readonly Pair[], readonly Pair[]];
      const got = re.map(([value], event): Pair => [value, im[event]?.[0] ?? NaN]);
      // the reference has central differences with h = 1.5e-5: h² f‴ / 6, where f‴ is a thousand times the slope
      expectAllClose(got, expected, 1e-7);
    }
  });

  it("have the known values and slopes at the standard event", () => {
    const standard = (shape: Expression, at: Readonly<Record<string, number>>) =>
      numbersOf(shape, { ...columns, ...at }).at(-1) as Pair;
    const shapeOf = (l: number) => relativisticBreitWigner(s, { mass: m0, width: gamma0, ...daughters, l });
    const known: readonly Pair[] = [
      [1.1942338575015081, 1.3715570104121027],
      [1.2534933152800958, 1.3784895230630756],
      [1.4308791652435877, 1.3839522217669178],
      [1.8280583993291233, 1.3118333949898242],
    ];
    const values = known.map((_, l) => standard(shapeOf(l), { m0: 1.5, gamma0: 0.3 }));
    expectAllClose(values, known, 1e-12); // thirty roundings, and masses from momenta ten times larger
    const heavy = { m0: 1.7, gamma0: 0.3 };
    expectAllClose([standard(shapeOf(2), heavy)], [[0.908303218374872, 0.2868893693898612]], 1e-12);
    const slopes = [m0, gamma0].map((by): Pair => {
      const [re, im] = slopeOf(shapeOf(2), by);
      return [standard(re, heavy)[0], standard(im, heavy)[0]];
    });
    const knownSlopes: readonly Pair[] = [
      [-2.4885111865, -1.8242624655],
      [-0.5492978555, 0.782801083],
    ];
    expectAllClose(slopes, knownSlopes, 1e-10); // known to ten digits
  });
});
