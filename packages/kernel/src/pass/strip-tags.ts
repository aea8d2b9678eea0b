import { rewrite } from "./rewrite.ts";

/** Takes off tags and labels; equal expressions under different ones become one node. */
export const stripTags = rewrite("strip-tags", {
  any: ([inner], { operation }) => (operation.isTransparent === true ? inner : undefined),
});
