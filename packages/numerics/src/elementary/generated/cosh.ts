// Written by scripts/generate/elementary.mjs from functions/. Do not edit.
import { POWERS_OF_TWO, REAL, WORDS } from "../tables/memory.ts";

export function cosh(x: number): number {
  const t1 = Math.abs(x);
  if (!(t1 < 708)) return coshSlow(x);
  const t2 = (t1 * 1.4426950408889634) + 6755399441055744;
  const t3 = t2 - 6755399441055744;
  const t4 = t1 - (t3 * 0.6931471805598903);
  const t5 = t3 * 5.497923018708371e-14;
  const t6 = t4 - t5;
  const t7 = 1 + t6;
  REAL[0] = t2;
  const t8 = WORDS[0] as number;
  const t9 = POWERS_OF_TWO[(((t8 - 1) | 0) + 1023) & 2047] as number;
  const t10 = t7 * t9;
  const t11 = t6 * t6;
  const t12 = t11 * t11;
  const t13 = (0.0013888888888867346 + (t6 * 0.000198412698848557)) + (t11 * (0.000024801587360071108 + (t6 * 0.0000027557245380119546)));
  const t14 = ((0.5 + (t6 * 0.16666666666666677)) + (t11 * (0.0416666666666667 + (t6 * 0.008333333333322188)))) + (t12 * t13);
  const t15 = (t12 * t12) * ((2.7557242908175863e-7 + (t6 * 2.5108659362018947e-8)) + (t11 * 2.092444933657855e-9));
  const t16 = ((t6 - (t7 - 1)) + ((t11 * (t14 + t15)) + ((t4 - t6) - t5))) * t9;
  const t17 = 0.25 / (t10 + t16);
  const t18 = t10 + t17;
  return t18 + ((t17 - (t18 - t10)) + t16);
}

function coshSlow(x: number): number {
  const t1 = Math.abs(x);
  const t2 = (t1 < 0) ? 0 : ((712 < t1) ? 712 : t1);
  const t3 = (t2 * 1.4426950408889634) + 6755399441055744;
  const t4 = t3 - 6755399441055744;
  const t5 = t2 - (t4 * 0.6931471805598903);
  const t6 = t4 * 5.497923018708371e-14;
  const t7 = t5 - t6;
  const t8 = 1 + t7;
  const t9 = t7 * t7;
  const t10 = t9 * t9;
  const t11 = (0.0013888888888867346 + (t7 * 0.000198412698848557)) + (t9 * (0.000024801587360071108 + (t7 * 0.0000027557245380119546)));
  const t12 = ((0.5 + (t7 * 0.16666666666666677)) + (t9 * (0.0416666666666667 + (t7 * 0.008333333333322188)))) + (t10 * t11);
  const t13 = (t10 * t10) * ((2.7557242908175863e-7 + (t7 * 2.5108659362018947e-8)) + (t9 * 2.092444933657855e-9));
  REAL[0] = t3;
  const t14 = WORDS[0] as number;
  const t15 = (t14 - 1) | 0;
  const t16 = (t15 >>> 1) | ((t15 >> 31) << 31);
  const t17 = (t8 + ((t7 - (t8 - 1)) + ((t9 * (t12 + t13)) + ((t5 - t7) - t6)))) * (POWERS_OF_TWO[(t16 + 1023) & 2047] as number);
  return t17 * (POWERS_OF_TWO[(((t15 - t16) | 0) + 1023) & 2047] as number);
}
