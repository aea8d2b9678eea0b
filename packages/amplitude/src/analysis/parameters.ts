import { type Expression, parameter } from "@simloom/kernel";
import { amplitudeError } from "../errors.ts";
import type { ParameterSpecification } from "./schema.ts";

/** A parameter of an analysis with its value. */
export interface AnalysisParameter {
  readonly name: string;
  /** Where fits start from; the value itself, if it is fixed. */
  readonly value: number;
  readonly isFixed: boolean;
  readonly bounds?: readonly [low: number | null, high: number | null];
  readonly isPeriodic?: boolean;
  readonly scale?: number;
  readonly unit?: string;
  readonly latex?: string;
  readonly description?: string;
}

/** The parameters of a model in the order in which the file first names them. */
export class ParameterTable {
  readonly #known = new Map<string, AnalysisParameter>();

  /** Adds a parameter and gives its leaf. Throws `AMPL-048` for a second one of the name or a definition at odds with itself. */
  define(name: string, specification: number | ParameterSpecification, path: string): Expression {
    if (this.#known.has(name))
      throw contradiction(path, `the parameter ${name} is defined twice`, "Give one of them another name.");
    this.#known.set(name, definition(name, specification, path));
    return parameter(name);
  }

  /** All of them, in order. */
  list(): readonly AnalysisParameter[] {
    return [...this.#known.values()];
  }
}

function definition(name: string, given: number | ParameterSpecification, path: string): AnalysisParameter {
  const specification: ParameterSpecification = typeof given === "number" ? { initial: given } : given;
  const { initial, fixed, bounds, periodic, scale, unit, latex, description } = specification;
  const value = fixed ?? initial ?? middle(bounds);
  if (initial !== undefined && fixed !== undefined)
    throw contradiction(path, `the parameter ${name} has an initial and a fixed value`, "Give one of the two.");
  if (value === undefined)
    throw contradiction(path, `the parameter ${name} has no value`, "Give initial or fixed, or two bounds.");
  const [low, high] = bounds ?? [null, null];
  if (low !== null && high !== null && low >= high)
    throw contradiction(path, `the bounds of ${name} are ${low} and ${high}`, "Give the lower one first.");
  if ((low !== null && value < low) || (high !== null && value > high))
    throw contradiction(
      path,
      `the value ${value} of ${name} is outside of its bounds`,
      "Move the value or the bounds.",
    );
  if (periodic === true && (low === null || high === null))
    throw contradiction(path, `${name} is periodic, but its period is open`, "Give two bounds.");
  return {
    name,
    value,
    isFixed: fixed !== undefined,
    ...(bounds === undefined ? {} : { bounds }),
    ...(periodic === undefined ? {} : { isPeriodic: periodic }),
    ...(scale === undefined ? {} : { scale }),
    ...(unit === undefined ? {} : { unit }),
    ...(latex === undefined ? {} : { latex }),
    ...(description === undefined ? {} : { description }),
  };
}

function middle(bounds: ParameterSpecification["bounds"]): number | undefined {
  const [low, high] = bounds ?? [null, null];
  return low === null || high === null ? undefined : (low + high) / 2;
}

function contradiction(path: string, message: string, remedy: string): Error {
  return amplitudeError({ code: "AMPL-048", message: `${path}: ${message}`, remedy, path });
}
