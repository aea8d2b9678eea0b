// Written by scripts/generate/elementary.mjs from functions/. Do not edit.
import { POWERS_OF_TWO, REAL, WORDS } from "../tables/memory.ts";

export function exp(x: number): number {
  if (!((Math.abs(x)) < 708)) return expSlow(x);
  const t1 = (x * 1.4426950408889634) + 6755399441055744;
  const t2 = t1 - 6755399441055744;
  const t3 = x - (t2 * 0.6931471805598903);
  const t4 = t2 * 5.497923018708371e-14;
  const t5 = t3 - t4;
  const t6 = 1 + t5;
  const t7 = t5 * t5;
  const t8 = t7 * t7;
  const t9 = (0.0013888888888867346 + (t5 * 0.000198412698848557)) + (t7 * (0.000024801587360071108 + (t5 * 0.0000027557245380119546)));
  const t10 = ((0.5 + (t5 * 0.16666666666666677)) + (t7 * (0.0416666666666667 + (t5 * 0.008333333333322188)))) + (t8 * t9);
  const t11 = (t8 * t8) * ((2.7557242908175863e-7 + (t5 * 2.5108659362018947e-8)) + (t7 * 2.092444933657855e-9));
  REAL[0] = t1;
  const t12 = WORDS[0] as number;
  return (t6 + ((t5 - (t6 - 1)) + ((t7 * (t10 + t11)) + ((t3 - t5) - t4)))) * (POWERS_OF_TWO[(t12 + 1023) & 2047] as number);
}

function expSlow(x: number): number {
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
  return t15 * (POWERS_OF_TWO[(((t13 - t14) | 0) + 1023) & 2047] as number);
}
