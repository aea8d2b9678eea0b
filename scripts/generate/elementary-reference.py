"""Reference values of the elementary functions, correctly rounded.

Needs mpmath (an oracle, not a dependency of Simloom):  python3 scripts/generate/elementary-reference.py
Writes packages/numerics/src/elementary/fixtures/reference.json and reference.bin.

The binary file holds, for each function of the JSON file in turn, `count` rows of little-endian float64: the arguments, the
correctly rounded result, and what the exact result has beyond it, in units in the last place of the rounded result.
"""
import json
import math
import pathlib
import random
import struct

from mpmath import mp, mpf

mp.prec = 300
FOLDER = pathlib.Path(__file__).parents[2] / "packages/numerics/src/elementary/fixtures"
random.seed(20240229)

FUNCTIONS = {
    "exp": mp.exp, "exp2": lambda x: mpf(2) ** x, "expm1": mp.expm1,
    "log": mp.log, "log2": lambda x: mp.log(x) / mp.log(2), "log10": lambda x: mp.log(x) / mp.log(10), "log1p": mp.log1p,
    "pow": lambda x, y: x**y, "cbrt": lambda x: mp.sign(x) * mp.cbrt(abs(x)), "hypot": mp.hypot,
    "sin": mp.sin, "cos": mp.cos, "tan": mp.tan, "asin": mp.asin, "acos": mp.acos, "atan": mp.atan, "atan2": mp.atan2,
    "sinh": mp.sinh, "cosh": mp.cosh, "tanh": mp.tanh, "erf": mp.erf, "erfc": mp.erfc,
}  # fmt: skip


def neighbours(x, count=2):
    result = [x]
    up = down = x
    for _ in range(count):
        up, down = math.nextafter(up, math.inf), math.nextafter(down, -math.inf)
        result += [up, down]
    return result


def magnitudes(count, low, high, signed=True):
    """Log-spaced, with random significands, between powers of two."""
    result = []
    for i in range(count):
        size = math.ldexp(random.uniform(1, 2), min(1023, int(low + (high - low) * (i + random.random()) / count)))
        result.append(-size if signed and random.random() < 0.5 else size)
    return result


def uniform(count, low, high):
    return [random.uniform(low, high) for _ in range(count)]


def near(values):
    return [y for v in values for y in neighbours(float(v))]


TINY = [5e-324, -5e-324, 2.2250738585072014e-308, -2.2250738585072009e-308, 1e-300, -1e-20, 2.0**-27, 2.0**-28, 2.0**-54]
HUGE = [1.7976931348623157e308, -1.7976931348623157e308]

# arguments nearest to multiples of pi/2 among all float64, by continued fractions
HARD_ANGLES = [
    math.ldexp(6381956970095103, 797), math.ldexp(5319372648326541, 16), math.ldexp(6411027962775774, -48),
    math.ldexp(8054847073534080, -33), math.ldexp(6134899525417045, 0), 411557987.0, 1e22, 2.0**1023,
]  # fmt: skip


def hard_angles():
    """For each exponent the float64 nearest to a multiple of pi/2: convergents of 2^e / (pi/2)."""
    result = []
    with mp.workprec(2400):
        for exponent in range(-52, 971, 3):
            ratio = mpf(2) ** exponent / (mp.pi / 2)
            p, p1, q, q1, rest = 0, 1, 1, 0, ratio
            candidates = []
            for _ in range(60):
                whole = int(mp.floor(rest))
                p, p1, q, q1 = p1, whole * p1 + p, q1, whole * q1 + q
                if q1 >= 2**53:
                    break
                if q1 >= 2**52:
                    candidates.append(q1)
                if rest == whole:
                    break
                rest = 1 / (rest - whole)
            best = q if q1 >= 2**53 else q1
            while 0 < best < 2**52:
                best *= 2
            for significand in candidates + [best]:
                result.append(math.ldexp(significand, exponent))
    return result


def log2_of(value):
    return int(mp.floor(mp.log(value, 2)))


