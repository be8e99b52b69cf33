"""Writes support.json: optima, decisions and predictions of scikit-learn's SVC and LinearSVC.

Run with Debian's python3 (scikit-learn 1.2):  python3 make_support_golden.py
"""
import json
import os
import warnings

import numpy as np
from sklearn.datasets import load_digits, load_iris
from sklearn.svm import SVC, LinearSVC

warnings.simplefilter("error")


def table(x, digits=12):
    x = np.atleast_2d(np.asarray(x, float))
    return dict(shape=list(x.shape), values=[int(v) if v == int(v) else float(f"%.{digits}g" % v) for v in x.ravel()])


iris, species = load_iris(return_X_y=True)
order = np.random.RandomState(3).permutation(150)
iris, species = iris[order], species[order]
digits, labels = load_digits(return_X_y=True)
# Whole numbers: the file is small.
digits, labels = digits[:700], labels[:700]
golden = dict(iris=dict(x=table(iris), y=species.tolist()), digits=dict(x=table(digits), y=labels.tolist()), machines=[], linear=[])
for name, classes, settings in [("iris", [0, 1], dict(kernel="linear")), ("iris", [1, 2], dict()), ("iris", [1, 2], dict(gamma="auto", C=10)), ("iris", [1, 2], dict(kernel="poly", coef0=1.0)), ("shifted", [0, 1, 2], dict(kernel="poly")),
                                ("iris", [0, 1, 2], dict(gamma=0.7)), ("iris", [0, 1, 2], dict(kernel="poly", degree=2, coef0=1.0, gamma=0.1)),
                                ("iris", [0, 1, 2], dict(kernel="linear", C=0.05)), ("digits", list(range(10)), dict()), ("digits", list(range(10)), dict(C=0.01)), ("digits", list(range(10)), dict(kernel="poly"))]:
    x, y = (digits, labels) if name == "digits" else (iris if name == "iris" else iris - 3.5, species)
    some = np.isin(y, classes)
    x, y = x[some], y[some]
    train = 400 if name == "digits" else len(x)
    # Far below the usual tolerance: the optimum itself.
    m = SVC(tol=1e-9, **settings).fit(x[:train], y[:train])
    usual = SVC(**settings).fit(x[:train], y[:train])
    case = dict(data=name, classes=classes, settings=settings, gamma=float(m._gamma) if settings.get("kernel") != "linear" else 1.0, intercept=(m.intercept_ * (-1 if len(classes) > 2 else 1)).tolist(),
                decision=table(m.decision_function(x[-30:])), predicted=m.predict(x).tolist(), usual=usual.predict(x).tolist(), train=train)
    if len(classes) == 2:
        order = np.argsort(m.support_)
        case.update(support=m.support_[order].tolist(), dual=table(m.dual_coef_[:, order]))
    golden["machines"].append(case)
for name, classes, settings in [("iris", [1, 2], dict()), ("iris", [0, 1, 2], dict(C=0.1)), ("iris", [1, 2], dict(loss="hinge")), ("iris", [0, 1, 2], dict(loss="hinge", C=5.0, intercept_scaling=10.0)),
                                ("iris", [0, 1, 2], dict(fit_intercept=False)), ("digits", list(range(10)), dict(C=0.001))]:
    x, y = (iris, species) if name == "iris" else (digits, labels)
    some = np.isin(y, classes)
    m = LinearSVC(tol=1e-10, max_iter=10_000_000, dual=True, random_state=0, **settings).fit(x[some][:400], y[some][:400])
    golden["linear"].append(dict(data=name, classes=classes, settings=settings, coef=table(m.coef_), intercept=m.intercept_.tolist() if settings.get("fit_intercept", True) else [0.0] * len(m.coef_),
                                 predicted=m.predict(x[some]).tolist()))
print([(c["data"], c["settings"], c["gamma"], np.mean(np.array(c["predicted"]) == c["usual"])) for c in golden["machines"]], [c["intercept"] for c in golden["linear"]])
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "support.json"), "w") as file:
    json.dump(golden, file)
    file.write("\n")
