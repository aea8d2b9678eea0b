/**
 * Places boxes in layers from top to bottom, each below all it comes from, and orders layers by the mean place of their
 * neighbours to save crossings.
 * Source: K. Sugiyama, S. Tagawa, M. Toda, IEEE Trans. SMC 11 (1981) 109-125.
 */

/** Centres of the boxes, and the size of the whole. */
export interface Placement {
  readonly x: readonly number[];
  readonly layer: readonly number[];
  readonly layerCount: number;
  readonly width: number;
}

const GAP = 14;
const SWEEPS = 6;

/** Arrows go from earlier to later boxes. */
export function placed(widths: readonly number[], arrows: readonly (readonly [number, number])[]): Placement {
  const up: number[][] = widths.map(() => []);
  const down: number[][] = widths.map(() => []);
  for (const [from, to] of arrows) {
    up[to]?.push(from);
    down[from]?.push(to);
  }
  const layer = layersOf(up, down);
  const layerCount = 1 + Math.max(-1, ...layer);
  const layers: number[][] = Array.from({ length: layerCount }, () => []);
  for (const [box, own] of layer.entries()) layers[own]?.push(box);
  const x = widths.map(() => 0);
  for (const boxes of layers) settle(boxes, widths, x, (box) => box);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const isDown = sweep % 2 === 0;
    for (const boxes of isDown ? layers : [...layers].reverse())
      settle(boxes, widths, x, (box) => mean((isDown ? up : down)[box] as number[], x) ?? (x[box] as number));
  }
  const left = Math.min(0, ...widths.map((width, box) => (x[box] as number) - width / 2));
  const right = Math.max(0, ...widths.map((width, box) => (x[box] as number) + width / 2));
  return { x: x.map((centre) => centre - left), layer, layerCount, width: right - left };
}

/** Each box below all it comes from; one that comes from none just above the first that uses it. */
function layersOf(up: readonly (readonly number[])[], down: readonly (readonly number[])[]): readonly number[] {
  const layer = up.map(() => 0);
  for (const [box, sources] of up.entries())
    for (const source of sources) layer[box] = Math.max(layer[box] as number, (layer[source] as number) + 1);
  for (let box = up.length - 1; box >= 0; box--) {
    const users = down[box] as readonly number[];
    if ((up[box] as readonly number[]).length > 0 || users.length === 0) continue;
    layer[box] = Math.min(...users.map((user) => layer[user] as number)) - 1;
  }
  const top = Math.min(0, ...layer);
  return layer.map((own) => own - top);
}

function mean(boxes: readonly number[], x: readonly number[]): number | undefined {
  if (boxes.length === 0) return undefined;
  return boxes.reduce((sum, box) => sum + (x[box] as number), 0) / boxes.length;
}

/** Orders a layer by where its boxes wish to be and puts them side by side around the mean wish. */
function settle(boxes: number[], widths: readonly number[], x: number[], wishOf: (box: number) => number): void {
  const wishes = new Map(boxes.map((box) => [box, wishOf(box)]));
  boxes.sort((a, b) => (wishes.get(a) as number) - (wishes.get(b) as number) || a - b);
  let at = 0;
  for (const box of boxes) {
    const half = (widths[box] as number) / 2;
    at = Math.max(at + half, wishes.get(box) as number);
    x[box] = at;
    at += half + GAP;
  }
  const drift = boxes.reduce((sum, box) => sum + (x[box] as number) - (wishes.get(box) as number), 0) / boxes.length;
  for (const box of boxes) x[box] = (x[box] as number) - drift;
}
