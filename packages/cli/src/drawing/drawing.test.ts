import { describe, expect, it } from "vitest";
import { drawnGraph } from "./fixtures/bench.ts";
import { mermaidOf } from "./mermaid.ts";
import { pictureOf } from "./picture.ts";
import { svgOf } from "./svg.ts";

describe("pictureOf", () => {
  it("has a box per node and end, and a line per wire with its unit", () => {
    const { boxes, lines } = pictureOf(drawnGraph());
    expect(boxes.map(({ id, kind }) => `${kind} ${id}`)).toEqual([
      "node transmitter",
      "node span",
      "node span-2",
      "node receiver",
      "node taps",
      "output errorRatio",
      "output taps",
    ]);
    expect(lines.filter(({ hasValue }) => !hasValue)).toHaveLength(1);
    expect(lines.find(({ port }) => port === "field")?.unit).toBe("sqrt(W)");
  });
});

describe("svgOf", () => {
  it("draws the same bytes for the same picture", async () => {
    const marks = new Map([
      ["transmitter", "hit"],
      ["span", "hit"],
      ["span-2", "compute"],
      ["taps", "shared"],
    ] as const);
    const svg = svgOf(pictureOf(drawnGraph(), marks));
    expect(svg).toBe(svgOf(pictureOf(drawnGraph(), marks)));
    await expect(svg).toMatchFileSnapshot("fixtures/bench.svg");
  });

  it("escapes what people write", () => {
    const svg = svgOf(pictureOf(drawnGraph()));
    expect(svg).toContain("two spans &amp; a &lt;tap&gt;");
    expect(svg).toContain("the &quot;far&quot; one");
  });

  it("tells ports, units and settings when the pointer rests on a box", () => {
    const svg = svgOf(pictureOf(drawnGraph()));
    expect(svg).toContain("out field: array&lt;complex128&gt; in sqrt(W)");
    expect(svg).toContain("launchPowerDbm = 0");
  });
});

describe("mermaidOf", () => {
  it("writes the same graph as text", async () => {
    await expect(mermaidOf(pictureOf(drawnGraph(), new Map([["span", "hit"]] as const)))).toMatchFileSnapshot(
      "fixtures/bench.mmd",
    );
  });
});
