#!/usr/bin/env python3
"""Golden numbers for what is written for TensorBoard: histograms by numpy.histogram, precision and recall by scikit-learn.

Writes watching.json beside this file.  ./make_watching_golden.py
"""
import json
import os

import numpy as np
from sklearn.metrics import confusion_matrix, precision_score, recall_score

random = np.random.default_rng(11)


def histogram(values, count):
    values = np.asarray(values, dtype=np.float64)
    counts, edges = np.histogram(values, bins=count)
    return {"values": values.tolist(), "buckets": count, "left": edges[:-1].tolist(), "right": edges[1:].tolist(), "counts": counts.tolist()}


def curve(labels, predictions, count):
    # As TensorBoard's plugin: a prediction is in the bucket floor(prediction * (count - 1)), and positive from threshold i on if its bucket is i or later.
    buckets = np.floor(predictions * (count - 1)).astype(int)
    rows = []
    for threshold in range(count):
        taken = (buckets >= threshold).astype(int)
        (tn, fp), (fn, tp) = confusion_matrix(labels, taken, labels=[0, 1])
        rows.append([int(tp), int(fp), int(tn), int(fn), float(precision_score(labels, taken, zero_division=0)), float(recall_score(labels, taken, zero_division=0))])
    return {"labels": labels.tolist(), "predictions": predictions.tolist(), "thresholds": count, "rows": np.transpose(rows).tolist()}


labels = (random.random(50) < 0.4).astype(int)
golden = {
    "histograms": [
        histogram(random.normal(size=200), 30),
        histogram(np.concatenate([random.normal(size=57), 1e6 * random.normal(size=3)]), 7),
        histogram(np.arange(11) - 5.0, 10),
        histogram(np.array([1e-30, 3e-30, 2e-30, 2.5e-30]), 3),
    ],
    "curves": [
        curve(labels, np.clip(0.3 * labels + 0.7 * random.random(50), 0, 1), 11),
        curve(labels, random.random(50), 201),
    ],
}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "watching.json"), "w") as file:
    json.dump(golden, file, indent=1)
    file.write("\n")
