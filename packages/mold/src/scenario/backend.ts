/** What integrates the equations of a shot: back ends by name, the older names among them, as one choice. */
import type { SimulationSettings } from "./simulation.ts";

/** Back ends of this release. */
export const BACKENDS = ["manual", "adaptive", "stiff", "cvode", "ensemble"] as const;

/** Names that files and flags may use; the last three are older ones. */
export const BACKEND_NAMES = [...BACKENDS, "solve_ivp", "sundials", "jax"] as const;

/** Methods by the names that SciPy gives them. */
export const SCIPY_METHODS = ["RK45", "RK23", "DOP853", "Radau", "BDF", "LSODA"] as const;

/** A back end of this release. */
export type Backend = (typeof BACKENDS)[number];

/** A name that files and flags may use. */
export type BackendName = (typeof BACKEND_NAMES)[number];

/** Methods of `@simloom/solve` that back ends choose among. */
export type MethodName = "tsit5" | "dopri853" | "radau5" | "bdf" | "cvode";

/** How a shot is integrated. */
export type SolverChoice =
  | { readonly backend: "manual" }
  | {
      readonly backend: Exclude<Backend, "manual">;
      readonly method: MethodName;
      readonly relativeTolerance: number;
      readonly absoluteTolerance: number;
      readonly stepLimit: number;
    };

const DEFAULT_STEP_LIMIT = 500_000;

type SolverSettings = Pick<
  SimulationSettings,
  | "backend"
  | "solve_ivp_method"
  | "solve_ivp_rtol"
  | "solve_ivp_atol"
  | "sundials_rtol"
  | "sundials_atol"
  | "sundials_max_steps"
>;

/**
 * The back end, method and tolerances that a file asks for. `solve_ivp` is `adaptive` with RK45, RK23 or DOP853 and `stiff` with
 * the others; `sundials` is `cvode`, `jax` is `ensemble`. A method of the other kind than the back end gives that back end's own.
 */
export function solverOf(settings: SolverSettings): SolverChoice {
  const { solve_ivp_method: method } = settings;
  const backend = backendOf(settings.backend, method);
  if (backend === "manual") return { backend };
  if (backend === "cvode")
    return {
      backend,
      method: "cvode",
      relativeTolerance: settings.sundials_rtol,
      absoluteTolerance: settings.sundials_atol,
      stepLimit: settings.sundials_max_steps,
    };
  const explicit = method === "DOP853" ? "dopri853" : "tsit5";
  const implicit = method === "BDF" || method === "LSODA" ? "bdf" : "radau5";
  return {
    backend,
    method: backend === "stiff" ? implicit : explicit,
    relativeTolerance: settings.solve_ivp_rtol,
    absoluteTolerance: settings.solve_ivp_atol,
    stepLimit: DEFAULT_STEP_LIMIT,
  };
}

function backendOf(name: BackendName, method: (typeof SCIPY_METHODS)[number]): Backend {
  switch (name) {
    case "solve_ivp":
      return method === "RK45" || method === "RK23" || method === "DOP853" ? "adaptive" : "stiff";
    case "sundials":
      return "cvode";
    case "jax":
      return "ensemble";
    default:
      return name;
  }
}
