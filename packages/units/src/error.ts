/**
 * The one shape of every error that Simloom raises: what is wrong, where, why, and what to do about it.
 *
 * A package derives one class (`PipelineError`, `FiberError`, …). A code (`PIPE-014`) is stable: it is never reused and
 * has a page in `docs/errors`.
 */
export interface ErrorDetails {
  /** Stable code: package prefix, hyphen, three digits, for example `FIBR-014`. */
  readonly code: string;
  /** What is wrong, in one sentence that names the offending value. */
  readonly message: string;
  /** What the user can do about it, as an imperative. */
  readonly remedy: string;
  /** Where: a path inside a document or graph, for example `runtime.samples_per_symbol`. */
  readonly path?: string;
  /** Why: the facts behind the refusal, for people and for `--json`. */
  readonly context?: Readonly<Record<string, unknown>>;
  /** All problems found at once, where one check can find several. */
  readonly problems?: readonly Problem[];
  readonly cause?: unknown;
}

/** One of several problems that a check found in the same input. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
  readonly path?: string;
}

/** Base class of all errors that a user can meet. `toJSON` is the document that `--json` prints under `error`. */
export class SimloomError extends Error {
  readonly code: string;
  readonly remedy: string;
  readonly path: string | undefined;
  readonly context: Readonly<Record<string, unknown>>;
  readonly problems: readonly Problem[];

  constructor(details: ErrorDetails) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.code = details.code;
    this.remedy = details.remedy;
    this.path = details.path;
    this.context = details.context ?? {};
    this.problems = details.problems ?? [];
  }

  toJSON(): Omit<ErrorDetails, "cause"> {
    return {
      code: this.code,
      message: this.message,
      remedy: this.remedy,
      ...(this.path === undefined ? {} : { path: this.path }),
      ...(Object.keys(this.context).length === 0 ? {} : { context: this.context }),
      ...(this.problems.length === 0 ? {} : { problems: this.problems }),
    };
  }
}

/** The candidate nearest to a misspelt name (at most a third of its letters wrong), for "did you mean" remedies. */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.floor(Math.max(name.length, 3) / 3) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Levenshtein distance in one row of memory. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
