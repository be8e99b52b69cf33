"""Writes som.json: Kohonen's self-organising map in NumPy, in double precision, for SelfOrganizingMapTests.cs.
 - "batch", "online", "hexagonal": the points of a small map after some epochs, from a start that is a function of its name;
 - "clothes": quantisation and topographic error of Kohonen's batch rule on the first 2,000 embedded Fashion-MNIST images, for five starts on
   80 examples each.
usage: /usr/bin/python3 make_som_golden.py"""
import gzip
import json
import os

import numpy as np

from make_models_golden import numbers

HERE = os.path.dirname(os.path.abspath(__file__))


def grid(rows, columns, hexagonal=False):
    r, c = np.divmod(np.arange(rows * columns), columns)
    p = np.stack([c + 0.5 * (r % 2), r * np.sqrt(0.75)] if hexagonal else [c, r], 1).astype(float)
    return ((p[:, None] - p[None]) ** 2).sum(-1)


def schedule(first, last, steps):
    return first * (last / first) ** (np.arange(steps) / (steps - 1))


def distances(x, m):
    return ((x ** 2).sum(1)[:, None] + (m ** 2).sum(1)[None] - 2 * x @ m.T)


def batch(x, m, d2, radii):
    for radius in radii:
        h = np.exp(-d2 / (2 * radius ** 2))[distances(x, m).argmin(1)]
        m = (h.T @ x) / h.sum(0)[:, None]
    return m


def online(x, m, d2, epochs, radius, rate):
    m = m.copy()
    for t, (s, a) in enumerate(zip(schedule(*radius, epochs * len(x)), schedule(*rate, epochs * len(x)))):
        v = x[t % len(x)]
        c = ((v - m) ** 2).sum(1).argmin()
        m += a * np.exp(-d2[c] / (2 * s ** 2))[:, None] * (v - m)
    return m


def errors(x, m, d2):
    d = np.maximum(distances(x, m), 0)
    two = np.argsort(d, 1, kind="stable")[:, :2]
    return np.sqrt(d.min(1)).mean(), (d2[two[:, 0], two[:, 1]] > 2.5).mean()


x, start = numbers("som/x", 60 * 3).reshape(60, 3), numbers("som/start", 20 * 3).reshape(20, 3)
golden = {
    "batch": batch(x, start, grid(4, 5), schedule(2, 0.5, 6)).ravel().tolist(),
    "hexagonal": batch(x, start, grid(4, 5, True), schedule(2, 0.5, 6)).ravel().tolist(),
    "online": online(x, start, grid(4, 5), 2, (2, 0.5), (0.5, 0.05)).ravel().tolist(),
}
with gzip.open(os.path.join(HERE, "../../../src/Laminet.Zoo/Datasets/Resources/fashion-mnist/train-images-idx3-ubyte.gz")) as file:
    clothes = np.frombuffer(file.read(), np.uint8, 2000 * 784, 16).reshape(2000, 784) / 255
all_errors = []
for seed in range(5):
    m = clothes[(numbers(f"som/clothes/{seed}", 80) * len(clothes)).astype(int)]
    all_errors.append(errors(clothes, batch(clothes, m, grid(8, 10), schedule(4, 0.7, 15)), grid(8, 10)))
golden["clothes"] = {"quantization": [q for q, _ in all_errors], "topographic": [t for _, t in all_errors]}
print(golden["clothes"])
with open(os.path.join(HERE, "som.json"), "w") as file:
    json.dump(golden, file)
