import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Grant, Resources } from "../stage/context.ts";
import { Slots, type Started } from "./slots.ts";

const one: Resources = { cpu: 1 };

function takeAll<T>(slots: Slots<T>, nowMs = 0): Started<T>[] {
  const all: Started<T>[] = [];
  for (let next = slots.take(nowMs); next !== undefined; next = slots.take(nowMs)) all.push(next);
  return all;
}

describe("Slots", () => {
  it("starts jobs in the order of submission, as many as fit", () => {
    const slots = new Slots<string>({ cpu: 2 });
    for (const name of ["a", "b", "c"]) slots.enqueue(name, one, 0);
    const first = takeAll(slots);
    expect(first.map(({ ticket }) => ticket.item)).toEqual(["a", "b"]);
    slots.release(one, (first[0] as Started<string>).grant);
    expect(takeAll(slots).map(({ ticket }) => ticket.item)).toEqual(["c"]);
  });

  it("lets a job that fits pass one that does not", () => {
    const slots = new Slots<string>({ cpu: 2 });
    slots.enqueue("running", one, 0);
    takeAll(slots);
    slots.enqueue("wide", { cpu: 2 }, 0);
    slots.enqueue("narrow", one, 0);
    expect(takeAll(slots).map(({ ticket }) => ticket.item)).toEqual(["narrow"]);
  });

  it("starts a wide job in spite of an endless stream of narrow ones", () => {
    const slots = new Slots<string>({ cpu: 2 }, { maxPasses: 10 });
    const running: Grant[] = [];
    slots.enqueue("narrow", one, 0);
    slots.enqueue("narrow", one, 0);
    running.push(...takeAll(slots).map(({ grant }) => grant));
    slots.enqueue("wide", { cpu: 2 }, 0);
    let turns = 0;
    for (let isStarted = false; !isStarted; turns++) {
      slots.enqueue("narrow", one, 0);
      slots.release(one, running.shift() as Grant);
      for (const { ticket, grant } of takeAll(slots)) {
        if (ticket.item === "wide") isStarted = true;
        else running.push(grant);
      }
      expect(turns).toBeLessThan(13); // 10 passes, then the two running ones end
    }
  });

  it("stops passing a job that has waited long enough, by the clock", () => {
    const slots = new Slots<string>({ cpu: 2 }, { maxPasses: 1000, maxWaitMs: 50 });
    slots.enqueue("running", one, 0);
    takeAll(slots);
    slots.enqueue("wide", { cpu: 2 }, 0);
    slots.enqueue("narrow", one, 0);
    expect(takeAll(slots, 50)).toEqual([]);
  });

  it("keeps for an aged job only what it needs", () => {
    const slots = new Slots<string>({ cpu: 4, gpus: ["0"] }, { maxPasses: 0 });
    slots.enqueue("device holder", { cpu: 1, gpu: 1 }, 0);
    takeAll(slots);
    slots.enqueue("device wanted", { cpu: 1, gpu: 1 }, 0);
    for (let i = 0; i < 3; i++) slots.enqueue(`narrow ${i}`, one, 0);
    // Of three free processors one is kept for the job that waits for the device.
    expect(takeAll(slots).map(({ ticket }) => ticket.item)).toEqual(["narrow 0", "narrow 1"]);
  });

  it("hands out distinct devices, lowest first, and takes them back", () => {
    const slots = new Slots<number>({ cpu: 9, gpus: ["a", "b", "c"] });
    slots.enqueue(0, { gpu: 2 }, 0);
    slots.enqueue(1, { gpu: 1 }, 0);
    const [pair, single] = takeAll(slots) as [Started<number>, Started<number>];
    expect([pair.grant.gpus, single.grant.gpus]).toEqual([["a", "b"], ["c"]]);
    slots.release({ gpu: 2 }, pair.grant);
    slots.enqueue(2, { gpu: 1 }, 0);
    expect(takeAll(slots)[0]?.grant.gpus).toEqual(["a"]);
  });

  it("says beforehand what it can never grant", () => {
    const slots = new Slots<never>({ cpu: 2, memoryMb: 100, gpus: ["0"], counters: { licence: 1 } });
    expect(slots.check({ cpu: 2, memoryMb: 100, gpu: 1, counters: { licence: 1 } })).toBeUndefined();
    expect(slots.check({ cpu: 3 })?.message).toBe("3 cpu slots are asked for, but this scheduler has 2");
    expect(slots.check({ memoryMb: 101 })?.code).toBe("PIPE-028");
    expect(slots.check({ gpu: 2 })?.code).toBe("PIPE-028");
    expect(slots.check({ gpu: 0.5 })?.code).toBe("PIPE-028");
    expect(slots.check({ cpu: -1 })?.code).toBe("PIPE-028");
    expect(slots.check({ counters: { licence: 2 } })?.code).toBe("PIPE-028");
    expect(slots.check({ counters: { unheardOf: 1 } })?.message).toContain("counter unheardOf");
  });

  it("forgets a removed job, wherever it stands", () => {
    const slots = new Slots<string>({ cpu: 1 });
    const tickets = ["a", "b", "c"].map((name) => slots.enqueue(name, one, 0));
    for (const ticket of [tickets[1], tickets[0]]) expect(slots.remove(ticket as (typeof tickets)[0])).toBe(true);
    expect(slots.remove(tickets[0] as (typeof tickets)[0])).toBe(false);
    expect(takeAll(slots).map(({ ticket }) => ticket.item)).toEqual(["c"]);
    expect(slots.waiting).toBe(0);
  });

  it("never grants more than there is, starts every job once, and ends as it began", () => {
    const demand = fc.record({
      cpu: fc.constantFrom(0, 0.1, 0.5, 1, 2, 3),
      memoryMb: fc.constantFrom(0, 10, 60),
      gpu: fc.constantFrom(0, 0, 1, 2),
    });
    fc.assert(
      fc.property(fc.array(demand, { maxLength: 60 }), fc.infiniteStream(fc.nat()), (demands, picks) => {
        const slots = new Slots<number>({ cpu: 3, memoryMb: 100, gpus: ["0", "1"] }, { maxPasses: 4 });
        for (const [index, resources] of demands.entries()) slots.enqueue(index, resources, 0);
        const running: Started<number>[] = [];
        const started: number[] = [];
        do {
          for (const next of takeAll(slots)) {
            running.push(next);
            started.push(next.ticket.item);
          }
          const sum = (of: (resources: Resources) => number | undefined): number =>
            running.reduce((total, { ticket }) => total + (of(ticket.resources) ?? 0), 0);
          // 1e-6: sums of tenths are not exact.
          expect(sum(({ cpu }) => cpu)).toBeLessThanOrEqual(3 + 1e-6);
          expect(sum(({ memoryMb }) => memoryMb)).toBeLessThanOrEqual(100);
          const devices = running.flatMap(({ grant }) => grant.gpus);
          expect(new Set(devices).size).toBe(devices.length);
          const [ended] = running.splice((picks.next().value as number) % Math.max(running.length, 1), 1);
          if (ended !== undefined) slots.release(ended.ticket.resources, ended.grant);
        } while (running.length > 0 || slots.waiting > 0);
        expect([...started].sort((a, b) => a - b)).toEqual(demands.map((_, index) => index));
        expect(slots.running).toBe(0);
      }),
      { seed: 20, numRuns: 150 },
    );
  });

  it("takes the same time per job for 100,000 queued jobs as for 10,000 (D-08)", () => {
    const perJobUs = (count: number, shapes: number): number => {
      const slots = new Slots<number>({ cpu: 2, memoryMb: 1e6 });
      const resources = Array.from({ length: shapes }, (_, i): Resources => ({ cpu: 1, memoryMb: i }));
      const startedAt = performance.now();
      for (let i = 0; i < count; i++) slots.enqueue(i, resources[i % shapes] as Resources, 0);
      let taken = 0;
      for (let next = slots.take(0); next !== undefined; next = slots.take(0)) {
        taken++;
        slots.release(next.ticket.resources, next.grant);
      }
      expect(taken).toBe(count);
      return ((performance.now() - startedAt) / count) * 1000;
    };
    perJobUs(10_000, 1);
    for (const shapes of [1, 50]) {
      const small = Math.min(perJobUs(10_000, shapes), perJobUs(10_000, shapes));
      // Linear: a factor of 5 is room for noise and caches where a quadratic queue would show 10.
      expect(perJobUs(100_000, shapes)).toBeLessThan(Math.max(5 * small, 5));
    }
  });
});

