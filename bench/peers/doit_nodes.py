"""doit: a chain of Python tasks, run without and with stored results, and its list of what is to be done."""

import io
import os
from contextlib import redirect_stdout

from case import Timer, check, serve
from doit.cmd_base import ModuleTaskLoader
from doit.doit_cmd import DoitMain
from doit.tools import run_once


def main(tasks, folder, *arguments):
    config = {"verbosity": 0, "dep_file": os.path.join(folder, "doit.db")}
    module = {"DOIT_CONFIG": config, "task_all": tasks}
    with redirect_stdout(io.StringIO()):
        check(DoitMain(ModuleTaskLoader(module)).run(list(arguments)), 0)


def chain(count, folder):
    """Every task adds one to what the task before it put down; nothing is kept."""
    values = {-1: 0}

    def step(node):
        values[node] = values[node - 1] + 1

    def tasks():
        for node in range(count):
            yield {
                "name": str(node),
                "actions": [(step, (node,))],
                "task_dep": [f"all:{node - 1}"] if node else [],
            }

    with Timer() as timer:
        main(tasks, folder, "run", "--output-file", os.devnull)
    check(values[count - 1], count)
    return timer.seconds


def kept(count):
    def step(x):
        return {"y": x}

    def tasks():
        for node in range(count):
            yield {"name": str(node), "actions": [(step, (node,))], "uptodate": [run_once]}

    return tasks


def stored(count, folder):
    """Independent tasks whose results are kept; the second run finds that nothing is to be done."""
    with Timer() as timer:
        main(kept(count), folder, "run", "--output-file", os.devnull)
    return timer.seconds


def plan(count, folder):
    """Lists all tasks with what is to be done."""
    with Timer() as timer:
        main(kept(count), folder, "list", "--all", "--status")
    return timer.seconds


serve({"chain": chain, "stored": stored, "plan": plan})
