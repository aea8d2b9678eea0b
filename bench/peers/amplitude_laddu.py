"""laddu's likelihoods on the same events and parameters, with its JIT in float64 on one thread.

Input on standard input: {"file": path, "count": n, "runs": r, "tables": {name: KopfTable}, "vectors": [[34 numbers]],
"breitWigner": [[5 numbers]]}. The file holds, per set, s and the real and imaginary parts of Z00+, Z22+ and Z00- as float64
columns; weights are 1.
Output: {"version": …, "kMatrix": {"prepareMs", "valueMs", "gradientMs", "value"}, "breitWigner": …, "breitWignerFixed": …}; values are
-ln L, half of what laddu gives.
"""

import importlib.metadata
import json
import sys
import time

import laddu as ld
import numpy as np

COLUMNS = ["s", "zp0r", "zp0i", "zp2r", "zp2i", "zm0r", "zm0i"]
KAON = 0.497611


def datasets(path, count):
    numbers = np.fromfile(path, np.float64).reshape(2, len(COLUMNS), count)
    return [
        ld.Dataset.from_arrays(p4s={}, scalars={name: part[k].copy() for k, name in enumerate(COLUMNS)}) for part in numbers
    ]


def amplitude(table, prefix, s, free):
    """F of the kaon channel; `free` gives a coupling per pole, or None for a pole that is not produced."""
    channels = table["channels"]
    masses = ld.vector([pole["mass"] for pole in table["poles"]])
    first, second = [ld.vector([channel[key] for channel in channels]) for key in ("mass1", "mass2")]
    couplings = ld.matrix(table["couplings"])
    barriers = ld.blatt_weisskopf_barriers(
        s, channel_mass_1=first, channel_mass_2=second, pole_masses=masses, l=table["l"], q_r=0.1973
    )
    size, poles = len(channels), len(table["poles"])
    background = ld.matrix(
        [
            [
                sum(
                    (barriers.at(i, a) * barriers.at(j, a) for a in range(1, poles)),
                    barriers.at(i, 0) * barriers.at(j, 0),
                )
                * table["background"][i][j]
                for j in range(size)
            ]
            for i in range(size)
        ]
    )
    k = ld.k_matrix(s, pole_masses=masses, couplings=couplings, barriers=barriers, background=background)
    if "adler" in table:
        factor = (s - table["adler"]["zero"]) / table["adler"]["norm"]
        k = ld.matrix([[factor * k.at(i, j) for j in range(size)] for i in range(size)])
    production = ld.vector([0.0 if one is None else one for one in free])
    p = ld.p_vector(s, pole_masses=masses, production=production, couplings=couplings, barriers=barriers)
    chew = [ld.chew_mandelstam(s, mass1=c["mass1"], mass2=c["mass2"]) for c in channels]
    phase_space = ld.matrix([[chew[i] if i == j else 0.0 for j in range(size)] for i in range(size)])
    kaon = next(index for index, channel in enumerate(channels) if channel["name"] == "K K")
    return ld.f_vector(s, pole_masses=masses, k=k, p=p, phase_space=phase_space)[kaon]


def intensity(plus, wave, minus):
    z = {name: ld.scalar(name) for name in COLUMNS}
    both = [plus * z[f"zp0{part}"] + wave * z[f"zp2{part}"] for part in "ri"]
    rest = [] if minus is None else [minus * z[f"zm0{part}"] for part in "ri"]
    first, *others = [one.norm_sqr() for one in both + rest]
    return sum(others, first)


def k_matrix_model(tables):
    """The intensity, and the names of its parameters in the order of the vectors."""
    s = ld.scalar("s")
    names = []

    def real():
        names.append(f"p{len(names)}")
        return ld.parameter(names[-1], initial=0.25)

    def both():
        return ld.complex(real(), real())

    waves = []
    for sign in "+-":
        f0 = amplitude(tables["f0"], f"f0{sign}", s, [None, real(), both(), both(), both()])
        waves.append(f0 + amplitude(tables["a0"], f"a0{sign}", s, [both(), both()]))
    f2 = amplitude(tables["f2"], "f2", s, [both() for _ in range(4)])
    d = f2 + amplitude(tables["a2"], "a2", s, [both(), both()])
    return intensity(waves[0], d, waves[1]), names


def breit_wigner_model(fixed):
    s = ld.scalar("s")
    names = ["p0", "p1", "p2", "p3", "p4"]
    width = lambda k, value: value if fixed else ld.parameter(names[k], initial=value)
    shape = lambda mass, gamma, l: ld.relativistic_breit_wigner(s, mass=mass, width=gamma, mass1=KAON, mass2=KAON, l=l)
    plus = ld.parameter("p2", initial=1.0) * shape(1.506, width(0, 0.112), 0)
    wave = ld.complex(ld.parameter("p3", initial=0.3), ld.parameter("p4", initial=0.3)) * shape(1.517, width(1, 0.086), 2)
    return intensity(plus, wave, None), names[2:] if fixed else names


def measured(model, names, data, mc, vectors, runs):
    started = time.perf_counter()
    execution = ld.Execution("jit", threads=1, precision="f64")
    likelihood = ld.Likelihood([ld.NLL(ld.Model(model), data=data, accepted_mc=mc)], execution=execution)
    order = [names.index(name) for name in likelihood.parameter_names]
    vectors = [np.array([vector[k] for k in order]) for vector in vectors]
    first = likelihood.value(vectors[0])
    likelihood.value_and_gradient(vectors[0])
    prepared = time.perf_counter()
    best = [float("inf")] * 2
    for run in range(runs):
        for k, call in enumerate((likelihood.value, likelihood.value_and_gradient)):
            begun = time.perf_counter()
            call(vectors[run % len(vectors)])
            best[k] = min(best[k], time.perf_counter() - begun)
    return {
        "prepareMs": 1e3 * (prepared - started),
        "valueMs": 1e3 * best[0],
        "gradientMs": 1e3 * best[1],
        "value": first / 2,
    }


def main():
    case = json.load(sys.stdin)
    data, mc = datasets(case["file"], case["count"])
    widths = case["breitWigner"]
    results = {
        "version": importlib.metadata.version("laddu"),
        "kMatrix": measured(*k_matrix_model(case["tables"]), data, mc, case["vectors"], case["runs"]),
        "breitWigner": measured(*breit_wigner_model(False), data, mc, widths, case["runs"]),
        "breitWignerFixed": measured(*breit_wigner_model(True), data, mc, [one[2:] for one in widths], case["runs"]),
    }
    json.dump(results, sys.stdout)


if __name__ == "__main__":
    main()
