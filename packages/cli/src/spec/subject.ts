import type { Graph, Manifest, MetricValue, Point, RunResult, SweepSubject } from "@simloom/pipeline";
import type { SimloomError } from "@simloom/units";

/** What a specification file turns out to be: something to run, to sweep, and to report. */
export interface Subject {
  /** Title for people. */
  readonly title: string;
  /** File it came from. */
  readonly source: string;
  /** The graph at the values of the file, with the changes of `--set` put in. */
  readonly graph: Graph;
  /** Seed that the file asks for; `--seed` wins. */
  readonly seed: number;
  /** Which of its domain's graphs this is, where there are several; a replay asks for the same. */
  readonly task?: string;
  /** Policy keys and graph inputs that `--set policy.key=…` and `--set input.name=…` gave. */
  readonly policy?: Point;
  readonly inputs?: Point;
  /** Time limit of the whole run in ms, where the file sets one. */
  readonly timeoutMs?: number;
  /** What to throw when a run took longer; needed with `timeoutMs`. */
  late?(elapsedMs: number): SimloomError;
  /** What a sweep varies. */
  readonly swept: SweepSubject;
  /** The domain's own result document, where it has one. */
  result?(run: RunResult, durationMs: number, manifest: Manifest): Promise<unknown>;
  /** Lines with the figures a person came for. */
  summary?(metrics: Readonly<Record<string, MetricValue>>, result: unknown): readonly string[];
  /** What the terminal shows of it, where that is less: reports keep the summary. */
  printed?(metrics: Readonly<Record<string, MetricValue>>, result: unknown): readonly string[];
  /** Metrics that the table of a sweep shows; default: all that are single numbers. */
  readonly sweepColumns?: readonly string[];
}

/** A domain that reads documents of its own. */
export interface Domain {
  readonly name: string;
  /** True when the document means to be one of this domain's. */
  recognises(document: unknown): boolean;
  /** Reads it. Errors: the domain's own, with all problems. */
  subject(document: unknown, source: string, changes: Point, task?: string): Subject;
}
