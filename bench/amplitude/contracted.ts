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
  writeFileSync(path, bytesOf([head, ...sets, ...vectors]));
}

/** Writes per set s and the real and imaginary parts of Z₀₀⁺, Z₂₂⁺ and Z₀₀⁻, for a peer that builds line shapes itself. */
export function writeAngularColumns(path: string, { data, monteCarlo }: BenchmarkEvents): void {
  const { s, harmonics } = angularParts();
  const outputs = [s, ...harmonics.flatMap((z) => [real(z), imaginary(z)])];
  writeFileSync(path, bytesOf([data, monteCarlo].flatMap((events) => columnsOf(outputs, events))));
}

function contracted(events: Dataset): readonly Float64Array[] {
  const { s, harmonics } = angularParts();
  const [plus, wave, minus] = harmonics;
  const basis = (["f0", "a0", "f2", "a2"] as const satisfies readonly KopfSet[]).flatMap((set) =>
    kopfBasis(kopfTables[set], s, "K K").slice(set === "f0" ? 1 : 0),
  );
  const overlap = add(multiply(real(plus), real(wave)), multiply(imaginary(plus), imaginary(wave)));
  const angular = [absSquared(plus), absSquared(wave), overlap, absSquared(minus)];
  return [...columnsOf([...basis.flatMap((psi) => [real(psi), imaginary(psi)]), ...angular], events), events.weights()];
}

function angularParts(): {
  readonly s: Expression;
  readonly harmonics: readonly [plus: Expression, wave: Expression, minus: Expression];
} {
  const kaon = fourMomentum("kshort1");
  const reaction = topology({
    k1: fourMomentum("beam"),
    k3: fourSum(kaon, fourMomentum("kshort2")),
    k4: fourMomentum("proton"),
  });
  const angles = decayAngles(reaction, kaon);
  const polarized = polarization(reaction, column("pol_magnitude"), column("pol_angle"));
  return {
    s: massSquared(reaction.k3),
    harmonics: [
      polarizedHarmonic(0, 0, "+", angles, polarized),
      polarizedHarmonic(2, 2, "+", angles, polarized),
      polarizedHarmonic(0, 0, "-", angles, polarized),
    ],
  };
}

function columnsOf(outputs: readonly Expression[], events: Dataset): readonly Float64Array[] {
  const named = outputs.map((value, index) => [`c${index}`, value] as const);
  const kernel = compileWasm(kernelProgram(Object.fromEntries(named)));
  const results = evaluate(kernel, events.columns(kernel.program.columns));
  return named.map(([name]) => results[name] as Float64Array);
}

function bytesOf(parts: readonly (Float64Array | BigInt64Array)[]): Buffer {
  return Buffer.concat(parts.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength)));
}
