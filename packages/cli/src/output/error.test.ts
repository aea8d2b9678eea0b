import { SimloomError } from "@simloom/units";
import { describe, expect, it } from "vitest";
import { errorDocumentSchema } from "../document/error.ts";
import { describeError, exitCodeOf, InterruptedError, LackError, UsageError } from "./error.ts";

describe("describeError", () => {
  it("says code and message, place, remedy", () => {
    expect(describeError(new UsageError("there is no file a.json", "Check the path.", "a.json"))).toBe(
      ["CLI-001  there is no file a.json", "  at a.json", "  Check the path."].join("\n"),
    );
  });

  it("lists several problems with a place and a remedy each", () => {
    const problems = [
      { code: "PIPE-027", message: "gain is too low", remedy: "Raise it.", path: "amp.gain" },
      { code: "PIPE-025", message: "no port x", remedy: "Did you mean y?" },
    ];
    const error = new SimloomError({ code: "PIPE-020", message: "two problems", remedy: "Correct them.", problems });
    expect(describeError(error)).toBe(
      [
        "PIPE-020  two problems",
        "  PIPE-027  gain is too low",
        "    at amp.gain",
        "    Raise it.",
        "  PIPE-025  no port x",
        "    Did you mean y?",
        "  Correct them.",
      ].join("\n"),
    );
  });

  it("does not say the one problem of an error twice", () => {
    const problems = [{ code: "PIPE-040", message: "amp: broken", remedy: "Read it." }];
    expect(
      describeError(
        new SimloomError({ code: "PIPE-045", message: "node amp failed: broken", remedy: "Read it.", problems }),
      ),
    ).toBe(["PIPE-045  node amp failed: broken", "  Read it."].join("\n"));
  });

  it("ends with the manifest of a run that failed", () => {
    const error = new SimloomError({
      code: "PIPE-045",
      message: "failed",
      remedy: "Look.",
      context: { out: "runs/r-1" },
    });
    expect(describeError(error)).toMatch(/ {2}manifest {2}runs\/r-1\/manifest\.json$/);
  });
});

describe("exitCodeOf", () => {
  it("tells failed runs, wrong input, lacking machines and interruptions apart", () => {
    const coded = (code: string): SimloomError => new SimloomError({ code, message: "m", remedy: "r" });
    expect(["PIPE-045", "RUNT-072", "CLI-002"].map((code) => exitCodeOf(coded(code)))).toEqual([1, 1, 1]);
    expect(["FIBR-014", "PIPE-020", "RUNT-071"].map((code) => exitCodeOf(coded(code)))).toEqual([2, 2, 2]);
    expect(exitCodeOf(new LackError("no slurm", "Install it."))).toBe(3);
    expect(exitCodeOf(coded("SOLV-020"))).toBe(3);
    const problems = [{ code: "SOLV-020", message: "cvode needs SUNDIALS", remedy: "Install it." }];
    expect(exitCodeOf(new SimloomError({ code: "PIPE-045", message: "m", remedy: "r", problems }))).toBe(3);
    expect(exitCodeOf(new InterruptedError("runs/r-1"))).toBe(130);
  });
});

describe("the error document", () => {
  it("is what its schema says", () => {
    errorDocumentSchema.parse(JSON.parse(JSON.stringify({ error: new UsageError("m", "r", "p") })));
  });
});
