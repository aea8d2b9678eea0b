import { combination, type Emitter, type Term } from "../code/emitter.ts";
import type { Region } from "../code/workspace.ts";
import { piController } from "../engine/controller.ts";
import { embeddedError, explicitRungeKutta } from "./explicit-runge-kutta.ts";
import type { DensePolynomial } from "./method.ts";

const A7 = [0.09646076681806523, 0.01, 0.4798896504144996, 1.379008574103742, -3.290069515436081, 2.324710524099774];

/** Dense output b_i(θ) = Σ B[i][j] θ^(j+1), from the factored form of the paper, section 4. */
const B = [
  quartic(-1.0530884977290216, [1.329989018975141], [-1.4364028541716352, 0.7139816917074209]),
  squareTimes(0.1017, -2.1966568338249752, 1.294985250737463),
  squareTimes(2.490627285651253, -2.3853564547206165, 1.578034682080925),
  squareOfRoots(-16.548102889244902, 1.2171292729553325, 0.616204060378001),
  squareOfRoots(47.37952196281928, 1.2030712083723627, 0.6580472926535474),
  squareOfRoots(-34.87065786149661, 1.2, 0.6666666666666666),
  squareOfRoots(2.5, 1, 0.6),
] as const;

/**
 * Tsitouras 5(4): explicit, adaptive, first-same-as-last; for non-stiff problems and 3 to 7 digits.
 * Source: Ch. Tsitouras, Comput. Math. Appl. 62 (2011) 770–775, table 1; dense output of order 4.
 */
export const tsit5 = explicitRungeKutta({
  name: "tsit5",
  order: 5,
  errorExponent: 5,
  controller: piController(),
  isFirstSameAsLast: true,
  nodes: [0, 0.161, 0.327, 0.9, 0.9800255409045097, 1, 1],
  stages: [
    [],
    [0.161],
    [-0.008480655492356989, 0.335480655492357],
    [2.8971530571054935, -6.359448489975075, 4.3622954328695815],
    [5.325864828439257, -11.748883564062828, 7.4955393428898365, -0.09249506636175525],
    [5.86145544294642, -12.92096931784711, 8.159367898576159, -0.071584973281401, -0.028269050394068383],
    A7,
  ],
  weights: [...A7, 0],
  error: embeddedError([
    -0.001780011052225777,
    -0.0008164344596567469,
    0.007880878010261995,
    -0.1447110071732629,
    0.5823571654525552,
    -0.45808210592918697,
    1 / 66,
  ]),
  dense(emit: Emitter, derivatives: readonly Region[]) {
    const coefficients = [emit.state, emit.vector(), emit.vector(), emit.vector(), emit.vector()];
    const text = emit.each((at) =>
      coefficients
        .slice(1)
        .map((target, power) => {
          const terms = B.map((row, index): Term => [row[power] as number, derivatives[index] as Region]);
          return `${at(target)} = h * (${combination(terms, at)});`;
        })
        .join(" "),
    );
    return { text, polynomial: { basis: "powers", coefficients } satisfies DensePolynomial };
  },
});

/** a θ (θ − r)(θ² + p θ + q) by powers from θ on. */
function quartic(a: number, [r]: readonly [number], [p, q]: readonly [number, number]): readonly number[] {
  return [-a * r * q, a * (q - r * p), a * (p - r), a];
}

/** a θ² (θ² + p θ + q). */
function squareTimes(a: number, p: number, q: number): readonly number[] {
  return [0, a * q, a * p, a];
}

/** a θ² (θ − r)(θ − s). */
function squareOfRoots(a: number, r: number, s: number): readonly number[] {
  return squareTimes(a, -(r + s), r * s);
}
