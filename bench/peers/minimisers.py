"""Minimisers of SciPy, NLopt, pycma and iminuit: evaluations until the value is within 1e-6 of the minimum.

Standard input: {"problems": [{"name", "dimension", "lower", "upper", "minimum", "starts", "checks"}], "constrained": [...],
"cap", "rotation", "shift"}; standard output: {counts: {group: {problem: {tool: [evaluations or null, one per start]}}},
seconds: {tool: seconds per evaluation of the Rosenbrock function of ten dimensions}}. Local methods start again at random points where they end early. Every call counts, those of difference quotients too.
"""

import contextlib
import io
import json
import math
import sys
import time
import warnings

import cma
import iminuit
import nlopt
import numba
import numpy as np
from scipy import optimize

TOLERANCE = 1e-6
MOST_SECONDS = 20.0
HOPELESS = 3

warnings.filterwarnings("ignore")
case = json.load(sys.stdin)
Q = np.array(case["rotation"]).reshape(10, 10)
SHIFT = np.array(case["shift"])
WEIGHTS = 10.0 ** (6 * np.arange(10) / 9)


@numba.njit
def rosenbrock(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


@numba.njit
def rastrigin(x):
    return 10 * x.size + np.sum(x * x - 10 * np.cos(2 * np.pi * x))


@numba.njit
def ackley(x):
    return -20 * np.exp(-0.2 * np.sqrt(np.mean(x * x))) - np.exp(np.mean(np.cos(2 * np.pi * x))) + 20 + np.e


@numba.njit
def turned(x):
    y = x - SHIFT
    z = np.zeros(10)
    for i in range(10):
        for j in range(10):
            z[i] += Q[i, j] * y[j]
    return z


@numba.njit
def rotated_ellipsoid(x):
    z = turned(x)
    return np.sum(WEIGHTS * z * z)


@numba.njit
def rotated_discus(x):
    z = turned(x)
    return 1e6 * z[0] ** 2 + np.sum(z[1:] ** 2)


@numba.njit
def rotated_rosenbrock(x):
    return rosenbrock(turned(x) + 1.0)


FREE = {
    "rosenbrock": rosenbrock,
    "rastrigin": rastrigin,
    "ackley": ackley,
    "rotated ellipsoid": rotated_ellipsoid,
    "rotated discus": rotated_discus,
    "rotated rosenbrock": rotated_rosenbrock,
}


def g07_constraints(x):
    return np.array([
        -105 + 4 * x[0] + 5 * x[1] - 3 * x[6] + 9 * x[7],
        10 * x[0] - 8 * x[1] - 17 * x[6] + 2 * x[7],
        -8 * x[0] + 2 * x[1] + 5 * x[8] - 2 * x[9] - 12,
        3 * (x[0] - 2) ** 2 + 4 * (x[1] - 3) ** 2 + 2 * x[2] ** 2 - 7 * x[3] - 120,
        5 * x[0] ** 2 + 8 * x[1] + (x[2] - 6) ** 2 - 2 * x[3] - 40,
        x[0] ** 2 + 2 * (x[1] - 2) ** 2 - 2 * x[0] * x[1] + 14 * x[4] - 6 * x[5],
        0.5 * (x[0] - 8) ** 2 + 2 * (x[1] - 4) ** 2 + 3 * x[4] ** 2 - x[5] - 30,
        -3 * x[0] + 6 * x[1] + 12 * (x[8] - 8) ** 2 - 7 * x[9],
    ])


def g07(x):
    return (
        x[0] ** 2 + x[1] ** 2 + x[0] * x[1] - 14 * x[0] - 16 * x[1] + (x[2] - 10) ** 2 + 4 * (x[3] - 5) ** 2
        + (x[4] - 3) ** 2 + 2 * (x[5] - 1) ** 2 + 5 * x[6] ** 2 + 7 * (x[7] - 11) ** 2 + 2 * (x[8] - 10) ** 2
        + (x[9] - 7) ** 2 + 45
    )


def beam_constraints(x):
    load, length, young, shear = 6000.0, 14.0, 30e6, 12e6
    h, l, t, b = x
    primary = load / (math.sqrt(2) * h * l)
    moment = load * (length + l / 2)
    radius = math.sqrt(l * l / 4 + ((h + t) / 2) ** 2)
    polar = 2 * (math.sqrt(2) * h * l * (l * l / 12 + ((h + t) / 2) ** 2))
    secondary = moment * radius / polar
    stress = math.sqrt(primary**2 + 2 * primary * secondary * l / (2 * radius) + secondary**2)
    bending = 6 * load * length / (b * t * t)
    deflection = 4 * load * length**3 / (young * t**3 * b)
    buckling = (
        4.013 * young * math.sqrt(t * t * b**6 / 36) / length**2 * (1 - t / (2 * length) * math.sqrt(young / (4 * shear)))
    )
    return np.array([
        (stress - 13600) / 13600, (bending - 30000) / 30000, h - b,
        0.10471 * h * h + 0.04811 * t * b * (14 + l) - 5, 0.125 - h, (deflection - 0.25) / 0.25, (load - buckling) / load,
    ])


CONSTRAINED = {
    "G06": (
        lambda x: (x[0] - 10) ** 3 + (x[1] - 20) ** 3,
        lambda x: np.array([
            -((x[0] - 5) ** 2) - (x[1] - 5) ** 2 + 100, (x[0] - 6) ** 2 + (x[1] - 5) ** 2 - 82.81,
        ]),
    ),
    "G07": (g07, g07_constraints),
    "welded beam": (
        lambda x: 1.10471 * x[0] ** 2 * x[1] + 0.04811 * x[2] * x[3] * (14.0 + x[1]),
        beam_constraints,
    ),
    "pressure vessel": (
        lambda x: 0.6224 * x[0] * x[2] * x[3] + 1.7781 * x[1] * x[2] ** 2 + 3.1661 * x[0] ** 2 * x[3]
        + 19.84 * x[0] ** 2 * x[2],
        lambda x: np.array([
            -x[0] + 0.0193 * x[2], -x[1] + 0.00954 * x[2],
            (-math.pi * x[2] ** 2 * x[3] - 4 * math.pi / 3 * x[2] ** 3 + 1296000) / 1296000,
        ]),
    ),
}


class Reached(Exception):
    """The value is close enough, or the run has used what it may."""


class Counter:
    """Counts the calls of a function and ends the run at the goal or the cap."""

    def __init__(self, function, goal, cap, constraints=None):
        self.function, self.goal, self.cap, self.constraints = function, goal, cap, constraints
        self.calls, self.hit = 0, None
        self.ends_at = time.process_time() + MOST_SECONDS

    def __call__(self, x, *_):
        x = np.asarray(x, float)
        self.calls += 1
        value = float(self.function(x))
        if value <= self.goal and (self.constraints is None or np.max(self.constraints(x)) <= TOLERANCE):
            self.hit = self.calls
            raise Reached
        if self.calls >= self.cap or (self.calls % 256 == 0 and time.process_time() > self.ends_at):
            raise Reached
        return value


def again(count, box, start, seed, run):
    """Runs a local method from the start, then from random points, until the goal or the cap."""
    random = np.random.default_rng(seed)
    low, high = box
    x = np.array(start)
    try:
        while True:
            before = count.calls
            try:
                run(x)
            except (nlopt.RoundoffLimited, nlopt.ForcedStop, RuntimeError, ValueError, ZeroDivisionError):
                pass
            if count.hit is not None or count.calls == before:
                return
            x = random.uniform(low, high)
    except Reached:
        return


def scipy_minimise(method, options):
    def run(count, box, start, seed, constraints):
        def once(x):
            extra = {}
            if constraints is not None:
                extra = (
                    {"constraints": [optimize.NonlinearConstraint(constraints, -np.inf, 0)]}
                    if method == "COBYQA"
                    else {"constraints": {"type": "ineq", "fun": lambda p: -constraints(p)}}
                )
            optimize.minimize(count, x, method=method, bounds=list(zip(*box)), options=options, **extra)

        again(count, box, start, seed, once)

    return run


def scipy_evolution(count, box, start, seed, constraints):
    def once(x):
        optimize.differential_evolution(
            count, list(zip(*box)), rng=seed, x0=x, maxiter=100000, tol=0, atol=0, polish=False
        )

    again(count, box, start, seed, once)


def nlopt_minimise(algorithm):
    def run(count, box, start, seed, constraints):
        raised = []

        def differences(function, x, value, slopes):
            for i in range(x.size):
                step = 1.5e-8 * max(1.0, abs(x[i]))
                moved = x.copy()
                moved[i] += step if moved[i] + step <= box[1][i] else -step
                slopes[..., i] = (function(moved) - value) / (moved[i] - x[i])

        def guarded(call):
            def inner(*arguments):
                try:
                    return call(*arguments)
                except Reached as reached:
                    raised.append(reached)
                    raise nlopt.ForcedStop from None

            return inner

        def objective(x, slopes):
            value = count(x)
            if slopes.size > 0:
                differences(count, x, value, slopes)
            return value

        def limits(result, x, slopes):
            result[:] = constraints(x)
            if slopes.size > 0:
                differences(constraints, x, result.copy(), slopes)

        def once(x):
            tool = nlopt.opt(algorithm, x.size)
            tool.set_lower_bounds(box[0])
            tool.set_upper_bounds(box[1])
            tool.set_min_objective(guarded(objective))
            if constraints is not None:
                tool.add_inequality_mconstraint(guarded(limits), [1e-8] * len(constraints(x)))
            tool.set_ftol_rel(1e-13)
            tool.set_xtol_rel(1e-10)
            tool.set_maxeval(count.cap)
            nlopt.srand(seed + 1)
            try:
                tool.optimize(x)
            finally:
                if raised:
                    raise Reached

        again(count, box, start, seed, once)

    return run


def bipop(count, box, start, seed, constraints):
    with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(Reached):
        width = float(box[1][0] - box[0][0])
        cma.fmin2(
            count, list(start), 0.3 * width, restarts=9, bipop=True,
            options={"bounds": [list(box[0]), list(box[1])], "seed": seed + 1, "verbose": -9, "maxfevals": count.cap},
        )


def migrad(count, box, start, seed, constraints):
    def once(x):
        tool = iminuit.Minuit(count, x)
        tool.errordef = 1
        tool.limits = list(zip(*box))
        tool.strategy = 1
        tool.tol = 1e-3
        tool.migrad(ncall=count.cap)

    again(count, box, start, seed, once)


GROUPS = {
    "slopes by differences": {
        "SciPy L-BFGS-B": scipy_minimise("L-BFGS-B", {"maxfun": 10**7, "maxiter": 10**6, "ftol": 1e-15, "gtol": 1e-12}),
        "iminuit MIGRAD": migrad,
    },
    "parabolas": {"NLopt BOBYQA": nlopt_minimise(nlopt.LN_BOBYQA)},
    "simplex": {
        "SciPy Nelder-Mead": scipy_minimise(
            "Nelder-Mead", {"maxfev": 10**7, "maxiter": 10**7, "xatol": 1e-10, "fatol": 1e-12, "adaptive": False}
        ),
    },
    "covariance": {"pycma BIPOP": bipop},
    "population": {"SciPy DE": scipy_evolution},
    "random search": {"NLopt CRS2": nlopt_minimise(nlopt.GN_CRS2_LM)},
}
UNDER_CONSTRAINTS = {
    "constraints": {
        "SciPy SLSQP": scipy_minimise("SLSQP", {"maxiter": 1000, "ftol": 1e-12}),
        "NLopt SLSQP": nlopt_minimise(nlopt.LD_SLSQP),
    },
    "models under constraints": {
        "SciPy COBYQA": scipy_minimise("COBYQA", {"maxfev": 10**6, "final_tr_radius": 1e-9}),
        "NLopt COBYLA": nlopt_minimise(nlopt.LN_COBYLA),
    },
}


def measured(run, problem, function, constraints, cap):
    goal = problem["minimum"] + TOLERANCE * max(1.0, abs(problem["minimum"]) if constraints else 1.0)
    box = (np.array(problem["lower"], float), np.array(problem["upper"], float))
    found = []
    for seed, start in enumerate(problem["starts"]):
        count = Counter(function, goal, cap, constraints)
        run(count, box, np.array(start), seed, constraints)
        found.append(count.hit)
        if len(found) == HOPELESS and all(hit is None for hit in found):
            break
    return found


def check(problem, function):
    for x, value in problem["checks"]:
        mine = float(function(np.array(x)))
        if abs(mine - value) > 1e-9 * max(1.0, abs(value)):
            raise AssertionError(f"{problem['name']} is {mine} here and {value} there")


answers = {}
for problem in case["problems"]:
    function = FREE[problem["function"]]
    check(problem, function)
    for group, tools in GROUPS.items():
        if group not in problem["groups"]:
            continue
        for tool, run in tools.items():
            answers.setdefault(group, {}).setdefault(problem["name"], {})[tool] = measured(
                run, problem, function, None, case["cap"]
            )
for problem in case["constrained"]:
    function, constraints = CONSTRAINED[problem["name"]]
    check(problem, function)
    for group, tools in UNDER_CONSTRAINTS.items():
        for tool, run in tools.items():
            answers.setdefault(group, {}).setdefault(problem["name"], {})[tool] = measured(
                run, problem, function, constraints, case["cap"]
            )


def seconds_per_evaluation(method, evaluations=20000):
    """CPU time of a local method per value (with slopes, where it takes them) of a compiled function."""
    x0 = np.linspace(-1.0, 1.0, 10)
    slopes = rosenbrock_slopes if method == "L-BFGS-B" else None
    optimize.minimize(rosenbrock, x0, method=method, jac=slopes)
    done, began = 0, time.process_time()
    while done < evaluations:
        done += optimize.minimize(rosenbrock, x0, method=method, jac=slopes).nfev
    return (time.process_time() - began) / done


@numba.njit
def rosenbrock_slopes(x):
    slopes = np.zeros(x.size)
    for i in range(x.size - 1):
        valley = x[i + 1] - x[i] * x[i]
        slopes[i] += -400 * x[i] * valley - 2 * (1 - x[i])
        slopes[i + 1] += 200 * valley
    return slopes


seconds = {}
if case["isTimed"]:
    seconds = {f"SciPy {method}": seconds_per_evaluation(method) for method in ("L-BFGS-B", "Nelder-Mead")}
json.dump({"counts": answers, "seconds": seconds}, sys.stdout)
