import { resolve } from "node:path";
import type { Axis, Design } from "@simloom/pipeline";
import { type RunRequest, thisMachine } from "@simloom/runtime";
import type { RunFlags } from "../command/options.ts";
import { isModule, loadSubject, readDocument, subjectOf } from "./load.ts";
import type { Subject } from "./subject.ts";

/** What is kept of a command, so that its run can be done again: the document itself, not only its path. */
export async function requestOf(
  subject: Subject,
  flags: RunFlags,
  swept?: { readonly axes: Readonly<Record<string, Axis>>; readonly design: Design },
): Promise<RunRequest> {
  const source = resolve(subject.source);
  return {
    version: 1,
    command: swept === undefined ? "run" : "sweep",
    source,
    ...(isModule(source) ? {} : { document: await readDocument(source) }),
    ...(subject.task === undefined ? {} : { task: subject.task }),
    changes: flags.set,
    seed: flags.seed ?? subject.seed,
    policy: { ...subject.policy, ...flags.policy },
    arithmetic: flags.arithmetic,
    ...(flags.failureMode === undefined ? {} : { failureMode: flags.failureMode }),
    ...(swept ?? {}),
    machine: thisMachine(),
  };
}

/** The subject of a kept request. Documents come from the run folder; modules are loaded from where they stand now. */
export async function subjectOfRequest({ source, document, changes, task }: RunRequest): Promise<Subject> {
  if (document === undefined) return loadSubject(source, changes);
  return subjectOf(document, source, changes, task);
}
