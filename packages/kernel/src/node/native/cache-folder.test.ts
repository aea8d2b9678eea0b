import { chmodSync, mkdtempSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { compileNative, defaultCacheFolder } from "./compiler.ts";

const home = vi.hoisted(() => ({ of: (): string => "/home/someone" }));
vi.mock("node:os", async (original) => ({ ...(await original<typeof import("node:os")>()), homedir: () => home.of() }));

let temporary = "";
beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), "simloom-folder-"));
  vi.stubEnv("TMPDIR", temporary);
  vi.stubEnv("XDG_CACHE_HOME", "");
  home.of = () => "/home/someone";
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(temporary, { recursive: true, force: true });
});

describe("the folder of compiled programs", () => {
  it.each(["", "caches"])("is below the home folder when XDG_CACHE_HOME is %j", (given) => {
    vi.stubEnv("XDG_CACHE_HOME", given);
    expect(defaultCacheFolder()).toMatch(/^\/home\/someone\/.*simloom\/native$/);
  });

  it("is below XDG_CACHE_HOME when that is absolute", () => {
    vi.stubEnv("XDG_CACHE_HOME", "/caches");
    expect(defaultCacheFolder()).toBe("/caches/simloom/native");
  });

  it("is a private one for a user without a home folder, and none when somebody else could have filled it", () => {
    home.of = () => {
      throw new Error("uv_os_homedir returned ENOENT");
    };
    const folder = defaultCacheFolder() ?? "";
    expect(folder.startsWith(temporary)).toBe(true);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    chmodSync(folder, 0o777);
    expect(defaultCacheFolder()).toBeUndefined();
    expect(["failed", "no-compiler"]).toContain(compileNative("", "strict").kind);
    rmSync(folder, { recursive: true });
    symlinkSync(temporary, folder);
    expect(defaultCacheFolder()).toBeUndefined();
  });
});
