import { type ErrorDetails, SimloomError } from "@simloom/units";

/** Every code of this package with the title of its section in the error pages. A code is never reused. */
export const KERNEL_ERRORS = {
  "KERN-001": "A character that the formula language does not have",
  "KERN-002": "The formula is not complete or not well formed",
  "KERN-003": "Unknown name",
  "KERN-004": "Unknown function",
  "KERN-005": "Wrong number of arguments",
  "KERN-006": "An operand of the wrong type",
  "KERN-007": "A chain of comparisons",
  "KERN-008": "A name that cannot be used",
  "KERN-009": "An exponent that cannot be used",
  "KERN-010": "A complex function that has no real form yet",
  "KERN-011": "A derivative that does not exist",
  "KERN-020": "An output that is not a number",
  "KERN-021": "Two inputs or outputs have the same name",
  "KERN-022": "A declared name or order of inputs that does not fit",
  "KERN-023": "A call that does not fit the kernel",
  "KERN-030": "Shapes of vectors or matrices that do not fit",
  "KERN-031": "An index outside a vector or matrix",
  "KERN-032": "A system that is too large to unroll",
  "KERN-033": "A tag or label that cannot be used",
  "KERN-034": "A look-up table that does not fit together",
  "KERN-035": "An index or bound that is not a whole constant",
  "KERN-036": "A sum or product with too many terms",
  "KERN-040": "A parameter without a name",
  "KERN-041": "Two parameters with one name",
  "KERN-042": "Bounds of a parameter that are not in order",
  "KERN-043": "A periodic parameter without finite bounds",
  "KERN-044": "A value outside the bounds of its parameter",
  "KERN-045": "A scale that is not above zero",
  "KERN-046": "An initial range that does not fit its parameter",
  "KERN-047": "One parameter with two definitions",
  "KERN-048": "A vector that does not fit the free parameters",
  "KERN-049": "Unknown parameter",
  "KERN-050": "Data that do not fit the program",
  "KERN-051": "Use after dispose",
  "KERN-052": "Data beyond what the back end can hold",
  "KERN-053": "Threads or native code that the host does not have",
  "KERN-054": "An option of a context with a value that does not exist",
  "KERN-070": "A sum inside the expression of a program",
  "KERN-071": "A plan of states or of the time",
  "KERN-072": "Elements of two sets in one expression",
  "KERN-073": "A sum over elements that nothing tells apart",
  "KERN-074": "Data that do not fit the plan",
  "KERN-075": "A call that does not fit the plan",
  "KERN-076": "A derivative that the plan cannot give",
  "KERN-077": "A tag that the model does not have",
  "KERN-078": "A graph that cannot be read",
  "KERN-079": "A march without next states",
  "KERN-090": "A unit that cannot be read",
  "KERN-091": "Dimensions that do not fit together",
  "KERN-092": "Units of one dimension that do not fit together",
  "KERN-093": "A dimension where a pure number is needed",
  "KERN-094": "A formula in another unit than it must be",
} as const;

/** Code of an error of this package. */
export type KernelErrorCode = keyof typeof KERNEL_ERRORS;

/** Every error that `@simloom/kernel` raises. */
export class KernelError extends SimloomError {
  constructor(details: ErrorDetails & { readonly code: KernelErrorCode }) {
    super(details);
  }
}

/** A `KernelError` from its three obligatory parts and what is known about the place. */
export function kernelError(
  code: KernelErrorCode,
  message: string,
  remedy: string,
  context: Readonly<Record<string, unknown>> = {},
): KernelError {
  return new KernelError({ code, message, remedy, context });
}
