"""Writes estimators.json: data of scikit-learn's own tests, and numbers that its scalers, folds and scores give.

Run with Debian's python3 (scikit-learn 1.2):  python3 make_estimators_golden.py
"""
import json
import os

import numpy as np
from sklearn.datasets import load_digits, load_iris, make_multilabel_classification, make_regression
from sklearn.metrics import r2_score, roc_auc_score
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.preprocessing import MinMaxScaler, StandardScaler, scale


def table(x):
    x = np.atleast_2d(np.asarray(x))
    return dict(shape=list(x.shape), values=[round(float(v), 12) if x.dtype.kind == "f" and v != int(v) else int(v) for v in x.ravel()])


golden = {}
digits3, labels3 = load_digits(n_class=3, return_X_y=True)
digits2, labels2 = load_digits(n_class=2, return_X_y=True)
golden["digits3"], golden["labels3"] = table(digits3[:200]), table(labels3[:200])
golden["digits2"], golden["labels2"] = table(digits2), table(labels2)
iris = load_iris()
golden["iris"], golden["species"] = table(iris.data), table(iris.target)
x, y = make_regression(n_samples=200, n_features=10, bias=20.0, noise=100.0, random_state=7)
y = scale(y)
golden["regression"], golden["targets"] = table(x), table(y)
x, y = make_multilabel_classification(n_samples=50, random_state=0, return_indicator=True)
golden["multilabel"], golden["indicators"] = table(x), table(y)

# One step, or a few, from weights that are given: every bit of the training rule.
random = np.random.RandomState(3)
steps = []
for classifier, settings in [
        (True, dict(solver="sgd", activation="tanh", alpha=0.1, momentum=0.9, learning_rate_init=0.1)),
        (True, dict(solver="sgd", activation="relu", alpha=0.01, momentum=0.5, nesterovs_momentum=False, learning_rate="invscaling", power_t=0.3, learning_rate_init=0.2)),
        (True, dict(solver="adam", activation="logistic", alpha=1.0, beta_1=0.8, beta_2=0.95, epsilon=1e-3, learning_rate_init=0.05)),
        (False, dict(solver="adam", activation="relu", alpha=0.5, learning_rate_init=0.01)),
        (False, dict(solver="sgd", activation="identity", alpha=0.0, learning_rate_init=0.05))]:
    for outputs in (1, 3):
        x = random.randn(11, 4)
        if classifier:
            y = np.arange(11) % (outputs + 1) if outputs > 1 else np.arange(11) % 2
        else:
            y = random.randn(11, outputs) if outputs > 1 else random.randn(11)
        mlp = (MLPClassifier if classifier else MLPRegressor)(
            hidden_layer_sizes=(5, 3), batch_size=4, shuffle=False, random_state=0, max_iter=1, **settings)
        extra = dict(classes=np.unique(y)) if classifier else {}
        mlp.partial_fit(x, y, **extra)
        first = [table(w) for w in mlp.coefs_] + [table(b) for b in mlp.intercepts_]
        # From here on: what the first pass left is where the others start, with a new optimizer.
        del mlp._optimizer
        mlp.t_ = 0
        for _ in range(3):
            mlp.partial_fit(x, y)
        steps.append(dict(
            classifier=classifier, settings=settings, x=table(x), y=table(y if np.ndim(y) == 2 else np.asarray(y)[:, None]), start=first,
            end=[table(w) for w in mlp.coefs_] + [table(b) for b in mlp.intercepts_], losses=[float(v) for v in mlp.loss_curve_[1:]],
            output=table(mlp.predict_proba(x) if classifier else mlp.predict(x).reshape(11, -1))))
golden["steps"] = steps

x = np.column_stack([random.randn(7) * 3 + 5, np.full(7, 0.1), np.arange(7.0)])
golden["scaling"] = dict(x=table(x), standard=table(StandardScaler().fit_transform(x)), no_mean=table(StandardScaler(with_mean=False).fit_transform(x)),
                         minmax=table(MinMaxScaler((-1, 2)).fit_transform(x)))
kinds = np.array([2, 0, 0, 1, 2, 0, 0, 1, 2, 2, 0, 1, 1, 0])
golden["folds"] = dict(
    kinds=kinds.tolist(), plain=[test.tolist() for _, test in KFold(4).split(kinds)],
    stratified=[test.tolist() for _, test in StratifiedKFold(3).split(kinds, kinds)], stratified4=[test.tolist() for _, test in StratifiedKFold(4).split(kinds, kinds)])
y, p = random.randn(9, 2), random.randn(9, 2)
truth, scores = np.array([0, 1, 1, 0, 1, 0, 1]), np.array([.1, .4, .4, .4, .8, .9, .7])
golden["scores"] = dict(y=table(y), p=table(p), r2=r2_score(y, p), truth=truth.tolist(), probabilities=scores.tolist(), auc=roc_auc_score(truth, scores))

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "estimators.json"), "w") as file:
    json.dump(golden, file, separators=(",", ":"))
    file.write("\n")
