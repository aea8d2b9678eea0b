/* The bodies and elementary functions of the suite `kernel`, by hand. Usage: events COUNT RUNS. Prints for each the least
   time of RUNS in ns per element and its sum: {"rational": {"ns": …, "sum": …}, …}. Inputs are made as in `bodies.ts`. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define BLOCK 256

static long n;
static double *s, *t, *w, *x, *positive, *exponent;

static double fraction(uint32_t k, uint32_t multiplier) { return (double)(k * multiplier) / 4294967296.0; }

/* Sums of a block in eight lanes, as a vector holds them. */
static void add(double *restrict lanes, const double *restrict values, long count) {
  for (long k = 0; k + 7 < count; k += 8)
    for (int lane = 0; lane < 8; lane++) lanes[lane] += values[k + lane];
  for (long k = count & ~7L; k < count; k++) lanes[k & 7] += values[k];
}

static double joined(const double *lanes) {
  double sum = 0;
  for (int lane = 0; lane < 8; lane++) sum += lanes[lane];
  return sum;
}

static inline double intensity(double s, double t, const double *p, double m1, double m2, double n1, double n2) {
  double d1 = m1 - s, d2 = m2 - s;
  double q1 = 1 / (d1 * d1 + n1 * n1), q2 = 1 / (d2 * d2 + n2 * n2);
  double r1 = d1 * q1, i1 = n1 * q1, r2 = d2 * q2, i2 = n2 * q2;
  double re = p[4] * r1 + (p[5] * r2 - p[6] * i2), im = p[4] * i1 + (p[5] * i2 + p[6] * r2);
  return re * re + im * im + p[7] * (t * t);
}

static double body(const double *p, int takesLog) {
  double lanes[8] = {0}, values[BLOCK];
  double m1 = p[0] * p[0], m2 = p[2] * p[2], n1 = p[0] * p[1], n2 = p[2] * p[3];
  for (long from = 0; from < n; from += BLOCK) {
    long count = n - from < BLOCK ? n - from : BLOCK;
    const double *restrict a = s + from, *restrict b = t + from, *restrict c = w + from;
    if (takesLog)
      for (long k = 0; k < count; k++) values[k] = c[k] * log(intensity(a[k], b[k], p, m1, m2, n1, n2));
    else
      for (long k = 0; k < count; k++) values[k] = c[k] * intensity(a[k], b[k], p, m1, m2, n1, n2);
    add(lanes, values, count);
  }
  return joined(lanes);
}

static double rational(const double *p) { return body(p, 0); }
static double logarithm(const double *p) { return body(p, 1); }

#define ELEMENTARY(NAME, CALL)                                           \
  static double sum_##NAME(const double *p) {                            \
    double lanes[8] = {0}, values[BLOCK];                                \
    (void)p;                                                             \
    for (long from = 0; from < n; from += BLOCK) {                       \
      long count = n - from < BLOCK ? n - from : BLOCK;                  \
      const double *restrict a = x + from, *restrict b = positive + from, *restrict c = exponent + from; \
      (void)a, (void)b, (void)c;                                         \
      for (long k = 0; k < count; k++) values[k] = CALL;                 \
      add(lanes, values, count);                                         \
    }                                                                    \
    return joined(lanes);                                                \
  }
ELEMENTARY(exp, exp(a[k]))
ELEMENTARY(log, log(b[k]))
ELEMENTARY(sin, sin(a[k]))
ELEMENTARY(cos, cos(a[k]))
ELEMENTARY(tanh, tanh(a[k]))
ELEMENTARY(atan2, atan2(a[k], b[k]))
ELEMENTARY(pow, pow(b[k], c[k]))
ELEMENTARY(erf, erf(c[k]))

static double now(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return 1e9 * at.tv_sec + at.tv_nsec;
}

static const struct {
  const char *name;
  double (*sum)(const double *);
} cases[] = {{"rational", rational}, {"logarithm", logarithm}, {"exp", sum_exp},   {"log", sum_log}, {"sin", sum_sin},
             {"cos", sum_cos},       {"tanh", sum_tanh},       {"atan2", sum_atan2}, {"pow", sum_pow}, {"erf", sum_erf}};

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  n = atol(argv[1]);
  int runs = atoi(argv[2]);
  double **columns[] = {&s, &t, &w, &x, &positive, &exponent};
  for (int c = 0; c < 6; c++) *columns[c] = aligned_alloc(64, (n * sizeof(double) + 63) & ~63L);
  for (long k = 0; k < n; k++) {
    s[k] = 0.5 + 2.5 * fraction(k, 2654435761u);
    t[k] = 2 * fraction(k, 2246822519u) - 1;
    w[k] = 0.5 + fraction(k, 3266489917u);
    x[k] = 20 * fraction(k, 668265263u) - 10;
    positive[k] = 10 * (1 - fraction(k, 374761393u));
    exponent[k] = 6 * fraction(k, 2246822519u) - 3;
  }
  double p[8] = {1.2, 0.1, 1.5, 0.15, 0.7, 0.4, -0.3, 0.05};
  printf("{");
  for (unsigned c = 0; c < sizeof cases / sizeof *cases; c++) {
    double best = INFINITY, sum = 0;
    for (int run = 0; run < runs; run++) {
      double start = now();
      sum = cases[c].sum(p);
      double elapsed = now() - start;
      if (elapsed < best) best = elapsed;
    }
    printf("%s\"%s\": {\"ns\": %.6g, \"sum\": %.17g}", c ? ", " : "", cases[c].name, best / n, sum);
  }
  printf("}\n");
  return 0;
}
