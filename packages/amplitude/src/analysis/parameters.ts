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

/** Runs something of the kernel; its errors get the place in the file. */
export function at<Result>(path: string, run: () => Result): Result {
  try {
    return run();
  } catch (thrown) {
    if (!(thrown instanceof KernelError)) throw thrown;
    throw new KernelError({
      code: thrown.code as KernelErrorCode,
      message: `${path}: ${thrown.message}`,
      remedy: thrown.remedy,
      path,
      cause: thrown,
    });
  }
}
