import { describe, expect, it } from "vitest";
import { createExecutionContext } from "../context/execution-context.ts";
import { absSquared, add, complex, multiply, total } from "../expression/build.ts";
import { column, i, parameter } from "../expression/leaves.ts";
import { tagged } from "../expression/marks.ts";
import { expr } from "../formula/formula.ts";
import { bindPlan } from "../plan/bind.ts";
import { activationOf } from "./activation.ts";
import { activePlans, bindActivePlans } from "./active-plan.ts";
import { specialise } from "./specialise.ts";

const x = column("x");
const wave = (name: string) => multiply(complex(parameter(name), 0.5), complex(x, multiply(x, x)));
const s = tagged(wave("s"), "S", "even");
const d = tagged(multiply(i, wave("d")), "D", "even");
const p = tagged(wave("p"), "P");
const intensity = absSquared(add(add(s, d), p));
const all = activationOf([intensity]);

describe("activation", () => {
  it("knows the tags of a model and starts with all active", () => {
    expect(all.tags).toEqual(["D", "P", "S", "even"]);
    expect(all.key).toBe("");
    expect(specialise([intensity], all)).toEqual([intensity]);
  });

  it.each([
    ["deactivate", all.deactivate("P"), add(s, d)],
    ["isolate", all.isolate("even"), add(s, d)],
    ["a pattern", all.deactivate("ev*").activate("?", { isStrict: false }).deactivate("P"), add(s, d)],
    ["activate", all.isolate("S").activate("D"), add(s, d)],
  ])("leaves by %s the model without the other terms", (_, activation, terms) => {
    expect(specialise([intensity], activation)[0]).toBe(absSquared(terms));
  });

  it("takes a tag that is not there for a mistake, unless told otherwise", () => {
    expect(() => all.deactivate("evn")).toThrow(/No tag of the model matches `evn`/);
    expect(() => all.isolate("evn")).toThrow(expect.objectContaining({ code: "KERN-077" }));
    expect(all.deactivate("evn", { isStrict: false }).key).toBe("");
    expect(all.isolate([]).isActive(["P"])).toBe(false);
  });

  it("does not take characters of a pattern for those of a regular expression", () => {
    const dotted = activationOf([tagged(x, "f0(980)"), tagged(x, "f0x980y")]);
    expect(dotted.deactivate("f0(*)").isActive(["f0x980y"])).toBe(true);
  });
});

describe("activePlans", () => {
  const columns = { x: Float64Array.of(0.5, 1, 2) };
  const model = { sum: total(intensity), each: intensity, slope: expr`2*${parameter("s")}` };

  it("switches back to the same bits and compiles each mask once", () => {
    const context = createExecutionContext({ backend: "js" });
    const plans = activePlans(model, { derivatives: { of: "sum", by: ["p", "s"] } });
    const bound = bindActivePlans(context, plans, columns);
    const values = () => {
      const results = new Float64Array(4);
      bound.evaluate(Float64Array.of(1, 2, 3), results);
      return [...results, ...(bound.elements[0] ?? [])];
    };
    const before = values();
    bound.use(all.deactivate("P"));
    const without = values();
    const { compiled } = context.statistics;
    bound.use(all);
    expect(values()).toEqual(before);
    bound.use(all.isolate("even"));
    expect(values()).toEqual(without);
    expect(context.statistics.compiled).toBe(compiled);
    expect([plans.planned, bound.bound]).toEqual([2, 2]);
    expect(without[2]).toBe(0); // the slope by what is switched off
    bound.dispose();
  });

  it("holds the columns that masks have in common once", () => {
    const count = 10_000;
    const [x, y] = [0, 1].map((shift) => Float64Array.from({ length: count }, (_, k) => 1 + ((k + shift) % 97) / 97));
    const data = { x: x as Float64Array, y: y as Float64Array };
    const value = expr`log(${tagged(expr`exp(${column("x")})`, "a")}*${parameter("q")} + ${parameter("p")}*${column("y")})`;
    const context = createExecutionContext({ backend: "wasm" });
    const plans = activePlans({ sum: total(value), data: total(expr`${column("x")}*${column("y")}`) });
    const bound = bindActivePlans(context, plans, data);
    const { bytes } = context.statistics;
    const mask = plans.everything.deactivate("a");
    bound.use(mask);
    // a mask of its own would hold 80 kB for y
    expect(context.statistics.bytes - bytes).toBeLessThanOrEqual(65536);
    const results = new Float64Array(2);
    bound.evaluate(Float64Array.of(3, 2), results);
    const alone = new Float64Array(2);
    bindPlan(context, plans.planOf(mask), data).evaluate(Float64Array.of(3, 2), alone);
    expect([...results]).toEqual([...alone]);
    context.dispose();
  });

  it("reads no columns of what is switched off", () => {
    const plans = activePlans({
      sum: total(expr`log(${tagged(expr`exp(${x})`, "a")} + ${parameter("p")}*${column("y")})`),
    });
    expect(plans.planOf(plans.everything).sets[0]?.columns).toEqual(["x", "y"]);
    expect(plans.planOf(plans.everything.deactivate("a")).sets[0]?.columns).toEqual(["y"]);
  });
});
