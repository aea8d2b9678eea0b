import {
  absSquared,
  add,
  conjugate,
  constant,
  type Expression,
  multiply,
  type Operand,
  real,
  tagged,
} from "@simloom/kernel";
import { amplitudeError } from "../errors.ts";
import type { Wave } from "./wave.ts";

/** Amplitudes that share all their angular parts and are added before they meet them. */
interface Bundle {
  readonly amplitude: Expression;
  /** The angular part in each coherent sum. */
  readonly angular: ReadonlyMap<string, Operand>;
}

/**
 * I = Σ_sums |Σ_waves amplitude · angular|². Each amplitude is tagged with the wave's name and tags. Throws `AMPL-020` for no
 * waves, `AMPL-021` for two of one name and for a tag that is the name of another wave.
 *
 * Where one or two bundles of amplitudes A, B stand in the same sums with real angular parts a, b, the square is written out:
 * |A|² Σa² + 2 Re(A B*) Σab + |B|² Σb². What is in angles alone is then fewer numbers per event, and there is less to compute;
 * where A and B cancel to the last digit of either, so does the accuracy.
 */
export function intensityOf(waves: readonly Wave[]): Expression {
  checkNames(waves);
  return summed(coherentGroups(bundlesOf(waves)).map(groupIntensity));
}

function bundlesOf(waves: readonly Wave[]): readonly Bundle[] {
  const bundles: Bundle[] = [];
  for (const { name, tags, amplitude, parts } of waves) {
    const marked = tagged(amplitude, name, ...tags);
    const angular = new Map(parts.map((part) => [part.sum, part.angular]));
    const index = bundles.findIndex((one) => isSame(one.angular, angular));
    const known = bundles[index];
    if (known === undefined) bundles.push({ amplitude: marked, angular });
    else bundles[index] = { amplitude: add(known.amplitude, marked), angular };
  }
  return bundles;
}

/** Bundles that stand in exactly the same sums, or else all bundles of the sums that overlap. */
function coherentGroups(bundles: readonly Bundle[]): readonly (readonly Bundle[])[] {
  const groups: { readonly sums: Set<string>; bundles: Bundle[] }[] = [];
  for (const bundle of bundles) {
    const sums = new Set(bundle.angular.keys());
    const touching = groups.filter((group) => [...sums].some((sum) => group.sums.has(sum)));
    const [first, ...others] = touching;
    if (first === undefined) {
      groups.push({ sums, bundles: [bundle] });
      continue;
    }
    for (const other of others) groups.splice(groups.indexOf(other), 1);
    first.bundles = [...first.bundles, ...others.flatMap((other) => other.bundles), bundle];
    for (const sum of [...sums, ...others.flatMap((other) => [...other.sums])]) first.sums.add(sum);
  }
  return groups.map((group) => group.bundles);
}

function groupIntensity(bundles: readonly Bundle[]): Expression {
  const [first, second, ...rest] = bundles as readonly [Bundle, ...Bundle[]];
  if (rest.length > 0 || !bundles.every(isReal)) return squareOfSums(bundles);
  if (second === undefined) return multiply(absSquared(first.amplitude), overlap(first, first));
  const interference = multiply(2, real(multiply(first.amplitude, conjugate(second.amplitude))));
  return summed([
    multiply(absSquared(first.amplitude), overlap(first, first)),
    multiply(absSquared(second.amplitude), overlap(second, second)),
    multiply(interference, overlap(first, second)),
  ]);
}

function squareOfSums(bundles: readonly Bundle[]): Expression {
  const sums = new Set(bundles.flatMap(({ angular }) => [...angular.keys()]));
  return summed(
    [...sums].map((sum) =>
      absSquared(
        summed(
          bundles.flatMap(({ amplitude, angular }) => {
            const part = angular.get(sum);
            return part === undefined ? [] : [multiply(amplitude, part)];
          }),
        ),
      ),
    ),
  );
}

/** Σ_sums a b. */
function overlap(a: Bundle, b: Bundle): Expression {
  const products = [...a.angular].flatMap(([sum, part]) => {
    const other = b.angular.get(sum);
    return other === undefined ? [] : [multiply(part, other)];
  });
  return products.length === 0 ? constant(0) : summed(products);
}

function isReal({ angular }: Bundle): boolean {
  return [...angular.values()].every((part) => typeof part === "number" || part.type === "real");
}

function isSame(a: ReadonlyMap<string, Operand>, b: ReadonlyMap<string, Operand>): boolean {
  return a.size === b.size && [...a].every(([sum, part]) => b.get(sum) === part);
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
  if (repeated !== undefined)
    throw amplitudeError({
      code: "AMPL-021",
      message: `Two waves are called ${repeated}`,
      remedy: "Give each its own name; what they have in common can be a tag.",
      context: { name: repeated },
    });
  for (const { name, tags } of waves) {
    const taken = tags.find((tag) => tag !== name && names.includes(tag));
    if (taken === undefined) continue;
    throw amplitudeError({
      code: "AMPL-021",
      message: `The wave ${name} has the tag ${taken}, which is the name of another wave`,
      remedy: "Give the tag another name: fit fractions and activation would take both waves for one.",
      context: { name, tag: taken },
    });
  }
}
