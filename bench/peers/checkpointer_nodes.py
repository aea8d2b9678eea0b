"""checkpointer: memoised calls on disk. Cold on an empty folder, warm in the next process."""

import numpy as np
from case import Timer, check, serve
from checkpointer import Checkpointer


def wide(count, folder):
    with Timer() as timer:
        cached = Checkpointer(directory=folder, verbosity=0, capture=True)(echo)
        check(sum(cached(x) for x in range(count)), count * (count - 1) // 2)
    return timer.seconds


def chain(count, folder):
    with Timer() as timer:
        cached = Checkpointer(directory=folder, verbosity=0, capture=True)(increment)
        x = 0
        for _ in range(count):
            x = cached(x)
        check(x, count)
    return timer.seconds


def logged(count, folder, log):
    """A chain whose calls note that they ran, to be killed in the middle."""

    def step(x):
        with open(log, "a", encoding="utf8") as file:
            file.write(f"ran {x}\n")
        return x + 1

    with Timer() as timer:
        cached = Checkpointer(directory=folder, verbosity=0)(step)
        x = 0
        for _ in range(count):
            x = cached(x)
        check(x, count)
    return timer.seconds


PREPARED = []


def prepare():
    """Makes the 64 MiB that make hands out, so that their making is not timed."""
    PREPARED.append(np.arange(2**23) * 1e-3 + 1)


def array(folder):
    """One call that answers 64 MiB."""
    prepare()
    with Timer() as timer:
        cached = Checkpointer(directory=folder, verbosity=0)(make)
        check(cached(1).nbytes, 2**26)
    return timer.seconds


def make(seed):
    return PREPARED[0]


def echo(x):
    return x


def increment(x):
    return x + 1


serve({"wide": wide, "chain": chain, "logged": logged, "array": array})