describe("urgent jobs", () => {
  it("go first, among equal demands and among different ones; equally urgent ones in the order of submission", () => {
    const slots = new Slots<string>({ cpu: 1, memoryMb: 10 });
    const big: Resources = { cpu: 1, memoryMb: 5 };
    slots.enqueue("a", one, 0, 1);
    slots.enqueue("b", big, 0, 3);
    slots.enqueue("c", one, 0, 2);
    slots.enqueue("d", big, 0, 1);
    slots.enqueue("e", one, 0, 3);
    const order: string[] = [];
    for (let next = slots.take(0); next !== undefined; next = slots.take(0)) {
      order.push(next.ticket.item);
      slots.release(next.ticket.resources, next.grant);
    }
    expect(order).toEqual(["b", "e", "c", "a", "d"]);
  });

  it("do not starve one that needs more room", () => {
    const slots = new Slots<string>({ cpu: 2 }, { maxPasses: 10 });
    const running: Grant[] = [];
    slots.enqueue("narrow", one, 0, 9);
    slots.enqueue("narrow", one, 0, 9);
    running.push(...takeAll(slots).map(({ grant }) => grant));
    slots.enqueue("wide", { cpu: 2 }, 0, 9);
    let turns = 0;
    for (let isStarted = false; !isStarted; turns++) {
      slots.enqueue("narrow", one, 0, 8);
      slots.release(one, running.shift() as Grant);
      for (const { ticket, grant } of takeAll(slots)) {
        if (ticket.item === "wide") isStarted = true;
        else running.push(grant);
      }
      expect(turns).toBeLessThan(13); // 10 passes, then the two running ones end
    }
  });

  it("come in the order of a sort, whatever was taken out in between", () => {
    const job = fc.record({ urgency: fc.integer({ min: 0, max: 5 }), memoryMb: fc.integer({ min: 0, max: 3 }) });
    fc.assert(
      fc.property(fc.array(job, { maxLength: 80 }), fc.infiniteStream(fc.boolean()), (jobs, drops) => {
        const slots = new Slots<number>({ cpu: 1, memoryMb: 10 });
        const tickets = jobs.map(({ urgency, memoryMb }, index) =>
          slots.enqueue(index, { cpu: 1, memoryMb }, 0, urgency),
        );
        const left = tickets.filter((ticket) => !(drops.next().value === true && slots.remove(ticket)));
        const order: number[] = [];
        for (let next = slots.take(0); next !== undefined; next = slots.take(0)) {
          order.push(next.ticket.item);
          slots.release(next.ticket.resources, next.grant);
        }
        const sorted = [...left].sort((a, b) => b.urgency - a.urgency || a.sequence - b.sequence);
        expect(order).toEqual(sorted.map(({ item }) => item));
        expect(slots.waiting).toBe(0);
      }),
      { seed: 21, numRuns: 200 },
    );
  });
});
