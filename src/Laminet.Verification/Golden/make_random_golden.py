#!/usr/bin/env python3
"""Shares of distributions in intervals, and the chi square that is exceeded once in 10,000 times, by SciPy 1.10 (Debian's package). Writes random.json.

Usage: /usr/bin/python3 make_random_golden.py
"""
import json
import os

import numpy as np
from scipy import stats

HERE = os.path.dirname(os.path.abspath(__file__))
DRAWS = 40_000
rows = []


def row(name, settings, distribution, whole):
    """Intervals (border before, border], each expected at least 20 times."""
    shares = np.linspace(0, 1, 31)[1:-1]
    borders = np.unique(distribution.ppf(shares))
    if whole:
        borders = borders + 0.5
    probabilities = np.diff(np.concatenate([[0], distribution.cdf(borders), [1]]))
    keep = [i for i in range(len(borders))]
    while len(keep) and min(np.diff(np.concatenate([[0], distribution.cdf(borders[keep]), [1]]))) * DRAWS < 20:
        parts = np.diff(np.concatenate([[0], distribution.cdf(borders[keep]), [1]]))
        keep.pop(min(int(np.argmin(parts)), len(keep) - 1))
    borders = borders[keep]
    probabilities = np.diff(np.concatenate([[0], distribution.cdf(borders), [1]]))
    rows.append({"name": name, "settings": settings, "borders": borders.tolist(), "probabilities": probabilities.tolist(),
                 "largest": float(stats.chi2.ppf(1 - 1e-4, max(1, len(borders))))})


for rate in [0.3, 4.0, 9.9, 10.0, 35.5, 1000.0]:
    row("Poisson", [rate], stats.poisson(rate), True)
for trials, probability in [(1, 0.3), (12, 0.5), (20, 0.9), (40, 0.4), (1000, 0.02), (500, 0.83), (100000, 0.25)]:
    row("Binomial", [trials, probability], stats.binom(trials, probability), True)
for alpha in [0.3, 1.0, 7.5]:
    row("Gamma", [alpha], stats.gamma(alpha), False)
for alpha, beta in [(0.5, 0.5), (2.0, 5.0), (1.0, 1.0)]:
    row("Beta", [alpha, beta], stats.beta(alpha, beta), False)
for low, high in [(-3, 4), (0, 1000), (-2**40, 2**41)]:
    row("RandInt", [low, high], stats.randint(low, high), True)
with open(os.path.join(HERE, "random.json"), "w") as file:
    json.dump({"draws": DRAWS, "rows": rows}, file)
print("wrote", len(rows), "rows", [(r["name"], r["settings"], len(r["borders"])) for r in rows])
