/* FFTW called from C: the least time of a transform in ms, forward, and inverse with its scaling. Usage: fftw <length> <runs> */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* The few declarations that are needed, so that the library suffices and its headers need not be installed. */
typedef double fftw_complex[2];
typedef struct fftw_plan_s *fftw_plan;
extern void *fftw_malloc(size_t);
extern fftw_plan fftw_plan_dft_1d(int, fftw_complex *, fftw_complex *, int, unsigned);
extern void fftw_execute(fftw_plan);

static double now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e3 + t.tv_nsec * 1e-6;
}

int main(int argc, char **argv) {
  int length = argc > 1 ? atoi(argv[1]) : 65536;
  int runs = argc > 2 ? atoi(argv[2]) : 200;
  fftw_complex *values = fftw_malloc(sizeof(fftw_complex) * (size_t)length);
  fftw_plan forward = fftw_plan_dft_1d(length, values, values, -1, 0);
  fftw_plan inverse = fftw_plan_dft_1d(length, values, values, 1, 0);
  double *numbers = (double *)values;
  double factor = 1.0 / length, best_forward = 1e9, best_inverse = 1e9;
  for (int i = 0; i < 2 * length; i++) numbers[i] = (double)((long)i * 7919 % 1013) / 1013 - 0.5;
  for (int run = 0; run < runs; run++) {
    double start = now_ms();
    fftw_execute(forward);
    double middle = now_ms();
    fftw_execute(inverse);
    for (int i = 0; i < 2 * length; i++) numbers[i] *= factor;
    double end = now_ms();
    if (middle - start < best_forward) best_forward = middle - start;
    if (end - middle < best_inverse) best_inverse = end - middle;
  }
  printf("{\"forwardMs\": %.9f, \"inverseMs\": %.9f, \"check\": %.3f}\n", best_forward, best_inverse, numbers[1]);
  return 0;
}
