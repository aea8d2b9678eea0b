import { constant, divide, type Expression, type Operand } from "@simloom/kernel";
import { amplitudeError } from "../errors.ts";
import { barrier } from "../function/blatt-weisskopf.ts";
import { breakupMomentumSquared, squared } from "../function/breakup-momentum.ts";
import { chewMandelstam } from "../function/chew-mandelstam.ts";
import { breitWigner, relativisticBreitWigner } from "../shape/breit-wigner.ts";
import { kMatrix, productionBasis } from "../shape/k-matrix.ts";
import { kopfBasis } from "../shape/kopf.ts";
import { kopfTables } from "../shape/kopf-table.ts";
import { lookUp, onlyOne } from "./names.ts";
import { at } from "./parameters.ts";
import type { ShapeSpecification } from "./schema.ts";
import type { Variables } from "./variables.ts";

/** A line shape: one amplitude, or one per pole, each of which is produced with a coupling of its own. */
export type Shape =
  | { readonly kind: "single"; readonly amplitude: Operand }
  | { readonly kind: "poles"; readonly poles: ReadonlyMap<string, Expression> };

/**
 * The line shape of a specification. Throws `AMPL-043` unless it is of exactly one kind and for settings that exclude each other,
 * `AMPL-010`, `AMPL-011` and `AMPL-048` for K-matrices that do not fit together, `KERN-094` for a mass or width that is declared in
 * another unit than GeV; all with the place in the file.
 */
export function shapeOf(given: ShapeSpecification, variables: Variables, path: string): Shape {
  const { breitWigner: running, constantWidth, kopf, kMatrix: general, formula } = given;
  onlyOne({ breitWigner: running, constantWidth, kopf, kMatrix: general, formula }, "kind of line shape", path);
  const number = (value: number | string, place: string): Operand => variables.quantity(value, `${path}.${place}`);
  const gev = (value: number | string, place: string): Operand => variables.quantity(value, `${path}.${place}`, "GeV");
  if (running !== undefined) {
    const { mass, width, masses, interactionMomentum, ...rest } = running;
    if (interactionMomentum !== undefined && !rest.hasBarriers)
      throw amplitudeError({
        code: "AMPL-043",
        message: `${path}.breitWigner.interactionMomentum is given, but hasBarriers is false and nothing else depends on it`,
        remedy: "Remove one of the two.",
        path: `${path}.breitWigner.interactionMomentum`,
      });
    return single(
      relativisticBreitWigner(variables.s, {
        ...rest,
        mass: gev(mass, "breitWigner.mass"),
        width: gev(width, "breitWigner.width"),
        mass1: gev(masses[0], "breitWigner.masses[0]"),
        mass2: gev(masses[1], "breitWigner.masses[1]"),
        ...(interactionMomentum === undefined
          ? {}
          : { interactionMomentum: gev(interactionMomentum, "breitWigner.interactionMomentum") }),
      }),
    );
  }
  if (constantWidth !== undefined) {
    const { mass, width } = constantWidth;
    return single(breitWigner(variables.s, gev(mass, "constantWidth.mass"), gev(width, "constantWidth.width")));
  }
  if (kopf !== undefined) {
    const table = kopfTables[kopf.set];
    const basis = at(`${path}.kopf`, () => kopfBasis(table, variables.s, kopf.channel, kopf.convention));
    return byPole(
      table.poles.map(({ name }) => name),
      basis,
    );
  }
  if (general !== undefined) return generalShape(general, variables, number, gev, `${path}.kMatrix`);
  return single(number(formula ?? "", "formula"));
}

function generalShape(
  general: NonNullable<ShapeSpecification["kMatrix"]>,
  { s }: Variables,
  number: (value: number | string, place: string) => Operand,
  gev: (value: number | string, place: string) => Operand,
  path: string,
): Shape {
  requireDistinct(general.poles, "poles", path);
  requireDistinct(general.channels, "channels", path);
  const channels = general.channels.map(({ name, masses }, index) => ({
    name,
    mass1: gev(masses[0], `kMatrix.channels[${index}].masses[0]`),
    mass2: gev(masses[1], `kMatrix.channels[${index}].masses[1]`),
  }));
  const poleMasses = general.poles.map(({ mass }, index) => gev(mass, `kMatrix.poles[${index}].mass`));
  const rows = (given: readonly (readonly (number | string)[])[], what: string): readonly (readonly Operand[])[] =>
    given.map((row, i) => row.map((entry, j) => number(entry, `kMatrix.${what}[${i}][${j}]`)));
  const barriers = channels.map((masses) =>
    poleMasses.map((mass) =>
      divide(
        barrier(breakupMomentumSquared(s, masses), general.l),
        barrier(breakupMomentumSquared(squared(mass), masses), general.l),
      ),
    ),
  );
  const poles = {
    poleMasses,
    couplings: rows(general.couplings, "couplings"),
    ...(general.l === 0 ? {} : { barriers }),
  };
  const background = general.background === undefined ? undefined : rows(general.background, "background");
  if (background !== undefined) requireSymmetric(background, `${path}.background`);
  const names = new Map(channels.map(({ name }, index) => [name, index]));
  const channel =
    typeof general.channel === "number"
      ? general.channel
      : lookUp(names, general.channel, "channel", `${path}.channel`);
  const phaseSpace = channels.map((masses) => chewMandelstam(s, masses));
  return byPole(
    general.poles.map(({ name }) => name),
    at(path, () => productionBasis(s, poles, kMatrix(s, poles, background), phaseSpace, channel)),
  );
}

function requireDistinct(given: readonly { readonly name: string }[], what: "poles" | "channels", path: string): void {
  const names = given.map(({ name }) => name);
  const index = names.findIndex((name, position) => names.indexOf(name) !== position);
  if (index < 0) return;
  throw amplitudeError({
    code: "AMPL-048",
    message: `${path}.${what}[${index}]: two ${what} are called ${names[index]}`,
    remedy: "Give each its own name.",
    path: `${path}.${what}[${index}].name`,
    context: { names },
  });
}

/** Formulas are the same where they are the same expression. */
function requireSymmetric(background: readonly (readonly Operand[])[], path: string): void {
  for (const [i, row] of background.entries())
    for (const [j, entry] of row.slice(0, i).entries()) {
      const other = background[j]?.[i];
      if (other === undefined || expressed(entry) === expressed(other)) continue;
      throw amplitudeError({
        code: "AMPL-010",
        message: `${path}: the background of a K-matrix is symmetric, but [${i}][${j}] ${shown(entry)} and [${j}][${i}] ${shown(other)}`,
        remedy: "Give both entries the same number or formula.",
        path,
        context: { entries: [`[${i}][${j}]`, `[${j}][${i}]`] },
      });
    }
}

function shown(entry: Operand): string {
  return typeof entry === "number" ? `is ${entry}` : "is a formula of its own";
}

function expressed(operand: Operand): Expression {
  return typeof operand === "number" ? constant(operand) : operand;
}

function single(amplitude: Operand): Shape {
  return { kind: "single", amplitude };
}

function byPole(names: readonly string[], basis: readonly Expression[]): Shape {
  return { kind: "poles", poles: new Map(names.map((name, index) => [name, basis[index] as Expression])) };
}
