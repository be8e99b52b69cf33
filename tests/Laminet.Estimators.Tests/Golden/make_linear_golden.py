"""Writes linear.json: weights of scikit-learn's Perceptron, and of the delta rule in NumPy.

Run with Debian's python3 (scikit-learn 1.2):  python3 make_linear_golden.py
"""
import json
import os

import numpy as np
from sklearn.datasets import load_iris
from sklearn.linear_model import Perceptron


def table(x):
    x = np.atleast_2d(np.asarray(x, float))
    return dict(shape=list(x.shape), values=[int(v) if v == int(v) else float(v) for v in x.ravel()])


def delta_rule(x, signs, eta, batch, passes, intercept):
    """Widrow and Hoff's rule, the examples in their order."""
    w, b, costs = np.zeros((signs.shape[1], x.shape[1])), np.zeros(signs.shape[1]), []
    for _ in range(passes):
        squares = 0.0
        for start in range(0, len(x), batch):
            some, sides = x[start:start + batch], signs[start:start + batch]
            e = sides - (some @ w.T + b)
            squares += (e ** 2).sum()
            w = w + eta / len(some) * e.T @ some
            if intercept:
                b = b + eta / len(some) * e.sum(0)
        costs.append(squares / signs.size)
    return w, b, costs


iris, species = load_iris(return_X_y=True)
# Neighbours are of different classes.
order = np.random.RandomState(3).permutation(150)
iris, species = iris[order], species[order]
golden = dict(x=table(iris), y=species.tolist(), perceptrons=[], adalines=[])
for classes, settings in [([0, 1], dict()), ([1, 2], dict()), ([1, 2], dict(eta0=0.25, max_iter=7, tol=None)), ([1, 2], dict(fit_intercept=False)), ([1, 2], dict(tol=0.0, n_iter_no_change=2)),
                          ([0, 1, 2], dict()), ([0, 1, 2], dict(max_iter=40, tol=None)), ([0, 1, 2], dict(eta0=0.1, tol=0.05))]:
    some = np.isin(species, classes)
    p = Perceptron(shuffle=False, **settings).fit(iris[some], species[some])
    golden["perceptrons"].append(dict(classes=classes, settings=settings, coef=table(p.coef_), intercept=p.intercept_.tolist(), iterations=int(p.n_iter_),
                                      decision=table(p.decision_function(iris[:9])), predicted=p.predict(iris[:9]).tolist()))
scaled = (iris - iris.mean(0)) / iris.std(0)
for classes, eta, batch, passes, intercept in [([1, 2], 0.01, 1, 5, True), ([1, 2], 0.1, 100, 30, True), ([0, 1, 2], 0.02, 1, 4, True), ([0, 1, 2], 0.1, 32, 6, True), ([1, 2], 0.05, 7, 3, False)]:
    some = np.isin(species, classes)
    y = species[some]
    signs = np.where(y == classes[1], 1.0, -1.0)[:, None] if len(classes) == 2 else np.where(y[:, None] == np.arange(3), 1.0, -1.0)
    w, b, costs = delta_rule(scaled[some], signs, eta, batch, passes, intercept)
    golden["adalines"].append(dict(classes=classes, eta=eta, batch=batch, passes=passes, intercept=intercept, coef=table(w), bias=b.tolist(), costs=costs))
print([(p["classes"], p["settings"], p["iterations"], p["intercept"]) for p in golden["perceptrons"]], [a["costs"][-1] for a in golden["adalines"]])
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "linear.json"), "w") as file:
    json.dump(golden, file)
    file.write("\n")
