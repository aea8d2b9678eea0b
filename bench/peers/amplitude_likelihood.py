"""The contracted K-matrix likelihood in NumPy, Numba and JAX, one thread.

Usage: amplitude_likelihood.py FILE RUNS; FILE as bench/amplitude/contracted.ts writes it.
Output: {"numpy": {"valueMs": …, "gradientMs": …, "value": …, "compileS": …}, "numba": …, "jax": …}; the least of RUNS calls,
each with the next vector of parameters. A package that is missing has no entry.
"""

import json
import os
import sys
import time

os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("NUMBA_NUM_THREADS", "1")

import numpy as np


def read(path):
    raw = open(path, "rb").read()
    n, vectors = np.frombuffer(raw, np.int64, 2)
    numbers = np.frombuffer(raw, np.float64, offset=16)
    size = 29 * n
    sets = [numbers[k * size : (k + 1) * size].reshape(29, n).copy() for k in range(2)]
    return sets, numbers[2 * size :].reshape(vectors, 34).copy()


def indices():
    """Places of real and imaginary parts in the parameters, per wave and pole; -1 for the phase that is fixed."""
    rows = []
    for wave in range(2):
        rows.append([(11 * wave, -1)] + [(11 * wave + 2 * k - 1, 11 * wave + 2 * k) for k in range(1, 6)])
    rows.append([(22 + 2 * k, 23 + 2 * k) for k in range(6)])
    return rows


INDICES = indices()


def couplings(xp, p):
    return [xp.stack([p[re] + (1j * p[im] if im >= 0 else 0j) for re, im in row]) for row in INDICES]


def prepared(c):
    return c[0:24:2] + 1j * c[1:24:2], c[24:28], c[28]


def intensity(xp, p, psi, g):
    plus, minus, wave = couplings(xp, p)
    s, m, d = plus @ psi[:6], minus @ psi[:6], wave @ psi[6:]
    absolute = lambda z: z.real**2 + z.imag**2
    sd = s.real * d.real + s.imag * d.imag
    return absolute(s) * g[0] + absolute(d) * g[1] + 2 * sd * g[2] + absolute(m) * g[3], (s, m, d)


def nll(xp, p, data, mc):
    weight = data[2].sum()
    return weight * xp.log((mc[2] * intensity(xp, p, mc[0], mc[1])[0]).sum()) - (
        data[2] * xp.log(intensity(xp, p, data[0], data[1])[0])
    ).sum()


def numpy_gradient(p, data, mc):
    def slopes(events, factor, amplitudes):
        psi, g, _ = events
        s, m, d = amplitudes
        out = np.zeros(34)
        adjoints = [2 * factor * (s * g[0] + d * g[2]), 2 * factor * m * g[3], 2 * factor * (d * g[1] + s * g[2])]
        for row, adjoint, basis in zip(INDICES, adjoints, (psi[:6], psi[:6], psi[6:])):
            product = basis.conj() @ adjoint
            for (re, im), z in zip(row, product):
                out[re] = z.real
                if im >= 0:
                    out[im] = z.imag
        return out

    i_data, a_data = intensity(np, p, data[0], data[1])
    i_mc, a_mc = intensity(np, p, mc[0], mc[1])
    weight, norm = data[2].sum(), (mc[2] * i_mc).sum()
    value = weight * np.log(norm) - (data[2] * np.log(i_data)).sum()
    return value, weight / norm * slopes(mc, mc[2], a_mc) - slopes(data, data[2] / i_data, a_data)


def measured(value, gradient, vectors, runs):
    started = time.perf_counter()
    first = float(value(vectors[0]))
    gradient(vectors[0])
    compile_s = time.perf_counter() - started
    best = [float("inf")] * 2
    for run in range(runs):
        p = vectors[run % len(vectors)]
        for k, call in enumerate((value, gradient)):
            started = time.perf_counter()
            call(p)
            best[k] = min(best[k], time.perf_counter() - started)
    return {"valueMs": 1e3 * best[0], "gradientMs": 1e3 * best[1], "value": first, "compileS": compile_s}


