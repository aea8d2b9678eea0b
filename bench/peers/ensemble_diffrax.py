"""diffrax's vmap over Robertson's equations with other rate constants per member; a case as JSON on standard input, the answer as JSON.

Input:  {"k1": [0.04, …], "k2": 1e4, "k3": [3e7, …], "end": 1e4, "relative": 1e-6, "absolute": [1e-10, 1e-14, 1e-10], "runs": 2}
Output: {"seconds": [12.3], "compileS": 14.1, "final": [[a, …], [b, …], [c, …]]}

Kvaerno5 with its default controller, in float64. All members step together until the last one is done.
"""

import json
import sys
import time

import diffrax
import jax
import jax.numpy as jnp

jax.config.update("jax_enable_x64", True)


def rates(_, y, k):
    a, b, c = y
    slow, fast, pair = k[0] * a, k[1] * b * c, k[2] * b * b
    return jnp.stack([fast - slow, slow - fast - pair, pair])


def main():
    case = json.load(sys.stdin)
    count = len(case["k1"])
    k = jnp.stack([jnp.array(case["k1"]), jnp.full(count, case["k2"]), jnp.array(case["k3"])], axis=1)
    controller = diffrax.PIDController(rtol=case["relative"], atol=jnp.array(case["absolute"]))

    def member(constants):
        done = diffrax.diffeqsolve(
            diffrax.ODETerm(rates), diffrax.Kvaerno5(), 0.0, case["end"], None, jnp.array([1.0, 0.0, 0.0]), constants,
            stepsize_controller=controller, saveat=diffrax.SaveAt(t1=True), max_steps=100000,
        )
        return done.ys[0]

    started = time.perf_counter()
    solve = jax.jit(jax.vmap(member)).lower(k).compile()
    compile_s = time.perf_counter() - started
    seconds = []
    for _ in range(case["runs"]):
        started, before = time.perf_counter(), time.process_time()
        final = solve(k).block_until_ready()
        # of the clock's and the processors' time the one that neighbours disturb less
        seconds.append(min(time.perf_counter() - started, time.process_time() - before))
    json.dump({"seconds": seconds, "compileS": compile_s, "final": final.T.tolist()}, sys.stdout)


main()
