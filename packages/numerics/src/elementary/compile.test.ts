import { describe, expect, it } from "vitest";
import { compileElementary } from "./compile.ts";
import { type ElementaryName, elementaryNames, elementaryProgram } from "./programs.ts";

type AnyFunction = (...args: readonly (number | Float64Array)[]) => number;

const SPECIAL = [
  0,
  -0,
  1,
  -1,
  Infinity,
  -Infinity,
  NaN,
  5e-324,
  -5e-324,
  2 ** -1022,
  Number.MAX_VALUE,
  0.5,
  -0.5,
  2,
  3,
  -3,
  709.8,
  -745.2,
  1024,
  -1075,
  2 ** 20,
  2 ** 20 + 1,
];
const RANDOM_PATTERNS = 1_000_000;
const ORDINARY_NUMBERS = 50_000;
const BATCH = 50_000;

/** Bit patterns by an xorshift generator. Source: G. Marsaglia, J. Stat. Softw. 8 (2003) 14. */
function xorshift(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state;
  };
}

async function functionNamed(name: string): Promise<AnyFunction> {
  const module = (await import(`./generated/${name}.ts`)) as Readonly<Record<string, AnyFunction>>;
  return module[name] as AnyFunction;
}

describe("WebAssembly", () => {
  const compiled = compileElementary(elementaryNames, { pages: 32 });
  const numbers = new Float64Array(compiled.memory.buffer);
  const words = new Int32Array(compiled.memory.buffer);
  const next = xorshift(0x2545f491);

  /** Runs a batch through array form, scalar form and TypeScript, and says where the bits differ. */
  function differences(
    name: ElementaryName,
    f: AnyFunction,
    count: number,
    fill: (place: number, row: number, column: number) => void,
  ) {
    const { inputs, outputs } = elementaryProgram(name);
    const start = compiled.firstFreeByte / 8;
    const columns = [...inputs, ...outputs].map((_, i) => start + i * BATCH);
    inputs.forEach((_, column) => {
      for (let row = 0; row < count; row++) fill((columns[column] as number) + row, row, column);
    });
    compiled.array[name](...columns.map((column) => 8 * column), count);
    const [first = 0, second = 0] = columns;
    const results = columns.slice(inputs.length);
    const out = new Float64Array(2);
    const found: string[] = [];
    for (let row = 0; row < count; row++) {
      const x = numbers[first + row] as number;
      const y = numbers[second + row] as number;
      if (outputs.length === 2) f(x, out);
      else out[0] = inputs.length === 2 ? f(x, y) : f(x);
      const scalar = row % 16 === 0 ? [compiled.scalar[name](x, y)].flat() : undefined;
      for (let i = 0; i < results.length; i++) {
        const got = numbers[(results[i] as number) + row];
        const isSame = Object.is(got, out[i]) && (scalar === undefined || Object.is(scalar[i], out[i]));
        if (!isSame) found.push(`${name}(${x}, ${y}) = ${out[i]} but ${got}, ${scalar?.[i]}`);
      }
    }
    return found.slice(0, 5);
  }

  it.each(elementaryNames)("%s has the bits of the TypeScript function for a million bit patterns", async (name) => {
    const f = await functionNamed(name);
    for (let done = 0; done < RANDOM_PATTERNS; done += BATCH) {
      const found = differences(name, f, BATCH, (place) => {
        words[2 * place] = next();
        words[2 * place + 1] = next();
      });
      expect(found).toEqual([]);
    }
  });

  it.each(elementaryNames)("%s has them for ordinary numbers and at the edges, for odd counts too", async (name) => {
    const f = await functionNamed(name);
    const ordinary = differences(name, f, ORDINARY_NUMBERS - 1, (place) => {
      numbers[place] = (next() / 2 ** 31) * 2 ** (next() & 15) * 2 ** -8;
    });
    const edges = differences(name, f, SPECIAL.length ** 2, (place, row, column) => {
      numbers[place] = SPECIAL[(column === 0 ? row : Math.floor(row / SPECIAL.length)) % SPECIAL.length] as number;
    });
    expect([ordinary, edges]).toEqual([[], []]);
  });

  it("leaves alone what stands behind the results", () => {
    const start = compiled.firstFreeByte;
    numbers.fill(7, start / 8, start / 8 + 8);
    compiled.array.exp(start, start, 3);
    expect([...numbers.subarray(start / 8 + 3, start / 8 + 8)]).toEqual([7, 7, 7, 7, 7]);
    compiled.array.exp(start, start, 0);
    expect(numbers[start / 8]).not.toBe(7);
  });
});
