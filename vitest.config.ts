import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["simloom-source"] },
  ssr: { resolve: { conditions: ["simloom-source"] } },
  test: {
    include: ["packages/*/src/**/*.test.ts", "checks/**/*.test.ts"],
    testTimeout: 30_000,
    pool: "threads",
    server: { deps: { inline: [/@simloom\//, /^simloom/] } },
  },
});
