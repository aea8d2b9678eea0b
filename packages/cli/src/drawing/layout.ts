/**
 * Layered drawing from top to bottom: boxes in layers, few crossings, straight lines where possible.
 *
 * Sources: K. Sugiyama, S. Tagawa, M. Toda, IEEE Trans. SMC 11 (1981) 109–125 (layers, crossings by barycentres); positions
 * within a layer minimise the squared distance to the neighbours under the given order (pool adjacent violators, R. E.
 * Barlow et al., Statistical Inference under Order Restrictions, 1972). Cost: linear in lines × layers they cross.
 */

/** What is placed: widths of the boxes, and which box leads to which. Sources come before their targets. */
export interface Layered {
  readonly widths: readonly number[];
  readonly lines: readonly { readonly from: number; readonly to: number }[];
}

/** Where things are. Positions are centres; `bends` are the places where a long line passes a layer. */
export interface Layout {
  readonly layerOf: readonly number[];
  readonly x: readonly number[];
  readonly bends: readonly (readonly { readonly layer: number; readonly x: number }[])[];
  readonly layerCount: number;
  readonly width: number;
}

/** Horizontal gap between neighbours. */
const GAP = 28;
/** Room that a passing line takes. */
const PASSING_WIDTH = 12;
const SWEEPS = 8;

interface Dot {
  readonly width: number;
  readonly layer: number;
  readonly up: number[];
  readonly down: number[];
  x: number;
}

/** Places boxes and bends. */
export function layoutOf({ widths, lines }: Layered): Layout {
  const layerOf = layersOf(widths.length, lines);
  const dots: Dot[] = widths.map((width, box) => ({ width, layer: layerOf[box] as number, up: [], down: [], x: 0 }));
  const chains = lines.map(({ from, to }) => {
    const chain: number[] = [];
    let last = from;
    for (let layer = (layerOf[from] as number) + 1; layer < (layerOf[to] as number); layer++) {
      dots.push({ width: PASSING_WIDTH, layer, up: [], down: [], x: 0 });
      join(dots, last, dots.length - 1);
      last = dots.length - 1;
      chain.push(last);
    }
    join(dots, last, to);
    return chain;
  });
  const layers = orderedLayers(dots);
  place(dots, layers);
  const left = Math.min(0, ...dots.map(({ x, width }) => x - width / 2));
  const right = Math.max(0, ...dots.map(({ x, width }) => x + width / 2));
  return {
    layerOf,
    x: widths.map((_, box) => (dots[box] as Dot).x - left),
    bends: chains.map((chain) =>
      chain.map((index) => ({ layer: (dots[index] as Dot).layer, x: (dots[index] as Dot).x - left })),
    ),
    layerCount: layers.length,
    width: right - left,
  };
}

/** Every box one layer below the lowest it comes from; sources as low as their targets allow. */
function layersOf(count: number, lines: Layered["lines"]): readonly number[] {
  const layerOf = new Array<number>(count).fill(0);
  const into: number[][] = Array.from({ length: count }, () => []);
  const out: number[][] = Array.from({ length: count }, () => []);
  for (const { from, to } of lines) {
    into[to]?.push(from);
    out[from]?.push(to);
  }
  for (let box = 0; box < count; box++) {
    for (const from of into[box] ?? []) layerOf[box] = Math.max(layerOf[box] as number, (layerOf[from] as number) + 1);
  }
  for (let box = count - 1; box >= 0; box--) {
    const targets = out[box] ?? [];
    if ((into[box] ?? []).length > 0 || targets.length === 0) continue;
    layerOf[box] = Math.min(...targets.map((target) => layerOf[target] as number)) - 1;
  }
  return layerOf;
}

function join(dots: readonly Dot[], from: number, to: number): void {
  dots[from]?.down.push(to);
  dots[to]?.up.push(from);
}

