"""Least squares of SciPy and iminuit on the sets of NIST's StRD: parameters and standard errors from both starts.

Standard input: the document of the sets; standard output: {tool: {set: [[parameters, standard errors] of start 1, of start 2]}},
null where a fit failed. SciPy takes its own differences and tolerances of 1e-15; its errors are those of Gauss and Newton.
MIGRAD minimises chi-square with the certified residual deviation, and HESSE gives errors.
"""

import json
import sys
import warnings

import iminuit
import numpy as np
from scipy import optimize

warnings.filterwarnings("ignore")
sets = json.load(sys.stdin)["sets"]
NAMES = {"exp": np.exp, "cos": np.cos, "sin": np.sin, "arctan": np.arctan, "log": np.log, "pi": np.pi}


def residuals_of(name, entry):
    x = np.array(entry["x"], float)
    y = np.array(entry["y"], float)
    columns = {"x": x} if x.ndim == 1 else {"x1": x[:, 0], "x2": x[:, 1]}
    code = compile(entry["model"].split("(fits")[0].strip(), name, "eval")
    observed = np.log(y) if name == "Nelson" else y
    count = len(entry["certified"])

    def residuals(b):
        scope = {**NAMES, **columns, **{f"b{i + 1}": b[i] for i in range(count)}}
        return eval(code, {"__builtins__": {}}, scope) - observed

    return residuals


def with_scipy(method):
    def fit(residuals, start, entry):
        found = optimize.least_squares(
            residuals, start, method=method, xtol=1e-15, ftol=1e-15, gtol=1e-15, x_scale="jac", max_nfev=20000
        )
        square = 2 * found.cost / (len(entry["y"]) - len(start))
        return found.x, np.sqrt(np.diag(np.linalg.inv(found.jac.T @ found.jac)) * square)

    return fit


def with_migrad(residuals, start, entry):
    sigma = float(entry["rsd"])
    tool = iminuit.Minuit(lambda b: float(np.sum((residuals(b) / sigma) ** 2)), np.array(start, float))
    tool.errordef = 1
    tool.strategy = 1
    tool.migrad(ncall=20000)
    tool.hesse()
    return np.array(tool.values), np.array(tool.errors)


TOOLS = {"SciPy lm": with_scipy("lm"), "SciPy trf": with_scipy("trf"), "iminuit MIGRAD": with_migrad}
answers = {tool: {} for tool in TOOLS}
for tool, fit in TOOLS.items():
    for name, entry in sets.items():
        residuals = residuals_of(name, entry)
        found = []
        for start in ("start1", "start2"):
            try:
                x, errors = fit(residuals, entry[start], entry)
                is_number = np.all(np.isfinite(x)) and np.all(np.isfinite(errors))
                found.append([list(x), list(errors)] if is_number else None)
            except (ValueError, RuntimeError, np.linalg.LinAlgError, FloatingPointError):
                found.append(None)
        answers[tool][name] = found
json.dump(answers, sys.stdout)
