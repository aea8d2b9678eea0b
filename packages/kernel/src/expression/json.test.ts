import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { realExpression } from "../program/fixtures/random-expression.ts";
import { complex, integerPower, multiply, total } from "./build.ts";
import { expressionFromJson, expressionToJson } from "./json.ts";
import { column, constant, i, parameter, truth } from "./leaves.ts";
import { named, tagged } from "./marks.ts";

const through = (document: unknown): unknown => JSON.parse(JSON.stringify(document));

describe("expressions as JSON", () => {
  it("give back the same nodes for any expression", () => {
    fc.assert(
      fc.property(realExpression, realExpression, (a, b) => {
        const read = expressionFromJson(through(expressionToJson({ a, b })));
        expect(read["a"]).toBe(a);
        expect(read["b"]).toBe(b);
      }),
      { seed: 20, numRuns: 200 },
    );
  });

  it.each([
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    -0,
    0,
    0.1 + 0.2,
    Number.MIN_VALUE,
    Number.MAX_VALUE,
  ])("keep the bits of %s", (value) => {
    expect(expressionFromJson(through(expressionToJson({ value })))["value"]).toBe(constant(value));
  });

  it("keep complex numbers, tags, names, powers and sums, each shared node once", () => {
    const wave = tagged(named(multiply(complex(parameter("re"), parameter("im")), i), "wave"), "S", 'odd name"\n');
    const root = total(multiply(integerPower(wave, -3), wave));
    const document = expressionToJson({ root, wave, always: truth(true) });
    expect(document.nodes.filter(({ operation }) => operation === "tag").length).toBe(1);
    expect(expressionFromJson(through(document))).toEqual({ root, wave, always: truth(true) });
  });

  it.each([
    ["no document", null],
    ["another format", { format: "graph" }],
    ["an unknown operation", one({ operation: "conjure", args: [] })],
    ["an operation of all objects", one({ operation: "toString", args: [] })],
    ["an argument that comes later", one({ operation: "negate", args: [0] })],
    ["too few arguments", one({ operation: "add" })],
    ["a constant without a value", one({ operation: "constant" })],
    ["a number that is none", one({ operation: "constant", payload: { number: "seven" } })],
    ["a name that is empty", one({ operation: "column", payload: "" })],
    ["a root without a node", { ...one({ operation: "time", payload: "time" }), roots: { a: 4 } }],
  ])("refuse %s", (_, document) => {
    expect(() => expressionFromJson(document)).toThrow(expect.objectContaining({ code: "KERN-078" }));
  });

  it("refuse arguments of types that do not fit", () => {
    const { nodes, ...rest } = expressionToJson({ a: truth(true), x: column("x") });
    expect(() => expressionFromJson({ ...rest, nodes: [...nodes, { operation: "sin", args: [0] }] })).toThrow(
      expect.objectContaining({ code: "KERN-006" }),
    );
  });
});

function one(node: unknown): Readonly<Record<string, unknown>> {
  return { format: "simloom-expressions", version: 1, nodes: [node], roots: { a: 0 } };
}
