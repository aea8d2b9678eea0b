import { nearestName } from "@simloom/units";
import { kernelError } from "../errors.ts";
import type { ExecutionContextOptions } from "./execution-context.ts";

const BACKENDS = [
  "auto",
  "wasm",
  "native",
  "js",
  "interpreter",
] satisfies readonly ExecutionContextOptions["backend"][];
const ARITHMETICS = ["strict", "fast"] satisfies readonly ExecutionContextOptions["arithmetic"][];
const POLICIES = ["single", "shared"] satisfies readonly ExecutionContextOptions["threads"][];

/** Throws `KERN-054` for values that the types of the options do not have: they may come from a file or a command line. */
export function checkContextOptions({ backend, arithmetic, threads }: ExecutionContextOptions): void {
  checkName("back end", backend, BACKENDS);
  checkName("arithmetic", arithmetic, ARITHMETICS);
  if (typeof threads !== "object" || threads === null) return checkName("policy for threads", threads, POLICIES);
  const { dedicated } = threads;
  if (Number.isInteger(dedicated) && dedicated > 0) return;
  throw kernelError(
    "KERN-054",
    `A context cannot have ${dedicated} threads of its own`,
    "Give a whole number from 1 on; the thread that calls is one of them.",
    { dedicated },
  );
}

function checkName(what: string, value: unknown, known: readonly string[]): void {
  if (value === undefined || known.includes(value as string)) return;
  const near = nearestName(`${value}`, known);
  const all = known.map((name) => `"${name}"`).join(", ");
  throw kernelError(
    "KERN-054",
    `There is no ${what} "${value}"`,
    near === undefined ? `Take one of ${all}.` : `Did you mean "${near}"? There are ${all}.`,
    { value },
  );
}
