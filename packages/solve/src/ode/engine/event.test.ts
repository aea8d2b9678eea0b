import { describe, expect, it } from "vitest";
import { PROBLEMS, type TestProblem } from "../fixtures/problems.ts";
import { REFERENCES } from "../fixtures/references.ts";
import { dopri853 } from "../method/dopri853.ts";
import { rk4 } from "../method/rk4.ts";
import { rodas5p } from "../method/rodas5p.ts";
import { tsit5 } from "../method/tsit5.ts";
import { odeProblem } from "../problem/define.ts";
import type { OdeEvent } from "../problem/event.ts";
import { saveEnd, saveEvery } from "./save.ts";
import { eventTime } from "./solution.ts";
import { solve } from "./solve.ts";

const METHODS = [tsit5, dopri853, rodas5p];

describe("events", () => {
  it.each(METHODS.flatMap((method) => ["exotherm", "pu_legacy"].map((name) => [method, name] as const)))(
    "$name finds the times of %s",
    (method, name) => {
      const { problem, absoluteScale } = PROBLEMS[name] as TestProblem;
      const relativeTolerance = 1e-9;
      const solution = solve(problem, { method, relativeTolerance, absoluteTolerance: 1e-9 * absoluteScale });
      // local errors of 1e-9 in states that move by 1e-2 per second
      for (const [event, time] of Object.entries(REFERENCES[name]?.events ?? {}))
        expect(Math.abs(eventTime(solution, event) - time)).toBeLessThan(2e-6);
    },
  );

  const ball = odeProblem({
    name: "ball",
    equations: { height: "speed", speed: "-9.81" },
    initial: { height: 1, speed: 0 },
    timeSpan: [0, 1.3],
    events: [
      { name: "bounce", when: "height", direction: "falling", action: { set: { height: 0, speed: "-0.5*speed" } } },
    ],
  });

  it.each(METHODS)("$name changes states at a bounce and goes on", (method) => {
    const { events, status } = solve(ball, { method, absoluteTolerance: 1e-12, relativeTolerance: 1e-12 });
    // falls for √(2/g), then flies 2·v/g each time with half the speed
    const first = Math.sqrt(2 / 9.81);
    const expected = [first, 2 * first, 2.5 * first, 2.75 * first];
    expect(status.kind).toBe("finished");
    // event times are resolved to the tolerance of the states
    for (const [index, time] of expected.entries()) expect(events[index]?.time).toBeCloseTo(time, 9);
  });

  it("stops where an event says so, with the state there", () => {
    const problem = odeProblem({
      equations: { y: "-y" },
      initial: { y: 1 },
      timeSpan: [0, 10],
      events: [{ name: "half", when: "y - 0.5", action: "stop" }],
    });
    const solution = solve(problem, {
      method: dopri853,
      relativeTolerance: 1e-12,
      absoluteTolerance: 1e-12,
      save: saveEvery(0.25),
    });
    expect(solution.status).toMatchObject({ kind: "stopped", event: "half" });
    expect(solution.final.time).toBeCloseTo(Math.LN2, 11); // the tolerance
    expect(solution.final.state.y).toBeCloseTo(0.5, 11);
    expect([...solution.times]).toEqual([0, 0.25, 0.5]);
  });

  it("counts only crossings in the direction asked for, forwards and backwards in time", () => {
    const oscillator = (timeSpan: readonly [number, number]) =>
      odeProblem({
        equations: { x: "v", v: "-x" },
        initial: { x: 0, v: 1 },
        timeSpan,
        events: [
          { name: "up", when: "x - 0.5", direction: "rising" },
          { name: "any", when: (_, state) => (state[0] as number) - 0.5 },
        ],
      });
    for (const [span, count] of [
      [[0, 12], 6],
      [[12, 0], 5],
    ] as const) {
      const { events } = solve(oscillator(span), { method: tsit5, relativeTolerance: 1e-9 });
      const ups = events.filter(({ name }) => name === "up");
      expect(ups.length).toBe(2);
      expect(ups.every(({ direction }) => direction === "rising")).toBe(true);
      expect(events.length).toBe(count);
    }
  });

  it("says when an event is zero at the start, and does not count it", () => {
    const problem = odeProblem({
      equations: { y: "1" },
      initial: { y: 0 },
      timeSpan: [0, 1],
      events: [{ name: "origin", when: "y", action: "stop" }],
    });
    const { status, notices, events } = solve(problem, { method: tsit5 });
    expect(status.kind).toBe("finished");
    expect(events).toEqual([]);
    expect(notices[0]?.message).toContain("origin is zero at the start");
  });

  const pair = (first: OdeEvent["action"], second: OdeEvent["action"]) =>
    odeProblem({
      equations: { x: "1", y: "1" },
      initial: { x: 0, y: 0 },
      timeSpan: [0, 2],
      events: [
        { name: "first", when: "x - 1", ...(first === undefined ? {} : { action: first }) },
        { name: "second", when: "y - 1", ...(second === undefined ? {} : { action: second }) },
      ],
    });
  const METHODS_AND_FIXED = [...METHODS.map((method) => ({ method })), { method: rk4, step: 0.3 }];

  it.each(METHODS_AND_FIXED)("$method.name loses none of two changes at one time", (options) => {
    const { final, events } = solve(pair({ set: { x: "x + 10" } }, { set: { y: "y + x" } }), options);
    // the second change sees what the first one made; roundings of some ten steps
    expect(final.state.x).toBeCloseTo(12, 12);
    expect(final.state.y).toBeCloseTo(13, 12);
    expect(events.map(({ name }) => name)).toEqual(["first", "second"]);
  });

  it.each(METHODS_AND_FIXED)(
    "$method.name stops where a stop and a change meet, with the state at the event",
    (options) => {
      const { status, final, events } = solve(pair({ set: { x: 0 } }, "stop"), options);
      expect(status).toMatchObject({ kind: "stopped", event: "second" });
      expect(final.state.x).toBeCloseTo(1, 12); // roundings of some ten steps
      expect(events).toHaveLength(2);
    },
  );

  it("notes what happens at the time of a stop, and saves the end there", () => {
    const solution = solve(pair("stop", undefined), { method: tsit5, save: saveEnd() });
    expect(solution.events.map(({ name }) => name)).toEqual(["first", "second"]);
    expect([...solution.times]).toEqual([solution.final.time]);
    expect(solution.states.x).toEqual(Float64Array.of(solution.final.state.x as number));
  });

  it("counts a record before a change in the same step once, and again when it comes back", () => {
    const problem = odeProblem({
      equations: { x: "1" },
      initial: { x: 0 },
      timeSpan: [0, 2],
      events: [
        { name: "low", when: "x - 0.9", direction: "rising" },
        { name: "back", when: "x - 1", action: { set: { x: 0.5 } } },
      ],
    });
    const { events } = solve(problem, { method: tsit5 });
    const expected = [0.9, 1, 1.4, 1.5, 1.9, 2].map((time, k) => [
      k % 2 === 0 ? "low" : "back",
      expect.closeTo(time, 12),
    ]);
    expect(events.map(({ name, time }) => [name, time]).slice(0, 5)).toEqual(expected.slice(0, 5));
  });

  it("sets states to formulas of inputs, too", () => {
    const problem = odeProblem({
      equations: { x: "u" },
      initial: { x: 0 },
      timeSpan: [0, 2],
      inputs: {
        names: ["u"],
        at: (time, into) => {
          into[0] = time;
        },
      },
      events: [{ name: "kick", when: "t - 1", action: { set: { x: "x + 10*u" } } }],
    });
    expect(solve(problem, { method: tsit5 }).final.state.x).toBeCloseTo(12, 10); // ∫ t dt = 2, and 10 at t = 1
  });

  it.each([
    ["an action", { action: "stpo" }, /stpo/],
    ["a direction", { direction: "down" }, /down/],
    ["a state to set", { action: { set: { yy: 1 } } }, /sets yy/],
    ["a list of states to set", { action: { set: null } }, /action of the event odd/],
  ])("are refused at the door with %s that there is not", (_, odd, message) => {
    const event = { name: "odd", when: "y - 0.5", ...odd } as OdeEvent;
    expect(() => odeProblem({ equations: { y: "-y" }, initial: { y: 1 }, timeSpan: [0, 1], events: [event] })).toThrow(
      expect.objectContaining({ code: "SOLV-011", message: expect.stringMatching(message) }),
    );
  });

  it("says when an event is not a number, at the start or at the end", () => {
    const watched = (when: string) =>
      odeProblem({ equations: { y: "-y" }, initial: { y: 1 }, timeSpan: [0, 1], events: [{ name: "odd", when }] });
    for (const when of ["log(0.5 - y)", "sqrt(y - 0.5)"])
      expect(solve(watched(when), { method: tsit5 }).notices).toEqual([
        expect.objectContaining({ message: expect.stringContaining("odd is not a number") }),
      ]);
  });

  it("throws SOLV-014 for the time of an event that never fired", () => {
    const { problem } = PROBLEMS.exotherm as TestProblem;
    const solution = solve(problem, { method: tsit5, timeSpan: [0, 5] });
    expect(() => eventTime(solution, "T=373.15 K")).toThrow(expect.objectContaining({ code: "SOLV-014" }));
  });
});
