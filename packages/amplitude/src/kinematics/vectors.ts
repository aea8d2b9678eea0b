/** Four-vectors whose components are expressions; each function gives the expressions of its result. */
import {
  add,
  column,
  constant,
  divide,
  dot,
  type Expression,
  mapEntries,
  multiply,
  norm,
  type Operand,
  sqrt,
  subtract,
  type Vector,
  vector,
} from "@simloom/kernel";

/** Energy and momentum with the metric (+, −, −, −), in units with c = 1, usually GeV. */
export interface FourVector {
  readonly e: Expression;
  readonly px: Expression;
  readonly py: Expression;
  readonly pz: Expression;
}

/** A four-vector from its components; numbers are constants. */
export function fourVector(e: Operand, px: Operand, py: Operand, pz: Operand): FourVector {
  return { e: expressed(e), px: expressed(px), py: expressed(py), pz: expressed(pz) };
}

/** The four-momentum that the columns `<name>_e`, `<name>_px`, `<name>_py` and `<name>_pz` hold. */
export function fourMomentum(name: string): FourVector {
  return {
    e: column(`${name}_e`),
    px: column(`${name}_px`),
    py: column(`${name}_py`),
    pz: column(`${name}_pz`),
  };
}

/** The sum of one or more four-vectors, from the left. */
export function fourSum(first: FourVector, ...rest: readonly FourVector[]): FourVector {
  return rest.reduce((a, b) => componentwise(add, a, b), first);
}

/** a − b. */
export function fourDifference(a: FourVector, b: FourVector): FourVector {
  return componentwise(subtract, a, b);
}

/** The product a·b = Eₐ E_b − pₐ·p_b. */
export function fourProduct(a: FourVector, b: FourVector): Expression {
  return subtract(multiply(a.e, b.e), dot(momentum(a), momentum(b)));
}

/** p² = E² − |p|², the square of the mass; negative for a space-like vector. */
export function massSquared(p: FourVector): Expression {
  return fourProduct(p, p);
}

/** √(p²); NaN for a space-like vector. */
export function mass(p: FourVector): Expression {
  return sqrt(massSquared(p));
}

/** The momentum of a four-vector, three components. */
export function momentum({ px, py, pz }: FourVector): Vector {
  return vector([px, py, pz]);
}

/**
 * The four-vector as seen from the rest frame of `frame`, with axes parallel to the old ones: the boost by −p/E. For
 * `frame` at rest this is the identity to rounding.
 *
 * With M the mass of `frame`: E′ = p·frame / M and p′ = p − frame (E + E′) / (E_frame + M), which needs no division by β².
 */
export function boostedToRest(p: FourVector, frame: FourVector): FourVector {
  const restMass = mass(frame);
  const energy = divide(fourProduct(p, frame), restMass);
  const share = divide(add(p.e, energy), add(frame.e, restMass));
  return {
    e: energy,
    px: subtract(p.px, multiply(frame.px, share)),
    py: subtract(p.py, multiply(frame.py, share)),
    pz: subtract(p.pz, multiply(frame.pz, share)),
  };
}

/** a / |a|; NaN for the zero vector. */
export function unit(a: Vector): Vector {
  const length = norm(a);
  return mapEntries(a, (component) => divide(component, length));
}

function expressed(operand: Operand): Expression {
  return typeof operand === "number" ? constant(operand) : operand;
}

function componentwise(join: (a: Operand, b: Operand) => Expression, a: FourVector, b: FourVector): FourVector {
  return { e: join(a.e, b.e), px: join(a.px, b.px), py: join(a.py, b.py), pz: join(a.pz, b.pz) };
}
