import { describe, expect, it } from "vitest";
import { nearestName, SimloomError } from "./error.ts";
import { UNIT_ERROR_CODES, UnitError } from "./errors.ts";

describe("SimloomError", () => {
  const cause = new Error("disk");
  const error = new UnitError({
    code: "UNIT-001",
    message: 'Unknown unit "kms"',
    remedy: 'Did you mean "km"?',
    path: "spans.length",
    context: { unit: "kms" },
    problems: [{ code: "UNIT-001", message: "m", remedy: "r" }],
    cause,
  });

  it("is an Error that carries the name of its class and its cause", () => {
    expect(error).toBeInstanceOf(SimloomError);
    expect(error).toBeInstanceOf(Error);
    expect([error.name, error.message, error.cause]).toEqual(["UnitError", 'Unknown unit "kms"', cause]);
  });

  it("becomes the document of --json, without the cause", () => {
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      code: "UNIT-001",
      message: 'Unknown unit "kms"',
      remedy: 'Did you mean "km"?',
      path: "spans.length",
      context: { unit: "kms" },
      problems: [{ code: "UNIT-001", message: "m", remedy: "r" }],
    });
  });

  it("leaves out what is not known", () => {
    const bare = new SimloomError({ code: "TEST-001", message: "m", remedy: "r" });
    expect(Object.keys(bare.toJSON())).toEqual(["code", "message", "remedy"]);
    expect([bare.path, bare.context, bare.problems, bare.cause]).toEqual([undefined, {}, [], undefined]);
  });

  it("has well-formed codes", () => {
    for (const code of Object.keys(UNIT_ERROR_CODES)) expect(code).toMatch(/^UNIT-\d{3}$/);
  });
});

describe("nearestName", () => {
  it("finds the candidate with at most a third of its letters wrong", () => {
    expect(nearestName("gan", ["gain", "loss"])).toBe("gain");
    expect(nearestName("gainDB", ["gainDb", "gain"])).toBe("gainDb");
    expect(nearestName("temperature", ["gain", "loss"])).toBeUndefined();
    expect(nearestName("x", [])).toBeUndefined();
  });
});
