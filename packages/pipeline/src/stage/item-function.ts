import type { Value } from "../value/value.ts";
import { anyPort, type Port } from "./port.ts";
import { defineStage, type Stage, type StageModule } from "./stage.ts";

declare const carried: unique symbol;

/** A pure function that stages run over many items, on as many workers as are free: see `context.map`. */
export interface ItemFunction<T extends Value, R extends Value, S extends Value> extends Stage {
  readonly [carried]?: (item: T, shared: S) => R;
}

/**
 * Declares a pure function of an item, and of what all items share, for `context.map`. Pass `import.meta` and export it
 * from that module, so that workers can load it; otherwise all items are done where the stage runs. Items, what they
 * share and results are values; nobody writes to them.
 *
 * It is loaded like a stage and named like one, and its code is part of the key of every stage that uses it.
 * Errors: PIPE-010 for a name that is none.
 */
/* @__NO_SIDE_EFFECTS__ */
export function defineItemFunction<T extends Value, R extends Value, S extends Value = null>(
  module: StageModule | undefined,
  name: string,
  apply: (item: T, shared: S) => R | Promise<R>,
): ItemFunction<T, R, S> {
  return defineStage(module, {
    name,
    version: 1,
    inputs: { item: anyPort() as Port<T>, shared: anyPort() as Port<S> },
    outputs: { result: anyPort() as Port<R> },
    run({ inputs }) {
      const result = apply(inputs.item, inputs.shared);
      return result instanceof Promise ? result.then((settled) => ({ result: settled })) : { result };
    },
  }) as unknown as ItemFunction<T, R, S>;
}
