"""The legacy mould model whole, shot by shot in Numba and as a NumPy batch over shots: figures only.

Input:  {"shots": {"T_polyol_C": [25, …], "T_mold_C": […], "humidity": […], "mixing": […]}, "fixed": {"massPolyolKg": 1, …},
         "totalS": 600, "count": 1201, "runs": 5}
Output: {"numba": {"seconds": [0.12], "figures": {"density": [303.44, …], …}}, "numpy": {…}}

Seconds are of one pass over the shots. Figures are density, peak pressure and its time, vent closure (-1: none), hottest core, hardness at demoulding and after 24 h, risk of a
defect. The equations are written as they stand in the description of the model, one division per fraction.
"""

import json
import math
import sys
import time
from collections import namedtuple

import numba
import numpy as np

R, WATER, PENTANE, STANDARD, ZERO = 8.314462618, 0.01801528, 0.07215, 101325.0, 273.15
FIGURES = ["density", "peakPa", "peakTimeS", "ventClosureS", "hottestC", "demoldShore", "dayShore", "defectRisk"]


def calibration(times, order):
    """Time constant and exponent of the reaction clock from the first and last time of the cup test; the same for all shots."""
    known = [(t, -math.log(1 - a)) for t, a in zip(times, (0.05, 0.35, 0.75, 0.92)) if t]
    (t1, a1), (t2, a2) = known[0], known[-1]
    exponent = min(max(math.log(a1 / a2) / math.log(t1 / t2), 0.8), 4.0)
    return t1 / a1 ** (1 / exponent), exponent


@numba.njit
def shot(f, polyol_c, mold_c, humidity, mixing, total, count, hard, out):
    from_air = 0.0
    if humidity > f.humidityReference:
        from_air = f.surfaceMoisture * f.surface * min((humidity - f.humidityReference) / (1 - f.humidityReference), 1.0)
    water = f.polyol * f.waterRatio + from_air
    risk_water = min(max((water - f.polyol * f.waterRatio) / f.polyol / f.waterRiskDelta, 0.0), 1.0)
    mass = f.polyol + f.isocyanate + from_air
    mix = min(max(mixing, 0.1), 1.0)
    release = 0.5 + 0.5 * mix
    all_co2 = water / WATER
    liquid_pentane = 1e-6
    liquid = f.polyol / f.polyolDensity + f.isocyanate / f.isocyanateDensity + from_air / 1000.0
    core = (f.polyol * (polyol_c + ZERO) + f.isocyanate * (f.isocyanateC + ZERO)) / (f.polyol + f.isocyanate)
    mold = mold_c + ZERO
    least_head = max(f.minHeadspace * f.cavity, 1e-6)
    head = max(f.cavity - liquid, least_head)
    air = f.ambientPa * head / (R * max(core, 250.0))
    ambient = f.ambientC + ZERO
    clock = alpha = co2 = pentane = before = 0.0
    peak = air * R * core / max(f.cavity - liquid, least_head)
    peak_time = hottest_time = 0.0
    hottest = core
    closure = first = last = -1.0
    density = mass / liquid
    hard[0] = f.baseShore + f.densityGain * max(density - f.densityReference, 0.0) / f.densityReference
    for i in range(1, count):
        now = total if i == count - 1 else i * (total / (count - 1))
        h = now - before
        before = now
        rate = math.exp(-(f.activation / R) * (1 / max(core, 250.0) - 1 / f.reference)) * (0.4 + 0.6 * mix)
        clock = max(clock + h * rate / f.timeConstant, 0.0)
        following = 1 - math.exp(-(clock**f.exponent))
        heat = f.reactionHeat * mass * max(0.0, (following - alpha) / h)
        alpha = following
        to_mold = f.toMold * f.surface * (core - mold)
        to_ambient = f.toAmbient * f.surface * (mold - ambient)
        core += h * (heat - to_mold) / (mass * f.foamHeat)
        mold += h * (to_mold - to_ambient) / (f.moldKg * f.moldHeat)

        co2 += max(0.0, min(all_co2, all_co2 * alpha**1.1 * release) - co2)
        if core > f.onset:
            moved = min(liquid_pentane, f.evaporation * (1 - math.exp(-f.evaporationSlope * (core - f.onset))) * liquid_pentane * h)
            liquid_pentane -= moved
            pentane += moved
        foam = liquid + (co2 + pentane) * R * core / STANDARD
        head = max(f.cavity - min(foam, f.cavity), least_head)
        fill = min(foam / f.cavity, 1.5)
        opened = max(0.0, 1 - (alpha / f.closure) ** f.clog) / (1 + max(0.0, fill - 1) * f.relief)
        vent = min(max(f.minVent, opened), 1.0)
        per_mol = R * max(core, 250.0) / head
        pressure = (air + co2 + pentane) * per_mol
        flow = f.vents * f.conductance * vent * max(pressure - f.ambientPa, 0.0)
        gas = co2 + pentane
        if flow > 0 and gas > 1e-9:
            removed = min(flow * h * pressure / (R * core), gas)
            co2 -= removed * co2 / gas
            pentane -= removed * pentane / gas
        pressure = (air + co2 + pentane) * per_mol
        density = mass / min(liquid + (co2 + pentane) * R * core / STANDARD, f.cavity)

        if pressure > peak:
            peak, peak_time = pressure, now
        if core > hottest:
            hottest, hottest_time = core, now
        if closure < 0 and vent <= 0.1:
            closure = now
        hard[i] = (
            f.baseShore + f.conversionGain * alpha + f.densityGain * max(density - f.densityReference, 0.0) / f.densityReference
        )
        if (
            alpha >= f.minConversion and f.minDensity <= density <= f.maxDensity
            and core - ZERO <= f.maxCoreC and hard[i] >= f.minHardness
        ):
            if first < 0:
                first = now
            last = now
    best = first + 0.3 * (last - first) if first >= 0 else total
    place = min(int(best / (total / (count - 1))), count - 2)
    low = place * (total / (count - 1))
    share = (best - low) / (total / (count - 1))
    demold = hard[place] + share * (hard[place + 1] - hard[place])
    day = f.baseShore + f.conversionGain + f.densityGain * max(density - f.densityReference, 0.0) / f.densityReference + f.dayBonus
    out[:] = (density, peak, peak_time, closure, hottest - ZERO, demold, day,
              risk(f, first, demold, day, peak, risk_water, mix, closure))


