/** `simloom fiber`: links from the public specification, with the public result document. */
import {
  defaultsUsed,
  FiberError,
  failureResult,
  type LinkSpecification,
  parseSpecification,
  requireSimulable,
  type SimulationResult,
  specificationHash,
  specificationWarnings,
  unreadableResult,
} from "@simloom/fiber";
import { RunError, type RunResult, sha256, type Value } from "@simloom/pipeline";
import { SimloomError } from "@simloom/units";
import { Command } from "commander";
import type { FiberValidateDocument } from "../document/fiber-validate.ts";
import { version } from "../output/version.ts";
import { withChanges } from "../spec/changes.ts";
import { type FiberTask, fiberSubject, runFacts, withSeed } from "../spec/fiber-domain.ts";
import { readDocument } from "../spec/load.ts";
import type { Subject } from "../spec/subject.ts";
import { type RunFlags, withRunOptions } from "./options.ts";
import { runSubject } from "./run.ts";

/** `simloom fiber`. */
export function command(): Command {
  const fiber = new Command("fiber").description(
    "Optical fibre links from the public JSON specification, v0.2 and v0.3.",
  );
  fiber.addCommand(
    withRunOptions(new Command("simulate"))
      .description("Simulate the link; with --json prints the public result document.")
      .argument("<spec>", "link specification (JSON or YAML)")
      .addHelpText("after", "\nExample: simloom fiber simulate link.json --json > result.json")
      .action((spec: string, flags: RunFlags) => simulate(spec, flags, "link")),
  );
  fiber.addCommand(
    withRunOptions(new Command("latency"))
      .description("Answer the latency budget; no signal is simulated, so every valid specification will do.")
      .argument("<spec>", "link specification (JSON or YAML)")
      .addHelpText("after", "\nExample: simloom fiber latency route.json")
      .action((spec: string, flags: RunFlags) => simulate(spec, flags, "latency")),
  );
  fiber.addCommand(
    new Command("validate")
      .description("Check a specification: is it valid, can it be simulated, which defaults apply.")
      .argument("<spec>", "link specification (JSON or YAML)")
      .option("--json", "one JSON document on standard output", false)
      .addHelpText("after", "\nExample: simloom fiber validate link.json")
      .action(validate),
  );
  return fiber;
}

/** Simulates. With `--json` a specification that is refused, or a run that fails, is a result document with an error. */
async function simulate(source: string, flags: RunFlags, task: FiberTask): Promise<void> {
  if (!flags.json) {
    await runSubject(fiberSubject(await readDocument(source), source, flags.set, task), flags);
    return;
  }
  const startedMs = performance.now();
  const elapsedMs = (): number => performance.now() - startedMs;
  let specification: LinkSpecification | undefined;
  let subject: Subject;
  try {
    const document = (await readDocument(source).catch(unreadable)) as Value;
    specification = parseSpecification(withChanges(document, flags.set), { source });
    subject = fiberSubject(document, source, flags.set, task);
  } catch (thrown) {
    const isMisuse = thrown instanceof SimloomError && !(thrown instanceof FiberError);
    if (isMisuse) throw thrown;
    print(
      specification === undefined
        ? unreadableResult(version(), elapsedMs() / 1000, thrown)
        : failed(specification, flags, elapsedMs(), thrown),
    );
    process.exitCode = 2;
    return;
  }
  const known = specification;
  try {
    await runSubject(
      subject,
      flags,
      ({ result, run }) => result ?? failed(known, flags, elapsedMs(), unfinished(run.result)),
    );
  } catch (thrown) {
    if (!isFailedRun(thrown)) throw thrown;
    print(failed(specification, flags, elapsedMs(), thrown instanceof RunError ? unfinished(thrown.result) : thrown));
    process.exitCode = 1;
  }
}

/** A file that is no document at all is refused as a specification is. */
function unreadable(thrown: unknown): never {
  if (!(thrown instanceof SimloomError)) throw thrown;
  const { message, remedy, path } = thrown;
  throw new FiberError({ code: "FIBR-001", message, remedy, ...(path === undefined ? {} : { path }), cause: thrown });
}

/** Errors of the run itself; everything else was wrong before it began. */
function isFailedRun(thrown: unknown): boolean {
  return thrown instanceof RunError || (thrown instanceof FiberError && thrown.code === "FIBR-030");
}

/** The first failure among the nodes, as what the stage threw; or that the run was interrupted. */
function unfinished({ nodes, status }: RunResult): SimloomError {
  const node = nodes.find(({ failure }) => failure !== undefined);
  const { failure } = node ?? {};
  if (node === undefined || failure === undefined) {
    return new FiberError({
      code: "FIBR-031",
      message: `the run was ${status} before all was done`,
      remedy: "Run the same command again: finished nodes are reused.",
    });
  }
  const { code, message, remedy } = failure;
  return new FiberError({ code, message: `${node.id}: ${message}`, remedy, path: node.id });
}

function failed(
  specification: LinkSpecification,
  flags: RunFlags,
  durationMs: number,
  thrown: unknown,
): SimulationResult {
  const seeded = flags.seed === undefined ? specification : withSeed(specification, flags.seed);
  return failureResult(seeded, runFacts(seeded, durationMs), thrown);
}

function print(document: unknown): void {
  process.stdout.write(`${JSON.stringify(document)}\n`);
}

async function validate(spec: string, { json }: { readonly json: boolean }): Promise<void> {
  const specification = parseSpecification(await readDocument(spec), { source: spec });
  const warnings = specificationWarnings(specification);
  let refusal: SimloomError | undefined;
  try {
    requireSimulable(specification, { source: spec });
  } catch (thrown) {
    if (!(thrown instanceof SimloomError)) throw thrown;
    refusal = thrown;
  }
  const defaults = defaultsUsed(specification);
  if (json) {
    const document: FiberValidateDocument = {
      valid: true,
      simulable: refusal === undefined,
      specHash: specificationHash(specification, sha256),
      defaults,
      warnings,
      ...(refusal === undefined ? {} : { error: refusal.toJSON() }),
    };
    print(document);
    return;
  }
  const left = Object.entries(defaults);
  process.stdout.write(
    [
      `${spec} is valid`,
      ...(left.length === 0
        ? []
        : [`  left out: ${left.length === 1 ? "1 field" : `${left.length} fields`}, taken as`]),
      ...left.map(([path, value]) => `    ${path} = ${JSON.stringify(value)}`),
      ...warnings.map((warning) => `  warning  ${warning}`),
      "",
    ].join("\n"),
  );
  if (refusal !== undefined) throw refusal;
}
