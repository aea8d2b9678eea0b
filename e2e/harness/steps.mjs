/** A graph of small steps for the scenarios about processes: chains side by side that end in one sum. */

/** A graph file: one source, `chains` chains of `length` steps, one sum. `rounds` is the work of a step. */
export function stepsGraph({ chains = 4, length = 3, rounds = 3e6, arrayLength = 4096 } = {}) {
  const nodes = { source: { stage: "steps/source", config: { name: "source", length: arrayLength } } };
  const ends = [];
  for (let chain = 0; chain < chains; chain++) {
    let before = "source";
    for (let index = 0; index < length; index++) {
      const id = `step-${chain}-${index}`;
      nodes[id] = {
        stage: "steps/step",
        config: { name: id, rounds, factor: 1 + chain / 8 },
        inputs: { x: `${before}.x` },
      };
      before = id;
    }
    ends.push(`${before}.x`);
  }
  nodes.total = { stage: "steps/total", config: { name: "total" }, inputs: { parts: { gather: ends } } };
  return { graph: "steps", stages: ["./stages.ts"], nodes, outputs: { sum: "total.sum" } };
}

/** The same graph with its nodes in another order; seeded. */
export function shuffled(document, random) {
  const entries = Object.entries(document.nodes);
  for (let last = entries.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [entries[last], entries[other]] = [entries[other], entries[last]];
  }
  return { ...document, nodes: Object.fromEntries(entries) };
}

/** Uniform numbers in [0, 1) from a seed (mulberry32), so that a failing moment can be tried again. */
export function uniformFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
