"""The Brusselator of the suite with loops: 400 equations in a row would take Numba minutes to compile."""

import numpy


def rates(t, y):
    n = len(y)
    diffusion = 0.02 * (n // 2 + 1) ** 2
    out = numpy.empty(n)
    for k in range(0, n, 2):
        u, v = y[k], y[k + 1]
        u_before, v_before = (1.0, 3.0) if k == 0 else (y[k - 2], y[k - 1])
        u_after, v_after = (1.0, 3.0) if k == n - 2 else (y[k + 2], y[k + 3])
        reaction = u * u * v
        out[k] = 1 + reaction - 4 * u + diffusion * (u_before - 2 * u + u_after)
        out[k + 1] = 3 * u - reaction + diffusion * (v_before - 2 * v + v_after)
    return out
