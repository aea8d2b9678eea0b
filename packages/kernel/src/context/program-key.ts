import type { Program } from "../program/program.ts";

/**
 * Text that two programs share when they compute the same. Equal expressions are one node with one number, as long as
 * somebody holds them; what is cached under the key holds its program.
 */
export function programKey({ outputs, parameters, columns, states }: Program): string {
  const values = outputs.map(({ name, value, reduction }) => [name, value.id, reduction]);
  return JSON.stringify([values, parameters, columns, states]);
}
