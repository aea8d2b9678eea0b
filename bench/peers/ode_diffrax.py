"""diffrax on one problem, compiled by XLA in 64 bits; the compilation is not timed, but told."""

import time

import diffrax
import jax
import jax.numpy as jnp
from ode_ladder import compiled, function_source, serve

jax.config.update("jax_enable_x64", True)
NAMES = {name: getattr(jnp, name) for name in ("exp", "log", "sqrt", "maximum", "where", "stack")}
METHODS = {"Kvaerno5": diffrax.Kvaerno5, "Dopri8": diffrax.Dopri8, "Tsit5": diffrax.Tsit5}
MOST_STEPS = 2**16


def solver_of(case, method):
    rates = compiled(function_source("t, u, args", case["rates"], lambda v: [f"    return stack([{', '.join(v)}])"]), NAMES)
    term, solver, (start, end) = diffrax.ODETerm(rates), METHODS[method](), case["timeSpan"]
    initial = jnp.array(case["initial"], float)

    @jax.jit
    def solve(state, rtol, atol):
        solution = diffrax.diffeqsolve(
            term, solver, start, end, dt0=None, y0=state, saveat=diffrax.SaveAt(t1=True), max_steps=MOST_STEPS, throw=False,
            stepsize_controller=diffrax.PIDController(rtol=rtol, atol=atol), adjoint=diffrax.ForwardMode(),
        )
        return solution.ys[-1], diffrax.is_successful(solution.result)

    started = time.perf_counter()
    compiled_solve = solve.lower(initial, 1e-3, 1e-3).compile()
    compile_seconds = time.perf_counter() - started

    def run(rtol, atol):
        state, success = compiled_solve(initial, rtol, atol)
        if not success:
            return None
        return {"state": state.tolist(), "compileSeconds": compile_seconds}

    return run


serve(solver_of)
