"""emcee and BlackJAX on four densities, one request per line: draws into a file, CPU seconds and evaluations as an answer."""

import json
import os
import sys
import time
import warnings

os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")

import blackjax
import emcee
import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)
warnings.filterwarnings("ignore")

EFFECTS = np.array([28.0, 8, -3, 7, -1, 1, 18, 12])
ERRORS = np.array([15.0, 10, 16, 11, 9, 11, 10, 18])
ROOTS = np.sqrt(np.arange(1, 11))
PRECISION = 1 / (1 - 0.81)


def banana(m, x):
    a, b = x[..., 0], x[..., 1]
    away = b - 0.1 * (a * a - 100)
    return -a * a / 200 - 0.5 * away * away


def gauss(m, x):
    z = x / ROOTS
    away = z[..., 1:] - 0.9 * z[..., :-1]
    return -0.5 * (z[..., 0] ** 2 + PRECISION * (away * away).sum(-1))


def eight_schools(m, x):
    mu, log_tau, z = x[..., 0], x[..., 1], x[..., 2:]
    tau = m.exp(log_tau)
    pull = (EFFECTS - mu[..., None] - tau[..., None] * z) / ERRORS
    return -mu * mu / 50 - m.log1p((tau / 5) ** 2) + log_tau - 0.5 * (z * z + pull * pull).sum(-1)


def funnel(m, x):
    v = x[..., 0]
    return -v * v / 18 - 0.5 * m.exp(-v) * (x[..., 1:] ** 2).sum(-1) - 4.5 * v


TARGETS = {"banana 2": (banana, 2), "gauss 10": (gauss, 10), "eight schools": (eight_schools, 10), "funnel 10": (funnel, 10)}
COMPILED = {}


def with_emcee(target, walkers, warmup, steps, seed):
    """Stretch moves, the density evaluated by NumPy for a half of the ensemble at once."""
    density, n = TARGETS[target]
    random = np.random.default_rng(seed)
    starts = random.standard_normal((walkers, n))
    sampler = emcee.EnsembleSampler(walkers, n, lambda x: density(np, x), vectorize=True)
    sampler.random_state = np.random.RandomState(seed).get_state()
    started = time.process_time()
    sampler.run_mcmc(starts, warmup + steps)
    seconds = time.process_time() - started
    draws = sampler.get_chain(discard=warmup).swapaxes(0, 1)
    return draws, seconds, walkers * (warmup + steps + 1), 0, 0.0


def with_nuts(target, walkers, warmup, steps, seed):
    """Window adaptation per chain, then draws; all chains in one compiled program (vmap). Compilation is timed apart."""
    density, n = TARGETS[target]

    def one(key, start):
        log_density = lambda x: density(jnp, x)
        key_warm, key_draw = jax.random.split(key)
        adaptation = blackjax.window_adaptation(blackjax.nuts, log_density)
        (state, parameters), info = adaptation.run(key_warm, start, num_steps=warmup)
        kernel = blackjax.nuts(log_density, **parameters).step

        def step(state, key):
            state, own = kernel(key, state)
            return state, (state.position, own.num_integration_steps, own.is_divergent)

        _, (positions, leaps, diverged) = jax.lax.scan(step, state, jax.random.split(key_draw, steps))
        return positions, info.info.num_integration_steps.sum() + leaps.sum(), diverged.sum()

    keys = jax.random.split(jax.random.PRNGKey(seed), walkers)
    starts = jnp.asarray(np.random.default_rng(seed).standard_normal((walkers, n)))
    case = (target, walkers, warmup, steps)
    started = time.process_time()
    if case not in COMPILED:
        COMPILED[case] = jax.jit(jax.vmap(one)).lower(keys, starts).compile()
    compiled = time.process_time() - started
    started = time.process_time()
    positions, leaps, diverged = jax.block_until_ready(COMPILED[case](keys, starts))
    seconds = time.process_time() - started
    return np.asarray(positions), seconds, int(leaps.sum()), int(diverged.sum()), compiled


for line in sys.stdin:
    request = json.loads(line)
    run = {"emcee": with_emcee, "blackjax": with_nuts}[request.pop("sampler")]
    file = request.pop("file")
    draws, seconds, evaluations, divergences, compilation = run(**request)
    np.ascontiguousarray(draws, dtype="<f8").tofile(file)
    answer = {
        "evaluations": evaluations,
        "divergences": divergences,
        "cpuSeconds": seconds,
        "compileCpuSeconds": compilation,
    }
    print(json.dumps(answer), flush=True)
