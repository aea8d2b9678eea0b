import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { cacheFolder } from "./cache-folder.ts";

const home = vi.hoisted(() => ({ of: (): string => "/home/someone" }));
vi.mock("node:os", async (original) => ({ ...(await original<typeof import("node:os")>()), homedir: () => home.of() }));

afterEach(() => {
  vi.unstubAllEnvs();
  home.of = () => "/home/someone";
});

describe("the user's cache folder", () => {
  it("is where XDG_CACHE_HOME says, when that is absolute", () => {
    vi.stubEnv("XDG_CACHE_HOME", "/caches");
    expect(cacheFolder("typescript")).toBe(join("/caches", "simloom", "typescript"));
  });

  it.each(["", "caches", "./caches"])("is below the home folder when XDG_CACHE_HOME is %j", (given) => {
    vi.stubEnv("XDG_CACHE_HOME", given);
    expect(cacheFolder("typescript")).toBe(join("/home/someone", ".cache", "simloom", "typescript"));
  });

  it("is nowhere for a user without a home folder, which is no error", () => {
    vi.stubEnv("XDG_CACHE_HOME", "");
    home.of = () => {
      throw new Error("uv_os_homedir returned ENOENT");
    };
    expect(cacheFolder("typescript")).toBeUndefined();
    home.of = () => "";
    expect(cacheFolder("typescript")).toBeUndefined();
  });
});
