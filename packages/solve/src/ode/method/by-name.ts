/** The methods of this package by their names: what another thread knows them by. */
import { bdf } from "./bdf.ts";
import { dopri853 } from "./dopri853.ts";
import { euler } from "./euler.ts";
import type { OdeMethod } from "./method.ts";
import { radau5, radau9, radau13 } from "./radau.ts";
import { rk4 } from "./rk4.ts";
import { rodas5p } from "./rodas5p.ts";
import { tsit5 } from "./tsit5.ts";

export const METHODS_BY_NAME: ReadonlyMap<string, OdeMethod> = new Map(
  [euler, rk4, tsit5, dopri853, rodas5p, radau5, radau9, radau13, bdf].map((method) => [method.name, method]),
);
