import { describe, expect, it } from "vitest";
import { rotateByPower } from "../pointwise/field.ts";
import { FftArena } from "./arena.ts";
import { fftPlan } from "./plan.ts";

describe("an arena", () => {
  it("keeps the content of fields and plans while it grows", () => {
    const arena = new FftArena({ maximumMb: 64 });
    const plan = fftPlan(64, { arena });
    const field = plan.field();
    field.re[1] = 1;
    const before = arena.memory.buffer;
    arena.field(2 ** 18);
    expect(arena.memory.buffer).not.toBe(before);
    expect(field.re[1]).toBe(1);
    plan.forward(field);
    plan.inverse(field);
    expect(field.re[1]).toBeCloseTo(1, 15); // two transforms of 64 points: a few 2^-53
  });

  it("hands a released block out again, cleared", () => {
    const arena = new FftArena();
    const first = arena.field(1000);
    first.im.fill(7);
    const used = arena.usedBytes;
    first.release();
    first.release();
    const second = arena.field(1000);
    expect(arena.usedBytes).toBe(used);
    expect(Math.max(...second.im)).toBe(0);
    expect(arena.field(1000).reAddress).not.toBe(second.reAddress);
  });

  it("refuses a field that was released", () => {
    const field = new FftArena().field(8);
    field.release();
    expect(() => field.re).toThrow(/was released/);
  });

  it("says that it is full, and what to do", () => {
    const arena = new FftArena({ maximumMb: 2 });
    expect(() => arena.field(2 ** 20)).toThrow(expect.objectContaining({ code: "NUMR-012" }));
    expect(arena.field(16).length).toBe(16);
  });

  it("may lie in shared memory, with the same bits", () => {
    const values = Float64Array.from({ length: 2 * 1024 }, (_, i) => ((i * 37) % 101) / 101 - 0.5);
    const results = [false, true].map((shared) => {
      const arena = new FftArena({ shared, maximumMb: 32 });
      const plan = fftPlan(1024, { arena });
      const field = plan.field();
      field.load(values);
      plan.forward(field);
      rotateByPower(field, undefined, 0.001);
      const result = new Float64Array(values.length);
      field.store(result);
      expect(arena.memory.buffer instanceof SharedArrayBuffer).toBe(shared);
      return result;
    });
    expect(results[0]).toEqual(results[1]);
  });

  it("is the plan's own: a field of another arena is refused, and plans of two arenas differ", () => {
    const [here, there] = [new FftArena(), new FftArena()];
    expect(() => fftPlan(8, { arena: here }).forward(there.field(8))).toThrow(/another arena/);
    expect(fftPlan(8, { arena: here })).toBe(fftPlan(8, { arena: here }));
    expect(fftPlan(8, { arena: here })).not.toBe(fftPlan(8, { arena: there }));
  });
});
