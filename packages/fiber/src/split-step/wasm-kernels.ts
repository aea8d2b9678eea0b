/** The kernels of propagation on the WebAssembly transforms and pointwise kernels of the house. */
import { type ArenaField, fftPlan, rotateByPower } from "@simloom/numerics";
import type { Polarisations } from "../physics/optical-field.ts";
import type { FieldKernelsFactory, PreparedTransfer } from "./field-kernels.ts";

/** A transfer function in the permuted order of the transforms. */
class ArenaTransfer implements PreparedTransfer {
  readonly values: ArenaField;
  readonly bytes: number;

  constructor(values: ArenaField) {
    this.values = values;
    this.bytes = 2 * values.paddedBytes;
  }
}

/**
 * Kernels whose field, transfer functions and tables all lie in one WebAssembly memory; nothing leaves it between `load`
 * and `store`. Any number of samples that `fftPlan` takes; powers of two are fastest.
 */
export const wasmKernels: FieldKernelsFactory = ({ sampleCount, polarisationCount, precision }) => {
  const plan = fftPlan(sampleCount, { precision });
  const x = plan.field();
  const y = polarisationCount === 2 ? plan.field() : undefined;
  const all = y === undefined ? [x] : [x, y];
  const copyOut = (change: (values: Float64Array) => void): Polarisations => {
    const taken = all.map((envelope) => {
      const values = new Float64Array(2 * sampleCount);
      envelope.store(values);
      change(values);
      return values;
    });
    return taken as unknown as Polarisations;
  };
  return {
    load(polarisations) {
      x.load(polarisations[0]);
      if (polarisations[1] !== undefined) y?.load(polarisations[1]);
    },
    store: () => copyOut(() => {}),
    spectrum: () => copyOut((values) => plan.forward(values)),
    prepare(transfer, into) {
      const prepared = into instanceof ArenaTransfer ? into : new ArenaTransfer(plan.field());
      const { re, im } = prepared.values;
      const bins = plan.frequencyOfPosition;
      for (let position = 0; position < bins.length; position++) {
        const bin = bins[position] as number;
        re[position] = transfer[2 * bin] as number;
        im[position] = transfer[2 * bin + 1] as number;
      }
      return prepared;
    },
    release(transfer) {
      if (transfer instanceof ArenaTransfer) transfer.values.release();
    },
    applyLinear(transfer) {
      if (!(transfer instanceof ArenaTransfer)) throw new TypeError("a transfer function of other kernels");
      plan.filter(x, transfer.values);
      if (y !== undefined) plan.filter(y, transfer.values);
    },
    applyKerr: (phaseRadPerW) => rotateByPower(x, y, phaseRadPerW),
    dispose() {
      for (const envelope of all) envelope.release();
    },
  };
};
