"""Writes kmeans.json: centres that scikit-learn's KMeans finds from starts that are given.

Run with Debian's python3 (scikit-learn 1.2):  python3 make_kmeans_golden.py
"""
import json
import os

import numpy as np
from sklearn.cluster import KMeans
from sklearn.datasets import load_iris


def table(x):
    x = np.atleast_2d(np.asarray(x))
    return dict(shape=list(x.shape), values=[int(v) if x.dtype.kind != "f" or v == int(v) else float(v) for v in x.ravel()])


iris = load_iris().data
random = np.random.RandomState(5)
cloud = random.randn(200, 5) * [1, 2, 3, 4, 5] + 100
grid = np.stack(np.meshgrid(np.arange(6.0), np.arange(4.0)), -1).reshape(-1, 2) + random.uniform(-0.2, 0.2, (24, 2))
golden = dict(cloud=table(cloud), grid=table(grid), cases=[])
for name, x, start, settings in [
        ("iris", iris, iris[[0, 1, 2]], dict()),
        ("iris", iris, iris[[3, 60, 120, 149, 7]], dict(tol=0.0)),
        ("cloud", cloud, cloud[:8], dict()),
        ("cloud", cloud, cloud[10:14], dict(max_iter=3)),
        # The tolerance ends it before the labels stand still.
        ("cloud", cloud, cloud[:6], dict(tol=0.05)),
        # Two centres are too far off to get examples.
        ("grid", grid, np.concatenate([grid[:3], [[100, 100], [-90, 50]]]), dict()),
        ("grid", grid, grid[:1], dict()),
        ("grid", grid, grid, dict())]:
    fitted = KMeans(len(start), init=start, n_init=1, algorithm="lloyd", **settings).fit(x)
    golden["cases"].append(dict(data=name, start=table(start), settings=settings, centers=table(fitted.cluster_centers_), labels=fitted.labels_.tolist(), inertia=float(fitted.inertia_),
                                iterations=int(fitted.n_iter_), distances=table(fitted.transform(x[:5])), predicted=fitted.predict(x[:5]).tolist()))
# What k-means++ reaches: the mean and the greatest of a hundred starts.
starts = [KMeans(12, n_init=1, random_state=seed).fit(cloud).inertia_ for seed in range(100)]
golden["spread"] = dict(mean=float(np.mean(starts)), least=float(min(starts)), greatest=float(max(starts)))
print([(case["data"], case["iterations"], case["inertia"]) for case in golden["cases"]], golden["spread"])
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "kmeans.json"), "w") as file:
    json.dump(golden, file)
    file.write("\n")
