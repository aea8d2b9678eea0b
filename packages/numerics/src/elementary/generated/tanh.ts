// Written by scripts/generate/elementary.mjs from functions/. Do not edit.
import { POWERS_OF_TWO, REAL, WORDS } from "../tables/memory.ts";

export function tanh(x: number): number {
  const t1 = Math.abs(x);
  const t2 = 2 * ((t1 < 0) ? 0 : ((22 < t1) ? 22 : t1));
  const t3 = (t2 * 1.4426950408889634) + 6755399441055744;
  REAL[0] = t3;
  const t4 = WORDS[0] as number;
  const t5 = POWERS_OF_TWO[(t4 + 1023) & 2047] as number;
  const t6 = t5 + (-1);
  const t7 = t3 - 6755399441055744;
  const t8 = t2 - (t7 * 0.6931471805598903);
  const t9 = t7 * 5.497923018708371e-14;
  const t10 = t8 - t9;
  const t11 = t10 * t10;
  const t12 = (0.5 + (t10 * 0.16666666666666677)) + (t11 * (0.0416666666666667 + (t10 * 0.008333333333322188)));
  const t13 = t11 * t11;
  const t14 = (0.0013888888888867346 + (t10 * 0.000198412698848557)) + (t11 * (0.000024801587360071108 + (t10 * 0.0000027557245380119546)));
  const t15 = (t13 * t13) * ((2.7557242908175863e-7 + (t10 * 2.5108659362018947e-8)) + (t11 * 2.092444933657855e-9));
  const t16 = (t11 * ((t12 + (t13 * t14)) + t15)) + ((t8 - t10) - t9);
  const t17 = t10 + t16;
  const t18 = t5 * t17;
  const t19 = t6 + t18;
  const t20 = t6 - t5;
  const t21 = t19 - t6;
  const t22 = (((t5 - (t6 - t20)) + ((-1) - t20)) + ((t6 - (t19 - t21)) + (t18 - t21))) + (t5 * (t16 - (t17 - t10)));
  const t23 = t19 + t22;
  const t24 = t23 + 2;
  const t25 = t23 / t24;
  const t26 = t25 * t24;
  const t27 = t25 * 134217729;
  const t28 = t27 - (t27 - t25);
  const t29 = t24 * 134217729;
  const t30 = t29 - (t29 - t24);
  const t31 = t24 - t30;
  const t32 = t25 - t28;
  const t33 = t22 - (t23 - t19);
  const t34 = t24 - t23;
  const t35 = (((t23 - t26) - (((((t28 * t30) - t26) + (t28 * t31)) + (t32 * t30)) + (t32 * t31))) + t33) - (t25 * (((t23 - (t24 - t34)) + (2 - t34)) + t33));
  const t36 = t25 + (t35 / t24);
  return (t1 < 3.725290298461914e-9) ? x : ((x < 0) ? (-t36) : t36);
}
