import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it, vi } from "vitest";
import { main } from "../main.ts";

vi.mock("@simloom/solve/node", async (original) => ({ ...(await original<object>()), hasSundials: () => false }));

const folder = mkdtempSync(join(tmpdir(), "simloom-mold-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.each(["cvode", "sundials"])(
  "a machine without SUNDIALS refuses --backend %s with exit 3 and the way out",
  async (name) => {
    const scenario = fileURLToPath(new URL("../../../../examples/mold/use_case_1.yaml", import.meta.url));
    let out = "";
    const spy = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
      out += String(text);
      return true;
    });
    const place = ["--cache", join(folder, "cache"), "--out", join(folder, "runs")];
    const code = await main([
      "node",
      "simloom",
      "mold",
      "run-sim",
      "-s",
      scenario,
      "--backend",
      name,
      "--json",
      ...place,
    ]);
    spy.mockRestore();
    const { error } = JSON.parse(out);
    expect([code, error.code]).toEqual([3, "CLI-003"]);
    expect(error.message).toBe(`the back end ${name} needs SUNDIALS`);
    expect(error.remedy).toMatch(/libsundials/);
    expect(error.remedy).toMatch(/--backend stiff/);
    expect(existsSync(join(folder, "runs"))).toBe(false);
  },
);
