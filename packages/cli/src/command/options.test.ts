import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { axesOf, withAxes } from "./axes.ts";
import { pairs, type RunFlags, sessionOptions, withRunOptions } from "./options.ts";

function parse(...words: string[]): Record<string, unknown> {
  return withAxes(withRunOptions(new Command("x")))
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .parse(words, { from: "user" })
    .opts();
}

describe("--set", () => {
  it("reads JSON where it is JSON, else text; the value may hold =", () => {
    expect(parse("--set", "a.b=2", "--set", "c=true", "--set", "d=x=y", "--set", "e=[1,2]")["set"]).toEqual({
      "a.b": 2,
      c: true,
      d: "x=y",
      e: [1, 2],
    });
  });

  it("refuses what is no pair, and the same path twice", () => {
    expect(() => pairs("gain", {})).toThrow(/path=value/);
    expect(() => parse("--set", "a=1", "--set", "a=2")).toThrow(/given twice/);
  });
});

describe("--axis", () => {
  it("reads lists, ranges, logarithmic ranges and intervals", () => {
    const { axis } = parse(
      "--axis",
      "a=1,x",
      "--axis",
      "b=0:1:3",
      "--axis",
      "c=log:1:100:3",
      "--axis",
      "d=log:1:10",
      "--axis",
      "e=-4:4",
    );
    expect(axis).toEqual({
      a: { kind: "list", values: [1, "x"] },
      b: { kind: "list", values: [0, 0.5, 1] },
      c: { kind: "list", values: [1, 10, 100] },
      d: { kind: "interval", start: 1, stop: 10, scale: "log" },
      e: { kind: "interval", start: -4, stop: 4, scale: "linear" },
    });
  });

  it("takes one design, grid by default", () => {
    expect(axesOf({})).toEqual({ mode: "grid" });
    expect(axesOf({ sobol: 8 })).toEqual({ mode: "sobol", count: 8 });
    expect(() => axesOf({ zip: true, sobol: 8 })).toThrow(/one design/);
  });
});

describe("numbers", () => {
  it("are refused out of their bounds, empty, or not whole", () => {
    for (const words of [
      ["--workers", "0"],
      ["--workers", "1.5"],
      ["--seed", "-1"],
      ["--seed", ""],
      ["--self-check", "2"],
      ["--timeout", "0"],
      ["--gpus", "0,,1"],
      ["--gpus", "0,0"],
      ["--counter", "licences"],
      ["--counter", "licences="],
      ["--counter", "licences=-1"],
      ["--counter", "a=1", "--counter", "a=2"],
    ]) {
      expect(() => parse(...words), words.join(" ")).toThrow();
    }
  });
});

describe("--gpus and --counter", () => {
  it("are what stages may ask the scheduler for", () => {
    const flags = parse("--gpus", "0, GPU-5f2c", "--counter", "licences=2", "--counter", "tokens=0.5");
    const { slots } = sessionOptions(flags as unknown as RunFlags);
    expect(slots).toEqual({ gpus: ["0", "GPU-5f2c"], counters: { licences: 2, tokens: 0.5 } });
  });
});

describe("--executor and --cache", () => {
  const flags = (changes: object): RunFlags => ({ ...parse(), ...changes }) as unknown as RunFlags;

  it("say that cluster executors and remote caches are lacking, and that others do not exist", () => {
    expect(() => sessionOptions(flags({ executor: "slurm" }))).toThrow(expect.objectContaining({ code: "CLI-003" }));
    expect(() => sessionOptions(flags({ cache: "redis://host" }))).toThrow(
      expect.objectContaining({ code: "CLI-003" }),
    );
    expect(() => sessionOptions(flags({ executor: "cloud" }))).toThrow(expect.objectContaining({ code: "CLI-001" }));
  });
});
