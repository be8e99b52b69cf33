"""Writes reports.json: curves and tables of scikit-learn that reports are held to.

Run with Debian's python3 (scikit-learn 1.2):  python3 make_reports_golden.py
"""
import json
import os
import warnings

import numpy as np
from sklearn import metrics as sk

warnings.simplefilter("ignore")
random = np.random.RandomState(20261127)


def listed(x):
    return np.asarray(x, dtype=np.float64).ravel().tolist()


curves = []
for n, digits in ((200, 2), (60, 1), (7, 3), (40, 6)):
    y = random.randint(0, 2, n)
    y[:2] = (0, 1)
    scores = np.round(y * 0.4 + random.randn(n) * 0.5, digits)
    for weights in (None, np.round(random.rand(n) + 0.1, 2)):
        row = dict(targets=listed(y), scores=listed(scores), weights=None if weights is None else listed(weights), area=float(sk.roc_auc_score(y, scores, sample_weight=weights)),
                   average_precision=float(sk.average_precision_score(y, scores, sample_weight=weights)))
        for drop in (True, False):
            fpr, tpr, thresholds = sk.roc_curve(y, scores, sample_weight=weights, drop_intermediate=drop)
            # The first threshold is infinity from scikit-learn 1.3 on.
            row["dropped" if drop else "whole"] = dict(fpr=listed(fpr), tpr=listed(tpr), thresholds=listed(thresholds[1:]))
        precision, recall, thresholds = sk.precision_recall_curve(y, scores, sample_weight=weights)
        row["precision"], row["recall"], row["thresholds"], row["pr_area"] = listed(precision), listed(recall), listed(thresholds), float(sk.auc(recall, precision))
        fpr, tpr, _ = sk.roc_curve(y, scores, sample_weight=weights)
        # Of points with one efficiency the first: the least background.
        first = np.unique(tpr, return_index=True)[1]
        last = np.append(first[1:] - 1, len(tpr) - 1)
        row["rejection"] = []
        for efficiency in (0.3, 0.5, 0.9, 0.99):
            right = np.searchsorted(tpr[first], efficiency)
            x0, x1, y0, y1 = fpr[last[right - 1]], fpr[first[right]], tpr[first[right - 1]], tpr[first[right]]
            row["rejection"].append([efficiency, float(x0 + (x1 - x0) * (efficiency - y0) / (y1 - y0))])
        curves.append(row)

reports = []
for n, classes, names in ((50, 3, None), (64, 2, ["background", "signal"]), (30, 5, ["a", "bb", "a rather long name", "d", "e"]), (8, 3, None)):
    y, p = random.randint(0, classes, n), random.randint(0, classes, n)
    p = np.where(random.rand(n) < 0.5, y, p)
    if classes == 5:
        p[p == 3] = 0
    for weights in (None, np.round(random.rand(n), 2)):
        labels = list(range(classes))
        kept = dict(output_dict=True, labels=labels, target_names=names, sample_weight=weights, zero_division=0)
        report = sk.classification_report(y, p, **kept)
        keys = names or [str(label) for label in labels]
        matrix = sk.confusion_matrix(y, p, labels=labels, sample_weight=weights)
        reports.append(dict(
            targets=listed(y), predictions=listed(p), classes=classes, names=names, weights=None if weights is None else listed(weights),
            matrix=listed(matrix), normalized={key: listed(sk.confusion_matrix(y, p, labels=labels, sample_weight=weights, normalize=key)) for key in ("true", "pred", "all")},
            accuracy=float(sk.accuracy_score(y, p, sample_weight=weights)),
            lines=[[report[key][figure] for figure in ("precision", "recall", "f1-score", "support")] for key in keys + ["macro avg", "weighted avg"]],
            text=None if weights is not None else sk.classification_report(y, p, labels=labels, target_names=names, zero_division=0),
            text4=None if weights is not None else sk.classification_report(y, p, labels=labels, target_names=names, zero_division=0, digits=4)))

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "reports.json")
with open(path, "w") as file:
    json.dump(dict(curves=curves, reports=reports), file, indent=None)
    file.write("\n")
print(len(curves), "curves,", len(reports), "reports")
