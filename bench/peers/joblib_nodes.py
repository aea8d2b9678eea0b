"""joblib: many small calls on two processes, and its memory on disk."""

from case import Timer, check, serve
from joblib import Memory, Parallel, delayed


def echo(x):
    return x


def parallel(count):
    """The pool is warm, as Simloom's engine is."""
    with Parallel(n_jobs=2) as pool:
        pool(delayed(echo)(x) for x in range(1000))
        with Timer() as timer:
            check(sum(pool(delayed(echo)(x) for x in range(count))), count * (count - 1) // 2)
    return timer.seconds


def wide(count, folder):
    with Timer() as timer:
        cached = Memory(folder, verbose=0).cache(echo)
        check(sum(cached(x) for x in range(count)), count * (count - 1) // 2)
    return timer.seconds


serve({"parallel": parallel, "wide": wide})
