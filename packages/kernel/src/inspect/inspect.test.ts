import { describe, expect, it } from "vitest";
import { log, multiply, subtract, total } from "../expression/build.ts";
import { column, parameter } from "../expression/leaves.ts";
import { expr } from "../formula/formula.ts";
import { kMatrixIntensity } from "../plan/fixtures/k-matrix.ts";
import { inspectionDot } from "./dot.ts";
import { formulaText } from "./formula-text.ts";
import { inspect } from "./inspection.ts";
import { inspectionSvg } from "./svg.ts";
import { inspectionText } from "./text.ts";

const [m, gamma] = [parameter("m"), parameter("gamma")];
const shape = expr`total(log(exp(s) / ((${m}^2 - s)^2 + ${m}^2*${gamma}^2)))`;
const small = inspect({ shape });
const large = inspect({
  nll: subtract(log(total(column("w"))), total(multiply(column("w"), log(kMatrixIntensity())))),
});

describe("inspect", () => {
  it("tells what each pass did to the number of nodes, and how long it took by the caller's clock", () => {
    let ticks = 0;
    const { passes } = inspect({ shape }, { clock: () => ticks++ });
    expect(passes.map(({ name }) => name)).toContain("contract-linear");
    expect(passes.every(({ ms }) => ms === 1)).toBe(true);
    passes.slice(1).forEach(({ nodesBefore }, index) => {
      expect(nodesBefore).toBe(passes[index]?.nodesAfter);
    });
    expect(small.passes.every(({ ms }) => ms === undefined)).toBe(true);
  });

  it("tells what is cached and what a call reads", () => {
    const [set] = small.sets;
    expect(set?.cachedColumns).toEqual([{ formula: "exp(s)", bytesPerElement: 8 }]);
    expect(set?.bytesPerElement).toBe(16);
    expect(small.classesBefore["once per call"]).toBeGreaterThan(0);
    const text = inspectionText(small);
    expect(text).toMatch(/simplify +\d+ +\d+/);
    expect(text).toContain("16 B per element");
    expect(text).toMatch(/per element: \d+ operations/);
  });

  it("says nodes before and after each pass, and what is cached in bytes, beside both drawings", () => {
    const dot = inspectionDot(large);
    const svg = inspectionSvg(large);
    for (const { name, nodesBefore, nodesAfter } of large.passes) {
      expect(dot).toMatch(new RegExp(`${name} +${nodesBefore} +${nodesAfter}\\\\l`));
      const cells = [name, nodesBefore, nodesAfter].map((cell) => `>${cell}</text>`);
      expect(svg).toMatch(new RegExp(cells.join("[^>]*")));
    }
    const [set] = large.sets;
    const cached = `${set?.cachedColumns.length} cached columns (${8 * (set?.cachedColumns.length ?? 0)} B per element)`;
    for (const drawing of [dot, svg]) {
      expect(drawing).toContain(cached);
      expect(drawing).toContain(`${set?.bytesPerElement} B per element`);
    }
  });

  it("draws every node of a graph that can be read, and the programs of one that cannot", () => {
    const dot = inspectionDot(small);
    expect(dot).toContain('label="log"');
    expect(dot).toContain('label="gamma"');
    expect(dot).not.toContain("too many");
    expect(inspectionDot(large)).toMatch(/\d+ nodes are too many/);
    expect(inspectionSvg(large)).toContain("33 parameters".replace("33", `${large.plan.parameters.length}`));
  });

  it("draws boxes that do not overlap, inputs above what uses them, the same bytes each time", () => {
    const svg = inspectionSvg(small);
    expect(svg).toBe(inspectionSvg(inspect({ shape })));
    const boxes = [...svg.matchAll(/<rect class="\w+" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="24"/g)].map(
      ([, x, y, width]) => ({ x: Number(x), y: Number(y), right: Number(x) + Number(width) }),
    );
    expect(boxes.length).toBeGreaterThan(8);
    for (const a of boxes)
      for (const b of boxes) if (a !== b && a.y === b.y) expect(a.right <= b.x || b.right <= a.x).toBe(true);
  });

  it("keeps names of inputs from being markup or code", () => {
    const odd = inspect({ odd: multiply(column('<b>"x\\'), parameter("a&b")) });
    expect(inspectionSvg(odd)).toContain("&lt;b&gt;&quot;x\\");
    expect(inspectionDot(odd)).toContain('label="<b>\\"x\\\\"');
  });
});

describe("formulaText", () => {
  it.each([
    "a - (b - c)",
    "a*b^2/(c + d)",
    "-(a + b)",
    "(-a)^2",
    "-2*a^-3",
    "a - b - c",
    "min(a, b)*exp(-a)",
    "select(not (a < b and c <= d), a, 1.5e-300)",
    "(a/b)/(c/d) - a/(b*c)",
    "imag(conj(a + i*b))^2",
  ])("writes %s so that it reads back as the same expression", (text) => {
    expect(parsed(formulaText(parsed(text), 1000))).toBe(parsed(text));
  });

  it("ends long formulas", () => {
    const long = Array.from({ length: 100 }, (_, k) => column(`x${k}`)).reduce((a, b) => multiply(log(a), b));
    expect(formulaText(long, 60).length).toBeLessThan(400);
  });
});

function parsed(text: string) {
  return expr(Object.assign([text], { raw: [text] }) as unknown as TemplateStringsArray);
}
