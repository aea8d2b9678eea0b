/** `simloom kernel`: what the compiler makes of formulas. */
import { Command, Option } from "commander";
import { type InspectFlags, inspectFormula } from "./kernel-inspect.ts";

/** `simloom kernel`. */
export function command(): Command {
  const kernel = new Command("kernel").description("What the compiler makes of a formula.");
  kernel.addCommand(
    new Command("inspect")
      .description(
        "Print passes, what is cached, and the programs of a formula; or draw its graph. Where only one of --columns and " +
          "--parameters is given, all other names are of the other kind.",
      )
      .argument("<formula>", "formula, such as 'a*exp(-b*x)'; total(…) is the sum over the data")
      .addOption(
        new Option("--as <form>", "text, Graphviz dot, svg, or the js, wat or c of the program per element")
          .choices(["text", "dot", "svg", "js", "wat", "c"])
          .default("text"),
      )
      .option("--columns <names>", "names with a number per element, joined by commas", names)
      .option("--parameters <names>", "names with one number per call, joined by commas", names)
      .option("--gradient <names>", "plan slopes by these parameters too", names)
      .option("--no-contract", "leave what is linear in parameters as it is written")
      .option("--out <file>", "write into a file (default: standard output)")
      .option("--json", "one JSON document on standard output", false)
      .addHelpText(
        "after",
        "\nExample: simloom kernel inspect 'total(log(a*exp(-b*x)))' --parameters a,b" +
          "\n         simloom kernel inspect 'total(log(a*exp(-b*x)))' --parameters a,b --gradient a --as wat --out model.wat",
      )
      .action((formula: string, flags: InspectFlags) => inspectFormula(formula, flags)),
  );
  return kernel;
}

/** Names between commas, without the empty ones. */
function names(text: string): readonly string[] {
  return text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}
