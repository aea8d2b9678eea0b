"""ninja: what is to be done of many independent commands. The whole process is timed: ninja is a command."""

import os
import subprocess

import ninja
from case import Timer, check, serve

NINJA = os.path.join(ninja.BIN_DIR, "ninja")


def call(folder, *arguments):
    with Timer() as timer:
        found = subprocess.run([NINJA, "-C", folder, *arguments], stdout=subprocess.PIPE, check=True, text=True).stdout
    return timer.seconds, found


def plan(count, folder):
    """A dry run before anything was built."""
    write(count, folder)
    seconds, found = call(folder, "--quiet", "-n")
    check("error" in found, False)
    return seconds


def nothing_to_do(count, folder):
    """The first call builds, which is not timed."""
    if not os.path.exists(os.path.join(folder, "build.ninja")):
        write(count, folder)
        call(folder, "--quiet")
    seconds, found = call(folder)
    check("no work to do" in found, True)
    return seconds


def write(count, folder):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "build.ninja"), "w", encoding="utf8") as file:
        file.write("rule touch\n  command = : > $out\n")
        for node in range(count):
            file.write(f"build out{node}: touch\n")
        file.write("build all: phony " + " ".join(f"out{node}" for node in range(count)) + "\ndefault all\n")


serve({"plan": plan, "nothing_to_do": nothing_to_do})
