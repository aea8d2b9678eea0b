import { describe, expect, it } from "vitest";
import { jacobian } from "../derivative/matrices.ts";
import { gradient } from "../derivative/reverse.ts";
import { lowerComplex } from "../pass/lower-complex.ts";
import { simplify } from "../pass/simplify.ts";
import { stripTags } from "../pass/strip-tags.ts";
import { kernelProgram } from "../program/program.ts";
import { absSquared, add, complex, less, multiply, sin, total } from "./build.ts";
import type { Expression } from "./expression.ts";
import { column, constant, i, parameter } from "./leaves.ts";
import { named, tagged, tagsOf } from "./marks.ts";
import { topologicalOrder } from "./order.ts";

const [x, a] = [column("x"), parameter("a")];
const stripped = (expression: Expression) => simplify(stripTags([expression]))[0];
const marksIn = (expression: Expression) =>
  topologicalOrder([expression]).filter(({ operation }) => operation.isTransparent === true).length;

describe("tags and names", () => {
  it("are sets: order and repetition do not matter", () => {
    expect(tagged(x, "b", "a")).toBe(tagged(x, "a", "b", "a"));
    expect(tagged(x, "a")).not.toBe(tagged(x, "b"));
    expect(tagsOf(tagged(x, "f0+", "a b, c"))).toEqual(["a b, c", "f0+"]);
    expect(tagsOf(x)).toEqual([]);
  });

  it("leave type and value alone, and are gone from programs", () => {
    expect([tagged(i, "a").type, tagged(x, "a").type, named(less(x, 1), "low").type]).toEqual([
      "complex",
      "real",
      "boolean",
    ]);
    const sum = add(tagged(multiply(a, x), "left"), named(multiply(a, x), "right"));
    const program = kernelProgram({ sum, both: tagged(total(sum), "sums") });
    expect(program.outputs.map(({ value }) => value)).toEqual([0, 1].map(() => add(multiply(a, x), multiply(a, x))));
    expect(program.outputs.map(({ reduction }) => reduction)).toEqual(["none", "sum"]);
  });

  it("survive simplification and complex lowering, part by part", () => {
    const [kept] = simplify([tagged(constant(0.5), "a")]) as [Expression];
    expect(tagsOf(kept)).toEqual(["a"]);
    const [intensity] = lowerComplex([absSquared(tagged(complex(x, a), "wave"))]) as [Expression];
    expect(marksIn(intensity)).toBe(2);
    expect(stripped(intensity)).toBe(add(multiply(x, x), multiply(a, a)));
  });

  it("are borne by derivatives, which are the same once stripped", () => {
    const product = multiply(a, sin(multiply(a, x)));
    for (const f of [tagged(product, "t"), named(product, "n")]) {
      const [forward, reverse] = [jacobian([f], [a])[0]?.[0] as Expression, gradient(f, [a])[0]];
      expect([marksIn(forward), marksIn(reverse)].every((count) => count > 0)).toBe(true);
      expect(stripped(forward)).toBe(simplify(jacobian([product], [a])[0] as readonly Expression[])[0]);
      expect(stripped(reverse)).toBe(gradient(product, [a])[0]);
    }
  });

  it.each([
    ["no tag", () => tagged(x)],
    ["an empty tag", () => tagged(x, "a", "")],
    ["a pattern", () => tagged(x, "f*")],
    ["an empty name", () => named(x, "")],
  ])("refuse %s", (_, action) => {
    expect(action).toThrow(expect.objectContaining({ code: "KERN-033" }));
  });
});
