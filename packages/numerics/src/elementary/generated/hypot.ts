// Written by scripts/generate/elementary.mjs from functions/. Do not edit.

export function hypot(x: number, y: number): number {
  const t1 = Math.abs(x);
  const t2 = Math.abs(y);
  const t3 = t1 < t2;
  const t4 = t3 ? t2 : t1;
  if (!((3.8725919148493183e-121 < t4) && (t4 < 3.273390607896142e+150))) return hypotSlow(x, y);
  const t5 = t4 * t4;
  const t6 = t3 ? t1 : t2;
  const t7 = t6 * t6;
  const t8 = t5 + t7;
  const t9 = t8 - t5;
  const t10 = t4 * 134217729;
  const t11 = t10 - (t10 - t4);
  const t12 = t4 - t11;
  const t13 = t6 * 134217729;
  const t14 = t13 - (t13 - t6);
  const t15 = t6 - t14;
  const t16 = ((((t11 * t11) - t5) + ((2 * t11) * t12)) + (t12 * t12)) + ((((t14 * t14) - t7) + ((2 * t14) * t15)) + (t15 * t15));
  const t17 = ((t5 - (t8 - t9)) + (t7 - t9)) + t16;
  const t18 = t8 + t17;
  const t19 = Math.sqrt(t18);
  const t20 = t19 * t19;
  const t21 = t19 * 134217729;
  const t22 = t21 - (t21 - t19);
  const t23 = t19 - t22;
  const t24 = (((t18 - t20) - ((((t22 * t22) - t20) + ((2 * t22) * t23)) + (t23 * t23))) + (t17 - (t18 - t8))) / (2 * t19);
  return t19 + t24;
}

function hypotSlow(x: number, y: number): number {
  const t1 = Math.abs(x);
  const t2 = Math.abs(y);
  const t3 = t1 < t2;
  const t4 = t3 ? t2 : t1;
  const t5 = t3 ? t1 : t2;
  const t6 = t4 <= 3.8725919148493183e-121;
  const t7 = t6 ? 5.260135901548374e+210 : 2.409919865102884e-181;
  const t8 = t4 * t7;
  const t9 = t8 * t8;
  const t10 = t5 * t7;
  const t11 = t10 * t10;
  const t12 = t9 + t11;
  const t13 = t12 - t9;
  const t14 = t8 * 134217729;
  const t15 = t14 - (t14 - t8);
  const t16 = t8 - t15;
  const t17 = t10 * 134217729;
  const t18 = t17 - (t17 - t10);
  const t19 = t10 - t18;
  const t20 = ((((t15 * t15) - t9) + ((2 * t15) * t16)) + (t16 * t16)) + ((((t18 * t18) - t11) + ((2 * t18) * t19)) + (t19 * t19));
  const t21 = ((t9 - (t12 - t13)) + (t11 - t13)) + t20;
  const t22 = t12 + t21;
  const t23 = Math.sqrt(t22);
  const t24 = t23 * t23;
  const t25 = t23 * 134217729;
  const t26 = t25 - (t25 - t23);
  const t27 = t23 - t26;
  const t28 = (((t22 - t24) - ((((t26 * t26) - t24) + ((2 * t26) * t27)) + (t27 * t27))) + (t21 - (t22 - t12))) / (2 * t23);
  const t29 = ((t4 === 0) && (t5 === 0)) ? 0 : ((t23 + t28) * (t6 ? 1.90109156629516e-211 : 4.149515568880993e+180));
  return ((t1 === Infinity) || (t2 === Infinity)) ? Infinity : t29;
}
