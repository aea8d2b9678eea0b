/** Methods by the names that settings use. */
import { bdf, dopri853, type OdeMethod, radau5, tsit5 } from "@simloom/solve";
import type { MethodName } from "../scenario/backend.ts";

/** The method of that name, or undefined for one that needs a library of this machine. */
export function portableMethod(name: MethodName): OdeMethod | undefined {
  return name === "cvode" ? undefined : METHODS[name];
}

const METHODS = { tsit5, dopri853, radau5, bdf } as const satisfies Readonly<
  Record<Exclude<MethodName, "cvode">, OdeMethod>
>;
