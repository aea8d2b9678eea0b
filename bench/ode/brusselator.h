/*
 * The Brusselator of the suite, N / 2 = 200 inner points, states u1 v1 u2 v2 ...: the header that cvode-in-c.ts prints for other
 * problems, written with loops, which the compiler makes faster than 400 equations in a row.
 */
#define POINTS 200
#define N (2 * POINTS)
#define EVENTS 0
#define BELOW 2
#define ABOVE 2
#define DIFFUSION (0.02 * (POINTS + 1) * (POINTS + 1))
static double initial[N];
static const double span[2] = {0, 10};

static __attribute__((constructor)) void fill_initial(void) {
  for (int i = 0; i < POINTS; i++) {
    initial[2 * i] = 1 + sin(2 * 3.14159265358979323846 * (i + 1) / (POINTS + 1));
    initial[2 * i + 1] = 3;
  }
}

static inline void point(double u, double v, double uBefore, double vBefore, double uAfter, double vAfter, double *restrict f) {
  const double reaction = u * u * v;
  f[0] = 1 + reaction - 4 * u + DIFFUSION * (uBefore - 2 * u + uAfter);
  f[1] = 3 * u - reaction + DIFFUSION * (vBefore - 2 * v + vAfter);
}

static void right_hand_side(double t, const double *restrict y, double *restrict f) {
  (void)t;
  point(y[0], y[1], 1, 3, y[2], y[3], f);
  for (int k = 2; k < N - 2; k += 2) point(y[k], y[k + 1], y[k - 2], y[k - 1], y[k + 2], y[k + 3], f + k);
  point(y[N - 2], y[N - 1], y[N - 4], y[N - 3], 1, 3, f + N - 2);
}

static void jacobian_entries(double t, const double *restrict y, double *const *columns, long storedAbove) {
  (void)t;
  for (int k = 0; k < N; k += 2) {
    const double u = y[k], v = y[k + 1];
    ENTRY(k, k) = 2 * u * v - 4 - 2 * DIFFUSION;
    ENTRY(k + 1, k) = 3 - 2 * u * v;
    ENTRY(k, k + 1) = u * u;
    ENTRY(k + 1, k + 1) = -u * u - 2 * DIFFUSION;
    if (k >= 2) ENTRY(k - 2, k) = ENTRY(k - 1, k + 1) = DIFFUSION;
    if (k < N - 2) ENTRY(k + 2, k) = ENTRY(k + 3, k + 1) = DIFFUSION;
  }
}
