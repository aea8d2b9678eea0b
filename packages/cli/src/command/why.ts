import { existsSync } from "node:fs";
import { join } from "node:path";
import { indicesById, type Plan } from "@simloom/pipeline";
import {
  type Explanation,
  type Provenance,
  type Reason,
  RuntimeError,
  readCase,
  readEvents,
  readFinished,
  readRequest,
  type Session,
  Why,
} from "@simloom/runtime";
import { nearestName } from "@simloom/units";
import { Command } from "commander";
import type { WhyDocument } from "../document/why.ts";
import { UsageError } from "../output/error.ts";
import { duration } from "../output/progress.ts";
import { loadSubject } from "../spec/load.ts";
import { subjectOfRequest } from "../spec/request.ts";
import { type RunFlags, withPlanOptions } from "./options.ts";
import { runOptions, withSession } from "./running.ts";
import { printJson, printLines, runFolderIfAny } from "./runs.ts";

type WhyFlags = RunFlags & { readonly out: string };

/** `simloom why`. */
export function command(): Command {
  return withPlanOptions(new Command("why"))
    .description("Name the setting, source file, policy key or upstream value that made a node compute.")
    .argument("<run|spec>", "a run (what made it compute), or a specification (what would)")
    .argument("[node]", "node id (default: all that were computed)")
    .option("--out <dir>", "parent of the run folders", "runs")
    .addHelpText("after", "\nExample: simloom why r-7f3a amplifier-2")
    .action(async (name: string, node: string | undefined, flags: WhyFlags) => {
      const isFile = existsSync(name) && !existsSync(join(name, "events.jsonl"));
      const folder = isFile ? undefined : runFolderIfAny(name, flags);
      if (!isFile && folder === undefined) {
        throw new UsageError(
          `there is no run and no file ${name}`,
          "Name a run or a specification, then the node: simloom why r-7f3a amplifier.",
          name,
        );
      }
      const nodes = await withSession(flags, (session) =>
        folder === undefined ? explainSpec(session, name, node, flags) : explainRun(session, folder, node, flags),
      );
      if (flags.json) printJson({ subject: name, nodes: [...nodes] } satisfies WhyDocument);
      else
        printLines(
          nodes.length === 0 ? ["nothing is computed: every result is there"] : nodes.flatMap(describeExplanation),
        );
    });
}

/** What would be computed, and why. */
async function explainSpec(
  session: Session,
  spec: string,
  node: string | undefined,
  flags: WhyFlags,
): Promise<readonly Explanation[]> {
  const subject = await loadSubject(spec, flags.set);
  const plan = await session.plan(subject.graph, runOptions(flags, subject));
  const why = new Why({ plan, store: session.store, code: session.code });
  const asked =
    node === undefined
      ? plan.nodes.filter(({ entry, first, index }) => entry === undefined && first === index).map(({ id }) => id)
      : known(plan, indicesById(plan), node);
  return inTurn(asked.slice(0, MOST_NODES), (id) => why.explain(id));
}

/** What was computed in a run, and why: compared with what was stored before it. */
async function explainRun(
  session: Session,
  folder: string,
  node: string | undefined,
  flags: WhyFlags,
): Promise<readonly Explanation[]> {
  const request = readRequest(folder);
  const subject = await subjectOfRequest(request);
  const { seed, policy, arithmetic, axes, design } = request;
  const options = { ...runOptions(flags, subject), seed, policy, arithmetic };
  const plan =
    axes === undefined
      ? await session.plan(subject.graph, options)
      : await session.planSweep(subject.swept, axes, { ...options, ...design });
  const indices = indicesById(plan);
  const startedAtMs = readEvents(folder)[0]?.atMs ?? 0;
  const computed = computedNodes(folder);
  const why = new Why({
    plan,
    store: session.store,
    code: session.code,
    run: { runId: computed.runId, startedAtMs, keys: computed.keys },
  });
  const asked = node === undefined ? computed.ids.filter((id) => indices.has(id)) : known(plan, indices, node);
  return inTurn(asked.slice(0, MOST_NODES), async (id) => {
    const explanation = await why.explain(id);
    if (explanation.status !== "hit" || !computed.ids.includes(id)) return explanation;
    return { ...explanation, note: "the run computed it all the same: it used another cache, or none" };
  });
}

const MOST_NODES = 200;

