import { type Dataset, dataset } from "@simloom/columns";
import {
  column,
  compileJavaScript,
  complex,
  constant,
  type Expression,
  evaluate,
  kernelProgram,
  multiply,
} from "@simloom/kernel";
import { polarizedHarmonic } from "../function/spherical-harmonic.ts";
import { decayAngles } from "../kinematics/decay-angles.ts";
import { polarization } from "../kinematics/polarization.ts";
import { topology } from "../kinematics/topology.ts";
import { fourMomentum, fourSum, massSquared } from "../kinematics/vectors.ts";
import { intensityOf } from "../model/intensity.ts";
import { polarizedWave } from "../model/wave.ts";
import { relativisticBreitWigner } from "../shape/breit-wigner.ts";
import { CLOSURE_COLUMNS, closureEvent, uniformStream } from "./closure-events.ts";

const DATA_SEED = 20240817n;
const MONTE_CARLO_SEED = 20240818n;
/** Above the largest intensity of the model. */
const CEILING = 12;
const BATCH = 4096;

/** Phase-space events with weight 1, without any model: the accepted Monte Carlo of the closure set. */
export function closureMonteCarlo(count = 4000): Dataset {
  const uniform = uniformStream(MONTE_CARLO_SEED);
  return datasetOf(Array.from({ length: count }, () => closureEvent(uniform)));
}

/**
 * Events with weight 1 that follow a model with f0(1500) in an S wave and f2′(1525) in a D wave: widths 0.112 and 0.086 GeV,
 * couplings 1 and 0.45 e^{iπ/4}, reflectivity +. Candidates are accepted where a uniform number times 12 is below the
 * intensity. A few µs per candidate, of which one in twenty is accepted.
 */
export function closureData(count = 1000): Dataset {
  const uniform = uniformStream(DATA_SEED);
  const kernel = compileJavaScript(kernelProgram({ intensity: closureIntensity() }));
  const accepted: (readonly number[])[] = [];
  while (accepted.length < count) {
    const candidates = Array.from({ length: BATCH }, () => ({
      event: closureEvent(uniform),
      threshold: CEILING * uniform(),
    }));
    const columns = columnsOf(candidates.map(({ event }) => event));
    const used = kernel.program.columns.map((name) => [name, columns[name] as Float64Array] as const);
    const { intensity } = evaluate(kernel, Object.fromEntries(used));
    for (const [row, { event, threshold }] of candidates.entries())
      if (threshold < ((intensity as Float64Array)[row] as number)) accepted.push(event);
  }
  return datasetOf(accepted.slice(0, count));
}

function closureIntensity(): Expression {
  const kaon = fourMomentum("kshort1");
  const reaction = topology({
    k1: fourMomentum("beam"),
    k3: fourSum(kaon, fourMomentum("kshort2")),
    k4: fourMomentum("proton"),
  });
  const angles = decayAngles(reaction, kaon);
  const polarized = polarization(reaction, column("pol_magnitude"), column("pol_angle"));
  const s = massSquared(reaction.k3);
  const kaons = { mass1: 0.497611, mass2: 0.497611 };
  const f0 = relativisticBreitWigner(s, { mass: 1.506, width: 0.112, l: 0, ...kaons });
  const f2 = relativisticBreitWigner(s, { mass: 1.517, width: 0.086, l: 2, ...kaons });
  const strength = complex(constant(0.3181980515339463), constant(0.31819805153394637));
  return intensityOf([
    polarizedWave("S", f0, "+", polarizedHarmonic(0, 0, "+", angles, polarized)),
    polarizedWave("D", multiply(strength, f2), "+", polarizedHarmonic(2, 2, "+", angles, polarized)),
  ]);
}

function datasetOf(events: readonly (readonly number[])[]): Dataset {
  return dataset({ ...columnsOf(events), weight: new Float64Array(events.length).fill(1) }, { units: UNITS });
}

const UNITS = { beam: "GeV", proton: "GeV", kshort1: "GeV", kshort2: "GeV", pol_angle: "rad" };

function columnsOf(events: readonly (readonly number[])[]): Readonly<Record<string, Float64Array>> {
  return Object.fromEntries(
    CLOSURE_COLUMNS.map((name, index) => [name, Float64Array.from(events, (event) => event[index] as number)]),
  );
}
