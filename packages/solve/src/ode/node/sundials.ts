import type { LibraryHandle, TypeObject } from "koffi";
import { solveError } from "../../errors.ts";
import { foreignFunctions } from "./foreign-functions.ts";

/** Files under which CVODE of SUNDIALS 6 is found. */
const FILES = ["libsundials_cvode.so.6", "libsundials_cvode.6.dylib", "/opt/homebrew/lib/libsundials_cvode.6.dylib"];

/** What to tell a user whose system has no SUNDIALS. */
export const SUNDIALS_INSTALL_HINT =
  "Install SUNDIALS 6: apt install libsundials-cvode6, or use bdf, which needs no library.";

/** Pointer of the library: an address. */
export type Pointer = bigint | null;

/** The functions of CVODE that are used here. */
export type Sundials = Readonly<Record<string, (...args: readonly unknown[]) => number & Pointer>> & {
  readonly RIGHT_HAND_SIDE: TypeObject;
  readonly JACOBIAN: TypeObject;
  readonly ROOTS: TypeObject;
};

const SIGNATURES = [
  "int SUNContext_Create(void* comm, _Out_ void** context)",
  "int SUNContext_Free(_Inout_ void** context)",
  "void* N_VNew_Serial(int64_t n, void* context)",
  "void* N_VGetArrayPointer_Serial(void* vector)",
  "void N_VDestroy_Serial(void* vector)",
  "void* SUNDenseMatrix(int64_t rows, int64_t columns, void* context)",
  "void* SUNDenseMatrix_Data(void* matrix)",
  "void* SUNBandMatrix(int64_t n, int64_t upper, int64_t lower, void* context)",
  "void* SUNBandMatrix_Data(void* matrix)",
  "void SUNMatDestroy(void* matrix)",
  "void* SUNLinSol_Dense(void* vector, void* matrix, void* context)",
  "void* SUNLinSol_Band(void* vector, void* matrix, void* context)",
  "int SUNLinSolFree(void* solver)",
  "void* SUNNonlinSol_FixedPoint(void* vector, int m, void* context)",
  "int SUNNonlinSolFree(void* solver)",
  "void* CVodeCreate(int family, void* context)",
  "void CVodeFree(_Inout_ void** memory)",
  "int CVodeInit(void* memory, SimloomRightHandSide* f, double time, void* state)",
  "int CVodeReInit(void* memory, double time, void* state)",
  "int CVodeSVtolerances(void* memory, double relative, void* absolute)",
  "int CVodeSetLinearSolver(void* memory, void* solver, void* matrix)",
  "int CVodeSetNonlinearSolver(void* memory, void* solver)",
  "int CVodeSetJacFn(void* memory, SimloomJacobian* jacobian)",
  "int CVodeRootInit(void* memory, int count, SimloomRoots* roots)",
  "int CVodeSetRootDirection(void* memory, int32_t* directions)",
  "int CVodeSetNoInactiveRootWarn(void* memory)",
  "int CVodeGetRootInfo(void* memory, int32_t* found)",
  "int CVodeSetMaxNumSteps(void* memory, long steps)",
  "int CVodeSetStopTime(void* memory, double time)",
  "int CVodeSetInitStep(void* memory, double step)",
  "int CVodeSetMaxStep(void* memory, double step)",
  "int CVodeSetMinStep(void* memory, double step)",
  "int CVodeSetErrFile(void* memory, void* file)",
  "int CVode(void* memory, double until, void* state, _Out_ double* time, int task)",
  ...["NumSteps", "NumRhsEvals", "NumErrTestFails", "NumJacEvals", "NumLinSolvSetups", "NumNonlinSolvIters"].map(
    (name) => `int CVodeGet${name}(void* memory, _Out_ long* value)`,
  ),
];

let loaded: Sundials | undefined;

/** CVODE of the system. Throws `SOLV-020` with the install hint where there is none. Looked for until found, then kept. */
export function loadSundials(files: readonly string[] = FILES): Sundials {
  if (loaded !== undefined && files === FILES) return loaded;
  const library = open(files);
  const types = callbackTypes();
  const functions = Object.fromEntries(
    SIGNATURES.map((signature) => [/(\w+)\(/.exec(signature)?.[1] ?? "", library.func(signature)]),
  );
  const made = { ...functions, ...types } as unknown as Sundials;
  if (files === FILES) loaded = made;
  return made;
}

/** Whether `cvode` can be used here. */
export function hasSundials(): boolean {
  try {
    loadSundials();
    return true;
  } catch {
    return false;
  }
}

function open(files: readonly string[]): LibraryHandle {
  const reasons: string[] = [];
  for (const file of files) {
    try {
      return foreignFunctions().load(file);
    } catch (error) {
      reasons.push(`${file}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw solveError("SOLV-020", "cvode needs the library SUNDIALS, which was not found", SUNDIALS_INSTALL_HINT, {
    exitCode: 3,
    reasons,
  });
}

let types: Pick<Sundials, "RIGHT_HAND_SIDE" | "JACOBIAN" | "ROOTS"> | undefined;

/** Callback types; names are global in the foreign-function library, so they are made once. */
function callbackTypes(): Pick<Sundials, "RIGHT_HAND_SIDE" | "JACOBIAN" | "ROOTS"> {
  if (types !== undefined) return types;
  const koffi = foreignFunctions();
  types = {
    RIGHT_HAND_SIDE: koffi.pointer(koffi.proto("int SimloomRightHandSide(double t, void* y, void* f, void* user)")),
    JACOBIAN: koffi.pointer(
      koffi.proto("int SimloomJacobian(double t, void* y, void* f, void* J, void* user, void* a, void* b, void* c)"),
    ),
    ROOTS: koffi.pointer(koffi.proto("int SimloomRoots(double t, void* y, void* g, void* user)")),
  };
  return types;
}
