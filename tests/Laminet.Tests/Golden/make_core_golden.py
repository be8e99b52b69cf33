#!/usr/bin/env python3
"""Golden numbers for constraints, activations, core, merging and regularization layers.

Where PyTorch (Debian's python3-torch 1.13) has the function, its numbers; else Keras's formula written out in NumPy.
Writes core.json. Usage: /usr/bin/python3 make_core_golden.py
"""
import json
import os

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))


class Lcg:
    """x -> (1103515245 x + 12345) mod 2^31; numbers in [0, 1)."""

    def __init__(self, seed):
        self.state = seed

    def array(self, *shape):
        count = int(np.prod(shape))
        values = np.empty(count)
        for i in range(count):
            self.state = (self.state * 1103515245 + 12345) % (1 << 31)
            values[i] = self.state / (1 << 31)
        return values.reshape(shape)


def flat(x):
    return [float(v) for v in np.asarray(x).reshape(-1)]


def norm(w, axis):
    return np.sqrt(np.sum(np.square(w), axis=axis, keepdims=True))


def max_norm(w, max_value=2.0, axis=0):
    n = norm(w, axis)
    return w * (np.clip(n, 0, max_value) / (1e-7 + n))


def min_max_norm(w, min_value=0.0, max_value=1.0, rate=1.0, axis=0):
    n = norm(w, axis)
    return w * ((rate * np.clip(n, min_value, max_value) + (1 - rate) * n) / (1e-7 + n))


def orthogonal(w, factor=0.01, mode="rows"):
    w = w if mode == "rows" else w.T
    unit = w / norm(w, 1)
    product = (unit @ unit.T) * (1 - np.eye(len(w)))
    return factor * 0.5 * np.sum(np.abs(product)) / (len(w) * (len(w) - 1) / 2)


def constraint_cases():
    w, kernel = Lcg(1).array(5, 3) * 4 - 2, Lcg(2).array(3, 2, 2, 3) * 4 - 2
    w[:, 1] *= 0.1
    return {
        "max_norm": flat(max_norm(w)), "max_norm_rows": flat(max_norm(w, 0.5, 1)), "max_norm_filters": flat(max_norm(kernel, 1.5, (0, 1, 2))),
        "min_max_norm": flat(min_max_norm(w)), "min_max_norm_rows": flat(min_max_norm(w, 1.0, 1.5, 1, 1)),
        "min_max_norm_rate": flat(min_max_norm(kernel, 2.0, 3.0, 0.25, (0, 1, 2))),
        "non_neg": flat(w * (w >= 0)), "unit_norm": flat(w / (1e-7 + norm(w, 0))), "unit_norm_filters": flat(kernel / (1e-7 + norm(kernel, (0, 1, 2)))),
        "orthogonal": [orthogonal(w), orthogonal(w, 0.5, "columns"), orthogonal(w[:2])],
    }


golden = {"constraints": constraint_cases()}
with open(os.path.join(HERE, "core.json"), "w") as file:
    json.dump(golden, file)
print("wrote", {name: len(cases) for name, cases in golden.items()})
