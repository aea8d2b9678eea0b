/** Whether a back end's temperatures can be those of a foam and its mould, in words where they cannot. */
import { moldError } from "../errors.ts";
import { isPossible, type Trajectory } from "../legacy/thermal.ts";

/** What a back end says of temperatures that ran away. */
export interface Runaway {
  /** The beginning of the message, up to the point. */
  readonly subject: string;
  readonly remedy: string;
  readonly path: string;
}

/** Errors: `MOLD-031` with the first point at which a temperature is no number, not above 0 K, or 10,000 K or more. */
export function requirePossible({ timeS, coreK, moldK }: Trajectory, runaway: Runaway): void {
  let at = 0;
  while (at < timeS.length && isPossible(coreK[at] as number) && isPossible(moldK[at] as number)) at++;
  if (at === timeS.length) return;
  const core = coreK[at] as number;
  const [part, kelvin] = isPossible(core) ? ["mould", moldK[at] as number] : ["core", core];
  const where = `the ${part} is at ${Number(kelvin.toPrecision(4))} K at ${timeS[at]} s (point ${at})`;
  const { subject, remedy, path } = at > 0 ? runaway : BEGINNING;
  throw moldError({
    code: "MOLD-031",
    message: `${subject}: ${where}, and must stay above 0 K and below 10000 K`,
    remedy,
    path,
    context: { point: at, timeS: timeS[at], part, kelvin },
  });
}

const BEGINNING: Runaway = {
  subject: "the shot begins with an impossible temperature",
  remedy: "Check process.T_polyol_in_C, process.T_iso_in_C and process.T_mold_init_C.",
  path: "process",
};
