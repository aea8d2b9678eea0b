/** Production couplings: complex numbers made of named parameters. */
import { complex, cos, type Expression, multiply, parameter, sin } from "@simloom/kernel";

/** A complex number as the parameters `<name> re` and `<name> im`. */
export function cartesianCoupling(name: string): Expression {
  return complex(parameter(`${name} re`), parameter(`${name} im`));
}

/** A complex number as the parameters `<name> magnitude` and `<name> phase`, the phase in radians. */
export function polarCoupling(name: string): Expression {
  const phase = parameter(`${name} phase`);
  const magnitude = parameter(`${name} magnitude`);
  return complex(multiply(magnitude, cos(phase)), multiply(magnitude, sin(phase)));
}