def arguments(name):
    if name in ("exp", "expm1", "sinh", "cosh", "exp2", "tanh"):
        limits = {"exp2": [1024, -1022, -1074, -1075, 0.5, 1, 2]}.get(
            name, [709.782712893384, 710.4758600739439, -708.3964185322641, -744.4400719213812, -745.1332191019411, 708, -708, 1, 0.5]
        )
        # a doubling in halves of ln 2 is where the reduction changes step
        steps = [(k + 0.5) * (1 if name == "exp2" else math.log(2)) for k in (-1074, -1022, -500, -20, -2, -1, 0, 1, 2, 30, 1000, 1022)]
        top = 1075 if name == "exp2" else 745 if name in ("exp", "expm1") else 710
        return near(limits) + near(steps) + TINY + uniform(150, -top, top) + uniform(160, -2, 2) + magnitudes(120, -60, 10)
    if name in ("log", "log2", "log10"):
        powers = [2.0**k for k in range(-1070, 1024, 90)] + [10.0**k for k in range(-300, 309, 50)]
        return near([1, math.sqrt(0.5), math.sqrt(2), 2, 10, 1000, 2.0**1022, 2.0**-1022, math.e]) + powers + [abs(x) for x in TINY + HUGE[:1]] + uniform(160, 0.5, 2) + [1 + x for x in magnitudes(60, -52, -3)] + magnitudes(160, -1074, 1024, False)
    if name == "log1p":
        return near([-0.5, -0.25, 1, 2.0**52, 2.0**53, 2.0**1022, -1 + 2.0**-40]) + TINY + HUGE[:1] + uniform(160, -0.5, 1) + [-1 + x for x in magnitudes(50, -53, -2, False)] + magnitudes(120, -60, -2) + magnitudes(100, 0, 1024, False)
    if name == "pow":
        rows = [(x, y) for x, y in zip(magnitudes(130, -6, 6, False), uniform(130, -100, 100))]
        rows += [(x, random.uniform(-1, 1) * 745 / abs(math.log(x))) for x in magnitudes(130, -1074, 1024, False)]
        rows += [(1 + t, random.uniform(0.2, 1) * 700 / abs(t)) for t in magnitudes(80, -52, -2)]
        rows += [(-x, float(random.randint(-60, 60))) for x in uniform(40, 0.2, 5)]
        rows += [(x, y) for x in (0.5, 2.0, 3.0, 10.0, 1.5) for y in (0.5, 1.0, 2.0, 3.0, -1.0, 1 / 3)]
        rows += [(x, 1.0) for x in magnitudes(20, -1074, 1024)] + [(2.0, y) for y in (1023.9999999999999, 1024.0, -1074.0, -1075.0, -1022.5)]
        return rows
    if name in ("hypot", "atan2"):
        rows = list(zip(magnitudes(140, -30, 30), magnitudes(140, -30, 30)))
        rows += list(zip(uniform(140, -1, 1), uniform(140, -1, 1)))
        rows += [(x, x * (1 + t)) for x, t in zip(magnitudes(60, -1000, 1000), magnitudes(60, -52, -1))]
        rows += [(x, random.choice([-1, 1]) * min(abs(x) * 2.0 ** random.randint(-70, 70), 1e308)) for x in magnitudes(80, -1074, 1023)]
        rows += list(zip(random.sample(TINY * 4, 30), random.sample(TINY * 4, 30)))
        return rows
    if name == "cbrt":
        return near([1, 2, 4, 8, 27, 1e-9, 2.0**1022, 2.0**-1022]) + TINY + HUGE + uniform(180, -8, 8) + magnitudes(220, -1074, 1024)
    if name in ("sin", "cos", "tan"):
        small = near([k * math.pi / 4 for k in (*range(1, 17), 1001, 65537)])
        border = near([2.0**20, -(2.0**20), 2.0**27, 2.0**54])
        return small + border + TINY + HUGE + HARD_ANGLES + random.sample(hard_angles(), 160) + uniform(120, -10, 10) + uniform(60, -1e6, 1e6) + magnitudes(120, -40, 1024)
    if name in ("asin", "acos"):
        ends = [1 - x for x in magnitudes(50, -53, -2, False)]
        return near([0.5, -0.5]) + [1.0, -1.0] + TINY + ends + [-x for x in ends] + uniform(220, -1, 1) + magnitudes(120, -60, -1)
    if name == "atan":
        borders = [math.tan((k + 1) * math.pi / 16) for k in range(7)] + [0.2360679775, 0.7207592200561265, 1.3874258867227933, 4.2360679775]
        return near(borders) + TINY + HUGE + uniform(200, -5, 5) + magnitudes(220, -60, 70)
    if name in ("erf", "erfc"):
        cells = [2.0**k * (1 + j / 8) for k in range(-1, 5) for j in range(0, 8, 3)]
        cells = [x for x in cells if x < (6 if name == "erf" else 27)]
        borders = [0.5, -0.5, 5.921587195794507, 6] + ([26, 26.543258454250374, 27.226017111108362] if name == "erfc" else [])
        return near(borders) + near(cells) + TINY + uniform(150, -6, 6) + uniform(120, -1, 1) + (uniform(150, 0.5, 27.2) if name == "erfc" else magnitudes(130, -60, 2))
    raise ValueError(name)


