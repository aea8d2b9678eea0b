/** Complex transforms and the dual-polarisation split step against FFTW, in one process, in turns. */
import { fftPlan, rotateByPower } from "@simloom/numerics";
import { FFTW_INSTALL_HINT, loadFftw } from "@simloom/numerics/node";
import { timesInC } from "../fft/fftw-in-c.ts";
import type { Row, SuiteOptions } from "../row.ts";

/** Times of the budgets are multiples of FFTW's, measured in the same run. */
const TRANSFORM_BUDGET_RATIO = 1.5;
const STEP_BUDGET_RATIO = 1.6;
/** The class `fast` is FFTW through a foreign function call; what it is held against calls it from C. */
const FAST_BUDGET_RATIO = 1.05;
const RUNS_IN_C = 300;
const EXPONENTS = [12, 14, 16, 18] as const;
const BUDGETED_EXPONENT = 16;
const ROUNDS = 30;

/** Rows for 2^12 to 2^18; without FFTW on the machine the rows have no peer and no budget. */
export async function rows({ isQuick }: SuiteOptions): Promise<Row[]> {
  const result: Row[] = [];
  for (const exponent of isQuick ? [BUDGETED_EXPONENT] : EXPONENTS) result.push(...(await rowsOf(exponent)));
  return result;
}

async function rowsOf(exponent: number): Promise<Row[]> {
  const length = 2 ** exponent;
  const own = fftPlan(length);
  const single = fftPlan(length, { precision: "float32" });
  const [x, y, transfer, narrow] = [own.field(), own.field(), own.field(), single.field()];
  for (const field of [x, y, narrow])
    field.load(field === narrow ? quiet(Float32Array, length) : quiet(Float64Array, length));
  transfer.re.fill(1);
  const fftw = loadFftw();
  const library = fftw?.plan(length);
  const libraryField = library?.field();
  const contenders: Record<string, () => void> = {
    // Forward and inverse in turn keep the numbers in range.
    own: () => {
      own.forward(x);
      own.inverse(x);
    },
    unordered: () => {
      own.forwardUnordered(x);
      own.inverseUnordered(x);
    },
    single: () => {
      single.forward(narrow);
      single.inverse(narrow);
    },
    step: () => {
      own.filter(x, transfer);
      own.filter(y, transfer);
      rotateByPower(x, y, 0.1);
    },
    ...(library &&
      libraryField && {
        library: () => library.forward(libraryField),
        libraryInverse: () => library.inverse(libraryField),
      }),
  };
  // The program in C runs before and after, so that a busy moment does not meet it alone.
  const before = library && timesInC(length, RUNS_IN_C);
  const best = await fastestMs(contenders, length);
  const after = library && timesInC(length, RUNS_IN_C);
  const inC = before &&
    after && {
      forwardMs: Math.min(before.forwardMs, after.forwardMs),
      inverseMs: Math.min(before.inverseMs, after.inverseMs),
    };
  for (const field of [x, y, transfer, narrow]) field.release();
  library?.dispose();

  const peerMs = best.get("library");
  const isBudgeted = exponent === BUDGETED_EXPONENT;
  const row = (
    name: string,
    value: number,
    peer: string,
    peerValue: number | undefined,
    budgetRatio?: number,
  ): Row => ({
    name,
    value,
    unit: "ms",
    ...(peerValue === undefined
      ? { peer: `${peer} is absent. ${FFTW_INSTALL_HINT}` }
      : {
          peer,
          peerValue,
          ratio: value / peerValue,
          ...(budgetRatio && isBudgeted && { budget: budgetRatio * peerValue }),
        }),
  });
  const ofOne = (name: string) => (best.get(name) as number) / 2;
  const four = peerMs === undefined ? undefined : 4 * peerMs;
  const fast =
    peerMs === undefined
      ? []
      : [
          row(`complex FFT 2^${exponent}, fast`, peerMs, "FFTW in C", inC?.forwardMs, FAST_BUDGET_RATIO),
          row(
            `complex FFT 2^${exponent}, fast, inverse with scaling`,
            best.get("libraryInverse") as number,
            "FFTW in C, and a loop",
            inC?.inverseMs,
          ),
        ];
  return [
    ...fast,
    row(`complex FFT 2^${exponent}, wasm`, ofOne("own"), "FFTW", peerMs, TRANSFORM_BUDGET_RATIO),
    row(`complex FFT 2^${exponent}, wasm, permuted order`, ofOne("unordered"), "FFTW", peerMs),
    row(`complex FFT 2^${exponent}, wasm, float32`, ofOne("single"), "FFTW float64", peerMs),
    row(
      `split step 2^${exponent}, two polarisations`,
      best.get("step") as number,
      "four transforms in FFTW",
      four,
      STEP_BUDGET_RATIO,
    ),
  ];
}

/** The least time of each contender: they take turns, so that a busy moment of the machine meets all of them. */
async function fastestMs(
  contenders: Readonly<Record<string, () => void>>,
  length: number,
): Promise<Map<string, number>> {
  const best = new Map<string, number>();
  const repetitions = Math.max(3, Math.ceil(2 ** 19 / length));
  for (const run of Object.values(contenders)) for (let i = 0; i < 60 + 4 * repetitions; i++) run();
  // The engine optimises in the background; it needs the thread to be idle to switch over.
  await new Promise((resolve) => setTimeout(resolve, 100));
  for (let round = 0; round < ROUNDS; round++)
    for (const [name, run] of Object.entries(contenders))
      for (let i = 0; i < repetitions; i++) {
        const start = performance.now();
        run();
        best.set(name, Math.min(best.get(name) ?? Number.POSITIVE_INFINITY, performance.now() - start));
      }
  return best;
}

function quiet<T extends Float64Array | Float32Array>(array: new (length: number) => T, length: number): T {
  const values = new array(2 * length);
  for (let i = 0; i < values.length; i++) values[i] = ((i * 7919) % 1013) / 1013 - 0.5;
  return values;
}
