/* The K-matrix likelihood with everything contracted by hand: per event 12 complex basis values, 4 angular numbers, a weight.
   Usage: likelihood FILE RUNS. Prints {"valueMs": …, "gradientMs": …, "value": …} for the least of RUNS. FILE: event and vector
   counts (int64), then data and Monte Carlo as columns (24 basis, 4 angular, weight), then vectors of 34 parameters. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BASIS 12
#define PARAMETERS 34
#define COLUMNS (2 * BASIS + 5)
#define BLOCK 256

static int64_t n;
static double *columns[2];


static void unpack(const double *p, double re[3][6], double im[3][6]) {
  for (int wave = 0; wave < 2; wave++) {
    const double *q = p + 11 * wave;
    re[wave][0] = q[0];
    im[wave][0] = 0;
    for (int k = 1; k < 6; k++) {
      re[wave][k] = q[2 * k - 1];
      im[wave][k] = q[2 * k];
    }
  }
  for (int k = 0; k < 6; k++) {
    re[2][k] = p[22 + 2 * k];
    im[2][k] = p[23 + 2 * k];
  }
}

/* Amplitudes and intensity of a block. */
static void block(const double *restrict c, int64_t from, int count, double re[3][6], double im[3][6],
                  double a[6][BLOCK], double *restrict intensity) {
  memset(a, 0, 6 * BLOCK * sizeof(double));
  for (int wave = 0; wave < 3; wave++)
    for (int k = 0; k < 6; k++) {
      int basis = wave == 2 ? 6 + k : k;
      const double *restrict x = c + (2 * basis) * n + from;
      const double *restrict y = c + (2 * basis + 1) * n + from;
      double u = re[wave][k], v = im[wave][k];
      double *restrict ar = a[2 * wave], *restrict ai = a[2 * wave + 1];
      for (int i = 0; i < count; i++) {
        ar[i] += u * x[i] - v * y[i];
        ai[i] += u * y[i] + v * x[i];
      }
    }
  const double *restrict g = c + 24 * n + from;
  for (int i = 0; i < count; i++) {
    double ss = a[0][i] * a[0][i] + a[1][i] * a[1][i], dd = a[4][i] * a[4][i] + a[5][i] * a[5][i];
    double mm = a[2][i] * a[2][i] + a[3][i] * a[3][i], sd = a[0][i] * a[4][i] + a[1][i] * a[5][i];
    intensity[i] = ss * g[i] + dd * g[n + i] + 2 * sd * g[2 * n + i] + mm * g[3 * n + i];
  }
}

/* Sum of w ln I or of w I, and with slopes their derivatives. */
static double sums(int set, double re[3][6], double im[3][6], double *slopes) {
  double a[6][BLOCK], intensity[BLOCK], factor[BLOCK], adjoint[6][BLOCK], total = 0;
  const double *c = columns[set], *w = c + 28 * n;
  double gre[3][6] = {{0}}, gim[3][6] = {{0}};
  for (int64_t from = 0; from < n; from += BLOCK) {
    int count = n - from < BLOCK ? (int)(n - from) : BLOCK;
    block(c, from, count, re, im, a, intensity);
    for (int i = 0; i < count; i++) {
      double weight = w[from + i];
      total += set == 0 ? weight * log(intensity[i]) : weight * intensity[i];
      factor[i] = set == 0 ? weight / intensity[i] : weight;
    }
    if (!slopes) continue;
    const double *restrict g = c + 24 * n + from;
    for (int i = 0; i < count; i++) {
      double f = 2 * factor[i], g00 = g[i], g22 = g[n + i], g02 = g[2 * n + i], gm = g[3 * n + i];
      adjoint[0][i] = f * (a[0][i] * g00 + a[4][i] * g02);
      adjoint[1][i] = f * (a[1][i] * g00 + a[5][i] * g02);
      adjoint[2][i] = f * a[2][i] * gm;
      adjoint[3][i] = f * a[3][i] * gm;
      adjoint[4][i] = f * (a[4][i] * g22 + a[0][i] * g02);
      adjoint[5][i] = f * (a[5][i] * g22 + a[1][i] * g02);
    }
    for (int wave = 0; wave < 3; wave++)
      for (int k = 0; k < 6; k++) {
        int basis = wave == 2 ? 6 + k : k;
        const double *restrict x = c + (2 * basis) * n + from;
        const double *restrict y = c + (2 * basis + 1) * n + from;
        double r = 0, m = 0;
        for (int i = 0; i < count; i++) {
          r += adjoint[2 * wave][i] * x[i] + adjoint[2 * wave + 1][i] * y[i];
          m += adjoint[2 * wave + 1][i] * x[i] - adjoint[2 * wave][i] * y[i];
        }
        gre[wave][k] += r;
        gim[wave][k] += m;
      }
  }
  if (slopes) {
    for (int wave = 0; wave < 2; wave++)
      for (int k = 0; k < 6; k++) {
        if (k > 0) slopes[11 * wave + 2 * k] = gim[wave][k];
        slopes[11 * wave + (k == 0 ? 0 : 2 * k - 1)] = gre[wave][k];
      }
    for (int k = 0; k < 6; k++) {
      slopes[22 + 2 * k] = gre[2][k];
      slopes[23 + 2 * k] = gim[2][k];
    }
  }
  return total;
}

static double likelihood(const double *p, double weight, double *slopes) {
  double re[3][6], im[3][6], data[PARAMETERS], mc[PARAMETERS];
  unpack(p, re, im);
  double logs = sums(0, re, im, slopes ? data : 0), norm = sums(1, re, im, slopes ? mc : 0);
  if (slopes)
    for (int k = 0; k < PARAMETERS; k++) slopes[k] = weight * mc[k] / norm - data[k];
  return weight * log(norm) - logs;
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return 1e3 * t.tv_sec + 1e-6 * t.tv_nsec;
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  FILE *file = fopen(argv[1], "rb");
  int64_t head[2];
  if (!file || fread(head, 8, 2, file) != 2) return 1;
  n = head[0];
  for (int set = 0; set < 2; set++) {
    columns[set] = malloc(COLUMNS * n * 8);
    if (fread(columns[set], 8, COLUMNS * n, file) != (size_t)(COLUMNS * n)) return 1;
  }
  double *vectors = malloc(head[1] * PARAMETERS * 8), slopes[PARAMETERS], weight = 0, check = 0;
  if (fread(vectors, 8, head[1] * PARAMETERS, file) != (size_t)(head[1] * PARAMETERS)) return 1;
  for (int64_t i = 0; i < n; i++) weight += columns[0][28 * n + i];
  double best[2] = {1e300, 1e300};
  int runs = atoi(argv[2]);
  for (int run = 0; run < runs; run++) {
    const double *p = vectors + PARAMETERS * (run % head[1]);
    double started = now();
    double value = likelihood(p, weight, 0);
    double middle = now();
    value += likelihood(p, weight, slopes);
    double ended = now();
    if (middle - started < best[0]) best[0] = middle - started;
    if (ended - middle < best[1]) best[1] = ended - middle;
    if (run == 0) check = value / 2;
  }
  printf("{\"valueMs\": %.6f, \"gradientMs\": %.6f, \"value\": %.17g}\n", best[0], best[1], check);
  return 0;
}
