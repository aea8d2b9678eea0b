/** Scales a field of unit power to the launch power, both polarisations together. */
import { defineStage } from "@simloom/pipeline";
import { z } from "zod";
import { launchAtPower } from "../transmitter/transmit.ts";
import { fieldOf, fieldValue, opticalFieldPort } from "./ports.ts";
import { figure } from "./settings.ts";

export const launch = defineStage(import.meta, {
  name: "fiber/launch",
  version: 1,
  config: z.strictObject({ launchPowerDbm: figure("dBm") }),
  inputs: { field: opticalFieldPort() },
  outputs: { field: opticalFieldPort() },
  run: ({ config, inputs }) => ({ field: fieldValue(launchAtPower(fieldOf(inputs.field), config.launchPowerDbm)) }),
});
