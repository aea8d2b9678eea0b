"""Minimax polynomials and tables of the elementary functions.

Needs mpmath (an oracle, not a dependency of Simloom):  python3 scripts/generate/elementary-coefficients.py
Writes packages/numerics/src/elementary/tables/coefficients.ts and rows.ts.

Each polynomial P minimises max |P(t) - f(t)| * weight(t) over an interval by the Remez exchange algorithm in 100 digits.
Coefficients are then rounded to float64; they multiply small powers, so that costs less than the fit does.
"""
import pathlib
import sys

from mpmath import asin, atan, cbrt, cos, erf, erfc, exp, floor, log, lu_solve, matrix, mp, mpf, pi, sin, sinh, sqrt

mp.dps = 100
FOLDER = pathlib.Path(__file__).parents[2] / "packages/numerics/src/elementary/tables"


def remez(f, low, high, degree, weight):
    """Coefficients of t^0 .. t^degree that minimise the weighted error on [low, high]."""
    count = degree + 1
    low, high = mpf(low), mpf(high)
    scale = max(abs(low), abs(high))
    nodes = [(low + high) / 2 - (high - low) / 2 * mp.cos(pi * i / count) for i in range(count + 1)]
    eps = (high - low) * mpf(10) ** -12
    nodes = [min(max(t, low + eps), high - eps) for t in nodes]
    best = None
    for _ in range(12):
        system = matrix(count + 1, count + 1)
        right = matrix(count + 1, 1)
        for i, t in enumerate(nodes):
            for j in range(count):
                system[i, j] = (t / scale) **j
            system[i, count] = (-1) ** i / weight(t)
            right[i] = f(t)
        solution = lu_solve(system, right)
        coefficients = [solution[j] / scale **j for j in range(count)]
        level = abs(solution[count])

        def error(t):
            total = mpf(0)
            for c in reversed(coefficients):
                total = total * t + c
            return (total - f(t)) * weight(t)

        samples = 24 * (count + 1)
        grid = [(low + high) / 2 - (high - low) / 2 * mp.cos(pi * (i + mpf(1) / 2) / samples) for i in range(samples)]
        values = [error(t) for t in grid]
        extrema = []
        for t, v in zip(grid, values):
            if extrema and (v > 0) == (extrema[-1][1] > 0):
                if abs(v) > abs(extrema[-1][1]):
                    extrema[-1] = (t, v)
            else:
                extrema.append((t, v))
        while len(extrema) > count + 1:
            extrema.pop(0 if abs(extrema[0][1]) < abs(extrema[-1][1]) else -1)
        peak = max(abs(v) for v in values)
        if best is None or peak < best[1]:
            best = (coefficients, peak)
        if len(extrema) < count + 1 or peak < level * mpf("1.02"):
            break
        nodes = [t for t, _ in extrema]
    return best


def fit(name, f, low, high, degree, weight=lambda t: mpf(1)):
    """Minimax coefficients, each rounded to float64."""
    coefficients, _ = remez(f, low, high, degree, weight)
    result = [float(c) for c in coefficients]

    def error(t):
        return (sum(mpf(c) * t**j for j, c in enumerate(result)) - f(t)) * weight(t)

    worst = max(abs(error(mpf(low) + (mpf(high) - mpf(low)) * (i + mpf("0.5")) / 400)) for i in range(400))
    print(f"{name}: degree {degree}, weighted error 2^{float(mp.log(worst, 2)):.1f}", file=sys.stderr)
    return result


def away(t):
    """Keeps removable singularities at zero apart by less than the fit can see."""
    return t if abs(t) > mpf(10) ** -24 else mpf(10) ** -24


def of_square(f):
    return lambda z: f(sqrt(away(z)))


def erfcx(x):
    return exp(x * x) * erfc(x)


