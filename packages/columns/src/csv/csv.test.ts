import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ColumnsError, type CsvOptions, readCsv } from "../index.ts";

const columns = async (text: string, options: CsvOptions = {}): Promise<Record<string, number[]>> => {
  const data = await readCsv(text, options);
  return Object.fromEntries(data.names.map((name) => [name, [...data.column(name)]]));
};
const refusal = async (text: string | Uint8Array, options: CsvOptions = {}): Promise<ColumnsError> =>
  readCsv(text, options).then(
    () => {
      throw new Error("nothing was refused");
    },
    (error: ColumnsError) => error,
  );

describe("readCsv", () => {
  it("reads names and numbers, with comments, empty lines, spaces and either line end", async () => {
    const text = "# made by hand\r\nmass, angle\r\n\r\n1.5,\t-2e-3\r\n# between\r\n +.5 ,4.\r\n";
    expect(await columns(text)).toEqual({ mass: [1.5, 0.5], angle: [-0.002, 4] });
    expect(await columns("\ufeffa\n1")).toEqual({ a: [1] });
    expect(await columns("a,b\n")).toEqual({ a: [], b: [] });
  });

  it("takes another separator, quote, comment, and names from outside", async () => {
    expect(await columns("%x\n1;'2'\n", { separator: ";", quote: "'", comment: "%", header: ["a", "b"] })).toEqual({
      a: [1],
      b: [2],
    });
    expect(await columns("a\tb\n1\t2", { separator: "\t" })).toEqual({ a: [1], b: [2] });
    expect(await columns("#a\n1", { comment: "" })).toEqual({ "#a": [1] });
  });

  it("takes names and text in quotes, with separators, line ends and doubled quotes in them", async () => {
    const text = '"a, ""x""",b,note\n1,"2","one\ntwo"\n3,4,"x" \n';
    expect(await columns(text)).toEqual({ 'a, "x"': [1, 3], b: [2, 4] });
    expect((await refusal(`${text}5,oops,"z"\n`)).message).toBe('Line 5: b is "oops", not a number');
  });

  it("reads every finite number to the last bit (seeded)", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 }),
        async (values) => {
          const { x = [] } = await columns(
            `x\n${values.map((value) => (Object.is(value, -0) ? "-0" : String(value))).join("\n")}`,
          );
          expect(x.every((value, index) => Object.is(value, values[index]))).toBe(true);
          expect(x.length).toBe(values.length);
        },
      ),
      { seed: 1 },
    );
  });

  it("leaves columns of text out, and decides by the first field that is there", async () => {
    expect(await columns("a,b,c\nx,1,\ny,2,3\n", { nulls: "nan" })).toEqual({ b: [1, 2], c: [Number.NaN, 3] });
    expect((await refusal("a,b\n1,2\ntwo,3\n")).message).toBe('Line 3: a is "two", not a number');
  });

  it.each(["0x1f", "0b1", "0o7", "1_000", "1,5", "1 2", "true", "--1", "1e"])(
    "does not take %s for a number",
    async (text) => {
      expect(await refusal(`a;b\n1;2\n${text};3\n`, { separator: ";" })).toMatchObject({ code: "COLS-025" });
    },
  );

  it("knows missing values by their texts, numbers among them", async () => {
    expect(await columns('a\n1\nNA\n""\nnan', { nulls: "nan" })).toEqual({
      a: [1, Number.NaN, Number.NaN, Number.NaN],
    });
    expect(await columns("a\n1\n-999", { nulls: "nan", missing: ["-999"] })).toEqual({ a: [1, Number.NaN] });
    expect((await refusal("a,b\n1,2\n3,\n")).message).toBe("b has no value in line 3");
    expect(await refusal("a\n1\ninf\n")).toMatchObject({ code: "COLS-006" });
    expect(await columns("a\n-Inf\nInfinity\n", { nonFinite: "allow" })).toEqual({
      a: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
    });
  });

  it.each([
    ["a,b\n1,2\n1\n", "Line 3: there are 1 fields for 2 columns"],
    ["a,b\n1,2,3\n", "Line 2: there are 3 fields for 2 columns"],
    ['a\n"1\n2\n', "Line 2: a quote is not closed"],
    ['a,b\n"1"2,3\n', "Line 2: field 1 goes on after its closing quote"],
    ["", "Line 1: there is no header"],
    ["# nothing\n", "Line 1: there is no header"],
  ])("names the line of %j", async (text, message) => {
    expect(await refusal(text)).toMatchObject({ code: "COLS-025", message });
  });

  it("names the byte where the text is not UTF-8", async () => {
    const bytes = new TextEncoder().encode("ä,b\n1,2\n3,4\n");
    bytes[9] = 0xff;
    expect(await refusal(bytes)).toMatchObject({ code: "COLS-020", context: { position: 9 } });
  });

  it("reads the four-vector whose component is asked for in another case", async () => {
    const data = await readCsv(new TextEncoder().encode("k_E,k_Px,k_py,k_pz,x\n1,2,3,4,5\n"), { columns: ["k_e"] });
    expect(data.names).toEqual(["k_E", "k_Px", "k_py", "k_pz"]);
    expect([...data.column("k_e")]).toEqual([1]);
  });

  it("refuses a separator of two characters and two columns of one name", async () => {
    expect(await refusal("a", { separator: "::" })).toMatchObject({ code: "COLS-025" });
    expect(await refusal("a,a\n1,2\n")).toMatchObject({ code: "COLS-003" });
  });
});
