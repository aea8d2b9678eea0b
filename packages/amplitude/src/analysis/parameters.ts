import {
  type Expression,
  KernelError,
  type KernelErrorCode,
  type ParameterSet,
  type ParameterSpec,
  parameter,
  parameterSet,
  parameterSpec,
} from "@simloom/kernel";
import type { ErrorDetails, SimloomError } from "@simloom/units";
import { AmplitudeError, type AmplitudeErrorCode } from "../errors.ts";
import type { ParameterSpecification } from "./schema.ts";

/** Collects the parameters of a model in the order in which the file first names them. */
export class ParameterTable {
  readonly #specs: ParameterSpec[] = [];

  /** Adds a parameter and gives its leaf. Throws `KERN-040` … `KERN-046` for a definition at odds with itself. */
  define(name: string, given: number | ParameterSpecification, path: string): Expression {
    this.#specs.push(
      at(path, () => parameterSpec(typeof given === "number" ? { name, initial: given } : { ...given, name })),
    );
    return parameter(name);
  }

  /** All of them. Throws `KERN-047` for one name with two definitions. */
  set(): ParameterSet {
    return parameterSet(this.#specs);
  }
}

/** The value at which a model is evaluated: where it is held, else where a fit starts. */
export function valueOfParameter({ fixed, initial }: ParameterSpec): number {
  return fixed ?? initial;
}

/** Runs something that knows nothing of files; errors that have no place get the place in the file. */
export function at<Result>(path: string, run: () => Result): Result {
  try {
    return run();
  } catch (thrown) {
    if (thrown instanceof KernelError)
      throw new KernelError({ ...placed(thrown, path), code: thrown.code as KernelErrorCode });
    if (thrown instanceof AmplitudeError && thrown.path === undefined)
      throw new AmplitudeError({ ...placed(thrown, path), code: thrown.code as AmplitudeErrorCode });
    throw thrown;
  }
}

function placed(thrown: SimloomError, path: string): Omit<ErrorDetails, "code"> {
  const { message, remedy, context, problems } = thrown;
  return { message: `${path}: ${message}`, remedy, path, context, problems, cause: thrown };
}
