"""OptiCommPy's Manakov split-step on a case that is read as JSON from standard input; timings as JSON on standard output.

Input:  {"samples": 65536, "samplesPerSymbol": 16, "channelCount": 1, "launchPowerDbm": 0, "spanCount": 10,
         "fixedSpanCount": 1}
Output: {"version": "0.11.0", "adaptiveS": 1.9, "fixedS": 23.1}

adaptiveS is the default rule (0.02 rad) over all spans, fixedS the 0.5 km rule over fixedSpanCount spans, scaled to all of
them: its time is proportional to the spans, and ten of them take half a minute. Each is the faster of two runs; the
first run also pays for compilation. Run with OPENBLAS_NUM_THREADS=1: its convergence test is a BLAS call.
"""

import importlib.metadata
import json
import sys
import time

import numpy as np
from optic.models.channels import manakovSSF
from optic.utils import parameters

SYMBOL_RATE_BD = 32e9
SPACING_HZ = 50e9
ROLL_OFF = 0.1


def comb(case):
    """Periodic DP-QPSK channels, root-raised-cosine, both polarisations as columns."""
    samples, sps = case["samples"], case["samplesPerSymbol"]
    rate = SYMBOL_RATE_BD * sps
    rng = np.random.default_rng(1)
    frequency = np.abs(np.fft.fftfreq(samples, 1 / rate)) / SYMBOL_RATE_BD
    edge = np.clip((frequency - (1 - ROLL_OFF) / 2) / ROLL_OFF, 0, 1)
    shaping = np.cos(np.pi / 2 * edge)
    field = np.zeros((samples, 2), complex)
    for channel in range(case["channelCount"]):
        offset = round((channel - (case["channelCount"] - 1) / 2) * SPACING_HZ / rate * samples)
        for column in range(2):
            impulses = np.zeros(samples, complex)
            impulses[::sps] = rng.choice([1 + 1j, 1 - 1j, -1 + 1j, -1 - 1j], samples // sps)
            spectrum = np.fft.fft(impulses) * shaping
            envelope = np.fft.ifft(np.roll(spectrum, offset))
            power = 1e-3 * 10 ** (case["launchPowerDbm"] / 10) / 2
            field[:, column] += envelope * np.sqrt(power / np.mean(np.abs(envelope) ** 2))
    return field, rate


def seconds(field, rate, span_count, adaptive):
    settings = parameters()
    settings.Fs = rate
    settings.Ltotal = 80 * span_count
    settings.Lspan = 80
    settings.hz = 0.5
    settings.alpha = 0.2
    settings.D = 16
    settings.gamma = 1.3
    settings.Fc = 193.1e12
    settings.amp = "ideal"
    settings.nlprMethod = adaptive
    settings.prgsBar = False
    started = time.perf_counter()
    manakovSSF(field, settings)
    return time.perf_counter() - started


def main():
    case = json.load(sys.stdin)
    field, rate = comb(case)
    seconds(field[:1024], rate, 1, True)
    adaptive = min(seconds(field, rate, case["spanCount"], True) for _ in range(2))
    fixed_spans = case["fixedSpanCount"]
    fixed = min(seconds(field, rate, fixed_spans, False) for _ in range(2)) * case["spanCount"] / fixed_spans
    json.dump({"version": importlib.metadata.version("OptiCommPy"), "adaptiveS": adaptive, "fixedS": fixed}, sys.stdout)


if __name__ == "__main__":
    main()
