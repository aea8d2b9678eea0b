// Written by scripts/generate/elementary-coefficients.py.
// biome-ignore-all lint/suspicious/noApproximativeNumericConstant: leading parts of pairs

/** (exp(r) - 1 - r) / r^2 on |r| <= ln(2)/2: minimax coefficients, lowest degree first. */
export const EXP_POLYNOMIAL: readonly number[] = [
  0.5, 0.16666666666666677, 0.0416666666666667, 0.008333333333322188, 0.0013888888888867346, 0.000198412698848557,
  2.4801587360071108e-5, 2.7557245380119546e-6, 2.7557242908175863e-7, 2.5108659362018947e-8, 2.092444933657855e-9,
];

/** (log((1+s)/(1-s))/s - 2) / s^2 in s^2, |s| <= 0.1716: minimax coefficients, lowest degree first. */
export const LOG_POLYNOMIAL: readonly number[] = [
  0.6666666666666715, 0.3999999999951898, 0.2857142872246432, 0.2222220038798289, 0.1818347881650375,
  0.1531606321061362, 0.1477722429446575,
];

/** (sin(y) - y) / y^3 in y^2, |y| <= pi/4: minimax coefficients, lowest degree first. */
export const SIN_POLYNOMIAL: readonly number[] = [
  -0.16666666666666638, 0.008333333333323773, -0.00019841269830703684, 2.755731395878222e-6, -2.5050794998771592e-8,
  1.589871979740591e-10,
];

/** (cos(y) - 1 + y^2/2) / y^4 in y^2, |y| <= pi/4: minimax coefficients, lowest degree first. */
export const COS_POLYNOMIAL: readonly number[] = [
  0.041666666666666616, -0.0013888888888876133, 2.4801587290575545e-5, -2.755731463410494e-7, 2.0875758020390025e-9,
  -1.136130074054274e-11,
];

/** (atan(t) - t) / t^3 in t^2, |t| <= 0.2361: minimax coefficients, lowest degree first. */
export const ATAN_POLYNOMIAL: readonly number[] = [
  -0.3333333333333333, 0.1999999999999738, -0.14285714284978998, 0.11111111014919232, -0.09090902141672794,
  0.0769200812304217, -0.06658746999100337, 0.05755766186098827, -0.041228751347486665,
];

/** (asin(x) - x) / x^3 in x^2, |x| <= 1/2: minimax coefficients, lowest degree first. */
export const ASIN_POLYNOMIAL: readonly number[] = [
  0.16666666666666666, 0.07500000000000007, 0.0446428571428419, 0.030381944445912364, 0.022372159010997882,
  0.01735276717973071, 0.013964779316612367, 0.011552864729666322, 0.009748880558252168, 0.008502252109908811,
  0.0065867551158719645, 0.009895188001846168, -0.006019950046909113, 0.03278003002694683, -0.036437846003024264,
  0.03574663854429668,
];

/** (sinh(x) - x) / x^3 in x^2, |x| <= 1: minimax coefficients, lowest degree first. */
export const SINH_POLYNOMIAL: readonly number[] = [
  0.16666666666666666, 0.008333333333333333, 0.00019841269841269616, 2.755731922411117e-6, 2.505210834747333e-8,
  1.6059050499222834e-10, 7.646488586991402e-13, 2.8481027345619295e-15,
];

/** erf(x)/x - 1 in x^2, |x| <= 1/2: minimax coefficients, lowest degree first. */
export const ERF_POLYNOMIAL: readonly number[] = [
  0.1283791670955126, -0.3761263890318375, 0.11283791670954871, -0.02686617064500043, 0.0052239776220315125,
  -0.0008548326512408339, 0.00012055286316237073, -1.4923007885637594e-5, 1.637133076974193e-6, -1.462176957257393e-7,
];

/** cbrt(m) on [1, 8]: minimax coefficients, lowest degree first. */
export const CUBE_ROOT_SEED_POLYNOMIAL: readonly number[] = [
  0.5871187989519951, 0.5261539866962017, -0.13453124587953538, 0.024183775898626244, -0.0023083140131434743,
  8.812921256054608e-5,
];

/** (log(1+r) - r + r^2/2) / r^3 on |r| <= 0.0080: minimax coefficients, lowest degree first. */
export const LOG_NEAR_ONE_POLYNOMIAL: readonly number[] = [
  0.3333333333333333, -0.2500000000000064, 0.20000000000001858, -0.16666666613953854, 0.1428571420087857,
  -0.12501304105753813, 0.11112609715071066,
];

/** ln 2 with 11 free low bits, then the rest. */
export const LN2: readonly [number, number] = [0.6931471805598903, 5.497923018708371e-14];

/** ln 2 in float64 pairs. */
export const LN2_WIDE: readonly [number, number] = [0.6931471805599453, 2.3190468138462996e-17];

/** pi/2 in parts of 33 bits. */
export const HALF_PI: readonly [number, number, number, number] = [
  1.5707963267341256, 6.077100506303966e-11, 2.0222662487111665e-21, 8.4784276603689e-32,
];

/** pi/2 as a float64 pair. */
export const HALF_PI_PAIR: readonly [number, number] = [1.5707963267948966, 6.123233995736766e-17];

/** pi as a float64 pair. */
export const PI_PAIR: readonly [number, number] = [3.141592653589793, 1.2246467991473532e-16];

/** 1 / ln 2 as a float64 pair. */
export const INVERSE_LN2_PAIR: readonly [number, number] = [1.4426950408889634, 2.0355273740931033e-17];

/** 1 / ln 10 as a float64 pair. */
export const INVERSE_LN10_PAIR: readonly [number, number] = [0.4342944819032518, 1.098319650216765e-17];

/** log10 2 with 11 free low bits, then the rest. */
export const LOG10_OF_2: readonly [number, number] = [0.30102999566395283, 2.8363394551044964e-14];

/** atan(1/2) as a float64 pair. */
export const ATAN_OF_HALF: readonly [number, number] = [0.4636476090008061, 2.2698777452961687e-17];

/** atan(2) as a float64 pair. */
export const ATAN_OF_TWO: readonly [number, number] = [1.1071487177940904, 9.40447137356638e-17];
