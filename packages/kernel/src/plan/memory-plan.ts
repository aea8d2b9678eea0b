import type { Expression } from "../expression/expression.ts";
import type { Program } from "../program/program.ts";

/** Where the values of a program stand while an element is computed. */
export interface MemoryPlan {
  /** Nodes of the loop in the order in which they are computed. */
  readonly schedule: readonly Expression[];
  /** Slot of each of them; a slot is taken again once its value has had its last use. */
  readonly slots: ReadonlyMap<Expression, number>;
  /** Slots in all: so many values are alive at once. */
  readonly slotCount: number;
  /** Bytes read per element. */
  readonly bytesPerElement: number;
}

/**
 * Gives slots to the values of a program's loop, from first to last use in the program's order; values of the outputs live
 * to the end. Linear.
 */
export function memoryPlan(program: Program): MemoryPlan {
  const schedule = program.perElement;
  const inLoop = new Set(schedule);
  const lastUse = new Map<Expression, number>();
  schedule.forEach(({ args }, at) => {
    for (const arg of args) if (inLoop.has(arg)) lastUse.set(arg, at);
  });
  for (const { value } of program.outputs) lastUse.set(value, schedule.length);
  const slots = new Map<Expression, number>();
  const free: number[] = [];
  let slotCount = 0;
  schedule.forEach((node, at) => {
    for (const arg of new Set(node.args)) if (lastUse.get(arg) === at) free.push(slots.get(arg) as number);
    slots.set(node, free.pop() ?? slotCount++);
  });
  return { schedule, slots, slotCount, bytesPerElement: 8 * (program.columns.length + program.states.length) };
}
