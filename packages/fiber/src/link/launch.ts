/** Launch: a field of unit power is scaled to the power that enters the fibre. */
import { defineStage } from "@simloom/pipeline";
import { z } from "@simloom/units/zod";
import { launchAtPower } from "../transmitter/transmit.ts";
import { fieldOf, fieldValue, opticalFieldPort } from "./ports.ts";
import { figure } from "./settings.ts";

/** The launch power is that of both polarisations together. */
export const launch = defineStage(import.meta, {
  name: "fiber/launch",
  version: 1,
  config: z.strictObject({ launchPowerDbm: figure("dBm") }),
  inputs: { field: opticalFieldPort() },
  outputs: { field: opticalFieldPort() },
  run: ({ config, inputs }) => ({ field: fieldValue(launchAtPower(fieldOf(inputs.field), config.launchPowerDbm)) }),
});
