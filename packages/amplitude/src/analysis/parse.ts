import { type AmplitudeError, amplitudeError } from "../errors.ts";
import { type AnalysisProblem, problemsOfIssue } from "./problems.ts";
import { type Analysis, analysisSchema } from "./schema.ts";

/**
 * Checks an analysis document and fills in its defaults. Throws with every problem in `problems`: a single one gives the
 * error its code and path, several are `AMPL-040`. Names and formulas are checked when the model is built.
 */
export function parseAnalysis(document: unknown, { source }: { readonly source?: string } = {}): Analysis {
  const parsed = analysisSchema.safeParse(document);
  if (parsed.success) return parsed.data;
  throw analysisError(
    parsed.error.issues.flatMap((issue) => problemsOfIssue(issue, document)),
    source,
  );
}

/** One error for all problems of an analysis file. */
export function analysisError(problems: readonly AnalysisProblem[], source = "the analysis file"): AmplitudeError {
  const [only] = problems;
  if (only !== undefined && problems.length === 1) return amplitudeError({ ...only, problems });
  return amplitudeError({
    code: "AMPL-040",
    message: `${source} has ${problems.length} problems: ${problems.map(({ path }) => path || "(root)").join(", ")}`,
    remedy: "Fix each of the listed problems; every one names its field and what it needs.",
    problems,
  });
}
