import { absSquared, add, type Expression, multiply, type Operand, tagged } from "@simloom/kernel";
import { amplitudeError } from "../errors.ts";
import type { Wave } from "./wave.ts";

/**
 * I = Σ_sums |Σ_waves amplitude · angular|². Each amplitude is tagged with the wave's name and tags. Amplitudes that share an
 * angular part are added before they meet it. Throws `AMPL-020` for no waves, `AMPL-021` for two of one name.
 */
export function intensityOf(waves: readonly Wave[]): Expression {
  checkNames(waves);
  const sums = new Map<string, Map<Operand, Expression>>();
  for (const { name, tags, amplitude, parts } of waves) {
    const marked = tagged(amplitude, name, ...tags);
    for (const { sum, angular } of parts) {
      const terms = sums.get(sum) ?? new Map<Operand, Expression>();
      const before = terms.get(angular);
      terms.set(angular, before === undefined ? marked : add(before, marked));
      sums.set(sum, terms);
    }
  }
  return [...sums.values()]
    .map((terms) => absSquared(summed([...terms].map(([angular, amplitude]) => multiply(amplitude, angular)))))
    .reduce((intensity, square) => add(intensity, square));
}

function summed(terms: readonly Expression[]): Expression {
  return terms.reduce((sum, term) => add(sum, term));
}

function checkNames(waves: readonly Wave[]): void {
  if (waves.length === 0)
    throw amplitudeError({
      code: "AMPL-020",
      message: "A model without waves has no intensity",
      remedy: "Give at least one wave.",
    });
  const names = waves.map(({ name }) => name);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated === undefined) return;
  throw amplitudeError({
    code: "AMPL-021",
    message: `Two waves are called ${repeated}`,
    remedy: "Give each its own name; what they have in common can be a tag.",
    context: { name: repeated },
  });
}