/** Orders each layer by the barycentres of its neighbours, downwards and upwards in turn; keeps the best. */
function orderedLayers(dots: readonly Dot[]): readonly (readonly number[])[] {
  const count = 1 + Math.max(-1, ...dots.map(({ layer }) => layer));
  let layers: number[][] = Array.from({ length: count }, () => []);
  for (const [index, { layer }] of dots.entries()) layers[layer]?.push(index);
  let best = layers.map((layer) => [...layer]);
  let fewest = crossings(dots, best);
  const rank = new Array<number>(dots.length).fill(0);
  for (let sweep = 0; sweep < SWEEPS && fewest > 0; sweep++) {
    const isDown = sweep % 2 === 0;
    const order = isDown ? layers.keys() : [...layers.keys()].reverse();
    for (const layer of layers) for (const [position, index] of layer.entries()) rank[index] = position;
    for (const at of order) {
      const layer = layers[at] as number[];
      const centre = new Map(
        layer.map((index) => [
          index,
          barycentre(isDown ? (dots[index] as Dot).up : (dots[index] as Dot).down, rank, rank[index] as number),
        ]),
      );
      layer.sort(
        (a, b) => (centre.get(a) as number) - (centre.get(b) as number) || (rank[a] as number) - (rank[b] as number),
      );
      for (const [position, index] of layer.entries()) rank[index] = position;
    }
    layers = layers.map((layer) => [...layer]);
    const crossed = crossings(dots, layers);
    if (crossed < fewest) {
      fewest = crossed;
      best = layers.map((layer) => [...layer]);
    }
  }
  return best;
}

function barycentre(neighbours: readonly number[], rank: readonly number[], otherwise: number): number {
  if (neighbours.length === 0) return otherwise;
  return neighbours.reduce((sum, index) => sum + (rank[index] as number), 0) / neighbours.length;
}

function crossings(dots: readonly Dot[], layers: readonly (readonly number[])[]): number {
  const rank = new Array<number>(dots.length).fill(0);
  for (const layer of layers) for (const [position, index] of layer.entries()) rank[index] = position;
  let count = 0;
  for (const layer of layers) {
    const ends = layer.flatMap((index) =>
      (dots[index] as Dot).down.map((to) => rank[to] as number).sort((a, b) => a - b),
    );
    for (let i = 0; i < ends.length; i++)
      for (let j = i + 1; j < ends.length; j++) if ((ends[i] as number) > (ends[j] as number)) count += 1;
  }
  return count;
}

/** Gives positions: first side by side, then towards the neighbours above and below in turn. */
function place(dots: readonly Dot[], layers: readonly (readonly number[])[]): void {
  for (const layer of layers)
    settle(
      dots,
      layer,
      layer.map(() => 0),
    );
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const isDown = sweep % 2 === 0;
    const order = isDown ? layers : [...layers].reverse();
    for (const layer of order) {
      settle(
        dots,
        layer,
        layer.map((index) => {
          const { up, down, x } = dots[index] as Dot;
          const near = isDown ? up : down;
          return near.length === 0 ? x : near.reduce((sum, one) => sum + (dots[one] as Dot).x, 0) / near.length;
        }),
      );
    }
  }
}

/** The positions nearest to the wishes that keep the order and the gaps. */
function settle(dots: readonly Dot[], layer: readonly number[], wishes: readonly number[]): void {
  const offsets: number[] = [];
  layer.forEach((index, position) => {
    const before = layer[position - 1];
    const room = before === undefined ? 0 : ((dots[before] as Dot).width + (dots[index] as Dot).width) / 2 + GAP;
    offsets.push((offsets[position - 1] ?? 0) + room);
  });
  const blocks: { sum: number; count: number }[] = [];
  wishes.forEach((wish, position) => {
    let block = { sum: wish - (offsets[position] as number), count: 1 };
    for (
      let last = blocks.at(-1);
      last !== undefined && last.sum / last.count > block.sum / block.count;
      last = blocks.at(-1)
    ) {
      block = { sum: last.sum + block.sum, count: last.count + block.count };
      blocks.pop();
    }
    blocks.push(block);
  });
  let position = 0;
  for (const { sum, count } of blocks) {
    for (let member = 0; member < count; member++, position++)
      (dots[layer[position] as number] as Dot).x = sum / count + (offsets[position] as number);
  }
}
