"""pipefunc: map over many small items, and a chain of functions that hand on 64 MiB."""

import numpy as np
from case import Timer, check, serve
from pipefunc import PipeFunc, Pipeline


def echo(x):
    return x


def items(count):
    """Its fast path: one function over an array of inputs, in this process."""
    with Timer() as timer:
        pipeline = Pipeline([PipeFunc(echo, "y", mapspec="x[i] -> y[i]")])
        result = pipeline.map({"x": list(range(count))}, storage="dict", parallel=False)
        check(int(sum(result["y"].output)), count * (count - 1) // 2)
    return timer.seconds


def stored_items(count, folder):
    """The same with a run folder, which keeps every item."""
    with Timer() as timer:
        pipeline = Pipeline([PipeFunc(echo, "y", mapspec="x[i] -> y[i]")])
        result = pipeline.map({"x": list(range(count))}, run_folder=folder, resume=True, parallel=False)
        check(int(sum(result["y"].output)), count * (count - 1) // 2)
    return timer.seconds


PREPARED = []


def prepare():
    """Makes the 64 MiB that source hands out, so that their making is not timed."""
    PREPARED.append(np.arange(2**23) * 1e-3 + 1)


def source(seed):
    return PREPARED[0]


def hand_on(array):
    return array


def arrays(length, folder=None):
    prepare()
    with Timer() as timer:
        functions = [PipeFunc(source, "a0", cache=folder is not None)]
        for node in range(length):
            functions.append(
                PipeFunc(hand_on, f"a{node + 1}", renames={"array": f"a{node}"}, cache=folder is not None)
            )
        options = {} if folder is None else {
            "cache_type": "disk",
            "cache_kwargs": {"cache_dir": folder, "with_lru_cache": False},
        }
        pipeline = Pipeline(functions, **options)
        check(pipeline(f"a{length}", seed=1).nbytes, 2**26)
    return timer.seconds


serve({"items": items, "stored_items": stored_items, "arrays": arrays})
