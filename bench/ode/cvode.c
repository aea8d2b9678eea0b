/*
 * CVODE on one problem (PROBLEM, a header that the suite writes): a ladder of tolerances, with the least time of the calling
 * thread, the state at the end and the times of events for each. Memory of the solver is made before the clock starts.
 * cvode bdf|adams exact|differences|none absoluteScale repetitions inAllMs mostMs tolerance ...
 */
#include <cvode/cvode.h>
#include <math.h>
#include <nvector/nvector_serial.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sunlinsol/sunlinsol_band.h>
#include <sunlinsol/sunlinsol_dense.h>
#include <sunmatrix/sunmatrix_band.h>
#include <sunmatrix/sunmatrix_dense.h>
#include <sunnonlinsol/sunnonlinsol_fixedpoint.h>
#include <time.h>
#if IS_BANDED
#define ENTRY(row, column) columns[column][(row) - (column) + storedAbove]
#else
#define ENTRY(row, column) columns[column][row]
#endif
#include PROBLEM

static double eventTimes[EVENTS + 1];

static int derivative(sunrealtype t, N_Vector y, N_Vector f, void *data) {
  (void)data;
  right_hand_side(t, NV_DATA_S(y), NV_DATA_S(f));
  return 0;
}

static int jacobian(sunrealtype t, N_Vector y, N_Vector f, SUNMatrix J, void *data, N_Vector a, N_Vector b, N_Vector c) {
  (void)f, (void)data, (void)a, (void)b, (void)c;
#if IS_BANDED
  jacobian_entries(t, NV_DATA_S(y), SM_COLS_B(J), SM_SUBAND_B(J));
#else
  jacobian_entries(t, NV_DATA_S(y), SM_COLS_D(J), 0);
#endif
  return 0;
}

#if EVENTS > 0
static int roots(sunrealtype t, N_Vector y, sunrealtype *g, void *data) {
  (void)data;
  event_functions(t, NV_DATA_S(y), g);
  return 0;
}
#endif

static double threadMs(void) {
  struct timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return 1e3 * now.tv_sec + 1e-6 * now.tv_nsec;
}

/* One integration; 0 where it arrived. */
static int integrate(void *memory, N_Vector y) {
  memcpy(NV_DATA_S(y), initial, sizeof initial);
  if (CVodeReInit(memory, span[0], y) < 0) return 1;
  sunrealtype t = span[0];
  for (;;) {
    const int flag = CVode(memory, span[1], y, &t, CV_NORMAL);
    if (flag < 0) return 1;
    if (flag != CV_ROOT_RETURN) return 0;
    int found[EVENTS + 1];
    CVodeGetRootInfo(memory, found);
    for (int k = 0; k < EVENTS; k++)
      if (found[k] && isnan(eventTimes[k])) eventTimes[k] = t;
  }
}

int main(int count, char **arguments) {
  const int isAdams = strcmp(arguments[1], "adams") == 0;
  const char *slopes = arguments[2];
  const double scale = atof(arguments[3]), repetitions = atof(arguments[4]), inAllMs = atof(arguments[5]), mostMs = atof(arguments[6]);
  SUNContext context;
  SUNContext_Create(SUN_COMM_NULL, &context);
  SUNContext_ClearErrHandlers(context);
  N_Vector y = N_VNew_Serial(N, context);
  memcpy(NV_DATA_S(y), initial, sizeof initial);
  const char *separator = "";
  putchar('[');
  for (int index = 7; index < count; index++) {
    const double tolerance = atof(arguments[index]);
    void *memory = CVodeCreate(isAdams ? CV_ADAMS : CV_BDF, context);
    CVodeInit(memory, derivative, span[0], y);
    CVodeSStolerances(memory, tolerance, tolerance * scale);
    CVodeSetMaxNumSteps(memory, 200000);
    CVodeSetMaxHnilWarns(memory, -1);
#if EVENTS > 0
    CVodeRootInit(memory, EVENTS, roots);
#endif
    SUNMatrix matrix = NULL;
    SUNLinearSolver linear = NULL;
    SUNNonlinearSolver nonlinear = NULL;
    if (strcmp(slopes, "none") == 0) {
      nonlinear = SUNNonlinSol_FixedPoint(y, 0, context);
      CVodeSetNonlinearSolver(memory, nonlinear);
    } else {
#if IS_BANDED
      matrix = SUNBandMatrix(N, ABOVE, BELOW, context);
      linear = SUNLinSol_Band(y, matrix, context);
#else
      matrix = SUNDenseMatrix(N, N, context);
      linear = SUNLinSol_Dense(y, matrix, context);
#endif
      CVodeSetLinearSolver(memory, linear, matrix);
      if (strcmp(slopes, "exact") == 0) CVodeSetJacFn(memory, jacobian);
    }
    for (int k = 0; k < EVENTS; k++) eventTimes[k] = NAN;
    const int hasFailed = integrate(memory, y);
    double best = INFINITY, spent = 0;
    for (int run = 0; !hasFailed && run < repetitions && (run < 3 || spent < inAllMs); run++) {
      const double started = threadMs();
      integrate(memory, y);
      const double ms = threadMs() - started;
      spent += ms;
      if (ms < best) best = ms;
    }
    if (!hasFailed) {
      printf("%s{\"relativeTolerance\":%.17g,\"milliseconds\":%.9g,\"state\":[", separator, tolerance, best);
      for (int k = 0; k < N; k++) printf("%s%.17g", k == 0 ? "" : ",", NV_Ith_S(y, k));
      printf("],\"eventTimes\":[");
      for (int k = 0; k < EVENTS; k++)
        isnan(eventTimes[k]) ? printf("%snull", k == 0 ? "" : ",") : printf("%s%.17g", k == 0 ? "" : ",", eventTimes[k]);
      printf("]}");
      separator = ",";
    }
    CVodeFree(&memory);
    if (linear != NULL) SUNLinSolFree(linear);
    if (matrix != NULL) SUNMatDestroy(matrix);
    if (nonlinear != NULL) SUNNonlinSolFree(nonlinear);
    if (!hasFailed && best > mostMs) break;
  }
  puts("]");
  return 0;
}
