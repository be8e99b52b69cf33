"""Writes projections.json: principal components and qualities of maps by scikit-learn.

Run with Debian's python3 (scikit-learn 1.2):  python3 make_projections_golden.py
"""
import json
import os

import numpy as np
from sklearn.datasets import load_digits, load_iris
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE, trustworthiness


def table(x):
    x = np.atleast_2d(np.asarray(x))
    return dict(shape=list(x.shape), values=[int(v) if x.dtype.kind != "f" or v == int(v) else float(v) for v in x.ravel()])


def pca(x, **settings):
    fitted = PCA(svd_solver="full", **settings).fit(x)
    # The sign rule of scikit-learn 1.5: the entry of greatest absolute value is positive.
    signs = np.sign(fitted.components_[np.arange(len(fitted.components_)), np.abs(fitted.components_).argmax(1)])
    given = dict(components=table(fitted.components_ * signs[:, None]), variance=table(fitted.explained_variance_), ratio=table(fitted.explained_variance_ratio_),
                transformed=table(fitted.transform(x) * signs), mean=table(fitted.mean_))
    # The digits would be many numbers.
    return given if x.shape[1] > 20 else given | dict(inverse=table(fitted.inverse_transform(fitted.transform(x))))


digits, kinds = load_digits(return_X_y=True)
digits, kinds = digits[:400], kinds[:400]
wide = np.random.RandomState(4).randn(7, 20) * np.arange(1, 21)
small = np.array([[0, 0], [1, 2], [2, 4.1], [3, 5.9], [-9, -18.5]])
golden = dict(digits=table(digits), kinds=table(kinds), wide=table(wide),
              pca=dict(small=pca(small), iris=pca(load_iris().data), whitened=pca(load_iris().data, n_components=3, whiten=True), wide=pca(wide, n_components=6), digits=pca(digits, n_components=2)))
maps = {}
for method in ("barnes_hut", "exact"):
    tsne = TSNE(init="pca", learning_rate="auto", method=method, random_state=0)
    places = tsne.fit_transform(digits)
    maps[method] = dict(trustworthiness=float(trustworthiness(digits, places, n_neighbors=5)), divergence=float(tsne.kl_divergence_))
golden["tsne"] = maps
golden["trustworthiness_of_pca"] = float(trustworthiness(digits, PCA(2).fit_transform(digits), n_neighbors=5))
print(maps, golden["trustworthiness_of_pca"])
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "projections.json"), "w") as file:
    json.dump(golden, file)
    file.write("\n")
