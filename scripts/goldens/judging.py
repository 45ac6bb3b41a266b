#!/usr/bin/python3
"""Golden numbers of drift and of paired tests, by SciPy.

usage: scripts/goldens/judging.py        (Debian: python3-scipy; written with SciPy 1.17)
"""

import pathlib

import numpy as np
import scipy
from scipy import stats

lines = ["# scripts/goldens/judging.py, SciPy " + scipy.__version__]


def add(name, *values):
    lines.append(name + " " + " ".join(repr(float(v)) for v in values))


def psi(expected, actual):
    """Of bin counts, half a row added to each."""
    e = (np.array(expected) + 0.5) / (sum(expected) + 0.5 * len(expected))
    a = (np.array(actual) + 0.5) / (sum(actual) + 0.5 * len(actual))
    return float(np.sum((a - e) * np.log(a / e)))


def tenths(expected, actual):
    """Counts in ten bins that end at the expected values which reach each tenth of the rows."""
    ordered = np.sort(expected)
    ends = ordered[[-(-len(ordered) * k // 10) - 1 for k in range(1, 10)]]
    edges = np.unique(ends)
    count = lambda values: np.bincount(np.searchsorted(edges, values, side="left"), minlength=len(edges) + 1)
    return count(expected), count(actual)


random = np.random.default_rng(7)
for name, expected, actual in [
    ("shifted", random.integers(0, 1000, 500), random.integers(100, 1100, 300)),
    ("same", random.integers(-50, 50, 400), random.integers(-50, 50, 350)),
    ("ties", random.integers(0, 4, 200), random.integers(0, 5, 220)),
]:
    add(name + ".expected", *expected)
    add(name + ".actual", *actual)
    add(name + ".psi", psi(*tenths(expected, actual)))
    add(name + ".ks", stats.ks_2samp(expected, actual).statistic)

# Categories as counts, the expected ones in falling order.
add("categories.expected", 50, 30, 20)
add("categories.actual", 20, 30, 45)
add("categories.psi", psi([50, 30, 20], [20, 30, 45]))

for degrees in (1, 2, 5, 9, 20, 63):
    add("chiSquare.%d" % degrees, stats.chi2.ppf(0.999, degrees))

# Rows that only the challenger, and only the current version gets right; p of "the challenger is better".
for better, worse in ((9, 2), (2, 9), (5, 5), (1, 0), (20, 5), (60, 40), (40, 60), (130, 100), (3000, 2800)):
    n = better + worse
    exact = stats.binomtest(better, n, 0.5, alternative="greater").pvalue
    add("mcnemar.exact.%d.%d" % (better, worse), exact)
    add("mcnemar.chi.%d.%d" % (better, worse), (abs(better - worse) - 1) ** 2 / n, stats.norm.sf((better - worse - 1) / np.sqrt(n)))

gains = random.normal(0.05, 1, 400)
add("bootstrap.gains", *gains)
found = stats.bootstrap((gains,), np.mean, n_resamples=200_000, confidence_level=0.9, method="percentile", random_state=random)
add("bootstrap.interval", found.confidence_interval.low, found.confidence_interval.high)

# Rows with weights, six of each of fifty groups; of a group the gains are alike. What is drawn is rows, then groups.
weights = np.round(random.uniform(0, 4, 300) ** 2, 3)
gains = np.round(0.08 + np.repeat(random.normal(0, 0.5, 50), 6) + random.normal(0, 0.3, 300), 4)
add("weighted.weights", *weights)
add("weighted.gains", *gains)
for name, size in ("rows", 1), ("groups", 6):
    units = (weights * gains).reshape(-1, size).sum(1), weights.reshape(-1, size).sum(1)
    found = stats.bootstrap(units, lambda g, w, axis: g.sum(axis) / w.sum(axis), n_resamples=100_000, batch=2000,
                            paired=True, confidence_level=0.9, method="percentile", random_state=random)
    add("weighted.interval." + name, found.confidence_interval.low, found.confidence_interval.high)

path = pathlib.Path(__file__).parents[2] / "src/test/resources/goldens/judging.txt"
path.write_text("\n".join(lines) + "\n")
print(path.name, len(lines) - 1, "lines")
