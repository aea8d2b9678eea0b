import { describe, expect, it } from "vitest";
import { fieldErrorDb } from "../physics/optical-field.ts";
import type { FieldKernels, KernelShape } from "./field-kernels.ts";
import { qpskComb } from "./fixtures/qpsk-wdm.ts";
import { referenceKernels } from "./fixtures/reference-kernels.ts";
import { fillTransfer } from "./transfer.ts";
import { wasmKernels } from "./wasm-kernels.ts";

const { field: launched } = qpskComb({
  symbolCount: 128,
  samplesPerSymbol: 4,
  channelCount: 1,
  launchPowerDbm: 6,
  seed: 3,
});
const coefficients = { attenuationPerM: 4.6e-5, beta2S2PerM: -21.7e-27, beta3S3PerM: 1.3e-40 };
const transfer = (lengthM: number) =>
  fillTransfer(new Float64Array(1024), coefficients, lengthM, launched.sampleRateHz);

describe.each([
  { precision: "float64", floorDb: -280 },
  // 24 bits per operation, some thirty of them on a sample's way
  { precision: "float32", floorDb: -125 },
] as const)("WebAssembly kernels in $precision", ({ precision, floorDb }) => {
  it.each([1, 2] as const)("do to %i polarisations what the textbook ones do", (polarisationCount) => {
    const shape = { sampleCount: 512, polarisationCount, precision };
    const [fast, slow] = [wasmKernels, referenceKernels].map((factory) => run(factory(shape), shape)) as [Run, Run];
    expect(fieldErrorDb(fast.field, slow.field)).toBeLessThan(floorDb);
    expect(fieldErrorDb(fast.spectrum, slow.spectrum)).toBeLessThan(floorDb);
  });

  it("give the same bytes every time", () => {
    const shape = { sampleCount: 512, polarisationCount: 2, precision } as const;
    expect(run(wasmKernels(shape), shape)).toEqual(run(wasmKernels(shape), shape));
  });
});

type Run = ReturnType<typeof run>;

/** Two linear operators around a Kerr effect of up to a radian, the first one prepared over another. */
function run(kernels: FieldKernels, { polarisationCount }: KernelShape) {
  const [x] = launched.polarisations;
  kernels.load(polarisationCount === 1 ? [x] : launched.polarisations);
  const first = kernels.prepare(transfer(40e3), kernels.prepare(transfer(-1e3)));
  const second = kernels.prepare(transfer(2.5e3));
  kernels.applyLinear(first);
  kernels.applyKerr(200);
  kernels.applyLinear(second);
  const result = {
    field: { ...launched, polarisations: kernels.store() },
    spectrum: { ...launched, polarisations: kernels.spectrum() },
  };
  kernels.dispose();
  return result;
}
