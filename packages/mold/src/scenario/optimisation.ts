/** What a search for better settings is asked: decision variables with their ranges, and how it goes about it. */
import { z } from "@simloom/units/zod";
import { above, field, whole } from "./field.ts";
import { check, type DocumentProblem, documentError } from "./problems.ts";
import { plainlyWritten } from "./written.ts";

/** A range, written as `[lower, upper]`. */
const range = (unit: "°C" | "s", description: string, lower: number, upper: number) => {
  const bound = unit === "s" ? above("s", description) : field("°C", description).min(-50);
  return z
    .tuple([bound, bound])
    .prefault([lower, upper])
    .meta({ description: `${description}, lower and upper bound` });
};

export const optimizerBoundsSchema = z.strictObject({
  T_polyol_C: range("°C", "Temperature of the polyol", 20, 30),
  T_iso_C: range("°C", "Temperature of the isocyanate", 20, 30),
  T_mold_C: range("°C", "Temperature of the mould at the start", 35, 50),
  t_demold_s: range("s", "Time of demoulding", 240, 600),
});

export const optimizationConfigSchema = z.strictObject({
  samples: whole(1, "Number of candidates").default(40),
  random_seed: z.int().nullable().default(null).meta({ description: "Seed of the candidates" }),
  bounds: optimizerBoundsSchema.prefault({}),
  t_cycle_max_s: above("s", "Longest cycle").default(600),
  prefer_lower_pressure: z.boolean().default(true).meta({ description: "Whether pressure counts in the objective" }),
});

/** Ranges of the decision variables. */
export type OptimizerBounds = Readonly<z.output<typeof optimizerBoundsSchema>>;

/** What a search is asked. */
export type OptimizationConfig = Readonly<z.output<typeof optimizationConfigSchema>>;

/** Reads what a search is asked. Errors: `MOLD-001` … `MOLD-008`; a range must have its lower bound first. */
export function parseOptimization(document: unknown, source = "the optimisation"): OptimizationConfig {
  const { value, problems } = check(optimizationConfigSchema, plainlyWritten(document));
  const disagreements = value === undefined ? [] : unordered(value.bounds);
  if (value === undefined || disagreements.length > 0) throw documentError([...problems, ...disagreements], source);
  return value;
}

function unordered(bounds: OptimizerBounds): readonly DocumentProblem[] {
  return Object.entries(bounds).flatMap(([name, [lower, upper]]) =>
    lower < upper
      ? []
      : [
          {
            code: "MOLD-007" as const,
            path: `bounds.${name}`,
            message: `bounds.${name} reaches from ${lower} to ${upper}`,
            remedy: "Give the lower bound first, and another one than the upper.",
          },
        ],
  );
}
