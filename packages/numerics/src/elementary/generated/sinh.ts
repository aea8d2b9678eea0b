// Written by scripts/generate/elementary.mjs from functions/. Do not edit.
import { POWERS_OF_TWO, REAL, WORDS } from "../tables/memory.ts";

export function sinh(x: number): number {
  const t1 = Math.abs(x);
  if (!(t1 < 708)) return sinhSlow(x);
  const t2 = x * x;
  const t3 = t2 * t2;
  const t4 = (0.16666666666666666 + (t2 * 0.008333333333333333)) + (t3 * (0.00019841269841269616 + (t2 * 0.000002755731922411117)));
  const t5 = (2.505210834747333e-8 + (t2 * 1.6059050499222834e-10)) + (t3 * (7.646488586991402e-13 + (t2 * 2.8481027345619295e-15)));
  const t6 = (t1 * 1.4426950408889634) + 6755399441055744;
  const t7 = t6 - 6755399441055744;
  const t8 = t1 - (t7 * 0.6931471805598903);
  const t9 = t7 * 5.497923018708371e-14;
  const t10 = t8 - t9;
  const t11 = 1 + t10;
  REAL[0] = t6;
  const t12 = WORDS[0] as number;
  const t13 = POWERS_OF_TWO[(((t12 - 1) | 0) + 1023) & 2047] as number;
  const t14 = t11 * t13;
  const t15 = t10 * t10;
  const t16 = (0.5 + (t10 * 0.16666666666666677)) + (t15 * (0.0416666666666667 + (t10 * 0.008333333333322188)));
  const t17 = t15 * t15;
  const t18 = (0.0013888888888867346 + (t10 * 0.000198412698848557)) + (t15 * (0.000024801587360071108 + (t10 * 0.0000027557245380119546)));
  const t19 = (t17 * t17) * ((2.7557242908175863e-7 + (t10 * 2.5108659362018947e-8)) + (t15 * 2.092444933657855e-9));
  const t20 = ((t10 - (t11 - 1)) + ((t15 * ((t16 + (t17 * t18)) + t19)) + ((t8 - t10) - t9))) * t13;
  const t21 = -(0.25 / (t14 + t20));
  const t22 = t14 + t21;
  const t23 = t22 + ((t21 - (t22 - t14)) + t20);
  return (t1 < 1) ? (x + ((x * t2) * (t4 + ((t3 * t3) * t5)))) : ((x < 0) ? (-t23) : t23);
}

function sinhSlow(x: number): number {
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
  const t18 = t17 * (POWERS_OF_TWO[(((t15 - t16) | 0) + 1023) & 2047] as number);
  return (x < 0) ? (-t18) : t18;
}
