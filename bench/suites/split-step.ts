/**
 * The split-step method against its own transforms in FFTW, and against OptiCommPy's Manakov solver; with the accuracy of
 * each timed run beside its time. Dual polarisation, 2^16 samples, 10 × 80 km, α 0.2 dB/km, D 16 ps/nm/km, γ 1.3 /W/km.
 */
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { FFTW_INSTALL_HINT, loadFftw } from "@simloom/numerics/node";
import { amplifyWithoutNoise } from "../../packages/fiber/src/amplifier/amplify.ts";
import { beta2S2PerM as beta2Of } from "../../packages/fiber/src/physics/dispersion.ts";
import { constantLocalErrorSteps } from "../../packages/fiber/src/split-step/constant-local-error-steps.ts";
import type { Precision } from "../../packages/fiber/src/split-step/field-kernels.ts";
import { qpskComb } from "../../packages/fiber/src/split-step/fixtures/qpsk-wdm.ts";
import { createPropagator } from "../../packages/fiber/src/split-step/propagator.ts";
import { wasmKernels } from "../../packages/fiber/src/split-step/wasm-kernels.ts";
import type { Row, SuiteOptions } from "../row.ts";

const SAMPLES = 2 ** 16;
const SAMPLES_PER_SYMBOL = 16;
const SPAN_COUNT = 10;
const beta2S2PerM = beta2Of(16, 193.1e12);
const span = { lengthM: 80e3, lossDbPerKm: 0.2, beta2S2PerM, beta3S3PerM: 0, gammaPerWM: 1.3e-3 };

interface LinkCase {
  readonly name: string;
  readonly channelCount: number;
  readonly precision: Precision;
  readonly snrErrorDb: number;
  readonly budgetS: number;
  /** SNR in dB of the centre channel of this seeded comb with 240 (1 channel) or 960 (5) steps per span in float64. */
  readonly convergedSnrDb: number;
}

const cases: readonly LinkCase[] = [
  {
    name: "one channel, float64",
    channelCount: 1,
    precision: "float64",
    snrErrorDb: 0.01,
    budgetS: 0.3,
    convergedSnrDb: 26.47171,
  },
  {
    name: "five channels, float32",
    channelCount: 5,
    precision: "float32",
    snrErrorDb: 0.02,
    budgetS: 3,
    convergedSnrDb: 24.31806,
  },
];

/** Runs the suite. Takes about 20 s, a minute with OptiCommPy. */
export async function rows({ python }: SuiteOptions): Promise<Row[]> {
  const table: Row[] = [];
  for (const precision of ["float64", "float32"] as const) table.push(stepRow(precision));
  for (const linkCase of cases) table.push(...linkRows(linkCase, python));
  return table;
}

/** Linear operator and Kerr effect of one step, over four transforms alone in FFTW (measured plans, in place). */
function stepRow(precision: Precision): Row {
  const { field } = qpskComb({ symbolCount: 4096, samplesPerSymbol: 16, channelCount: 1, launchPowerDbm: 0, seed: 1 });
  const kernels = wasmKernels({ sampleCount: SAMPLES, polarisationCount: 2, precision });
  const unity = Float64Array.from({ length: 2 * SAMPLES }, (_, i) => 1 - (i % 2));
  const transfer = kernels.prepare(unity);
  kernels.load(field.polarisations);
  const value = bestMs(200, () => {
    kernels.applyLinear(transfer);
    kernels.applyKerr(1);
  });
  kernels.dispose();
  const row = { name: `split-step, one step, 2^16 × 2, ${precision}`, value, unit: "ms" };
  const transformMs = fftwMs(precision);
  if (transformMs === undefined) return { ...row, peer: `FFTW is absent. ${FFTW_INSTALL_HINT}` };
  const peerValue = 4 * transformMs;
  return { ...row, peer: "its four FFTs in FFTW", peerValue, ratio: value / peerValue, budget: 1.6 * peerValue };
}