@numba.njit
def risk(f, first, demold, day, peak, water, mix, closure):
    ratio = peak / (f.maxPressureBar * 1e5)
    sum_ = 0.02
    for holds, more in (
        (first < 0, 0.35), (demold < f.minDemold, 0.2), (day < f.minDay, 0.1), (ratio > 1, 0.25), (0.9 <= ratio <= 1, 0.1),
        (water > 0.6, 0.1), (mix < 0.8, 0.07), (0 <= closure < 120, 0.08),
    ):
        if holds:
            sum_ += more
    return min(sum_, 1.0)


@numba.njit
def numba_shots(f, polyol_c, mold_c, humidity, mixing, total, count, out):
    hard = np.empty(count)
    for i in range(len(polyol_c)):
        shot(f, polyol_c[i], mold_c[i], humidity[i], mixing[i], total, count, hard, out[i])


def numpy_shots(f, polyol_c, mold_c, humidity, mixing, total, count, out):
    n = len(polyol_c)
    excess = np.clip((humidity - f.humidityReference) / (1 - f.humidityReference), 0, 1)
    from_air = f.surfaceMoisture * f.surface * excess
    water = f.polyol * f.waterRatio + from_air
    risk_water = np.clip((water - f.polyol * f.waterRatio) / f.polyol / f.waterRiskDelta, 0, 1)
    mass = f.polyol + f.isocyanate + from_air
    mix = np.clip(mixing, 0.1, 1)
    most = water / WATER
    scale = most * (0.5 + 0.5 * mix)
    liquid = f.polyol / f.polyolDensity + f.isocyanate / f.isocyanateDensity + from_air / 1000
    core = (f.polyol * (polyol_c + ZERO) + f.isocyanate * (f.isocyanateC + ZERO)) / (f.polyol + f.isocyanate)
    mold = mold_c + ZERO
    least_head = max(f.minHeadspace * f.cavity, 1e-6)
    air = f.ambientPa * np.maximum(f.cavity - liquid, least_head) / (R * np.maximum(core, 250))
    modifier = (0.4 + 0.6 * mix) / f.timeConstant
    activation = f.activation / R
    clock, alpha, co2, pentane = np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n)
    liquid_pentane = np.full(n, 1e-6)
    peak = air * R * core / np.maximum(f.cavity - liquid, least_head)
    peak_time, hottest = np.zeros(n), core.copy()
    closure, first, last = np.full(n, -1.0), np.full(n, -1.0), np.full(n, -1.0)
    hard = np.empty((count, n))
    shore = lambda a, rho: f.baseShore + f.conversionGain * a + f.densityGain * np.maximum(rho - f.densityReference, 0) / f.densityReference
    hard[0] = shore(alpha, mass / liquid)
    before = 0.0
    for i in range(1, count):
        now = total if i == count - 1 else i * (total / (count - 1))
        h = now - before
        before = now
        clock += h * modifier * np.exp(-activation * (1 / np.maximum(core, 250) - 1 / f.reference))
        following = 1 - np.exp(-(clock**f.exponent))
        heat = f.reactionHeat * mass * np.maximum(following - alpha, 0) / h
        alpha = following
        to_mold = f.toMold * f.surface * (core - mold)
        to_ambient = f.toAmbient * f.surface * (mold - (f.ambientC + ZERO))
        core = core + h * (heat - to_mold) / (mass * f.foamHeat)
        mold = mold + h * (to_mold - to_ambient) / (f.moldKg * f.moldHeat)
        co2 = co2 + np.maximum(np.minimum(most, scale * alpha**1.1) - co2, 0)
        warm = np.maximum(core - f.onset, 0)
        moved = np.minimum(liquid_pentane, f.evaporation * (1 - np.exp(-f.evaporationSlope * warm)) * liquid_pentane * h)
        liquid_pentane = liquid_pentane - moved
        pentane = pentane + moved
        molar = R * core / STANDARD
        foam = liquid + (co2 + pentane) * molar
        head = np.maximum(f.cavity - np.minimum(foam, f.cavity), least_head)
        fill = np.minimum(foam / f.cavity, 1.5)
        opened = np.maximum(1 - (alpha / f.closure) ** f.clog, 0) / (1 + np.maximum(fill - 1, 0) * f.relief)
        vent = np.clip(opened, f.minVent, 1)
        per_mol = R * np.maximum(core, 250) / head
        gas = co2 + pentane
        pressure = (air + gas) * per_mol
        flow = f.vents * f.conductance * vent * np.maximum(pressure - f.ambientPa, 0)
        kept = 1 - np.where(gas > 1e-9, np.minimum(flow * h * pressure / (R * core) / np.maximum(gas, 1e-9), 1), 0)
        co2 = co2 * kept
        pentane = pentane * kept
        gas = co2 + pentane
        pressure = (air + gas) * per_mol
        density = mass / np.minimum(liquid + gas * molar, f.cavity)
        higher = pressure > peak
        peak = np.where(higher, pressure, peak)
        peak_time = np.where(higher, now, peak_time)
        hottest = np.maximum(hottest, core)
        closure = np.where((closure < 0) & (vent <= 0.1), now, closure)
        hard[i] = shore(alpha, density)
        fits = (
            (alpha >= f.minConversion) & (density >= f.minDensity) & (density <= f.maxDensity)
            & (core - ZERO <= f.maxCoreC) & (hard[i] >= f.minHardness)
        )
        first = np.where(fits & (first < 0), now, first)
        last = np.where(fits, now, last)
    step = total / (count - 1)
    best = np.where(first >= 0, first + 0.3 * (last - first), total)
    place = np.minimum((best / step).astype(int), count - 2)
    shots = np.arange(n)
    demold = hard[place, shots] + (best / step - place) * (hard[place + 1, shots] - hard[place, shots])
    day = shore(1.0, density) + f.dayBonus
    ratio = peak / (f.maxPressureBar * 1e5)
    total_risk = (
        0.02 + 0.35 * (first < 0) + 0.2 * (demold < f.minDemold) + 0.1 * (day < f.minDay) + 0.25 * (ratio > 1)
        + 0.1 * ((ratio >= 0.9) & (ratio <= 1)) + 0.1 * (risk_water > 0.6) + 0.07 * (mix < 0.8)
        + 0.08 * ((closure >= 0) & (closure < 120))
    )
    out[:] = np.stack([density, peak, peak_time, closure, hottest - ZERO, demold, day, np.minimum(total_risk, 1)], axis=1)


