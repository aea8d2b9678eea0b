import { dependsOn, type Expression } from "@simloom/kernel";

/** Fewest turns of a loop that is worth it: short runs are faster written out. */
const FEWEST_TURNS = 16;
const LONGEST_PERIOD = 64;

/**
 * Expressions that are the same but for a shift: of values `from` … `from + period · count − 1`, those `period` further on read
 * states `stateStride` further on, and their places lie `placeStride` further on.
 */
export interface Repetition {
  readonly from: number;
  readonly period: number;
  readonly count: number;
  readonly stateStride: number;
  readonly placeStride: number;
}

/** What a value is, up to a shift of its states. */
interface Shape {
  /** The same number for the same shape. */
  readonly kind: number;
  /** Lowest state that it reads; NaN where it reads none. */
  readonly lowest: number;
}

/**
 * Finds runs of values that a loop can compute with the same bits: equations of methods of lines and of chains. From the first
 * value on, the period that covers most. `stateIndex` is the number of a state, undefined for other nodes.
 */
export function repetitions(
  values: readonly Expression[],
  stateIndex: (node: Expression) => number | undefined,
  place: (index: number) => number,
): readonly Repetition[] {
  if (values.length < FEWEST_TURNS) return [];
  const shapeOf = shapes(stateIndex);
  const shaped = values.map(shapeOf);
  const found: Repetition[] = [];
  for (let from = 0; from + FEWEST_TURNS <= values.length; ) {
    const best = longestFrom(from, shaped, place);
    if (best === undefined) from++;
    else {
      found.push(best);
      from += best.period * best.count;
    }
  }
  return found;
}

function longestFrom(from: number, shaped: readonly Shape[], place: (index: number) => number): Repetition | undefined {
  let best: Repetition | undefined;
  for (let period = 1; period <= LONGEST_PERIOD && from + period * FEWEST_TURNS <= shaped.length; period++) {
    if (best !== undefined && period % best.period === 0) continue;
    const stateStride = strideOf(from, period, shaped);
    const placeStride = place(from + period) - place(from);
    const fits = (index: number): boolean => {
      const [first, later] = [shaped[index] as Shape, shaped[index + period] as Shape];
      return (
        first.kind === later.kind &&
        (Number.isNaN(first.lowest) || later.lowest - first.lowest === stateStride) &&
        place(index + period) - place(index) === placeStride
      );
    };
    let index = from;
    while (index + period < shaped.length && fits(index)) index++;
    const count = Math.floor((index - from) / period) + 1;
    if (count >= FEWEST_TURNS && count * period > (best === undefined ? 0 : best.count * best.period))
      best = { from, period, count, stateStride, placeStride };
  }
  return best;
}

function strideOf(from: number, period: number, shaped: readonly Shape[]): number {
  for (let index = from; index < from + period; index++) {
    const stride = (shaped[index + period] as Shape).lowest - (shaped[index] as Shape).lowest;
    if (!Number.isNaN(stride)) return stride;
  }
  return 0;
}

/** Shapes of nodes; what reads no state is known by itself. Arguments that may be exchanged come in one order. */
function shapes(stateIndex: (node: Expression) => number | undefined): (node: Expression) => Shape {
  const kinds = new Map<string, number>();
  const known = new Map<Expression, Shape>();
  const shape = (text: string, lowest: number): Shape => {
    const kind = kinds.get(text) ?? kinds.size;
    kinds.set(text, kind);
    return { kind, lowest };
  };
  const shapeOf = (node: Expression): Shape => {
    const held = known.get(node);
    if (held !== undefined) return held;
    const made = shapeOfNew(node);
    known.set(node, made);
    return made;
  };
  const shapeOfNew = (node: Expression): Shape => {
    if (!dependsOn(node, "state")) return shape(`=${node.id}`, Number.NaN);
    const index = stateIndex(node);
    if (index !== undefined) return shape("state", index);
    if (node.args.length === 0) return shape(`=${node.id}`, Number.NaN);
    const args = node.args.map(shapeOf);
    const lowest = args.reduce(
      (least, arg) => (least <= arg.lowest || Number.isNaN(arg.lowest) ? least : arg.lowest),
      Number.NaN,
    );
    const texts = args.map((arg) => `${arg.kind}+${arg.lowest - lowest}`);
    if (node.operation.isCommutative === true) texts.sort();
    const payload = typeof node.payload === "object" ? node.payload.key : node.payload;
    return shape(`${node.operation.name} ${payload} ${texts.join(" ")}`, lowest);
  };
  return shapeOf;
}
