"""What the programs on differential equations share: a problem as JSON on standard input, ladders of points on standard output."""

import json
import os
import sys
import time


def serve(solver_of):
    """Runs each method of the case. `solver_of(case, method)` answers `run(rtol, atol)`, which answers a point or None."""
    case = json.load(sys.stdin)
    answers, libraries_print_to = os.fdopen(os.dup(1), "w"), 2
    os.dup2(libraries_print_to, 1)
    json.dump({method: ladder(case, solver_of(case, method)) for method in case["methods"]}, answers)
    answers.flush()


def ladder(case, solver):
    """Points of the tolerances at which the solver arrives, until one takes longer than `mostMs`."""
    run, best_of = solver if isinstance(solver, tuple) else (solver, best_ms)
    points = []
    for tolerance in case["ladder"]:
        arguments = tolerance, tolerance * case["absoluteScale"]
        point = run(*arguments)
        if point is None:
            continue
        milliseconds = best_of(run, arguments, case)
        points.append({"relativeTolerance": tolerance, "milliseconds": milliseconds, **point})
        if milliseconds > case["mostMs"]:
            break
    return points


def best_ms(run, arguments, case):
    """Least time of a run: of the time that passed and of the work of all threads the lesser, which the machine disturbs least."""
    best, spent, count = float("inf"), 0.0, 0
    while count < case["repetitions"] and (count == 0 or spent < case["inAllMs"]):
        passed, worked = time.perf_counter(), time.process_time()
        run(*arguments)
        milliseconds = 1e3 * min(time.perf_counter() - passed, time.process_time() - worked)
        best, spent, count = min(best, milliseconds), spent + milliseconds, count + 1
    return best


def function_source(arguments, program, result):
    """Text of `function`, which runs the statements of a program and does with its values what `result(values)` says."""
    return "\n".join([f"def function({arguments}):", *program["statements"], *result(program["values"])])


def compiled(source, names):
    """The function of a text, with the functions that it may call."""
    space = dict(names)
    exec(source, space)
    return space["function"]