COMPLEX = {
    "complexExp": mp.exp, "complexLog": mp.log, "complexSqrt": mp.sqrt, "complexSin": mp.sin, "complexCos": mp.cos,
    "complexTan": mp.tan, "complexSinh": mp.sinh, "complexCosh": mp.cosh, "complexTanh": mp.tanh, "complexAsin": mp.asin,
    "complexAcos": mp.acos, "complexAtan": mp.atan, "complexAsinh": mp.asinh, "complexAcosh": mp.acosh, "complexAtanh": mp.atanh,
}  # fmt: skip


def complex_arguments(name):
    """Points off the cuts: ordinary, close to the axes, close to 1, and large where the result is still finite."""
    rows = list(zip(magnitudes(50, -20, 9), magnitudes(50, -20, 9)))
    rows += list(zip(uniform(50, -2, 2), uniform(50, -2, 2)))
    rows += [(x, y) for x, y in zip([s * (1 + t) for s, t in zip([1, -1] * 15, magnitudes(30, -50, -2))], magnitudes(30, -55, -1))]
    if name in ("complexSqrt", "complexLog", "complexAsin", "complexAcos", "complexAsinh", "complexAcosh", "complexAtan", "complexAtanh"):
        rows += list(zip(magnitudes(40, -500, 1000), magnitudes(40, -500, 1000)))
    if name in ("complexExp", "complexSinh", "complexCosh"):
        rows += [(709.5, 1.57), (-709.5, 1.5), (710.1, 1.5707), (711.0, -1.57)]
    return rows


def rounded(exact):
    """The nearest float64 and the rest in units of its last place."""
    if exact == 0:
        return 0.0, 0.0
    unit = max(log2_of(abs(exact)) - 52, -1074)
    quotient = mp.nint(exact / mpf(2) ** unit)
    if abs(quotient) * mpf(2) ** unit >= mpf(2) ** 1024:
        return math.copysign(math.inf, exact), 0.0
    nearest = math.ldexp(int(quotient), unit)
    return nearest, float((exact - mpf(nearest)) / mpf(math.ulp(nearest)))


def append(index, data, name, rows):
    index.append({"name": name, "arity": len(rows[0]) - 2, "count": len(rows)})
    for row in rows:
        data += struct.pack(f"<{len(row)}d", *row)


def main():
    FOLDER.mkdir(exist_ok=True)
    index, data = [], bytearray()
    for name, function in FUNCTIONS.items():
        rows = []
        for row in dict.fromkeys(arguments(name)):
            row = row if isinstance(row, tuple) else (row,)
            exact = function(*(mpf(x) for x in row))
            result, rest = rounded(exact)
            rows.append((*row, result, rest))
        append(index, data, name, rows)
    mp.prec = 4000  # the oracle's inverse functions lose as many bits as the argument is large
    for name, function in COMPLEX.items():
        values = [(row, mp.mpc(function(mp.mpc(*row)))) for row in complex_arguments(name)]
        for part in ("real", "imag"):
            append(index, data, f"{name}.{part}", [(*row, *rounded(getattr(value, part))) for row, value in values])
    origin = "scripts/generate/elementary-reference.py (mpmath, 300 bits; complex functions 4000)"
    lines = ",\n".join("    " + json.dumps(entry) for entry in index)
    (FOLDER / "reference.json").write_text(f'{{\n  "origin": "{origin}",\n  "functions": [\n{lines}\n  ]\n}}\n')
    (FOLDER / "reference.bin").write_bytes(bytes(data))


if __name__ == "__main__":
    main()
