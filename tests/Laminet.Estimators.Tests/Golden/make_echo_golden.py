"""Writes echo.json: a reservoir step by step, its spectral radius by eigenvalues, its outputs by the singular value decomposition, and how it goes on by itself, all by NumPy in double precision.

Run with Debian's python3 (NumPy 1.24):  python3 make_echo_golden.py
"""
import json
import os

import numpy as np

UNITS, STEPS, WASHOUT, LEAK, RADIUS = 12, 120, 20, 0.7, 0.8
random = np.random.RandomState(3)
drawn = random.randint(-9, 10, (UNITS, UNITS)) / 10 * (random.rand(UNITS, UNITS) < 0.3)
radius = np.abs(np.linalg.eigvals(drawn)).max()
w = drawn * (RADIUS / radius)
v, b = random.randint(-9, 10, (2, UNITS)) / 10, random.randint(-2, 3, UNITS) / 10
t = np.arange(STEPS + 1)
series = np.stack([np.sin(0.3 * t), np.cos(0.3 * t) * np.sin(0.11 * t)], 1)


def states(inputs):
    h, all = np.zeros(UNITS), []
    for u in inputs:
        new = np.zeros(UNITS)
        for unit in range(UNITS):
            new[unit] = (1 - LEAK) * h[unit] + LEAK * np.tanh(sum(h[k] * w[k, unit] for k in range(UNITS)) + u @ v[:, unit] + b[unit])
        h = new
        all.append(h)
    return np.array(all)


h = states(series[:-1])
rows = np.c_[h, np.ones(STEPS)][WASHOUT:]
golden = dict(drawn=drawn.tolist(), radius=radius, input=v.tolist(), bias=b.tolist(), series=series.tolist(), last=h[-1].tolist(), cases=[])
for alpha in [0.0, 1e-3]:
    solved = np.linalg.lstsq(np.r_[rows, np.sqrt(alpha) * np.eye(UNITS + 1)], np.r_[series[WASHOUT + 1:], np.zeros((UNITS + 1, 2))], rcond=None)[0]
    free = []
    for length in [STEPS, STEPS - 10]:
        inputs = series[10:length].copy() if length == STEPS else series[:length].copy()
        outputs = []
        for _ in range(15):
            outputs.append(states(inputs)[-1] @ solved[:-1] + solved[-1])
            inputs = np.r_[inputs, outputs[-1:]]
        free.append(np.array(outputs).tolist())
    golden["cases"].append(dict(alpha=alpha, coef=solved[:-1].tolist(), intercept=solved[-1].tolist(), free=free))
    print(alpha, radius, np.linalg.norm(drawn, 2), np.linalg.eigvals(drawn).real.max(), np.linalg.cond(rows), np.abs(solved).max())
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "echo.json"), "w") as file:
    json.dump(golden, file)
    file.write("\n")
