import { describe, expect, it, vi } from "vitest";
import { documents } from "../document/documents.ts";
import { main } from "../main.ts";
import { commands, overview } from "./table.ts";

describe("the overview", () => {
  it("names every command, and each says at --help what it is for, with an example", async () => {
    for (const { name, load } of commands) {
      expect(overview()).toContain(`  ${name} `);
      const { command } = await load();
      const made = command();
      expect(made.name()).toBe(name);
      const leaves = made.commands.length > 0 ? made.commands : [made];
      for (const leaf of leaves) {
        let help = "";
        leaf.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
        expect(help, leaf.name()).toMatch(/\nExample: simloom /);
        expect(leaf.description(), leaf.name()).not.toBe("");
        expect(help, leaf.name()).toContain("--json");
      }
    }
  });

  it("leads to commands whose documents have a schema each, in docs/schemas", async () => {
    const titles = new Set(Object.values(documents).map(({ title }) => title));
    for (const { load } of commands) {
      const made = (await load()).command();
      const leaves = made.commands.length > 0 ? made.commands.map((leaf) => [made, leaf]) : [[made]];
      for (const path of leaves) {
        const words = path.map((one) => one.name()).join(" ");
        expect([...titles], words).toContain(`simloom ${words} --json`);
      }
    }
  });

  it("has help that speaks of defaults only where there is something to say", async () => {
    const out = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    try {
      expect(await main(["node", "simloom", "sweep", "--help"])).toBe(0);
      const help = out.mock.calls.map(([text]) => String(text)).join("");
      expect(help).toMatch(/--attempts <count> +attempts at a node \(default: 1\)/);
      expect(help).toMatch(/--set <path=value> +change one setting \(repeatable\)\n/);
      expect(help).not.toMatch(/default: (?:\{\}|\[\]|false)/);
    } finally {
      out.mockRestore();
    }
  });
});
