import { type Forecast, forecast, type Plan } from "@simloom/pipeline";
import type { Session } from "@simloom/runtime";
import { Command } from "commander";
import type { PlanDocument } from "../document/plan.ts";
import { duration } from "../output/progress.ts";
import { table } from "../output/table.ts";
import { loadSubject } from "../spec/load.ts";
import type { Subject } from "../spec/subject.ts";
import { axesOf, type SweepFlags, withAxes } from "./axes.ts";
import { type RunFlags, withPlanOptions } from "./options.ts";
import { runOptions, withSession } from "./running.ts";

/** `simloom plan`. */
export function command(): Command {
  return withAxes(withPlanOptions(new Command("plan")))
    .description("Say what a run or sweep would do: nothing runs, nothing is written to the run folders.")
    .argument("<spec>", "JSON or YAML specification, graph file, or module that exports a graph")
    .addHelpText("after", "\nExample: simloom plan link.json --axis transceiver.tx.launch_power_dbm=-4:4:9")
    .action(async (spec: string, flags: RunFlags & SweepFlags) => {
      const subject = await loadSubject(spec, flags.set);
      await withSession(flags, (session) => printPlan(session, subject, flags));
    });
}

/** Plans and prints; with axes the whole sweep. */
export async function printPlan(
  session: Session,
  subject: Subject,
  flags: RunFlags & Partial<SweepFlags>,
): Promise<void> {
  const options = runOptions(flags, subject);
  const isSweep = flags.axis !== undefined && Object.keys(flags.axis).length > 0;
  const plan = isSweep
    ? await session.planSweep(subject.swept, flags.axis ?? {}, { ...options, ...axesOf(flags) })
    : await session.plan(subject.graph, options);
  const expected = forecast(plan, session.timings);
  if (flags.json) {
    const { estimateMs, ...counts } = expected;
    const document: PlanDocument = {
      ...counts,
      ...(estimateMs === undefined ? {} : { estimateMs }),
      cases: plan.cases.length,
      nodes: plan.nodes.map(({ index }) => planLine(plan, index, session)),
    };
    process.stdout.write(`${JSON.stringify(document)}\n`);
    return;
  }
  const lines = isSweep ? [] : plan.nodes.map(({ index }) => planRow(plan, index, session));
  process.stdout.write(
    [
      `${subject.title}: ${plan.cases.length === 1 ? "" : `${plan.cases.length} cases, `}${describeForecast(expected)}`,
      ...(lines.length === 0 || lines.length > 200 ? [] : table(["node", "stage", "", "estimate"], lines)),
      "",
    ].join("\n"),
  );
}

/** `4 of 7 nodes are there, 3 to compute, about 1.2 s`. */
export function describeForecast({
  nodeCount,
  distinctCount,
  hitCount,
  toCompute,
  estimateMs,
  untimed,
}: Forecast): string {
  const shared = nodeCount === distinctCount ? "" : ` (${nodeCount} nodes share them)`;
  if (toCompute === 0) return `nothing to compute; ${hitCount} results are there${shared}`;
  const time =
    estimateMs === undefined
      ? `no timing yet for ${untimed.slice(0, 3).join(", ")}`
      : `about ${duration(estimateMs)} of work`;
  return `${hitCount} of ${distinctCount} distinct results are there${shared}, ${toCompute} to compute, ${time}`;
}

function planLine(plan: Plan, index: number, session: Session): PlanDocument["nodes"][number] {
  const { id, node, key, entry, first } = planned(plan, index);
  const estimateMs = session.timings(node.stage.name);
  return {
    id,
    stage: node.stage.name,
    key,
    status: entry !== undefined ? "hit" : first === index ? "compute" : "shared",
    ...(estimateMs === undefined ? {} : { estimateMs }),
  };
}

function planRow(plan: Plan, index: number, session: Session): readonly string[] {
  const { id, node, entry, first } = planned(plan, index);
  const estimateMs = session.timings(node.stage.name);
  const what = entry !== undefined ? "reuse" : first === index ? "compute" : `as ${planned(plan, first).id}`;
  return [id, node.stage.name, what, entry !== undefined || estimateMs === undefined ? "" : duration(estimateMs)];
}

function planned(plan: Plan, index: number): Plan["nodes"][number] {
  return plan.nodes[index] as Plan["nodes"][number];
}
