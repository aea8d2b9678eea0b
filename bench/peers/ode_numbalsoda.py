"""LSODA and DOP853 of numbalsoda on one problem: solver and right-hand side compiled, called without Python in between."""

import math
import time

import numba
import numpy
from numbalsoda import dop853, lsoda, lsoda_sig
from ode_ladder import compiled, function_source, serve

NAMES = {name: getattr(numpy, name) for name in ("exp", "log", "sqrt", "maximum", "where")}
METHODS = {"LSODA": lsoda, "DOP853": dop853}
MOST_STEPS = 200_000


def solver_of(case, method):
    into = lambda values: [f"    du[{index}] = {value}" for index, value in enumerate(values)]
    rates = numba.cfunc(lsoda_sig, error_model="numpy")(compiled(function_source("t, u, du, p", case["rates"], into), NAMES))
    solve, address = METHODS[method], rates.address
    initial, times = numpy.array(case["initial"], float), numpy.array(case["timeSpan"], float)

    @numba.njit
    def repeat(count, rtol, atol):
        for _ in range(count):
            states, success = solve(address, initial, times, rtol=rtol, atol=atol, mxstep=MOST_STEPS)
        return states, success

    def run(rtol, atol):
        states, success = repeat(1, rtol, atol)
        return {"state": states[-1].tolist()} if success and numpy.all(numpy.isfinite(states)) else None

    def best_of(_, arguments, case):
        """Batches of at least 0.1 ms, so that the call from Python does not count; of this thread's time, the least."""
        once = timed(1)(*arguments)
        batch = max(1, math.ceil(0.1 / max(once, 1e-3)))
        best, spent, count = once, 0.0, 0
        while count < case["repetitions"] and spent < case["inAllMs"]:
            milliseconds = timed(batch)(*arguments)
            best, spent, count = min(best, milliseconds), spent + batch * milliseconds, count + 1
        return best

    def timed(batch):
        def measure(rtol, atol):
            started = time.thread_time_ns()
            repeat(batch, rtol, atol)
            return (time.thread_time_ns() - started) / 1e6 / batch

        return measure

    return run, best_of


serve(solver_of)
