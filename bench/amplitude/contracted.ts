/** The K-matrix model with everything contracted by hand, as columns that other languages read: what a peer would be given. */
import { writeFileSync } from "node:fs";
import {
  closureData,
  closureMonteCarlo,
  decayAngles,
  fourMomentum,
  fourSum,
  type KopfSet,
  kopfBasis,
  kopfTables,
  massSquared,
  polarization,
  polarizedHarmonic,
  topology,
} from "@simloom/amplitude";
import type { Dataset } from "@simloom/columns";
import {
  absSquared,
  add,
  column,
  compileWasm,
  type Expression,
  evaluate,
  imaginary,
  kernelProgram,
  multiply,
  real,
} from "@simloom/kernel";

/** Data and Monte Carlo events of the benchmark. */
export interface BenchmarkEvents {
  readonly data: Dataset;
  readonly monteCarlo: Dataset;
}

/** As many events of each kind, always the same. */
export function benchmarkEvents(count: number): BenchmarkEvents {
  return { data: closureData(count), monteCarlo: closureMonteCarlo(count) };
}

/** Vectors of parameters between −100 and 100, each call takes another. */
export function parameterVectors(parameterCount: number, count = 16): readonly Float64Array[] {
  let state = 1;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return Array.from({ length: count }, () =>
    Float64Array.from({ length: parameterCount }, () => 200 * uniform() - 100),
  );
}

/**
 * Writes counts (int64), then per set 24 columns of basis values (f0 but the first pole, a0, f2, a2; real and imaginary), 4 of
 * angles (S⁺S⁺, D⁺D⁺, S⁺D⁺, S⁻S⁻) and the weights, then the vectors of parameters; all float64.
 */
export function writeContracted(
  path: string,
  { data, monteCarlo }: BenchmarkEvents,
  vectors: readonly Float64Array[],
): void {
  const sets = [data, monteCarlo].flatMap((events) => contracted(events));
  const head = new BigInt64Array([BigInt(data.length), BigInt(vectors.length)]);
  writeFileSync(
    path,
    Buffer.concat(
      [head, ...sets, ...vectors].map((part) => Buffer.from(part.buffer, part.byteOffset, part.byteLength)),
    ),
  );
}

function contracted(events: Dataset): readonly Float64Array[] {
  const kaon = fourMomentum("kshort1");
  const reaction = topology({
    k1: fourMomentum("beam"),
    k3: fourSum(kaon, fourMomentum("kshort2")),
    k4: fourMomentum("proton"),
  });
  const angles = decayAngles(reaction, kaon);
  const polarized = polarization(reaction, column("pol_magnitude"), column("pol_angle"));
  const basis = (["f0", "a0", "f2", "a2"] as const satisfies readonly KopfSet[]).flatMap((set) =>
    kopfBasis(kopfTables[set], massSquared(reaction.k3), "K K").slice(set === "f0" ? 1 : 0),
  );
  const [s, d, other] = [
    polarizedHarmonic(0, 0, "+", angles, polarized),
    polarizedHarmonic(2, 2, "+", angles, polarized),
    polarizedHarmonic(0, 0, "-", angles, polarized),
  ];
  const overlap = add(multiply(real(s), real(d)), multiply(imaginary(s), imaginary(d)));
  const outputs: Expression[] = [
    ...basis.flatMap((psi) => [real(psi), imaginary(psi)]),
    absSquared(s),
    absSquared(d),
    overlap,
    absSquared(other),
  ];
  const names = outputs.map((_, index) => `c${String(index).padStart(2, "0")}`);
  const kernel = compileWasm(
    kernelProgram(Object.fromEntries(outputs.map((value, index) => [names[index] as string, value]))),
  );
  const results = evaluate(kernel, events.columns(kernel.program.columns));
  return [...names.map((name) => results[name] as Float64Array), events.weights()];
}