/** Keys of a run's nodes by their id in the plan, and which of them it computed. */
function computedNodes(folder: string): {
  readonly runId: string;
  readonly keys: ReadonlyMap<string, string>;
  readonly ids: readonly string[];
} {
  const finished = readFinished(folder);
  const { runId } = finished.kind === "run" ? finished.manifest : finished.sweep;
  const nodes =
    finished.kind === "run"
      ? finished.manifest.nodes
      : finished.sweep.cases.flatMap(({ id }) => readCase(folder, id).nodes);
  return {
    runId,
    keys: new Map(nodes.map(({ id, key }) => [id, key])),
    ids: nodes.filter(({ status }) => status === "computed" || status === "failed").map(({ id }) => id),
  };
}

async function inTurn<T>(ids: readonly string[], explain: (id: string) => Promise<T>): Promise<readonly T[]> {
  const answers: T[] = [];
  for (const id of ids) answers.push(await explain(id));
  return answers;
}

/** The nodes that an id means: one, or in a sweep the distinct ones of that id over the cases. */
function known(plan: Plan, indices: ReadonlyMap<string, number>, id: string): readonly string[] {
  if (indices.has(id)) return [id];
  const inCases = plan.nodes.filter(({ node, first, index }) => node.id === id && first === index);
  if (inCases.length > 0) return inCases.map((planned) => planned.id);
  const near = nearestName(id, indices.keys());
  const some = [...indices.keys()].slice(0, 12).join(", ");
  throw new RuntimeError({
    code: "RUNT-074",
    message: `there is no node ${id}`,
    remedy: near === undefined ? `There is: ${some}${indices.size > 12 ? ", …" : ""}.` : `Did you mean ${near}?`,
    path: id,
  });
}

/** A line that says what happened, and a line for each reason with the way it took. */
export function describeExplanation({
  nodeId,
  stage,
  status,
  by,
  nearest,
  reasons,
  note,
}: Explanation): readonly string[] {
  const head = `${nodeId}  (${stage})`;
  if (status === "hit")
    return [
      `${head}  is there: ${by === undefined ? "somebody computed it" : madeBy(by)}${note === undefined ? "" : `; ${note}`}`,
    ];
  if (status === "first") return [`${head}  computed: ${note}`];
  if (status === "notKept") return [`${head}  computed every time: ${note}`];
  return [
    `${head}  computed${nearest === undefined ? "" : `, unlike the result that ${madeBy(nearest, "was made")}`}`,
    ...reasons.flatMap((reason) => describeReason(reason, nodeId)),
    ...(note === undefined ? [] : [`  ${note}`]),
  ];
}

function madeBy({ origin, createdAtIso, durationMs }: Provenance, verb = "computed"): string {
  return `${verb} by ${origin} on ${createdAtIso.slice(0, 19).replace("T", " ")} in ${duration(durationMs)}`;
}

function describeReason(
  { nodeId, what, path, before, after, files, from, via }: Reason,
  asked: string,
): readonly string[] {
  const where = nodeId === asked ? "" : `${nodeId}: `;
  const way =
    via.length === 0
      ? []
      : [
          `    reaches ${asked} by ${[...via]
            .reverse()
            .map((step) => `${step.nodeId}.${step.port}`)
            .join(" → ")}`,
        ];
  switch (what) {
    case "config":
      return [`  ${where}config ${path === "" ? "" : `${path} `}was ${shown(before)}, is ${shown(after)}`, ...way];
    case "policy":
      return [
        `  ${where}policy ${path} was ${shown(before)}, is ${shown(after)}${from === undefined ? "" : ` (set by the ${from})`}`,
        ...way,
      ];
    case "seed":
      return [`  ${where}seed ${path} was ${shown(before)}, is ${shown(after)}`, ...way];
    case "code":
      return [`  ${where}code: ${describeFiles(files)}`, ...way];
    case "input":
      return [`  ${where}input ${path} was given another value`, ...way];
    case "stage":
      return [`  ${where}it is new: nothing of ${shown(after)} was stored before`, ...way];
    case "version":
    case "arithmetic":
    case "map":
      return [`  ${where}${what} was ${shown(before)}, is ${shown(after)}`, ...way];
    default:
      return what satisfies never;
  }
}

function describeFiles(files: Reason["files"]): string {
  if (files === undefined) return "changed; which files is not on record";
  if (files.length === 0) return "changed in the bundler or in how code is read, not in a file";
  return files.map(({ file, change }) => `${file} ${change}`).join(", ");
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return "not set";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
