import { column, constant, type Expression, type Operand, parameter, parseFormula } from "@simloom/kernel";
import { amplitudeError } from "../errors.ts";
import { type DecayAngles, decayAngles } from "../kinematics/decay-angles.ts";
import { type Polarization, polarization } from "../kinematics/polarization.ts";
import { mandelstamT, type TopologyMomenta, topology } from "../kinematics/topology.ts";
import { type FourVector, fourMomentum, fourSum, mass, massSquared } from "../kinematics/vectors.ts";
import { at } from "./parameters.ts";
import type { Analysis } from "./schema.ts";
import { UnitCheck } from "./units.ts";

/** What waves and line shapes are functions of. */
export interface Variables {
  /** Square of the mass of k3. */
  readonly s: Expression;
  readonly angles: DecayAngles;
  readonly polarized: Polarization | undefined;
  /**
   * What a number or a formula stands for; `path` is the place in the file. Units that are declared are checked, and that the
   * formula is in `unit` if one is given. Throws `KERN-…` with the place underlined, or with both units.
   */
  quantity(given: number | string, path: string, unit?: string): Operand;
}

/**
 * The variables of an analysis. Formulas know the declared parameters, `s`, `m` and `t` of k3, `cosTheta`, `phi`, `P` and
 * `Phi` of the polarisation, the listed columns, and the variables above them. Throws `AMPL-048` for a name of two things.
 */
export function variablesOf(analysis: Analysis): Variables {
  const reaction = at("topology", () => topology(momentaOf(analysis)));
  const s = massSquared(reaction.k3);
  const angles = decayAngles(reaction, fourMomentum(analysis.angles.of), analysis.angles.frame);
  const polarized =
    analysis.polarization === undefined
      ? undefined
      : polarization(reaction, columnOr(analysis.polarization.magnitude), columnOr(analysis.polarization.angle));
  const symbols: Record<string, Expression> = {};
  const define = (name: string, value: Expression, path: string): void => {
    if (Object.hasOwn(symbols, name))
      throw amplitudeError({
        code: "AMPL-048",
        message: `${path}: the name ${name} already stands for something else`,
        remedy: "Give it another name; s, m, t, cosTheta, phi, P and Phi are those of the reaction.",
        path,
      });
    symbols[name] = value;
  };
  const known = { s, m: mass(reaction.k3), t: mandelstamT(reaction), ...angles };
  for (const [name, value] of Object.entries(known)) define(name, value, "topology");
  if (polarized !== undefined) {
    define("P", polarized.magnitude, "polarization");
    define("Phi", polarized.angle, "polarization");
  }
  for (const name of analysis.columns) define(name, column(name), "columns");
  for (const name of Object.keys(analysis.parameters)) define(name, parameter(name), `parameters.${name}`);
  const units = new UnitCheck(analysis);
  const quantity = (given: number | string, path: string, unit?: string): Operand => {
    if (typeof given === "number") return given;
    const value = parseFormula(given, symbols, { path });
    units.formula(given, path, unit);
    return value;
  };
  for (const [name, given] of Object.entries(analysis.variables)) {
    const path = `variables.${name}`;
    const value = typeof given === "string" ? quantity(given, path) : massSquared(summed(given.massSquared));
    define(name, typeof value === "number" ? constant(value) : value, path);
    units.define(name, typeof given === "string" ? given : undefined, path);
  }
  return { s, angles, polarized, quantity };
}

function momentaOf({ topology: given }: Analysis): TopologyMomenta {
  const known = Object.entries(given).flatMap(([name, momentum]) =>
    momentum === undefined ? [] : [[name, typeof momentum === "string" ? fourMomentum(momentum) : summed(momentum)]],
  );
  return Object.fromEntries(known);
}

function summed(names: readonly string[]): FourVector {
  const [first, ...rest] = names.map(fourMomentum);
  if (first !== undefined) return fourSum(first, ...rest);
  throw amplitudeError({
    code: "AMPL-043",
    message: "topology: a list of four-momenta is empty",
    remedy: "Name at least one; leave the entry out where the momentum is unknown.",
    path: "topology",
  });
}

function columnOr(given: number | string): Expression {
  return typeof given === "number" ? constant(given) : column(given);
}
