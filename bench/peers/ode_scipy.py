"""SciPy's solvers on one problem, right-hand side compiled by Numba: time and digits for a ladder of tolerances."""

import json
import sys
import time

import numba
import numpy
from scipy.integrate import solve_ivp


def main():
    case = json.load(sys.stdin)
    source = "def f(t, u):\n"
    source += "".join(f"    {name} = u[{index}]\n" for index, name in enumerate(case["states"]))
    source += "".join(f"    {name} = {value!r}\n" for name, value in case["parameters"].items())
    source += "    out = empty(len(u))\n"
    source += "".join(f"    out[{index}] = {text}\n" for index, text in enumerate(case["equations"]))
    space = {"empty": numpy.empty, "exp": numpy.exp, "log": numpy.log, "sqrt": numpy.sqrt}
    exec(source + "    return out\n", space)
    function = numba.njit(space["f"])
    initial, exact = numpy.array(case["initial"], float), numpy.array(case["exact"])
    scale = numpy.abs(exact) if case["measure"] == "relative" else 1 + numpy.abs(exact)
    function(0.0, initial)
    answer = {method: ladder(function, case, method, initial, exact, scale) for method in case["methods"]}
    json.dump(answer, sys.stdout)


def ladder(function, case, method, initial, exact, scale):
    points = []
    best_before = 0.0
    for tolerance in case["ladder"][::2]:
        best = float("inf")
        for _ in range(case["repetitions"] if best_before < 0.02 else 1):
            started = time.perf_counter()
            done = solve_ivp(
                function, case["timeSpan"], initial, method=method, t_eval=case["timeSpan"][1:],
                rtol=max(tolerance, 3e-14), atol=tolerance * case["absoluteScale"],
            )
            best = min(best, time.perf_counter() - started)
        if done.success:
            error = numpy.max(numpy.abs(done.y[:, -1] - exact) / scale)
            digits = 16.0 if error == 0 else float(-numpy.log10(error))
            points.append({"relativeTolerance": tolerance, "digits": digits, "milliseconds": 1e3 * best})
        best_before = best
        if best > 0.1:
            break
    return points


main()