def measured(run, shots, fixed, total, count, runs, times=1):
    """Over the shots `times` over at once; figures are those of the first ones."""
    wanted = len(shots[0])
    shots = [np.tile(values, times) for values in shots]
    out = np.empty((len(shots[0]), len(FIGURES)))
    run(fixed, *shots, total, count, out)
    seconds = []
    for _ in range(runs):
        started, before = time.perf_counter(), time.process_time()
        run(fixed, *shots, total, count, out)
        # of the clock's and the processor's time the one that neighbours disturb less
        seconds.append(min(time.perf_counter() - started, time.process_time() - before) / times)
    return {"seconds": seconds, "figures": {name: out[:wanted, i].tolist() for i, name in enumerate(FIGURES)}}


def main():
    case = json.load(sys.stdin)
    given = case["fixed"]
    time_constant, exponent = calibration(given.pop("reactionTimesS"), given.pop("reactionOrder"))
    values = {**given, "timeConstant": time_constant, "exponent": exponent}
    fixed = namedtuple("Fixed", values)(*(float(value) for value in values.values()))
    shots = [np.array(case["shots"][name], float) for name in ("T_polyol_C", "T_mold_C", "humidity", "mixing")]
    rest = (shots, fixed, float(case["totalS"]), case["count"])
    # a batch in NumPy is fastest over some thousand shots, and takes a second
    batch = measured(numpy_shots, *rest, runs=2 + case["runs"] // 20, times=8)
    json.dump({"numba": measured(numba_shots, *rest, runs=case["runs"]), "numpy": batch}, sys.stdout)


main()
