// Written by scripts/generate/elementary.mjs from functions/. Do not edit.
import { POWERS_OF_TWO, REAL, WORDS } from "../tables/memory.ts";

export function log1p(x: number): number {
  if (!(((-1) < x) && (x < 4.49423283715579e+307))) return log1pSlow(x);
  const t1 = 1 + x;
  REAL[0] = t1;
  const t2 = WORDS[1] as number;
  const t3 = ((t2 - 1072079006) | 0) >> 20;
  const t4 = t3 * 0.6931471805598903;
  const t5 = POWERS_OF_TWO[(((0 - t3) | 0) + 1023) & 2047] as number;
  const t6 = (t1 * t5) - 1;
  const t7 = t1 - 1;
  const t8 = ((1 - (t1 - t7)) + (x - t7)) * t5;
  const t9 = t6 + t8;
  const t10 = t4 + t9;
  const t11 = t9 / (2 + t9);
  const t12 = (0.5 * t9) * t9;
  const t13 = t11 * t11;
  const t14 = t13 * t13;
  const t15 = (0.6666666666666715 + (t13 * 0.3999999999951898)) + (t14 * (0.2857142872246432 + (t13 * 0.2222220038798289)));
  const t16 = t15 + ((t14 * t14) * ((0.1818347881650375 + (t13 * 0.1531606321061362)) + (t14 * 0.1477722429446575)));
  const t17 = t9 - t6;
  const t18 = ((t3 * 5.497923018708371e-14) + (t11 * (t12 + (t13 * t16)))) + (((t6 - (t9 - t17)) + (t8 - t17)) * (1 - t9));
  return ((Math.abs(x)) < 5.551115123125783e-17) ? x : (t10 + ((t9 - (t10 - t4)) + (t18 - t12)));
}

function log1pSlow(x: number): number {
  const t1 = 1 + x;
  const t2 = x < 2.2250738585072014e-308;
  const t3 = 4.49423283715579e+307 <= x;
  const t4 = x * (t2 ? 18014398509481984 : (t3 ? 5.551115123125783e-17 : 1));
  REAL[0] = t4;
  const t5 = WORDS[1] as number;
  const t6 = ((t5 - 1072079006) | 0) >> 20;
  const t7 = t6 + (t2 ? (-54) : (t3 ? 54 : 0));
  const t8 = t7 * 0.6931471805598903;
  const t9 = (t4 * (POWERS_OF_TWO[(((0 - t6) | 0) + 1023) & 2047] as number)) - 1;
  const t10 = t8 + t9;
  const t11 = t9 / (2 + t9);
  const t12 = (0.5 * t9) * t9;
  const t13 = t11 * t11;
  const t14 = t13 * t13;
  const t15 = (0.6666666666666715 + (t13 * 0.3999999999951898)) + (t14 * (0.2857142872246432 + (t13 * 0.2222220038798289)));
  const t16 = t15 + ((t14 * t14) * ((0.1818347881650375 + (t13 * 0.1531606321061362)) + (t14 * 0.1477722429446575)));
  return ((0 < t1) && (t1 < Infinity)) ? (t10 + ((t9 - (t10 - t8)) + (((t7 * 5.497923018708371e-14) + (t11 * (t12 + (t13 * t16)))) - t12))) : ((t1 === 0) ? (-Infinity) : ((t1 < 0) ? NaN : t1));
}
