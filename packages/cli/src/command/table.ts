/** One command: its line in the overview, and where it lives. Loaded alone, so that the overview is quick. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  load(): Promise<CommandModule>;
}

/** What a command's file exports. */
export interface CommandModule {
  /** The command with its options and action, ready to be added to the program. */
  command(): import("commander").Command;
}

/** Every command, in the order of the overview. */
export const commands: readonly CommandEntry[] = [
  { name: "run", summary: "run a specification or graph; reuse what is there", load: () => import("./run.ts") },
  { name: "sweep", summary: "run it at many points; shared work is done once", load: () => import("./sweep.ts") },
  { name: "plan", summary: "say what a run would do, and how long it would take", load: () => import("./plan.ts") },
  {
    name: "status",
    summary: "how far a run is: done, running, waiting, failed, time left",
    load: () => import("./status.ts"),
  },
  { name: "graph", summary: "draw a graph as SVG or Mermaid", load: () => import("./graph.ts") },
  { name: "why", summary: "name what made a node compute instead of being reused", load: () => import("./why.ts") },
  { name: "replay", summary: "run a finished run again and compare", load: () => import("./replay.ts") },
  { name: "diff", summary: "compare two runs: settings, results, timings", load: () => import("./diff.ts") },
  { name: "report", summary: "write the HTML report of a run", load: () => import("./report.ts") },
  { name: "cache", summary: "stats, verify, gc of the result cache", load: () => import("./cache.ts") },
  { name: "doctor", summary: "check this machine and say what is missing", load: () => import("./doctor.ts") },
  { name: "fiber", summary: "optical links: simulate, latency, validate", load: () => import("./fiber.ts") },
  { name: "amplitude", summary: "amplitude analysis: evaluate, fit", load: () => import("./amplitude.ts") },
  { name: "mold", summary: "foam moulding: run-sim, systems", load: () => import("./mold.ts") },
  { name: "kernel", summary: "what the compiler makes of a formula: inspect", load: () => import("./kernel.ts") },
];

/** The overview that `simloom --help` prints. */
export function overview(): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    "simloom: a workbench for physics simulation",
    "",
    "Usage: simloom <command> [options]",
    "",
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    "",
    "  simloom <command> --help   options and an example",
    "  simloom --version",
    "",
    "Example: simloom fiber simulate link.json",
    "",
  ].join("\n");
}
