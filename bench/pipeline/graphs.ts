import { type Graph, gather, graph, type Wire } from "@simloom/pipeline";
import { bigArray, busy, echo, increment, logged, pass, sleep, sum } from "./stages.ts";

export type Shape = "chain" | "wide";

/** `count` nodes in a row, or side by side with one that adds them up. */
export function shapeOf(shape: Shape, count: number): Graph {
  return shape === "chain" ? chainOf(count) : wideOf(count);
}

/** What the output `y` of {@link shapeOf} must be. */
export function resultOfShape(shape: Shape, count: number): number {
  return shape === "chain" ? count : (count * (count - 1)) / 2;
}

function chainOf(count: number): Graph {
  return graph("chain", ({ add }) => {
    let x: Wire<number> | number = 0;
    for (let node = 0; node < count; node++) x = add(increment, {}, { x }).y;
    return { y: x as Wire<number> };
  });
}

function wideOf(count: number): Graph {
  return graph("wide", ({ add }) => {
    const each: Wire<number>[] = [];
    for (let node = 0; node < count; node++) each.push(add(echo, {}, { x: node }).y);
    return { y: add(sum, {}, { list: gather(each) }).y };
  });
}

/** `count` nodes side by side, all of whose values are returned. */
export function valuesOf(count: number): Graph {
  return graph("values", ({ add }) => {
    const each: Wire<number>[] = [];
    for (let node = 0; node < count; node++) each.push(add(echo, {}, { x: node }).y);
    return { all: gather(each) };
  });
}

/** One node that runs once per item of a list. */
export function mapOf(count: number): Graph {
  const list = Array.from({ length: count }, (_, index) => index);
  return graph("map", ({ map }) => ({ all: map(echo, {}, { each: { x: list } }).y }));
}

/** 64 MiB through `length` nodes that hand it on. */
export function arrayChainOf(length: number, seed: number): Graph {
  return graph("array chain", ({ add }) => {
    let array = add(bigArray, { seed }).array;
    for (let round = 0; round < length; round++) array = add(pass, { round }, { array }).array;
    return { array };
  });
}

export function busyOf(count: number): Graph {
  return graph("busy", ({ add }) => ({
    all: gather(Array.from({ length: count }, (_, round) => add(busy, { round }).y)),
  }));
}

export function sleepsOf(count: number, ms: number): Graph {
  return graph("sleeps", ({ add }) => ({
    all: gather(Array.from({ length: count }, (_, round) => add(sleep, { ms, round }).y)),
  }));
}

/** A chain whose nodes note that they ran. */
export function loggedOf(count: number, log: string): Graph {
  return graph("logged", ({ add }) => {
    let x: Wire<number> | number = 0;
    for (let round = 0; round < count; round++) x = add(logged, { round, log }, { x }).y;
    return { y: x as Wire<number> };
  });
}
