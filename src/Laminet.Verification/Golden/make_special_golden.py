#!/usr/bin/env python3
"""Special functions at points over their ranges, by mpmath with 40 digits (Debian's python3-mpmath 1.2). Writes special.json.

Points are multiples of 2^-10 or powers of 2, so that they are the same numbers in float32. Usage: /usr/bin/python3 make_special_golden.py
"""
import json
import os

import mpmath
import numpy as np

mpmath.mp.dps = 40
HERE = os.path.dirname(os.path.abspath(__file__))


def points(low, high, count=60):
    return np.unique(np.round(np.linspace(low, high, count) * 1024) / 1024)


TINY = 2.0 ** -np.array([70, 40, 20, 12])
BOTH = np.concatenate([-TINY, TINY])
cases = {
    "erf": (mpmath.erf, np.concatenate([points(-6, 6, 120), BOTH])),
    "erfc": (mpmath.erfc, np.concatenate([points(-6, 9, 120), BOTH])),
    "erfinv": (mpmath.erfinv, np.concatenate([points(-0.995, 0.995, 90), 1 - 2.0 ** -np.array([12, 16, 20, 24]), BOTH])),
    "log_gamma": (lambda x: mpmath.log(abs(mpmath.gamma(x))), np.concatenate([points(0.0625, 40, 120), points(-3.4, -0.2, 30), 1 + BOTH[2:], 2 + BOTH[2:], [1e5, 3e7]])),
    "digamma": (mpmath.digamma, np.concatenate([points(0.0625, 40, 60), points(-3.4, -0.2, 30), [1e5, 3e7]])),
    "trigamma": (lambda x: mpmath.polygamma(1, x), np.concatenate([points(0.0625, 40, 60), points(-3.4, -0.2, 30), [1e5, 3e7]])),
    "tetragamma": (lambda x: mpmath.polygamma(2, x), np.concatenate([points(0.0625, 40, 60)])),
    "expm1": (mpmath.expm1, np.concatenate([points(-20, 20, 120), points(-0.6, 0.6, 60), BOTH])),
    "exp2": (lambda x: mpmath.mpf(2) ** x, points(-120, 120, 90)),
    "log1p": (mpmath.log1p, np.concatenate([points(-0.99, 40, 90), points(-0.3, 0.3, 40), BOTH])),
    "log2": (lambda x: mpmath.log(x, 2), np.concatenate([points(0.01, 40, 60), points(0.9, 1.1, 40)])),
    "log10": (mpmath.log10, np.concatenate([points(0.01, 40, 60), points(0.9, 1.1, 40)])),
    "rsqrt": (lambda x: 1 / mpmath.sqrt(x), points(0.01, 40, 60)),
    "softplus": (lambda x: mpmath.log1p(mpmath.exp(x)), np.concatenate([points(-60, 60, 90)])),
    "tan": (mpmath.tan, points(-10, 10, 90)), "asin": (mpmath.asin, points(-1, 1, 60)), "acos": (mpmath.acos, points(-1, 1, 60)), "atan": (mpmath.atan, points(-40, 40, 60)),
    "sinh": (mpmath.sinh, np.concatenate([points(-20, 20, 60), BOTH])), "cosh": (mpmath.cosh, points(-20, 20, 60)),
    "asinh": (mpmath.asinh, np.concatenate([points(-40, 40, 60), BOTH])), "acosh": (mpmath.acosh, points(1, 40, 60)),
    "sinc": (lambda x: mpmath.sinc(mpmath.pi * x), np.concatenate([points(-12.2, 12.2, 90), points(0.9, 1.1, 20), BOTH])),
    "i0": (lambda x: mpmath.besseli(0, x), np.concatenate([points(-40, 40, 60), points(60, 80, 9), BOTH])),
    "i1": (lambda x: mpmath.besseli(1, x), np.concatenate([points(-40, 40, 60), points(60, 80, 9), BOTH])),
    "j0": (lambda x: mpmath.besselj(0, x), np.concatenate([points(-40, 40, 90), [1000.5, 1e5], BOTH])),
    "j1": (lambda x: mpmath.besselj(1, x), np.concatenate([points(-40, 40, 90), [1000.5, 1e5], BOTH])),
    "y0": (lambda x: mpmath.bessely(0, x), np.concatenate([points(0.01, 40, 90), [1000.5, 1e5], TINY])),
    "y1": (lambda x: mpmath.bessely(1, x), np.concatenate([points(0.01, 40, 90), [1000.5, 1e5], TINY])),
    "k0": (lambda x: mpmath.besselk(0, x), np.concatenate([points(0.01, 40, 60), TINY])),
    "k1": (lambda x: mpmath.besselk(1, x), np.concatenate([points(0.01, 40, 60), TINY])),
    "k0e": (lambda x: mpmath.besselk(0, x) * mpmath.exp(x), np.concatenate([points(0.01, 40, 60), [1000.5, 1e5], TINY])),
    "k1e": (lambda x: mpmath.besselk(1, x) * mpmath.exp(x), np.concatenate([points(0.01, 40, 60), [1000.5, 1e5], TINY])),
    "erfcx": (lambda x: mpmath.exp(x * x) * mpmath.erfc(x), np.concatenate([points(-6, 40, 120), BOTH])),
    "log_ndtr": (lambda x: mpmath.log(mpmath.erfc(-x / mpmath.sqrt(2)) / 2), np.concatenate([points(-40, 8, 120), BOTH])),
    "atanh": (mpmath.atanh, np.concatenate([points(-0.99, 0.99, 60), BOTH])),
}
golden = {name: {"x": [float(v) for v in x], "y": [float(f(mpmath.mpf(float(v)))) for v in x]} for name, (f, x) in cases.items()}
with open(os.path.join(HERE, "special.json"), "w") as file:
    json.dump(golden, file)
print("wrote", {name: len(entry["x"]) for name, entry in golden.items()})
