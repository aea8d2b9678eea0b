import type { Expression } from "../expression/expression.ts";
import { constant } from "../expression/leaves.ts";
import { tagsOf } from "../expression/marks.ts";
import { dropZeros } from "../pass/drop-zeros.ts";
import { substitute } from "../pass/substitute.ts";
import type { Activation } from "./activation.ts";

/**
 * A model with 0 in place of inactive parts, and without the terms and products that this leaves zero. With everything
 * active it is the model itself. Complex roots may become real ones. Linear.
 */
export function specialise(roots: readonly Expression[], activation: Activation): readonly Expression[] {
  if (activation.key === "") return roots;
  const zero = constant(0);
  return dropZeros(
    substitute(roots, (node) => {
      const tags = tagsOf(node);
      return tags.length > 0 && !activation.isActive(tags) ? zero : undefined;
    }),
  );
}
