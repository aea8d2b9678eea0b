import { type Axis, type Design, interval, parseAxis } from "@simloom/pipeline";
import { type Command, InvalidArgumentError } from "commander";
import { UsageError } from "../output/error.ts";
import { wholeFrom } from "./options.ts";

/** Options that say which points to visit. */
export interface SweepFlags {
  readonly axis: Readonly<Record<string, Axis>>;
  readonly grid: boolean;
  readonly zip: boolean;
  readonly random?: number;
  readonly latinHypercube?: number;
  readonly sobol?: number;
}

/** Adds `--axis` and the designs. */
export function withAxes(command: Command): Command {
  return command
    .option(
      "--axis <path=values>",
      "a,b,c or start:stop:count or log:start:stop:count; start:stop for drawn designs (repeatable)",
      axes,
      {},
    )
    .option("--grid", "every combination of the axes (default)", false)
    .option("--zip", "first with first, second with second", false)
    .option("--random <count>", "points drawn at random", wholeFrom(1))
    .option("--latin-hypercube <count>", "points of a Latin hypercube", wholeFrom(1))
    .option("--sobol <count>", "points of a scrambled Sobol sequence", wholeFrom(1));
}

/** The design that the options ask for. Errors: more than one. */
export function axesOf({ grid, zip, random, latinHypercube, sobol }: Partial<SweepFlags>): Design {
  const asked: Design[] = [];
  if (grid === true) asked.push({ mode: "grid" });
  if (zip === true) asked.push({ mode: "zip" });
  if (random !== undefined) asked.push({ mode: "random", count: random });
  if (latinHypercube !== undefined) asked.push({ mode: "latinHypercube", count: latinHypercube });
  if (sobol !== undefined) asked.push({ mode: "sobol", count: sobol });
  if (asked.length > 1) {
    throw new UsageError("a sweep has one design", "Give one of --grid, --zip, --random, --latin-hypercube, --sobol.");
  }
  return asked[0] ?? { mode: "grid" };
}

function axes(text: string, earlier: Readonly<Record<string, Axis>>): Readonly<Record<string, Axis>> {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError(`Write path=values, not ${JSON.stringify(text)}.`);
  const path = text.slice(0, at);
  if (path in earlier) throw new InvalidArgumentError(`The axis ${path} is given twice.`);
  return { ...earlier, [path]: axisOf(text.slice(at + 1)) };
}

/** `start:stop` and `log:start:stop` are intervals; the rest is what {@link parseAxis} reads. */
function axisOf(text: string): Axis {
  const isLog = text.startsWith("log:");
  const ends = (isLog ? text.slice(4) : text).split(":").map((part) => (part === "" ? Number.NaN : Number(part)));
  if (ends.length === 2 && ends.every(Number.isFinite))
    return interval(ends[0] as number, ends[1] as number, isLog ? "log" : "linear");
  return parseAxis(text);
}
