"""Writes detection.json: what torchvision's operations on boxes give, and the average precision of VOC's and COCO's rules by a plain
transcription of their definitions.

Run with Debian's python3 (python3-torchvision 0.14):  python3 make_detection_golden.py
"""
import json
import os

import numpy as np
import torch
from torchvision import ops

random = np.random.RandomState(20261126)


def boxes(count, span=60):
    corner, size = random.rand(count, 2) * span, random.rand(count, 2) * 30 + 2
    return np.round(np.concatenate([corner, corner + size], 1), 2)


def listed(x):
    return np.asarray(x, dtype=np.float64).ravel().tolist()


one, other = boxes(40), boxes(40)
a, b = torch.from_numpy(one), torch.from_numpy(other)
pairs = dict(one=listed(one), other=listed(other), iou=listed(torch.diagonal(ops.box_iou(a, b))), giou=listed(torch.diagonal(ops.generalized_box_iou(a, b))),
             giou_loss=listed(ops.generalized_box_iou_loss(a, b)))
suppressed = []
for threshold in (0.2, 0.5, 0.8):
    many, scores = boxes(120), np.round(random.rand(120), 6)
    suppressed.append(dict(boxes=listed(many), scores=listed(scores), threshold=threshold, kept=ops.nms(torch.from_numpy(many), torch.from_numpy(scores), threshold).tolist()))


def iou(p, q):
    w, h = min(p[2], q[2]) - max(p[0], q[0]), min(p[3], q[3]) - max(p[1], q[1])
    shared = max(0.0, w) * max(0.0, h)
    return shared / ((p[2] - p[0]) * (p[3] - p[1]) + (q[2] - q[0]) * (q[3] - q[1]) - shared)


def average_precision(truth, found, number, threshold):
    """Everingham et al. 2010: detections in the order of their scores, each matched with the object of its image with the largest overlap."""
    taken = {(image, i): False for image, objects in enumerate(truth) for i, one in enumerate(objects) if one[1] == number}
    objects = sum(not truth[image][i][2] for image, i in taken)
    right, wrong = [], []
    for score, image, box in sorted(((score, image, box) for image, ones in enumerate(found) for box, c, score in ones if c == number), key=lambda one: -one[0]):
        overlaps = [(iou(box, one[0]), i) for i, one in enumerate(truth[image]) if one[1] == number]
        best, i = max(overlaps, default=(0, -1), key=lambda pair: pair[0])
        if best >= threshold:
            if truth[image][i][2]:
                continue
            right.append(not taken[image, i])
            wrong.append(taken[image, i])
            taken[image, i] = True
        else:
            right.append(False)
            wrong.append(True)
    tp, fp = np.cumsum(right), np.cumsum(wrong)
    recall, precision = tp / objects, tp / np.maximum(tp + fp, 1)
    # VOC 2010: the area under the envelope, from 0 to 1.
    r, p = np.concatenate([[0], recall, [1]]), np.concatenate([[0], precision, [0]])
    for i in range(len(p) - 2, -1, -1):
        p[i] = max(p[i], p[i + 1])
    steps = np.where(r[1:] != r[:-1])[0]
    area = float(np.sum((r[steps + 1] - r[steps]) * p[steps + 1]))

    def mean_at(count):
        return float(np.mean([max(precision[recall * count >= step - 1e-9], default=0) for step in range(count + 1)]))

    return area, mean_at(10), mean_at(100)


truth, found = [], []
for image in range(25):
    objects = [(box.tolist(), int(random.randint(3)), bool(random.rand() < 0.15)) for box in boxes(random.randint(0, 6))]
    ones = [(np.round(np.array(box) + random.randn(4) * random.choice([0.5, 2, 5]), 2).tolist(), c if random.rand() < 0.85 else int(random.randint(3)), round(float(random.rand()), 6))
            for box, c, _ in objects for _ in range(random.randint(0, 3))]
    ones += [(box.tolist(), int(random.randint(3)), round(float(random.rand()) * 0.7, 6)) for box in boxes(random.randint(0, 4))]
    ones = [(box, c, score) for box, c, score in ones if box[2] > box[0] and box[3] > box[1]]
    truth.append(objects)
    found.append(ones)
precision = dict(
    truth=[[dict(box=box, number=c, difficult=d) for box, c, d in ones] for ones in truth], found=[[dict(box=box, number=c, score=s) for box, c, s in ones] for ones in found],
    results=[dict(number=c, threshold=t, **dict(zip(("voc2010", "voc2007", "coco"), average_precision(truth, found, c, t)))) for c in range(3) for t in (0.5, 0.75)])
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "detection.json"), "w") as file:
    json.dump(dict(pairs=pairs, suppressed=suppressed, precision=precision), file)
