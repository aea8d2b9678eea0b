import { add, bitsOf, type Integer, type Operand, type Real, sub } from "../program/expression.ts";

/** 1.5 · 2^52: adding it rounds to an integer, which then stands in the low bits of the significand. */
const ROUNDER = 6755399441055744;

/** The nearest integer (ties to even) of a number below 2^51, as a number and in the low 51 bits of an integer. */
export function nearestInteger(x: Operand): { readonly value: Real; readonly bits: Integer } {
  const shifted = add(x, ROUNDER);
  return { value: sub(shifted, ROUNDER), bits: bitsOf(shifted) };
}
