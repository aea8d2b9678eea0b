import { defineStage } from "@simloom/pipeline";
import { describe, expect, it } from "vitest";
import * as faulty from "../threads/fixtures/faulty-stages.ts";
import { locate } from "./locate.ts";

async function reasonFor(stage: Parameters<typeof locate>[0]): Promise<string> {
  const location = await locate(stage);
  return location.status === "local" ? location.reason : `located as ${location.exportName}`;
}

describe("locate", () => {
  it("finds the module and the export of a stage", async () => {
    expect(await locate(faulty.busy)).toEqual({
      status: "located",
      url: faulty.busy.module?.url,
      exportName: "busy",
    });
  });

  it("says why a stage runs inline only", async () => {
    const homeless = defineStage(undefined, { name: "homeless", version: 1, outputs: {}, run: () => ({}) });
    expect(await reasonFor(homeless)).toContain("without import.meta");
    const remote = defineStage(
      { url: "https://somewhere/x.js" },
      { name: "remote", version: 1, outputs: {}, run: () => ({}) },
    );
    expect(await reasonFor(remote)).toContain("does not stand in a file");
    expect(await reasonFor(faulty.hidden())).toContain("is not exported from");
    expect(await reasonFor(faulty.closesOver(3))).toContain("is not exported from");
    expect(await reasonFor(faulty.twin)).toContain("two different stages called faulty/twin");
    const lost = defineStage(
      { url: "file:///nowhere/x.js" },
      { name: "lost", version: 1, outputs: {}, run: () => ({}) },
    );
    expect(await reasonFor(lost)).toContain("cannot be loaded by its module");
  });

  it("tells a copy that a function made from the export of the same name", async () => {
    const copy = defineStage(faulty.busy.module, { name: faulty.busy.name, version: 1, outputs: {}, run: () => ({}) });
    expect(await reasonFor(copy)).toContain("another definition than the export busy");
  });
});
