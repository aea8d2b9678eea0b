// Written by scripts/generate/elementary.mjs from functions/. Do not edit.
import { POWERS_OF_TWO, REAL, WORDS } from "../tables/memory.ts";

export function log(x: number): number {
  if (!((2.2250738585072014e-308 <= x) && (x < 4.49423283715579e+307))) return logSlow(x);
  REAL[0] = x;
  const t1 = WORDS[1] as number;
  const t2 = ((t1 - 1072079006) | 0) >> 20;
  const t3 = t2 * 0.6931471805598903;
  const t4 = (x * (POWERS_OF_TWO[(((0 - t2) | 0) + 1023) & 2047] as number)) - 1;
  const t5 = t3 + t4;
  const t6 = t4 / (2 + t4);
  const t7 = (0.5 * t4) * t4;
  const t8 = t6 * t6;
  const t9 = t8 * t8;
  const t10 = (0.6666666666666715 + (t8 * 0.3999999999951898)) + (t9 * (0.2857142872246432 + (t8 * 0.2222220038798289)));
  const t11 = t10 + ((t9 * t9) * ((0.1818347881650375 + (t8 * 0.1531606321061362)) + (t9 * 0.1477722429446575)));
  return t5 + ((t4 - (t5 - t3)) + (((t2 * 5.497923018708371e-14) + (t6 * (t7 + (t8 * t11)))) - t7));
}

function logSlow(x: number): number {
  const t1 = x < 2.2250738585072014e-308;
  const t2 = 4.49423283715579e+307 <= x;
  const t3 = x * (t1 ? 18014398509481984 : (t2 ? 5.551115123125783e-17 : 1));
  REAL[0] = t3;
  const t4 = WORDS[1] as number;
  const t5 = ((t4 - 1072079006) | 0) >> 20;
  const t6 = t5 + (t1 ? (-54) : (t2 ? 54 : 0));
  const t7 = t6 * 0.6931471805598903;
  const t8 = (t3 * (POWERS_OF_TWO[(((0 - t5) | 0) + 1023) & 2047] as number)) - 1;
  const t9 = t7 + t8;
  const t10 = t8 / (2 + t8);
  const t11 = (0.5 * t8) * t8;
  const t12 = t10 * t10;
  const t13 = t12 * t12;
  const t14 = (0.6666666666666715 + (t12 * 0.3999999999951898)) + (t13 * (0.2857142872246432 + (t12 * 0.2222220038798289)));
  const t15 = t14 + ((t13 * t13) * ((0.1818347881650375 + (t12 * 0.1531606321061362)) + (t13 * 0.1477722429446575)));
  return ((0 < x) && (x < Infinity)) ? (t9 + ((t8 - (t9 - t7)) + (((t6 * 5.497923018708371e-14) + (t10 * (t11 + (t12 * t15)))) - t11))) : ((x === 0) ? (-Infinity) : ((x < 0) ? NaN : x));
}
