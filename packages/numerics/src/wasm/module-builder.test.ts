import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NumericsError } from "../errors.ts";
import { ByteBuffer } from "./byte-buffer.ts";
import { compileWasm, createWasmMemory, instantiateWasm } from "./host.ts";
import { ModuleBuilder } from "./module-builder.ts";

function build<Exports>(write: (module: ModuleBuilder) => void, imports = {}): Exports {
  const module = new ModuleBuilder();
  write(module);
  return instantiateWasm<Exports>(compileWasm(module.encode()), imports);
}

describe("integer constants", () => {
  it("survive their LEB128 encoding", () => {
    const constant = (value: number) =>
      build<{ f(): number }>((m) => m.function({ results: ["i32"] }, "f").i32(value)).f();
    for (const value of [0, 63, 64, -64, -65, 127, 128, 8191, 8192, -8193, 2 ** 31 - 1, -(2 ** 31)])
      expect(constant(value)).toBe(value);
    expect(constant(2 ** 32 - 1)).toBe(-1);
  });

  it("survive as 64-bit integers", () => {
    fc.assert(
      fc.property(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), (value) => {
        const { f } = build<{ f(): bigint }>((m) => m.function({ results: ["i64"] }, "f").i64(value));
        expect(f()).toBe(value);
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  it("u32 writes what the definition of LEB128 says", () => {
    fc.assert(
      fc.property(fc.nat(2 ** 32 - 1), (value) => {
        const buffer = new ByteBuffer(1);
        buffer.u32(value);
        const decoded = [...buffer.bytes].reduce((sum, byte, place) => sum + (byte & 127) * 2 ** (7 * place), 0);
        expect(decoded).toBe(value);
      }),
      { seed: 1 },
    );
  });
});

describe("control flow", () => {
  it("a loop with a branch out sums the numbers below a limit", () => {
    const { sum } = build<{ sum(limit: number): number }>((m) => {
      const f = m.function({ params: ["i32"], results: ["i32"] }, "sum");
      const i = f.local("i32");
      const total = f.local("i32");
      f.block((done) => {
        f.loop((again) => {
          f.get(i).get(0).op("i32.ge_s").brIf(done);
          f.get(total).get(i).op("i32.add").set(total);
          f.get(i).i32(1).op("i32.add").set(i);
          f.br(again);
        });
      });
      f.get(total);
    });
    expect(sum(10)).toBe(45);
    expect(sum(0)).toBe(0);
  });

  it("countUp runs at least once and stops at the limit", () => {
    const { turns } = build<{ turns(limit: number): number }>((m) => {
      const f = m.function({ params: ["i32"], results: ["i32"] }, "turns");
      const [i, count] = [f.local("i32"), f.local("i32")];
      f.countUp(i, 0, 4, () => f.get(count).i32(1).op("i32.add").set(count));
      f.get(count);
    });
    expect(turns(12)).toBe(3);
    expect(turns(13)).toBe(4);
    expect(turns(0)).toBe(1);
  });

  it("if yields one of two values, and select does too", () => {
    const { pick, choose } = build<{ pick(c: number): number; choose(c: number): number }>((m) => {
      const f = m.function({ params: ["i32"], results: ["f64"] }, "pick");
      f.get(0).if(
        () => f.f64(1.5),
        () => f.f64(-1.5),
        "f64",
      );
      m.function({ params: ["i32"], results: ["f64"] }, "choose")
        .f64(1.5)
        .f64(-1.5)
        .get(0)
        .select();
    });
    expect([pick(1), pick(0), choose(1), choose(0)]).toEqual([1.5, -1.5, 1.5, -1.5]);
  });

  it("functions call each other before they are written, and imports", () => {
    const seen: number[] = [];
    const { even } = build<{ even(n: number): number }>(
      (m) => {
        const log = m.importFunction("host", "log", { params: ["i32"] });
        const even = m.function({ params: ["i32"], results: ["i32"] }, "even");
        const odd = m.function({ params: ["i32"], results: ["i32"] });
        for (const [f, other, atZero] of [
          [even, odd, 1],
          [odd, even, 0],
        ] as const) {
          f.get(0).call(log);
          f.get(0)
            .op("i32.eqz")
            .if(() => f.i32(atZero).return());
          f.get(0).i32(1).op("i32.sub").call(other);
        }
      },
      { host: { log: (value: number) => seen.push(value) } },
    );
    expect(even(3)).toBe(0);
    expect(seen).toEqual([3, 2, 1, 0]);
  });
});

describe("memory", () => {
  it("data segments, fill and copy reach a shared memory that the host made", () => {
    const limits = { initialPages: 1, maximumPages: 4, shared: true };
    const memory = createWasmMemory(limits);
    const { run } = build<{ run(): void }>(
      (m) => {
        m.importMemory("host", "memory", limits);
        m.data(70, Uint8Array.of(1, 2, 3));
        const f = m.function({}, "run");
        f.i32(100).i32(7).i32(2).memoryFill();
        f.i32(102).i32(70).i32(3).memoryCopy();
      },
      { host: { memory } },
    );
    run();
    expect(memory.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect([...new Uint8Array(memory.buffer, 100, 6)]).toEqual([7, 7, 1, 2, 3, 0]);
  });
});

describe("locals", () => {
  it("mix types after the parameters and are reused when released", () => {
    const { f } = build<{ f(x: number): number }>((m) => {
      const body = m.function({ params: ["f64"], results: ["f64"] }, "f");
      const a = body.local("i32");
      const b = body.local("f64");
      expect([a, b]).toEqual([1, 2]);
      body.release(b);
      expect([body.local("f64"), body.local("i64")]).toEqual([2, 3]);
      body.get(0).f64(2).op("f64.mul").tee(b).get(b).op("f64.add");
    });
    expect(f(1.25)).toBe(5);
  });
});

describe("misuse is refused with what to do", () => {
  const f = () => new ModuleBuilder().function({ params: ["i32"] });
  const cases: [string, () => unknown][] = [
    ["lane out of range", () => f().lane("f64x2.extract_lane", 2)],
    ["shuffle lane out of range", () => f().shuffle64(0, 4)],
    ["alignment above the natural one", () => f().memory("f64.load", 0, 16)],
    ["alignment that is no power of two", () => f().memory("f64.load", 0, 3)],
    ["negative offset", () => f().memory("f64.load", -8)],
    ["integer out of range", () => f().i32(2 ** 32)],
    ["fraction as an integer", () => f().i32(0.5)],
    ["long integer out of range", () => f().i64(2n ** 64n)],
    ["vector of fifteen bytes", () => f().v128(new Uint8Array(15))],
    ["unknown instruction", () => f().op("f64x2.madd" as "f64x2.add")],
    ["branch to a block that ended", () => f().br({ depth: 1 })],
    ["release of a parameter", () => f().release(0)],
    [
      "double release",
      () => {
        const body = f();
        const local = body.local("f64");
        body.release(local, local);
      },
    ],
    [
      "second memory",
      () => {
        const m = new ModuleBuilder();
        m.memory({ initialPages: 1 });
        m.memory({ initialPages: 1 });
      },
    ],
    ["shared memory without maximum", () => new ModuleBuilder().memory({ initialPages: 1, shared: true })],
    [
      "data without memory",
      () => {
        const m = new ModuleBuilder();
        m.data(0, Uint8Array.of(1));
        m.encode();
      },
    ],
    [
      "late import",
      () => {
        const m = new ModuleBuilder();
        m.function({});
        m.importFunction("host", "f", {});
      },
    ],
    [
      "two exports of one name",
      () => {
        const m = new ModuleBuilder();
        m.function({}, "f");
        m.function({}, "f");
      },
    ],
  ];
  it.each(cases)("%s", (_, action) => {
    expect(action).toThrow(NumericsError);
  });

  it("a body that leaves a wrong stack is refused by the host as NUMR-002", () => {
    const m = new ModuleBuilder();
    m.function({ results: ["f64"] }, "f").i32(1);
    expect(() => compileWasm(m.encode())).toThrow(/could not compile/);
  });
});