POLYNOMIALS = {
    "EXP": (
        "(exp(r) - 1 - r) / r^2 on |r| <= ln(2)/2",
        lambda: fit("EXP", lambda r: (exp(away(r)) - 1 - away(r)) / away(r) ** 2, "-0.3467", "0.3467", 10, lambda r: abs(r) + mpf("0.02")),
    ),
    "LOG": (
        "(log((1+s)/(1-s))/s - 2) / s^2 in s^2, |s| <= 0.1716",
        lambda: fit("LOG", of_square(lambda s: (log((1 + s) / (1 - s)) / s - 2) / s**2), 0, "0.02946", 6, lambda z: z + mpf("0.0005")),
    ),
    "SIN": (
        "(sin(y) - y) / y^3 in y^2, |y| <= pi/4",
        lambda: fit("SIN", of_square(lambda y: (sin(y) - y) / y**3), 0, "0.6170", 5, lambda z: z + mpf("0.01")),
    ),
    "COS": (
        "(cos(y) - 1 + y^2/2) / y^4 in y^2, |y| <= pi/4",
        lambda: fit("COS", of_square(lambda y: (cos(y) - 1 + y * y / 2) / y**4), 0, "0.6170", 5, lambda z: z**2 + mpf("0.001")),
    ),
    "ATAN": (
        "(atan(t) - t) / t^3 in t^2, |t| <= 0.2361",
        lambda: fit("ATAN", of_square(lambda t: (atan(t) - t) / t**3), 0, "0.0563", 8, lambda z: z + mpf("0.001")),
    ),
    "ASIN": (
        "(asin(x) - x) / x^3 in x^2, |x| <= 1/2",
        lambda: fit("ASIN", of_square(lambda x: (asin(x) - x) / x**3), 0, "0.25", 15, lambda z: z + mpf("0.004")),
    ),
    "SINH": (
        "(sinh(x) - x) / x^3 in x^2, |x| <= 1",
        lambda: fit("SINH", of_square(lambda x: (sinh(x) - x) / x**3), 0, "1.0", 7, lambda z: z + mpf("0.01")),
    ),
    "ERF": (
        "erf(x)/x - 1 in x^2, |x| <= 1/2",
        lambda: fit("ERF", of_square(lambda x: erf(x) / x - 1), 0, "0.25", 9),
    ),
    "CUBE_ROOT_SEED": (
        "cbrt(m) on [1, 8]",
        lambda: fit("CUBE_ROOT_SEED", cbrt, 1, 8, 5, lambda m: 1 / cbrt(m)),
    ),
    "LOG_NEAR_ONE": (
        "(log(1+r) - r + r^2/2) / r^3 on |r| <= 0.0080",
        lambda: fit("LOG_NEAR_ONE", lambda r: (log(1 + away(r)) - away(r) + away(r) ** 2 / 2) / away(r) ** 3, "-0.0080", "0.0080", 6, lambda r: r**2 / mpf("6.4e-5") + mpf("0.02")),
    ),
}

# ---- splits of constants: leading parts with few bits, so that products with small integers are exact


def leading(value, bits):
    """The number of `bits` significant bits nearest to value."""
    shift = bits - 1 - int(floor(log(abs(value), 2)))
    return mp.nint(value * mpf(2) ** shift) / mpf(2) ** shift


def split(value, *bits):
    parts = []
    for count in bits:
        part = leading(value, count)
        parts.append(float(part))
        value -= part
    parts.append(float(value))
    return parts


LN2 = log(mpf(2))
SPLITS = {
    "LN2": ("ln 2 with 11 free low bits, then the rest", lambda: split(LN2, 42)),
    "LN2_WIDE": ("ln 2 in float64 pairs", lambda: split(LN2, 53)),
    "HALF_PI": ("pi/2 in parts of 33 bits", lambda: split(pi / 2, 33, 33, 33)),
    "HALF_PI_PAIR": ("pi/2 as a float64 pair", lambda: split(pi / 2, 53)),
    "PI_PAIR": ("pi as a float64 pair", lambda: split(+pi, 53)),
    "INVERSE_LN2_PAIR": ("1 / ln 2 as a float64 pair", lambda: split(1 / LN2, 53)),
    "INVERSE_LN10_PAIR": ("1 / ln 10 as a float64 pair", lambda: split(1 / log(mpf(10)), 53)),
    "LOG10_OF_2": ("log10 2 with 11 free low bits, then the rest", lambda: split(LN2 / log(mpf(10)), 42)),
    "ATAN_OF_HALF": ("atan(1/2) as a float64 pair", lambda: split(atan(mpf(1) / 2), 53)),
    "ATAN_OF_TWO": ("atan(2) as a float64 pair", lambda: split(atan(mpf(2)), 53)),
}


def two_over_pi_digits():
    """2/pi in 24-bit digits, most significant first."""
    mp.prec = 2000
    rest, digits = 2 / pi, []
    for _ in range(66):
        rest *= 2**24
        digit = int(floor(rest))
        digits.append(digit)
        rest -= digit
    mp.dps = 100
    return digits


