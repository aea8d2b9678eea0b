/** `simloom amplitude`: amplitude analyses from files. */
import { Command, Option } from "commander";
import { type EvaluateFlags, evaluate } from "./amplitude-evaluate.ts";
import { pairs, wholeFrom } from "./options.ts";

/** `simloom amplitude`. */
export function command(): Command {
  const amplitude = new Command("amplitude").description("Amplitude analyses from a YAML or JSON file.");
  amplitude.addCommand(
    new Command("evaluate")
      .description("Print -ln L, its slopes and what was compiled, at the values of the file.")
      .argument("<analysis>", "analysis file (YAML or JSON)")
      .option("--set <path=value>", "change one setting (repeatable)", pairs, {})
      .option("--parameters <file>", "values of parameters by name (YAML or JSON)")
      .addOption(
        new Option("--backend <name>", "what computes: auto takes wasm")
          .choices(["auto", "js", "wasm", "native"])
          .default("auto"),
      )
      .addOption(
        new Option("--arithmetic <class>", "strict gives the same bits everywhere")
          .choices(["strict", "fast"])
          .default("strict"),
      )
      .option("--threads <count>", "threads of the evaluation", wholeFrom(1), 1)
      .option("--json", "one JSON document on standard output", false)
      .addHelpText("after", "\nExample: simloom amplitude evaluate examples/amplitude/kmatrix.yaml")
      .action((analysis: string, flags: EvaluateFlags) => evaluate(analysis, flags)),
  );
  return amplitude;
}
