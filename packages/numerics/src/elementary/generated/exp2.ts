// Written by scripts/generate/elementary.mjs from functions/. Do not edit.
import { POWERS_OF_TWO, REAL, WORDS } from "../tables/memory.ts";

export function exp2(x: number): number {
  if (!((Math.abs(x)) < 1021)) return exp2Slow(x);
  const t1 = x + 6755399441055744;
  const t2 = x - (t1 - 6755399441055744);
  const t3 = t2 * 0.6931471805599453;
  const t4 = 1 + t3;
  const t5 = t3 * t3;
  const t6 = t5 * t5;
  const t7 = (0.0013888888888867346 + (t3 * 0.000198412698848557)) + (t5 * (0.000024801587360071108 + (t3 * 0.0000027557245380119546)));
  const t8 = ((0.5 + (t3 * 0.16666666666666677)) + (t5 * (0.0416666666666667 + (t3 * 0.008333333333322188)))) + (t6 * t7);
  const t9 = (t6 * t6) * ((2.7557242908175863e-7 + (t3 * 2.5108659362018947e-8)) + (t5 * 2.092444933657855e-9));
  const t10 = t2 * 134217729;
  const t11 = t10 - (t10 - t2);
  const t12 = 0.6931471805599453 * 134217729;
  const t13 = t12 - (t12 - 0.6931471805599453);
  const t14 = 0.6931471805599453 - t13;
  const t15 = t2 - t11;
  const t16 = (((((t11 * t13) - t3) + (t11 * t14)) + (t15 * t13)) + (t15 * t14)) + (t2 * 2.3190468138462996e-17);
  REAL[0] = t1;
  const t17 = WORDS[0] as number;
  return (t4 + ((t3 - (t4 - 1)) + ((t5 * (t8 + t9)) + t16))) * (POWERS_OF_TWO[(t17 + 1023) & 2047] as number);
}

function exp2Slow(x: number): number {
  const t1 = (x < (-1080)) ? (-1080) : ((1030 < x) ? 1030 : x);
  const t2 = t1 + 6755399441055744;
  const t3 = t1 - (t2 - 6755399441055744);
  const t4 = t3 * 0.6931471805599453;
  const t5 = 1 + t4;
  const t6 = t4 * t4;
  const t7 = t6 * t6;
  const t8 = (0.0013888888888867346 + (t4 * 0.000198412698848557)) + (t6 * (0.000024801587360071108 + (t4 * 0.0000027557245380119546)));
  const t9 = ((0.5 + (t4 * 0.16666666666666677)) + (t6 * (0.0416666666666667 + (t4 * 0.008333333333322188)))) + (t7 * t8);
  const t10 = (t7 * t7) * ((2.7557242908175863e-7 + (t4 * 2.5108659362018947e-8)) + (t6 * 2.092444933657855e-9));
  const t11 = t3 * 134217729;
  const t12 = t11 - (t11 - t3);
  const t13 = 0.6931471805599453 * 134217729;
  const t14 = t13 - (t13 - 0.6931471805599453);
  const t15 = 0.6931471805599453 - t14;
  const t16 = t3 - t12;
  const t17 = (((((t12 * t14) - t4) + (t12 * t15)) + (t16 * t14)) + (t16 * t15)) + (t3 * 2.3190468138462996e-17);
  REAL[0] = t2;
  const t18 = WORDS[0] as number;
  const t19 = (t18 >>> 1) | ((t18 >> 31) << 31);
  const t20 = (t5 + ((t4 - (t5 - 1)) + ((t6 * (t9 + t10)) + t17))) * (POWERS_OF_TWO[(t19 + 1023) & 2047] as number);
  return t20 * (POWERS_OF_TWO[(((t18 - t19) | 0) + 1023) & 2047] as number);
}
