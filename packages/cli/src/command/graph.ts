import { writeFileSync } from "node:fs";
import type { Graph } from "@simloom/pipeline";
import { Command, Option } from "commander";
import type { GraphDrawingDocument } from "../document/graph.ts";
import { mermaidOf } from "../drawing/mermaid.ts";
import { type Box, type Mark, type Picture, pictureOf } from "../drawing/picture.ts";
import { svgOf } from "../drawing/svg.ts";
import { UsageError } from "../output/error.ts";
import { loadSubject } from "../spec/load.ts";
import type { Subject } from "../spec/subject.ts";
import { type RunFlags, withPlanOptions } from "./options.ts";
import { runOptions, withSession } from "./running.ts";
import { printJson } from "./runs.ts";

type GraphFlags = RunFlags & { readonly format?: "svg" | "mermaid"; readonly out?: string; readonly plan: boolean };

/** `simloom graph`. */
export function command(): Command {
  return withPlanOptions(new Command("graph"))
    .description("Draw the graph of a specification as SVG or Mermaid text.")
    .argument("<spec>", "JSON or YAML specification, graph file, or module that exports a graph")
    .addOption(
      new Option("--format <name>", "default: by the ending of --out, else mermaid").choices(["svg", "mermaid"]),
    )
    .option("--out <file>", "write into a file (default: standard output)")
    .option("--plan", "colour what is there and what would be computed", false)
    .addHelpText("after", "\nExample: simloom graph link.json --out link.svg --plan")
    .action(async (spec: string, flags: GraphFlags) => {
      const format = flags.format ?? formatOf(flags.out);
      const subject = await loadSubject(spec, flags.set);
      const marks = flags.plan ? await marksOf(subject, flags) : undefined;
      const picture = pictureOf(subject.graph, marks);
      const drawing = format === "svg" ? svgOf(picture) : mermaidOf(picture);
      if (flags.out !== undefined) writeFileSync(flags.out, drawing);
      if (flags.json) printJson(graphDocument(subject.graph, picture, format, flags.out, drawing));
      else if (flags.out === undefined) process.stdout.write(drawing);
      else process.stdout.write(`${flags.out}: ${subject.graph.nodes.length} nodes\n`);
    });
}

function formatOf(out: string | undefined): "svg" | "mermaid" {
  if (out === undefined || /\.(mmd|mermaid|md)$/i.test(out)) return "mermaid";
  if (/\.svg$/i.test(out)) return "svg";
  throw new UsageError(
    `the ending of ${out} says nothing about the format`,
    "Use .svg or .mmd, or say --format.",
    "--out",
  );
}

async function marksOf(subject: Subject, flags: GraphFlags): Promise<ReadonlyMap<string, Mark>> {
  return withSession({ ...flags, out: undefined } as unknown as RunFlags, async (session) => {
    const plan = await session.plan(subject.graph, runOptions(flags, subject));
    return new Map(
      plan.nodes.map(
        ({ id, entry, first, index }) =>
          [id, entry !== undefined ? "hit" : first === index ? "compute" : "shared"] as const,
      ),
    );
  });
}

function graphDocument(
  { nodes }: Graph,
  { title, boxes, lines }: Picture,
  format: "svg" | "mermaid",
  out: string | undefined,
  drawing: string,
): GraphDrawingDocument {
  const marks = new Map(boxes.map(({ id, mark }) => [id, mark]));
  return {
    graph: title,
    format,
    ...(out === undefined ? { drawing } : { out }),
    nodes: nodes.map(({ id, stage }) => {
      const mark = marks.get(id);
      return { id, stage: stage.name, ...(mark === undefined ? {} : { status: mark }) };
    }),
    wires: lines
      .filter(({ hasValue }) => hasValue)
      .map(({ from, to, port, unit, targetPort }) => ({
        from: (boxes[from] as Box).id,
        output: port,
        to: (boxes[to] as Box).id,
        input: targetPort,
        unit,
      })),
  };
}
