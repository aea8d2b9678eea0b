// Written by scripts/generate/elementary.mjs from functions/. Do not edit.
import { POWERS_OF_TWO, REAL, WORDS } from "../tables/memory.ts";

export function log2(x: number): number {
  if (!((2.2250738585072014e-308 <= x) && (x < 4.49423283715579e+307))) return log2Slow(x);
  REAL[0] = x;
  const t1 = WORDS[1] as number;
  const t2 = ((t1 - 1072079006) | 0) >> 20;
  const t3 = t2 + 0;
  const t4 = t3 * 1;
  const t5 = 0 * 0.6931471805598903;
  const t6 = (x * (POWERS_OF_TWO[(((0 - t2) | 0) + 1023) & 2047] as number)) - 1;
  const t7 = t5 + t6;
  const t8 = t6 / (2 + t6);
  const t9 = (0.5 * t6) * t6;
  const t10 = t8 * t8;
  const t11 = t10 * t10;
  const t12 = (0.6666666666666715 + (t10 * 0.3999999999951898)) + (t11 * (0.2857142872246432 + (t10 * 0.2222220038798289)));
  const t13 = t12 + ((t11 * t11) * ((0.1818347881650375 + (t10 * 0.1531606321061362)) + (t11 * 0.1477722429446575)));
  const t14 = (t6 - (t7 - t5)) + (((0 * 5.497923018708371e-14) + (t8 * (t9 + (t10 * t13)))) - t9);
  const t15 = t7 + t14;
  const t16 = t15 * 1.4426950408889634;
  const t17 = t4 + t16;
  const t18 = t15 * 134217729;
  const t19 = t18 - (t18 - t15);
  const t20 = 1.4426950408889634 * 134217729;
  const t21 = t20 - (t20 - 1.4426950408889634);
  const t22 = 1.4426950408889634 - t21;
  const t23 = t15 - t19;
  const t24 = (((((t19 * t21) - t16) + (t19 * t22)) + (t23 * t21)) + (t23 * t22)) + ((t15 * 2.0355273740931033e-17) + ((t14 - (t15 - t7)) * 1.4426950408889634));
  return t17 + ((t16 - (t17 - t4)) + (t24 + (t3 * 0)));
}

function log2Slow(x: number): number {
  const t1 = x < 2.2250738585072014e-308;
  const t2 = 4.49423283715579e+307 <= x;
  const t3 = x * (t1 ? 18014398509481984 : (t2 ? 5.551115123125783e-17 : 1));
  REAL[0] = t3;
  const t4 = WORDS[1] as number;
  const t5 = ((t4 - 1072079006) | 0) >> 20;
  const t6 = t5 + (t1 ? (-54) : (t2 ? 54 : 0));
  const t7 = t6 * 1;
  const t8 = 0 * 0.6931471805598903;
  const t9 = (t3 * (POWERS_OF_TWO[(((0 - t5) | 0) + 1023) & 2047] as number)) - 1;
  const t10 = t8 + t9;
  const t11 = t9 / (2 + t9);
  const t12 = (0.5 * t9) * t9;
  const t13 = t11 * t11;
  const t14 = t13 * t13;
  const t15 = (0.6666666666666715 + (t13 * 0.3999999999951898)) + (t14 * (0.2857142872246432 + (t13 * 0.2222220038798289)));
  const t16 = t15 + ((t14 * t14) * ((0.1818347881650375 + (t13 * 0.1531606321061362)) + (t14 * 0.1477722429446575)));
  const t17 = (t9 - (t10 - t8)) + (((0 * 5.497923018708371e-14) + (t11 * (t12 + (t13 * t16)))) - t12);
  const t18 = t10 + t17;
  const t19 = t18 * 1.4426950408889634;
  const t20 = t7 + t19;
  const t21 = t18 * 134217729;
  const t22 = t21 - (t21 - t18);
  const t23 = 1.4426950408889634 * 134217729;
  const t24 = t23 - (t23 - 1.4426950408889634);
  const t25 = 1.4426950408889634 - t24;
  const t26 = t18 - t22;
  const t27 = (((((t22 * t24) - t19) + (t22 * t25)) + (t26 * t24)) + (t26 * t25)) + ((t18 * 2.0355273740931033e-17) + ((t17 - (t18 - t10)) * 1.4426950408889634));
  return ((0 < x) && (x < Infinity)) ? (t20 + ((t19 - (t20 - t7)) + (t27 + (t6 * 0)))) : ((x === 0) ? (-Infinity) : ((x < 0) ? NaN : x));
}
