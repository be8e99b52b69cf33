"""Writes ridge.json: outputs of a hidden layer with given weights, fitted by scikit-learn's Ridge.

Run with Debian's python3 (scikit-learn 1.2):  python3 make_ridge_golden.py
"""
import json
import os

import numpy as np
from sklearn.datasets import load_iris
from sklearn.linear_model import Ridge

x, y = load_iris(return_X_y=True)
# More units than a block of the factorisation has, and no multiple of it.
weights = np.random.RandomState(2).randint(-9, 10, (4, 149)) / 10
hidden = np.tanh((x - 3.5) @ weights)
targets = np.where(y[:, None] == np.arange(3), 1.0, -1.0)
golden = dict(weights=dict(shape=[4, 149], values=weights.ravel().tolist()), cases=[])
for alpha in [0.001, 1.0]:
    b = Ridge(alpha=alpha, fit_intercept=False, solver="cholesky").fit(hidden, targets).coef_.T
    golden["cases"].append(dict(alpha=alpha, coef=dict(shape=list(b.shape), values=[float("%.13g" % v) for v in b.ravel()])))
    print(alpha, np.abs(b).max(), np.abs(hidden.T @ (hidden @ b - targets) + alpha * b).max())
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "ridge.json"), "w") as file:
    json.dump(golden, file)
    file.write("\n")