LOG_TABLE_BITS = 7
LOG_TABLE_LOW = 0x3FE6A000  # high word of the smallest significand of the table, just above sqrt(1/2)


def log_table():
    """Rows (1/c, log c high, log c low) for the 128 cells of [0.707, 1.414); c is near the middle of its cell."""
    rows = []
    worst = mpf(0)
    import struct
    for i in range(128):
        def edge(k):
            high = LOG_TABLE_LOW + (k << 13)
            if high >= 0x3FE6A000 + 0x100000:
                high = 0x3FE6A000 + 0x100000
            return mpf(struct.unpack(">d", struct.pack(">Q", high << 32))[0])
        low, high = edge(i), edge(i + 1)
        inverse = mp.nint(2 / (low + high) * 512) / 512
        if low <= 1 <= high:
            inverse = mpf(1)
        worst = max(worst, abs(low * inverse - 1), abs(high * inverse - 1))
        value = -log(inverse)
        head = mp.nint(value * mpf(2) ** 42) / mpf(2) ** 42  # k ln2 + head is exact with the 42-bit ln 2
        rows += [float(inverse), float(head), float(value - head)]
    print(f"log table: |r| <= {float(worst):.5f}", file=sys.stderr)
    return rows


def erfcx_table():
    """Rows for 48 cells of [1/2, 32), eight per octave: centre, value high, value low, then c1 .. c10 of the distance, 3 zeros."""
    rows = []
    for octave in range(-1, 5):
        for step in range(8):
            low = mpf(2) ** octave * (1 + mpf(step) / 8)
            half = mpf(2) ** octave / 16
            centre = low + half
            value = erfcx(centre)
            head = mpf(float(value))
            tail = float(value - head)
            fixed = head + mpf(tail)
            name = f"erfcx {octave} {step}"
            # in units of the half width, so that the linear systems are well scaled
            f = lambda u: (erfcx(centre + half * u) - fixed) / value
            best, peak = remez(f, -1, 1, 10, lambda u: mpf(1))
            coefficients = [float(c * value / half**j) for j, c in enumerate(best)]
            rows += [float(centre), float(head), tail + coefficients[0]] + coefficients[1:] + [0.0, 0.0, 0.0]
            if step in (0, 7):
                print(f"{name}: 2^{float(log(peak, 2)):.1f}", file=sys.stderr)
    return rows


def numbers(values, per_line=4):
    texts = [repr(float(v)).removesuffix(".0") for v in values]
    lines = [", ".join(texts[i : i + per_line]) for i in range(0, len(texts), per_line)]
    return "[\n" + "".join(f"  {line},\n" for line in lines) + "]"


def main():
    head = "// Written by scripts/generate/elementary-coefficients.py.\n// biome-ignore-all lint/suspicious/noApproximativeNumericConstant: leading parts of pairs\n\n"
    text = head
    for name, (what, make) in POLYNOMIALS.items():
        text += f"/** {what}: minimax coefficients, lowest degree first. */\nexport const {name}_POLYNOMIAL: readonly number[] = {numbers(make())};\n\n"
    for name, (what, make) in SPLITS.items():
        values = ", ".join(repr(v) for v in make())
        count = ", ".join(["number"] * len(make()))
        text += f"/** {what}. */\nexport const {name}: readonly [{count}] = [{values}];\n\n"
    (FOLDER / "coefficients.ts").write_text(text.rstrip() + "\n")
    tables = head
    tables += f"/** Digits of 2/pi to base 2^24, most significant first: 1584 bits, enough for the largest float64. */\nexport const TWO_OVER_PI_DIGITS = Float64Array.of(...{numbers(two_over_pi_digits(), 8)});\n\n"
    tables += f"/** 128 rows of (1/c, log c rounded to multiples of 2^-42, the rest): see `wideLog`. */\nexport const LOG_ROWS = Float64Array.of(...{numbers(log_table(), 3)});\n\n"
    tables += f"/** 48 rows of exp(x^2) erfc(x) on [1/2, 32): centre, value, its low part, ten coefficients of the distance, three zeros. */\nexport const ERFCX_ROWS = Float64Array.of(...{numbers(erfcx_table(), 16)});\n"
    (FOLDER / "rows.ts").write_text(tables)


if __name__ == "__main__":
    main()
