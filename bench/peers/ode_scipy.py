"""SciPy's solvers on one problem, right-hand side and events compiled by Numba."""

import signal

import numba
import numpy
import ode_brusselator
from ode_ladder import compiled, function_source, serve
from scipy.integrate import solve_ivp

NAMES = {name: getattr(numpy, name) for name in ("empty", "exp", "log", "sqrt", "maximum", "where")}

# LSODA goes on without end at some tolerances (Pollution at 1e-9).
MOST_SECONDS = 5.0


def solver_of(case, method):
    size = len(case["initial"])
    into = lambda values: [
        f"    out = empty({size})", *(f"    out[{index}] = {value}" for index, value in enumerate(values)), "    return out",
    ]
    is_brusselator = case["name"] == "bruss1d"
    rates = numba.njit(error_model="numpy")(ode_brusselator.rates if is_brusselator else compiled(function_source("t, u", case["rates"], into), NAMES))
    events = [
        numba.njit(error_model="numpy")(compiled(function_source("t, u", {**case["events"], "values": [value]}, lambda v: [f"    return {v[0]}"]), NAMES))
        for value in case["events"]["values"]
    ]
    initial, span = numpy.array(case["initial"], float), case["timeSpan"]
    rates(0.0, initial)
    for event in events:
        event(0.0, initial)
    band = case.get("band")
    options = {"lband": band["lower"], "uband": band["upper"]} if band and method == "LSODA" else {}
    # LSODA asks for the event functions through `solve_ivp`, which wants attributes that compiled functions do not take.
    watched = [lambda t, u, event=event: event(t, u) for event in events] or None

    def run(rtol, atol):
        signal.setitimer(signal.ITIMER_REAL, MOST_SECONDS)
        try:
            done = solve_ivp(
                rates, span, initial, method=method, t_eval=span[1:], rtol=max(rtol, 3e-14), atol=atol, events=watched, **options
            )
        except TimeoutError:
            return None
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        if not done.success:
            return None
        times = [float(found[0]) if len(found) else None for found in done.t_events] if events else []
        return {"state": done.y[:, -1].tolist(), "eventTimes": times}

    return run


def give_up(*_):
    raise TimeoutError


signal.signal(signal.SIGALRM, give_up)
serve(solver_of)
