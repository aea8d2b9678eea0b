/**
 * The vocabulary of the C text: vectors of eight, four or two float64, whatever the machine computes at a time, in the
 * vector extensions of GCC and Clang. Each operation is one rounding, as in the other back ends; masks have all bits of a
 * lane set or none. What is `apart` is not fused with what follows.
 */
export const C_VECTORS = `#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif
#if defined(__AVX512F__)
#define W 8
#define ALL(x) {x, x, x, x, x, x, x, x}
#elif defined(__AVX__)
#define W 4
#define ALL(x) {x, x, x, x}
#else
#define W 2
#define ALL(x) {x, x}
#endif
typedef double vd __attribute__((vector_size(8 * W)));
typedef long long vi __attribute__((vector_size(8 * W)));
typedef double vu __attribute__((vector_size(8 * W), aligned(8)));
typedef float vf __attribute__((vector_size(4 * W), aligned(4)));
#define V(x) ((vd)ALL(x))
#define I(x) ((vi)ALL(x))
#define EACH for (int lane = 0; lane < W; lane++)
#define FN static inline __attribute__((always_inline, unused))
FN vd pick(vi m, vd a, vd b) { return (vd)((m & (vi)a) | (~m & (vi)b)); }
FN vd vabs(vd a) { return (vd)((vi)a & I(0x7fffffffffffffffLL)); }
FN int every(vi m) {
#if defined(__AVX512F__)
  return _mm512_movepi64_mask((__m512i)m) == 255;
#elif defined(__AVX__)
  return _mm256_movemask_pd((__m256d)m) == 15;
#else
  return (m[0] & m[1]) != 0;
#endif
}
FN vd vsqrt(vd a) {
#if defined(__AVX512F__)
  return (vd)_mm512_sqrt_pd((__m512d)a);
#elif defined(__AVX__)
  return (vd)_mm256_sqrt_pd((__m256d)a);
#else
  EACH a[lane] = __builtin_sqrt(a[lane]);
  return a;
#endif
}
FN vd vfloor(vd a) {
#if defined(__AVX512F__)
  return (vd)_mm512_roundscale_pd((__m512d)a, 9);
#elif defined(__AVX__)
  return (vd)_mm256_floor_pd((__m256d)a);
#else
  EACH a[lane] = __builtin_floor(a[lane]);
  return a;
#endif
}
FN vd vgather(const double *table, double last, vd index) {
  EACH {
    const double at = index[lane] > 0 ? index[lane] : 0;
    index[lane] = table[(long long)(at < last ? at : last)];
  }
  return index;
}
#if defined(__x86_64__)
#define REGISTER "+x"
#elif defined(__aarch64__)
#define REGISTER "+w"
#else
#define REGISTER "+m"
#endif
FN vd apart(vd a) {
  __asm__("" : REGISTER(a));
  return a;
}
FN vi unordered(vd a, vd b) { return (vi)(a != a) | (vi)(b != b); }
FN vd vmin(vd a, vd b) {
  vd ordered = pick((vi)(a < b), a, pick((vi)(b < a), b, (vd)((vi)a | (vi)b)));
  return pick(unordered(a, b), a + b, ordered);
}
FN vd vmax(vd a, vd b) {
  vd ordered = pick((vi)(a > b), a, pick((vi)(b > a), b, (vd)((vi)a & (vi)b)));
  return pick(unordered(a, b), a + b, ordered);
}
FN vd real_of(vi a) { return (vd)(a + I(0x4338000000000000LL)) - V(0x1.8p52); }
FN vd power_of_two(vi a) { return (vd)((a + I(1023)) << 52); }
FN vd look_up(const double *table, unsigned size, vi at) {
  vd r;
  EACH {
    unsigned place = (unsigned)at[lane];
    r[lane] = table[place < size ? place : 0];
  }
  return r;
}
FN vd load(const char *at) { return (vd)*(const vu *)at; }
FN vd widen(const char *at) {
  vf narrow;
  memcpy(&narrow, at, sizeof narrow);
  return __builtin_convertvector(narrow, vd);
}
FN void store(double *at, vd a) { memcpy(at, &a, sizeof a); }
FN vd canonical(vd a) { return pick((vi)(a == a), a, V(__builtin_nan(""))); }
`;
