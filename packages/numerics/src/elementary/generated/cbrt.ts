// Written by scripts/generate/elementary.mjs from functions/. Do not edit.
import { POWERS_OF_TWO, REAL, WORDS } from "../tables/memory.ts";

export function cbrt(x: number): number {
  const t1 = Math.abs(x);
  if (!((2.2250738585072014e-308 <= t1) && (t1 < 4.49423283715579e+307))) return cbrtSlow(x);
  REAL[0] = t1;
  const t2 = WORDS[1] as number;
  const t3 = Math.floor(((((t2 >> 20) - 1023) + 0.5) * 0.3333333333333333));
  REAL[0] = (t3 * (-3)) + 6755399441055744;
  const t4 = WORDS[0] as number;
  const t5 = t1 * (POWERS_OF_TWO[(t4 + 1023) & 2047] as number);
  const t6 = t5 * t5;
  const t7 = (0.5871187989519951 + (t5 * 0.5261539866962017)) + (t6 * ((-0.13453124587953538) + (t5 * 0.024183775898626244)));
  const t8 = t7 + ((t6 * t6) * ((-0.0023083140131434743) + (t5 * 0.00008812921256054608)));
  const t9 = (t8 * t8) * t8;
  const t10 = t8 * ((t9 + (2 * t5)) / ((2 * t9) + t5));
  const t11 = t10 * t10;
  const t12 = t11 * t10;
  const t13 = t11 * 134217729;
  const t14 = t13 - (t13 - t11);
  const t15 = t10 * 134217729;
  const t16 = t15 - (t15 - t10);
  const t17 = t10 - t16;
  const t18 = t11 - t14;
  const t19 = ((t5 - t12) - (((((t14 * t16) - t12) + (t14 * t17)) + (t18 * t16)) + (t18 * t17))) - (((((t16 * t16) - t11) + ((2 * t16) * t17)) + (t17 * t17)) * t10);
  REAL[0] = t3 + 6755399441055744;
  const t20 = WORDS[0] as number;
  const t21 = (t10 + (t19 / (3 * t11))) * (POWERS_OF_TWO[(t20 + 1023) & 2047] as number);
  return (x < 0) ? (-t21) : t21;
}

function cbrtSlow(x: number): number {
  const t1 = Math.abs(x);
  const t2 = t1 < 2.2250738585072014e-308;
  const t3 = 4.49423283715579e+307 <= t1;
  const t4 = t1 * (t2 ? 18014398509481984 : (t3 ? 5.551115123125783e-17 : 1));
  REAL[0] = t4;
  const t5 = WORDS[1] as number;
  const t6 = Math.floor(((((t5 >> 20) - 1023) + 0.5) * 0.3333333333333333));
  REAL[0] = (t6 * (-3)) + 6755399441055744;
  const t7 = WORDS[0] as number;
  const t8 = t4 * (POWERS_OF_TWO[(t7 + 1023) & 2047] as number);
  const t9 = t8 * t8;
  const t10 = (0.5871187989519951 + (t8 * 0.5261539866962017)) + (t9 * ((-0.13453124587953538) + (t8 * 0.024183775898626244)));
  const t11 = t10 + ((t9 * t9) * ((-0.0023083140131434743) + (t8 * 0.00008812921256054608)));
  const t12 = (t11 * t11) * t11;
  const t13 = t11 * ((t12 + (2 * t8)) / ((2 * t12) + t8));
  const t14 = t13 * t13;
  const t15 = t14 * t13;
  const t16 = t14 * 134217729;
  const t17 = t16 - (t16 - t14);
  const t18 = t13 * 134217729;
  const t19 = t18 - (t18 - t13);
  const t20 = t13 - t19;
  const t21 = t14 - t17;
  const t22 = ((t8 - t15) - (((((t17 * t19) - t15) + (t17 * t20)) + (t21 * t19)) + (t21 * t20))) - (((((t19 * t19) - t14) + ((2 * t19) * t20)) + (t20 * t20)) * t13);
  REAL[0] = t6 + 6755399441055744;
  const t23 = WORDS[0] as number;
  const t24 = t2 ? (-54) : (t3 ? 54 : 0);
  const t25 = ((t13 + (t22 / (3 * t14))) * (POWERS_OF_TWO[(t23 + 1023) & 2047] as number)) * ((t24 < 0) ? 0.000003814697265625 : ((0 < t24) ? 262144 : 1));
  return ((0 < t1) && (t1 < Infinity)) ? ((x < 0) ? (-t25) : t25) : x;
}
