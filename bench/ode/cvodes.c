/*
 * Forward sensitivities of one problem (PROBLEM, a header that the suite writes) by CVODES: exact Jacobian and exact sensitivity
 * equations, error control of both. As cvode.c; `state` holds the states, then their derivatives by each parameter.
 * cvodes simultaneous|staggered absoluteScale repetitions inAllMs mostMs tolerance ...
 */
#include <cvodes/cvodes.h>
#include <math.h>
#include <nvector/nvector_serial.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sunlinsol/sunlinsol_dense.h>
#include <sunmatrix/sunmatrix_dense.h>
#include <time.h>
#define ENTRY(row, column) columns[column][row]
#include PROBLEM

static int derivative(sunrealtype t, N_Vector y, N_Vector f, void *data) {
  (void)data;
  right_hand_side(t, NV_DATA_S(y), NV_DATA_S(f));
  return 0;
}

static int jacobian(sunrealtype t, N_Vector y, N_Vector f, SUNMatrix J, void *data, N_Vector a, N_Vector b, N_Vector c) {
  (void)f, (void)data, (void)a, (void)b, (void)c;
  jacobian_entries(t, NV_DATA_S(y), SM_COLS_D(J), 0);
  return 0;
}

static int slopes(int count, sunrealtype t, N_Vector y, N_Vector f, N_Vector *s, N_Vector *ds, void *data, N_Vector a, N_Vector b) {
  (void)f, (void)data, (void)a, (void)b;
  const double *from[TARGETS];
  double *into[TARGETS];
  for (int k = 0; k < count; k++) from[k] = NV_DATA_S(s[k]), into[k] = NV_DATA_S(ds[k]);
  sensitivity_equations(t, NV_DATA_S(y), from, into);
  return 0;
}

static double threadMs(void) {
  struct timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return 1e3 * now.tv_sec + 1e-6 * now.tv_nsec;
}

static int integrate(void *memory, int mode, N_Vector y, N_Vector *s) {
  sunrealtype t;
  memcpy(NV_DATA_S(y), initial, sizeof initial);
  for (int k = 0; k < TARGETS; k++) N_VConst(0, s[k]);
  if (CVodeReInit(memory, span[0], y) < 0 || CVodeSensReInit(memory, mode, s) < 0) return 1;
  return CVode(memory, span[1], y, &t, CV_NORMAL) < 0 || CVodeGetSens(memory, &t, s) < 0;
}

int main(int count, char **arguments) {
  const int mode = strcmp(arguments[1], "staggered") == 0 ? CV_STAGGERED : CV_SIMULTANEOUS;
  const double scale = atof(arguments[2]), repetitions = atof(arguments[3]), inAllMs = atof(arguments[4]), mostMs = atof(arguments[5]);
  SUNContext context;
  SUNContext_Create(SUN_COMM_NULL, &context);
  SUNContext_ClearErrHandlers(context);
  N_Vector y = N_VNew_Serial(N, context), *s = N_VCloneVectorArray(TARGETS, y);
  memcpy(NV_DATA_S(y), initial, sizeof initial);
  for (int k = 0; k < TARGETS; k++) N_VConst(0, s[k]);
  const char *separator = "";
  putchar('[');
  for (int index = 6; index < count; index++) {
    const double tolerance = atof(arguments[index]);
    void *memory = CVodeCreate(CV_BDF, context);
    CVodeInit(memory, derivative, span[0], y);
    CVodeSStolerances(memory, tolerance, tolerance * scale);
    CVodeSetMaxNumSteps(memory, 200000);
    SUNMatrix matrix = SUNDenseMatrix(N, N, context);
    SUNLinearSolver linear = SUNLinSol_Dense(y, matrix, context);
    CVodeSetLinearSolver(memory, linear, matrix);
    CVodeSetJacFn(memory, jacobian);
    CVodeSensInit(memory, TARGETS, mode, slopes, s);
    CVodeSetSensParams(memory, NULL, target_values, NULL);
    CVodeSensEEtolerances(memory);
    CVodeSetSensErrCon(memory, SUNTRUE);
    const int hasFailed = integrate(memory, mode, y, s);
    double best = INFINITY, spent = 0;
    for (int run = 0; !hasFailed && run < repetitions && (run < 3 || spent < inAllMs); run++) {
      const double started = threadMs();
      integrate(memory, mode, y, s);
      const double ms = threadMs() - started;
      spent += ms;
      if (ms < best) best = ms;
    }
    if (!hasFailed) {
      printf("%s{\"relativeTolerance\":%.17g,\"milliseconds\":%.9g,\"state\":[", separator, tolerance, best);
      for (int k = 0; k < N; k++) printf("%s%.17g", k == 0 ? "" : ",", NV_Ith_S(y, k));
      for (int p = 0; p < TARGETS; p++)
        for (int k = 0; k < N; k++) printf(",%.17g", NV_Ith_S(s[p], k));
      printf("]}");
      separator = ",";
    }
    CVodeFree(&memory);
    SUNLinSolFree(linear);
    SUNMatDestroy(matrix);
    if (!hasFailed && best > mostMs) break;
  }
  puts("]");
  return 0;
}
