/** `simloom amplitude`: amplitude analyses from files. */
import { Command, Option } from "commander";
import { type EvaluateFlags, evaluate } from "./amplitude-evaluate.ts";
import { type FitFlags, fit } from "./amplitude-fit.ts";
import { pairs, wholeFrom } from "./options.ts";

/** `simloom amplitude`. */
export function command(): Command {
  const amplitude = new Command("amplitude").description("Amplitude analyses from a YAML or JSON file.");
  amplitude.addCommand(
    computing(
      new Command("evaluate")
        .description("Print -ln L, its slopes and what was compiled, at the values of the file.")
        .argument("<analysis>", "analysis file (YAML or JSON)")
        .option("--set <path=value>", "change one setting (repeatable)", pairs, {})
        .option("--parameters <file>", "values of parameters by name (YAML or JSON)"),
    )
      .addHelpText("after", "\nExample: simloom amplitude evaluate examples/amplitude/kmatrix.yaml")
      .action((analysis: string, flags: EvaluateFlags) => evaluate(analysis, flags)),
  );
  amplitude.addCommand(
    computing(
      new Command("fit")
        .description("Fit the free parameters; print values with errors. A fit that was killed is continued.")
        .argument("<analysis>", "analysis file (YAML or JSON)")
        .option("--set <path=value>", "change one setting (repeatable)", pairs, {})
        .option("--parameters <file>", "values to start from by name (YAML or JSON)")
        .option("--method <name>", "minimiser (default: lbfgsb, or what the file says)")
        .option("--max-evaluations <count>", "evaluations of -ln L or its slopes per start", wholeFrom(1))
        .option("--restarts <count>", "further starts, drawn from the ranges of initial values", wholeFrom(0))
        .option("--seed <number>", "seed of whatever is drawn", wholeFrom(0))
        .option("--out <dir>", "parent of the folder with checkpoint and result", "runs")
        .option("--resume", "go on from an earlier run of this fit, even one that ended at a limit")
        .option("--no-resume", "start afresh, whatever an earlier run left"),
    )
      .addHelpText("after", "\nExample: simloom amplitude fit examples/amplitude/closure.yaml")
      .action((analysis: string, flags: FitFlags) => fit(analysis, flags)),
  );
  return amplitude;
}

/** What all commands that compute likelihoods take besides. */
function computing(command: Command): Command {
  return command
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
    .option("--json", "one JSON document on standard output", false);
}
