import type { FunctionBuilder, Local } from "../../wasm/function-builder.ts";
import type { ValueType } from "../../wasm/value-type.ts";
import type { Step, StraightLine } from "../program/program.ts";
import type { TableSegment } from "./table-segment.ts";

/** How the steps of a program become instructions, one lane or two at a time. */
export interface Lowering {
  readonly typeOf: (kind: Step["kind"]) => ValueType;
  /** Writes a step: pushes its arguments with `writer.push` and leaves the result on the stack. */
  readonly write: (writer: LineWriter, step: Step) => void;
}

/**
 * Writes a straight-line program into a WebAssembly function.
 *
 * A value used once stays on the stack; others are kept in locals, which are given back after the last use.
 */
export class LineWriter {
  readonly f: FunctionBuilder;
  readonly segment: TableSegment;
  private readonly line: StraightLine;
  private readonly lowering: Lowering;
  private readonly inputs: readonly Local[];
  private readonly usesLeft: number[];
  private readonly locals = new Map<number, Local>();

  constructor(
    f: FunctionBuilder,
    line: StraightLine,
    lowering: Lowering,
    inputs: readonly Local[],
    segment: TableSegment,
  ) {
    this.f = f;
    this.segment = segment;
    this.line = line;
    this.lowering = lowering;
    this.inputs = inputs;
    this.usesLeft = countUses(line);
  }

  /** Pushes the condition under which the results are valid. */
  pushGuard(): void {
    if (this.line.guard !== undefined) this.push(this.line.guard);
  }

  /** Pushes a result. */
  pushOutput(position: number): void {
    this.push(this.line.outputs[position] as number);
  }

  step(place: number | undefined): Step {
    return this.line.steps[place as number] as Step;
  }

  /** Pushes the value of a step. */
  push(place: number | undefined): void {
    const at = place as number;
    const step = this.step(at);
    if (step.op === "input") {
      this.f.get(this.inputs[step.value as number] as Local);
      return;
    }
    const left = (this.usesLeft[at] as number) - 1;
    this.usesLeft[at] = left;
    const local = this.locals.get(at);
    if (local !== undefined) {
      this.f.get(local);
      if (left === 0) this.f.release(local);
      return;
    }
    this.lowering.write(this, step);
    if (left === 0 || step.op === "constant" || step.op === "integer") return;
    const kept = this.f.local(this.lowering.typeOf(step.kind));
    this.locals.set(at, kept);
    this.f.tee(kept);
  }

  /** Says that a lowering went past a step to its arguments: one use fewer of the step. */
  pass(place: number | undefined): Step {
    const at = place as number;
    this.usesLeft[at] = (this.usesLeft[at] as number) - 1;
    return this.step(at);
  }
}

/** How often each step is read by steps that lead to a result. */
function countUses({ steps, outputs, guard }: StraightLine): number[] {
  const uses = steps.map(() => 0);
  const read = (place: number): void => {
    uses[place] = (uses[place] as number) + 1;
    if (uses[place] === 1) (steps[place] as Step).args.forEach(read);
  };
  for (const root of guard === undefined ? outputs : [guard, ...outputs]) read(root);
  return uses;
}