def with_numba(sets, vectors, runs):
    import numba

    poles = np.array([[pair[0] for pair in row] for row in INDICES])
    phases = np.array([[pair[1] for pair in row] for row in INDICES])

    def compiled(is_data, with_slopes):
        # constants of the closure, so that branches on them vanish
        @numba.njit(fastmath=True)
        def sums(p, c, slopes):
            n = c.shape[1]
            re, im = np.zeros((3, 6)), np.zeros((3, 6))
            for wave in range(3):
                for k in range(6):
                    re[wave, k] = p[poles[wave, k]]
                    im[wave, k] = p[phases[wave, k]] if phases[wave, k] >= 0 else 0.0
            total = 0.0
            gre, gim = np.zeros((3, 6)), np.zeros((3, 6))
            a = np.empty((6, 256))
            adjoint = np.empty((6, 256))
            for start in range(0, n, 256):
                m = min(256, n - start)
                a[:] = 0.0
                for wave in range(3):
                    for k in range(6):
                        row = 12 + 2 * k if wave == 2 else 2 * k
                        u, v = re[wave, k], im[wave, k]
                        for i in range(m):
                            x, y = c[row, start + i], c[row + 1, start + i]
                            a[2 * wave, i] += u * x - v * y
                            a[2 * wave + 1, i] += u * y + v * x
                for i in range(m):
                    g0, g2, g1, gm, w = c[24, start + i], c[25, start + i], c[26, start + i], c[27, start + i], c[28, start + i]
                    sr, si, mr, mi, dr, di = a[0, i], a[1, i], a[2, i], a[3, i], a[4, i], a[5, i]
                    value = (sr * sr + si * si) * g0 + (dr * dr + di * di) * g2
                    value += 2 * (sr * dr + si * di) * g1 + (mr * mr + mi * mi) * gm
                    total += w * np.log(value) if is_data else w * value
                    if with_slopes:
                        f = 2 * w / value if is_data else 2 * w
                        adjoint[0, i], adjoint[1, i] = f * (sr * g0 + dr * g1), f * (si * g0 + di * g1)
                        adjoint[2, i], adjoint[3, i] = f * mr * gm, f * mi * gm
                        adjoint[4, i], adjoint[5, i] = f * (dr * g2 + sr * g1), f * (di * g2 + si * g1)
                if not with_slopes:
                    continue
                for wave in range(3):
                    for k in range(6):
                        row = 12 + 2 * k if wave == 2 else 2 * k
                        r = j = 0.0
                        for i in range(m):
                            x, y = c[row, start + i], c[row + 1, start + i]
                            r += adjoint[2 * wave, i] * x + adjoint[2 * wave + 1, i] * y
                            j += adjoint[2 * wave + 1, i] * x - adjoint[2 * wave, i] * y
                        gre[wave, k] += r
                        gim[wave, k] += j
            if with_slopes:
                for wave in range(3):
                    for k in range(6):
                        slopes[poles[wave, k]] = gre[wave, k]
                        if phases[wave, k] >= 0:
                            slopes[phases[wave, k]] = gim[wave, k]
            return total

        return sums

    data, mc = sets
    weight = data[28].sum()
    a, b = np.zeros(34), np.zeros(34)

    logs, norms = compiled(True, False), compiled(False, False)
    logs_and_slopes, norms_and_slopes = compiled(True, True), compiled(False, True)

    def value(p):
        return weight * np.log(norms(p, mc, b)) - logs(p, data, a)

    def gradient(p):
        norm = norms_and_slopes(p, mc, b)
        return weight * np.log(norm) - logs_and_slopes(p, data, a), weight / norm * b - a

    return measured(value, gradient, vectors, runs)


def with_jax(sets, vectors, runs):
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    data, mc = [tuple(jnp.asarray(part) for part in prepared(c)) for c in sets]
    value = jax.jit(lambda p: nll(jnp, p, data, mc))
    both = jax.jit(jax.value_and_grad(lambda p: nll(jnp, p, data, mc)))
    return measured(
        lambda p: value(p).block_until_ready(), lambda p: jax.block_until_ready(both(p)), vectors, runs
    )


def main():
    sets, vectors = read(sys.argv[1])
    runs = int(sys.argv[2])
    data, mc = [prepared(c) for c in sets]
    results = {
        "numpy": measured(
            lambda p: nll(np, p, data, mc), lambda p: numpy_gradient(p, data, mc), vectors, max(5, runs // 10)
        )
    }
    for name, attempt in (("numba", with_numba), ("jax", with_jax)):
        try:
            results[name] = attempt(sets, vectors, runs)
        except ImportError:
            pass
    json.dump(results, sys.stdout)


if __name__ == "__main__":
    main()
