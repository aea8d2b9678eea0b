// Written by scripts/generate/elementary.mjs from functions/. Do not edit.
import { POWERS_OF_TWO, REAL, WORDS } from "../tables/memory.ts";

export function expm1(x: number): number {
  const t1 = Math.abs(x);
  if (!(t1 < 708)) return expm1Slow(x);
  const t2 = (x * 1.4426950408889634) + 6755399441055744;
  REAL[0] = t2;
  const t3 = WORDS[0] as number;
  const t4 = POWERS_OF_TWO[(t3 + 1023) & 2047] as number;
  const t5 = t4 + (-1);
  const t6 = t2 - 6755399441055744;
  const t7 = x - (t6 * 0.6931471805598903);
  const t8 = t6 * 5.497923018708371e-14;
  const t9 = t7 - t8;
  const t10 = t9 * t9;
  const t11 = 0.5 * t10;
  const t12 = t9 + t11;
  const t13 = (t7 - t9) - t8;
  const t14 = t9 * 134217729;
  const t15 = t14 - (t14 - t9);
  const t16 = t9 - t15;
  const t17 = (t11 - (t12 - t9)) + ((t13 + (t13 * t9)) + (0.5 * ((((t15 * t15) - t10) + ((2 * t15) * t16)) + (t16 * t16))));
  const t18 = (0.16666666666666677 + (t9 * 0.0416666666666667)) + (t10 * (0.008333333333322188 + (t9 * 0.0013888888888867346)));
  const t19 = t10 * t10;
  const t20 = (0.000198412698848557 + (t9 * 0.000024801587360071108)) + (t10 * (0.0000027557245380119546 + (t9 * 2.7557242908175863e-7)));
  const t21 = (t10 * t9) * ((t18 + (t19 * t20)) + ((t19 * t19) * (2.5108659362018947e-8 + (t9 * 2.092444933657855e-9))));
  const t22 = t17 + t21;
  const t23 = t12 + t22;
  const t24 = t4 * t23;
  const t25 = t5 + t24;
  const t26 = t5 - t4;
  const t27 = t25 - t5;
  const t28 = (((t4 - (t5 - t26)) + ((-1) - t26)) + ((t5 - (t25 - t27)) + (t24 - t27))) + (t4 * (t22 - (t23 - t12)));
  const t29 = t25 + t28;
  return (t1 < 5.551115123125783e-17) ? x : (t29 + (t28 - (t29 - t25)));
}

function expm1Slow(x: number): number {
  const t1 = (x < (-746)) ? (-746) : ((710 < x) ? 710 : x);
  const t2 = (t1 * 1.4426950408889634) + 6755399441055744;
  const t3 = t2 - 6755399441055744;
  const t4 = t1 - (t3 * 0.6931471805598903);
  const t5 = t3 * 5.497923018708371e-14;
  const t6 = t4 - t5;
  const t7 = 1 + t6;
  const t8 = t6 * t6;
  const t9 = t8 * t8;
  const t10 = (0.0013888888888867346 + (t6 * 0.000198412698848557)) + (t8 * (0.000024801587360071108 + (t6 * 0.0000027557245380119546)));
  const t11 = ((0.5 + (t6 * 0.16666666666666677)) + (t8 * (0.0416666666666667 + (t6 * 0.008333333333322188)))) + (t9 * t10);
  const t12 = (t9 * t9) * ((2.7557242908175863e-7 + (t6 * 2.5108659362018947e-8)) + (t8 * 2.092444933657855e-9));
  REAL[0] = t2;
  const t13 = WORDS[0] as number;
  const t14 = (t13 >>> 1) | ((t13 >> 31) << 31);
  const t15 = (t7 + ((t6 - (t7 - 1)) + ((t8 * (t11 + t12)) + ((t4 - t6) - t5)))) * (POWERS_OF_TWO[(t14 + 1023) & 2047] as number);
  return (x < 0) ? (-1) : (t15 * (POWERS_OF_TWO[(((t13 - t14) | 0) + 1023) & 2047] as number));
}
