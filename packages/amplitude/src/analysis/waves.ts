import {
  add,
  checkUnit,
  complex,
  constant,
  cos,
  type Expression,
  multiply,
  type Operand,
  sin,
  tagged,
} from "@simloom/kernel";
import { amplitudeError } from "../errors.ts";
import { polarizedHarmonic, sphericalHarmonic } from "../function/spherical-harmonic.ts";
import { polarizedWave, type Wave, wave } from "../model/wave.ts";
import { lookUp, onlyOne } from "./names.ts";
import { at, type ParameterTable } from "./parameters.ts";
import type { CouplingSpecification, ParameterSpecification, WaveSpecification } from "./schema.ts";
import type { Shape } from "./shapes.ts";
import type { Variables } from "./variables.ts";

/** What a wave is built from. */
export interface WaveContext {
  readonly variables: Variables;
  readonly shapes: ReadonlyMap<string, Shape>;
  /** Takes up the parameters that couplings bring with them. */
  readonly parameters: ParameterTable;
}

/**
 * The wave of a specification. Throws `AMPL-002`, `AMPL-042` … `AMPL-048`, and `KERN-033` for names and tags with `*` or `?`, with the
 * place in the file.
 */
export function waveOf(name: string, given: WaveSpecification, context: WaveContext): Wave {
  const path = `waves.${name}`;
  const found = specifiedWave(name, given, context, path);
  at(path, () => tagged(found.amplitude, name, ...found.tags));
  return found;
}

function specifiedWave(name: string, given: WaveSpecification, context: WaveContext, path: string): Wave {
  const { variables } = context;
  const { z, y, angular, sum, tags } = given;
  const amplitude = amplitudeOf(name, given, context, path);
  if (z !== undefined || y !== undefined || angular !== undefined) onlyOne({ z, y, angular }, "angular part", path);
  if (z === undefined) {
    const harmonic =
      y === undefined
        ? angular === undefined
          ? 1
          : variables.quantity(angular, `${path}.angular`)
        : at(`${path}.y`, () => sphericalHarmonic(...y, variables.angles));
    return wave(name, amplitude, harmonic, { tags, ...(sum === undefined ? {} : { sum }) });
  }
  if (sum !== undefined)
    throw amplitudeError({
      code: "AMPL-043",
      message: `${path}.sum is given beside z, but a wave with a reflectivity has its own coherent sums`,
      remedy: "Remove sum, or give y or angular instead of z.",
      path: `${path}.sum`,
    });
  if (variables.polarized === undefined)
    throw amplitudeError({
      code: "AMPL-042",
      message: `${path} has a reflectivity, but the file says nothing of the polarisation`,
      remedy: "Add polarization with magnitude and angle, or use y.",
      path: "polarization",
    });
  const [l, m, reflectivity] = z;
  const { angles, polarized } = variables;
  const harmonic = at(`${path}.z`, () => polarizedHarmonic(l, m, reflectivity, angles, polarized));
  return polarizedWave(name, amplitude, reflectivity, harmonic, tags);
}

function amplitudeOf(
  name: string,
  { shape: shapeName, coupling, couplings }: WaveSpecification,
  context: WaveContext,
  path: string,
): Expression {
  const shape: Shape =
    shapeName === undefined
      ? { kind: "single", amplitude: 1 }
      : lookUp(context.shapes, shapeName, "line shape", `${path}.shape`);
  if (shape.kind === "single") {
    if (couplings !== undefined)
      throw misplaced(`${path}.couplings`, `${shapeName ?? name} has one amplitude`, "coupling");
    const factor = couplingOf(coupling ?? 1, name, context, `${path}.coupling`);
    return shape.amplitude === 1 ? factor : multiply(factor, shape.amplitude);
  }
  if (couplings === undefined)
    throw misplaced(
      path,
      `${shapeName} has one amplitude per pole: ${[...shape.poles.keys()].join(", ")}`,
      "couplings",
    );
  if (coupling !== undefined) onlyOne({ coupling, couplings }, "coupling", path);
  const terms = Object.entries(couplings).map(([pole, one]) => {
    const place = `${path}.couplings.${pole}`;
    const basis = lookUp(shape.poles, pole, "pole", place);
    return multiply(couplingOf(one, `${name} ${pole}`, context, place), basis);
  });
  const [first, ...rest] = terms;
  if (first === undefined) throw misplaced(path, `no pole of ${shapeName} is produced`, "couplings");
  return rest.reduce((sum, term) => add(sum, term), first);
}

/** A coupling; its own parameters are called `<prefix> re`, `<prefix> im`, `<prefix> magnitude` and `<prefix> phase`. */
function couplingOf(given: CouplingSpecification, prefix: string, context: WaveContext, path: string): Expression {
  if (typeof given === "number") return constant(given);
  if (typeof given === "string") return expressed(context.variables.quantity(given, path));
  const { real, cartesian, polar } = given;
  onlyOne({ real, cartesian, polar }, "kind of coupling", path);
  const part = (value: number | string | ParameterSpecification, suffix: string, unit = "1"): Operand => {
    if (typeof value === "string") return context.variables.quantity(value, path, unit === "1" ? undefined : unit);
    const leaf = context.parameters.define(`${prefix} ${suffix}`, value, path);
    const declared = typeof value === "number" ? undefined : value.unit;
    if (declared !== undefined) at(path, () => checkUnit(leaf, unit, { expressions: new Map([[leaf, declared]]) }));
    return leaf;
  };
  if (real !== undefined) return expressed(part(real, "re"));
  if (cartesian !== undefined) return complex(part(cartesian[0], "re"), part(cartesian[1], "im"));
  const [size, angle] = polar as NonNullable<typeof polar>;
  const magnitude = part(size, "magnitude");
  const phase = part(angle, "phase", "rad");
  return complex(multiply(magnitude, cos(phase)), multiply(magnitude, sin(phase)));
}

function expressed(operand: Operand): Expression {
  return typeof operand === "number" ? constant(operand) : operand;
}

function misplaced(path: string, message: string, key: string): Error {
  return amplitudeError({ code: "AMPL-042", message: `${path}: ${message}`, remedy: `Give ${key} instead.`, path });
}