/** Time of the whole link, cold caches included, and what its SNR is off by. */
function linkRows(linkCase: LinkCase, python: string | undefined): Row[] {
  const { name, channelCount, precision, snrErrorDb, budgetS, convergedSnrDb } = linkCase;
  const comb = qpskComb({
    symbolCount: SAMPLES / SAMPLES_PER_SYMBOL,
    samplesPerSymbol: SAMPLES_PER_SYMBOL,
    channelCount,
    launchPowerDbm: 0,
    seed: 1,
  });
  const sampleRateHz = comb.field.sampleRateHz;
  const steps = constantLocalErrorSteps({ snrErrorDb });
  const occupiedBandwidthHz = (channelCount - 1) * 50e9 + 35.2e9;
  let seconds = Number.POSITIVE_INFINITY;
  let snrDb = Number.NaN;
  for (let run = 0; run < 3; run++) {
    const startedMs = performance.now();
    const propagator = createPropagator({ sampleCount: SAMPLES, polarisationCount: 2, sampleRateHz, precision });
    let { field } = comb;
    for (let count = 0; count < SPAN_COUNT; count++) {
      const options = { model: "manakov", steps, occupiedBandwidthHz, spanCount: SPAN_COUNT } as const;
      field = amplifyWithoutNoise(propagator.propagate(field, span, options).field, 16);
    }
    seconds = Math.min(seconds, (performance.now() - startedMs) / 1000);
    snrDb = comb.snrDb(propagator.compensateDispersion(field, { beta2LengthS2: beta2S2PerM * 80e3 * SPAN_COUNT }));
    propagator.dispose();
  }
  const peer = python === undefined ? undefined : opticommpy(python, channelCount);
  const timeRow = { name: `split-step, 10 × 80 km, ${name}`, value: seconds, unit: "s", budget: budgetS };
  const times =
    peer === undefined
      ? [timeRow]
      : [
          {
            ...timeRow,
            peer: "OptiCommPy, adaptive 0.02 rad",
            peerValue: peer.adaptiveS,
            ratio: seconds / peer.adaptiveS,
          },
          { ...timeRow, peer: "OptiCommPy, 0.5 km", peerValue: peer.fixedS, ratio: seconds / peer.fixedS },
        ];
  const errorDb = Math.abs(snrDb - convergedSnrDb);
  return [...times, { name: `split-step, SNR error, ${name}`, value: errorDb, unit: "dB", budget: snrErrorDb }];
}

/** Best time of one forward transform of 2^16 in FFTW, in place; undefined where there is no FFTW. */
function fftwMs(precision: Precision): number | undefined {
  const fftw = loadFftw();
  if (fftw === undefined || !fftw.precisions.includes(precision)) return undefined;
  const plan = fftw.plan(SAMPLES, { precision });
  const field = plan.field();
  // zeros: repeated unscaled transforms of anything else overflow
  const value = bestMs(400, () => plan.forward(field));
  plan.dispose();
  return value;
}

interface PeerTimes {
  readonly adaptiveS: number;
  readonly fixedS: number;
}

/** OptiCommPy on as large a field, one thread; undefined when it fails. Run from the repository's root. */
function opticommpy(python: string, channelCount: number): PeerTimes | undefined {
  const script = resolve("bench/peers/opticommpy_manakov.py");
  const input = JSON.stringify({
    samples: SAMPLES,
    samplesPerSymbol: SAMPLES_PER_SYMBOL,
    channelCount,
    launchPowerDbm: 0,
    spanCount: SPAN_COUNT,
    fixedSpanCount: 1,
  });
  const environment = { ...process.env, OPENBLAS_NUM_THREADS: "1" };
  const { status, stdout } = spawnSync(python, [script], { input, env: environment, encoding: "utf8" });
  return status === 0 ? (JSON.parse(stdout) as PeerTimes) : undefined;
}

function bestMs(repetitions: number, action: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const startedMs = performance.now();
    action();
    best = Math.min(best, performance.now() - startedMs);
  }
  return best;
}
