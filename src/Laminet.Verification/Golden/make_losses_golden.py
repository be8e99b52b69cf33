"""Writes losses.json: values that losses, their weights and masks, and metrics are held to, beside those of learning.json.

Run with Debian's python3 (torch 1.13, torchvision 0.14, numpy, scikit-learn 1.2):  python3 make_losses_golden.py
Everything is float64. The oracle is PyTorch or scikit-learn where they define the same; elsewhere Keras's formula (3.16) is written out and the case is
marked "keras formula". Gradients are PyTorch's, of the mean.
"""
import itertools
import json
import math
import os

import numpy as np
import torch
import torch.nn.functional as F
from torchvision.ops import generalized_box_iou_loss
from sklearn import metrics as sk

random = np.random.RandomState(20261126)
EPSILON = 1e-7


# Four digits, so that the file is short.
def rand(*shape):
    return np.round(random.rand(*shape), 4)


def randn(*shape):
    return np.round(random.randn(*shape), 4)


def dirichlet(alpha, shape):
    return np.clip(np.round(random.dirichlet(alpha, shape), 4), 1e-4, 1)


def listed(x):
    # Whole numbers, and those of few digits that arithmetic left with many, in few.
    return [int(v) if v == int(v) else float(format(v, ".15g")) for v in np.asarray(x, dtype=np.float64)] if np.ndim(x) else float(x)


def lines(cases):
    return "[\n" + ",\n".join(json.dumps(case) for case in cases) + "]"


# ---------------------------------------------------------------- losses

CASES = []


def case(name, config, target, prediction, function, source, weights=None, mask=None, counted=None):
    """function(target, prediction) gives one loss per example; kept are these and the gradient of their mean over those that are counted."""
    p = torch.tensor(np.asarray(prediction), dtype=torch.float64, requires_grad=True)
    each = function(torch.tensor(np.asarray(target)), p)
    count = torch.ones_like(each) if counted is None else torch.tensor(np.asarray(counted), dtype=torch.float64)
    # 0 times infinity is no number.
    each = torch.where(count > 0, each, torch.zeros_like(each))
    mean = each.sum() / count.sum()
    mean.backward()
    row = dict(
        loss=name, config=config, source=source,
        target=listed(np.ravel(target)), target_shape=list(np.shape(target)), integer=np.asarray(target).dtype.kind == "i",
        prediction=listed(np.ravel(prediction)), prediction_shape=list(np.shape(prediction)),
        losses=listed(each.detach().numpy().ravel()), losses_shape=list(each.shape), mean=float(mean),
        gradient=listed(p.grad.numpy().ravel()))
    if weights is not None or mask is not None:
        losses = each.detach().numpy()
        w = np.ones_like(losses) if weights is None else np.broadcast_to(np.reshape(weights, np.shape(weights) + (1,) * (losses.ndim - np.ndim(weights))), losses.shape)
        m = count.numpy() * (1.0 if mask is None else np.asarray(mask, dtype=float))
        if weights is not None:
            row["weights"], row["weights_shape"] = listed(np.ravel(weights)), list(np.shape(weights))
        if mask is not None:
            row["mask"], row["mask_shape"] = listed(np.ravel(mask)), list(np.shape(mask))
        row["weighted"] = dict(
            none=listed((losses * w * m).ravel()), sum=float((losses * w * m).sum()),
            sum_over_batch_size=float((losses * w * m).sum() / m.sum()),
            # Keras without weights: the plain mean.
            mean_with_sample_weight=float((losses * w * m).sum() / (w * m).sum()))
    CASES.append(row)


def last(x):
    return x.mean(-1) if x.dim() > 1 else x


def smooth(y, s, uniform):
    return y * (1 - s) + s * uniform


def clipped(p):
    return p.clamp(EPSILON, 1 - EPSILON)


five = rand(5) * 2
sequence_mask = np.array([[1, 1, 0], [1, 0, 0], [1, 1, 1], [0, 0, 0], [1, 1, 0]])
shapes = [(5, 3), (7,), (5, 3, 4)]


def pairs(make_target, make_prediction):
    for number, shape in enumerate(shapes):
        weights = five if len(shape) > 1 else None
        yield make_target(shape), make_prediction(shape), dict(weights=weights, mask=sequence_mask if len(shape) == 3 else None)


normal = lambda shape: np.round(randn(*shape) * 2, 4)
positive = lambda shape: np.round(rand(*shape) * 5 + 0.1, 4)
unit = lambda shape: np.round(rand(*shape) * 0.98 + 0.01, 4)
simplex = lambda shape: dirichlet(np.ones(shape[-1]), shape[:-1])
for y, p, extra in pairs(normal, normal):
    case("mean_absolute_percentage_error", {}, y, p, lambda y, p: 100 * last((y - p).abs() / y.abs().clamp(min=EPSILON)), "keras formula", **extra)
    case("log_cosh", {}, y, p, lambda y, p: last((p - y) + F.softplus(-2 * (p - y)) - math.log(2)), "keras formula", **extra)
    case("mean_squared_error", {}, y, p, lambda y, p: last((y - p) ** 2), "torch", **extra)
    case("mean_absolute_error", {}, y, p, lambda y, p: last((y - p).abs()), "torch", **extra)
    case("huber", {"delta": 2.0}, y, p, lambda y, p: last(F.huber_loss(p, y, reduction="none", delta=2.0)), "torch", **extra)
for y, p, extra in pairs(positive, normal):
    case("mean_squared_logarithmic_error", {}, y, p,
         lambda y, p: last((torch.log(p.clamp(min=EPSILON) + 1) - torch.log(y.clamp(min=EPSILON) + 1)) ** 2), "keras formula", **extra)
for y, p, extra in pairs(lambda s: random.poisson(3, s).astype(float), positive):
    case("poisson", {}, y, p, lambda y, p: last(p - y * torch.log(p + EPSILON)), "keras formula", **extra)
binary = lambda shape: random.randint(0, 2, shape).astype(float)
signs = lambda shape: random.randint(0, 2, shape) * 2.0 - 1
for make in (binary, signs):
    for y, p, extra in pairs(make, normal):
        sign = (lambda y: 2 * y - 1) if make is binary else (lambda y: y)
        case("hinge", {}, y, p, lambda y, p: last((1 - sign(y) * p).clamp(min=0)), "keras formula", **extra)
        case("squared_hinge", {}, y, p, lambda y, p: last((1 - sign(y) * p).clamp(min=0) ** 2), "keras formula", **extra)
one_hot = lambda n, c: np.eye(c)[random.randint(0, c, n)]
for shape in [(6, 4), (5, 1), (2, 3, 5)]:
    y, p = one_hot(shape[:-1], shape[-1]), randn(*shape) * 2
    case("categorical_hinge", {}, y, p, lambda y, p: (((1 - y) * p).max(-1).values - (y * p).sum(-1) + 1).clamp(min=0), "keras formula",
         weights=rand(shape[0]))
for shape in [(6, 4), (5, 1), (2, 3, 5)]:
    case("kld", {}, simplex(shape), unit(shape), lambda y, p: (y.clamp(EPSILON, 1) * torch.log(y.clamp(EPSILON, 1) / p.clamp(EPSILON, 1))).sum(-1), "keras formula",
         weights=rand(shape[0]))


def direction(x, axis):
    return x / x.norm(dim=axis, keepdim=True).clamp(min=EPSILON)


for shape, axis in [((6, 4), -1), ((5, 1), -1), ((2, 3, 5), 1), ((4, 3), 0)]:
    case("cosine_similarity", {} if axis == -1 else {"axis": axis}, normal(shape), normal(shape),
         lambda y, p: -(direction(y, axis) * direction(p, axis)).sum(axis), "keras formula", weights=rand(shape[0]) if axis != 0 else None)
    case("cosine_similarity", {"axis": axis}, normal(shape), normal(shape),
         lambda y, p: -F.cosine_similarity(y, p, dim=axis), "torch", weights=rand(shape[0]) if axis != 0 else None)


def binary_terms(y, p, from_logits):
    if from_logits:
        return F.binary_cross_entropy_with_logits(p, y, reduction="none")
    p = clipped(p)
    return -(y * p.log() + (1 - y) * (1 - p).log())


def mean_along(x, axis):
    return x.mean(axis) if x.dim() > 1 else x


def focal(y, p, balance=False, alpha=0.25, gamma=2.0, from_logits=False, smoothing=0.0, axis=-1):
    y = smooth(y, smoothing, 0.5)
    terms = binary_terms(y, p, from_logits)
    p = p.sigmoid() if from_logits else p
    right = y * p + (1 - y) * (1 - p)
    terms = terms * (1 - right) ** gamma
    if balance:
        terms = terms * (y * alpha + (1 - y) * (1 - alpha))
    return mean_along(terms, axis)


for shape in [(6, 3), (7,), (2, 3, 4)]:
    weights = rand(shape[0]) if len(shape) > 1 else None
    y = binary(shape)
    case("binary_focal_crossentropy", {}, y, unit(shape), focal, "keras formula", weights=weights)
    case("binary_focal_crossentropy", {"apply_class_balancing": True, "alpha": 0.7, "gamma": 1.5, "from_logits": True, "label_smoothing": 0.2}, y, normal(shape),
         lambda y, p: focal(y, p, True, 0.7, 1.5, True, 0.2), "keras formula", weights=weights)
    case("binary_focal_crossentropy", {"apply_class_balancing": True, "gamma": 0.0, "axis": 0}, y, unit(shape), lambda y, p: focal(y, p, True, gamma=0.0, axis=0), "keras formula")
    case("binary_crossentropy", {"label_smoothing": 0.3}, y, unit(shape), lambda y, p: last(binary_terms(smooth(y, 0.3, 0.5), p, False)), "keras formula", weights=weights)
    case("binary_crossentropy", {"from_logits": True, "axis": 0}, y, normal(shape), lambda y, p: mean_along(binary_terms(y, p, True), 0), "torch")
for shape in [(2, 3, 4)]:
    y = binary(shape)
    case("binary_crossentropy", {"from_logits": True, "axis": 1}, y, normal(shape), lambda y, p: mean_along(binary_terms(y, p, True), 1), "torch", weights=rand(2),
         mask=np.array([[1, 1, 0, 1], [0, 1, 1, 1]]))


def categorical(y, p, from_logits=False, smoothing=0.0, axis=-1):
    y = smooth(y, smoothing, 1 / p.shape[axis])
    return -(y * (p.log_softmax(axis) if from_logits else clipped(p / p.sum(axis, keepdim=True)).log())).sum(axis)


def categorical_focal(y, p, alpha=0.25, gamma=2.0, from_logits=False, smoothing=0.0, axis=-1):
    y = smooth(y, smoothing, 1 / p.shape[axis])
    if from_logits:
        # Without Keras's clipping.
        return (torch.as_tensor(alpha, dtype=torch.float64) * (1 - p.softmax(axis)) ** gamma * -y * p.log_softmax(axis)).sum(axis)
    p = clipped(p / p.sum(axis, keepdim=True))
    return (torch.as_tensor(alpha, dtype=torch.float64) * (1 - p) ** gamma * -y * p.log()).sum(axis)


case("categorical_crossentropy", {}, simplex((6, 4)), simplex((6, 4)) * 1.7, categorical, "keras formula", weights=rand(6))
alphas = [0.1, 0.5, 2.0, 1.0]
soft = simplex((6, 4))
case("categorical_focal_crossentropy", {}, one_hot(6, 4), simplex((6, 4)) * 1.7, categorical_focal, "keras formula", weights=rand(6))
case("categorical_focal_crossentropy", {"alpha": alphas, "gamma": 3.0, "from_logits": True}, one_hot(6, 4), normal((6, 4)),
     lambda y, p: categorical_focal(y, p, alphas, 3.0, True), "keras formula", weights=rand(6))
case("categorical_focal_crossentropy", {"alpha": 1.0, "gamma": 0.5, "from_logits": True, "label_smoothing": 0.1, "axis": 1}, simplex((2, 4, 3)).transpose(0, 2, 1), normal((2, 3, 4)),
     lambda y, p: categorical_focal(y, p, 1.0, 0.5, True, 0.1, 1), "keras formula", weights=rand(2, 4))
case("categorical_crossentropy", {"from_logits": True, "axis": 1}, simplex((2, 4, 3)).transpose(0, 2, 1), normal((2, 3, 4)),
     lambda y, p: F.cross_entropy(p, y, reduction="none"), "torch", weights=rand(2), mask=np.array([[1, 1, 0, 1], [0, 1, 1, 1]]))
case("categorical_crossentropy", {"axis": 0, "label_smoothing": 0.2}, simplex((3, 4)).T, simplex((3, 4)).T * 2, lambda y, p: categorical(y, p, False, 0.2, 0), "keras formula")


def sparse(labels, ignored, from_logits, axis=-1):
    def function(y, p):
        chosen = torch.where(y == ignored, torch.zeros_like(y), y)
        logarithms = p.log_softmax(axis) if from_logits else clipped(p / p.sum(axis, keepdim=True)).log()
        return -logarithms.gather(axis, chosen.unsqueeze(axis)).squeeze(axis)
    return function


labels = np.array([0, 255, 2, 1, 255, 0])
case("sparse_categorical_crossentropy", {"ignore_class": 255}, labels, simplex((6, 3)) * 0.9, sparse(labels, 255, False), "keras formula", counted=labels != 255, weights=rand(6))
case("sparse_categorical_crossentropy", {"ignore_class": 255, "from_logits": True}, labels, normal((6, 3)),
     lambda y, p: F.cross_entropy(p, y, reduction="none", ignore_index=255), "torch", counted=labels != 255, weights=rand(6))
maps = random.randint(-1, 4, (2, 3, 5))
case("sparse_categorical_crossentropy", {"ignore_class": -1, "from_logits": True, "axis": 1}, maps, normal((2, 4, 3, 5)),
     lambda y, p: F.cross_entropy(p, y, reduction="none", ignore_index=-1), "torch", counted=maps != -1, weights=rand(2), mask=random.randint(0, 2, (2, 3, 5)))
plain = random.randint(0, 3, (2, 4))
case("sparse_categorical_crossentropy", {"axis": 1}, plain, simplex((2, 4, 3)).transpose(0, 2, 1), sparse(plain, 255, False, 1), "keras formula", weights=rand(2, 4))
for q in (None, 0.2, 0.9):
    labels = random.randint(0, 4, 5)
    case("categorical_generalized_cross_entropy", {} if q is None else {"q": q}, labels, simplex((5, 4)),
         lambda y, p: (1 - p.gather(1, y[:, None])[:, 0] ** (q or 0.5)) / (q or 0.5), "keras formula", weights=rand(5))


def dice(y, p, axis=None):
    total = (lambda x: x.sum()) if axis is None else (lambda x: x.sum(axis))
    return 1 - 2 * total(y * p) / (total(y) + total(p) + EPSILON)


def tversky(y, p, alpha=0.5, beta=0.5, axis=None):
    total = (lambda x: x.sum()) if axis is None else (lambda x: x.sum(axis))
    both = total(y * p)
    return 1 - both / (both + alpha * total((1 - y) * p) + beta * total(y * (1 - p)) + EPSILON)


y, p = binary((3, 4, 5, 2)), unit((3, 4, 5, 2))
case("dice", {}, y, p, dice, "keras formula")
case("dice", {"axis": [1, 2, 3]}, y, p, lambda y, p: dice(y, p, (1, 2, 3)), "keras formula", weights=rand(3))
case("dice", {"axis": [-3, -2]}, y, p, lambda y, p: dice(y, p, (1, 2)), "keras formula", weights=rand(3, 2))
case("tversky", {}, y, p, tversky, "keras formula")
case("tversky", {"alpha": 0.2, "beta": 0.9, "axis": [1, 2, 3]}, y, p, lambda y, p: tversky(y, p, 0.2, 0.9, (1, 2, 3)), "keras formula", weights=rand(3))
case("tversky", {"alpha": 1.0, "beta": 0.0, "axis": [0]}, y[0, 0], p[0, 0], lambda y, p: tversky(y, p, 1.0, 0.0, 0), "keras formula")


def circle(gamma=80.0, margin=0.4, remove=True):
    def function(y, p):
        distance = (1 - p @ p.T).clamp(min=0)
        same = y[:, None] == y[None]
        other = ~same
        if remove:
            same = same & ~torch.eye(len(y), dtype=torch.bool)
        within = -gamma * (margin + distance).clamp(min=0) * (margin - distance)
        between = gamma * (1 + margin - distance).clamp(min=0) * (1 - margin - distance)
        nothing = torch.tensor(-1e300, dtype=torch.float64)
        return F.softplus(torch.where(same, within, nothing).logsumexp(1) + torch.where(other, between, nothing).logsumexp(1))
    return function


def embeddings(n, d):
    x = randn(n, d)
    return np.round(x / np.linalg.norm(x, axis=1, keepdims=True), 4)


labels = np.array([0, 1, 0, 2, 1, 0, 3])
several = np.array([True, True, True, False, True, True, False])
case("circle", {}, labels, embeddings(7, 5), circle(), "keras formula", counted=several, weights=rand(7))
case("circle", {"gamma": 12.0, "margin": 0.25}, labels, embeddings(7, 3), circle(12.0, 0.25), "keras formula", counted=several, weights=rand(7))
case("circle", {"gamma": 3.0, "remove_diagonal": False}, labels, embeddings(7, 4), circle(3.0, remove=False), "keras formula", weights=rand(7))

means, spreads, y = normal((5, 3)), positive((5, 3)), normal((5, 3))
both = np.concatenate([means, spreads], -1)
case("gaussian_nll", {}, y, both, lambda y, p: F.gaussian_nll_loss(p[:, :3], y, p[:, 3:], reduction="none").mean(-1), "torch", weights=rand(5))
case("gaussian_nll", {"full": True, "epsilon": 2.0}, y, both, lambda y, p: F.gaussian_nll_loss(p[:, :3], y, p[:, 3:].clone(), full=True, eps=2.0, reduction="none").mean(-1), "torch",
     weights=rand(5))
case("gaussian_nll", {"from_log_variance": True}, y, np.concatenate([means, np.log(spreads)], -1),
     lambda y, p: F.gaussian_nll_loss(p[:, :3], y, p[:, 3:].exp(), reduction="none").mean(-1), "torch", weights=rand(5))
case("gaussian_nll", {}, y[:, 0], both[:, [0, 3]], lambda y, p: F.gaussian_nll_loss(p[:, 0], y, p[:, 1], reduction="none"), "torch")
for config, arguments in [({}, {}), ({"margin": 0.3, "p": 1.0, "swap": True}, dict(margin=0.3, p=1.0, swap=True)), ({"margin": 2.5, "swap": True}, dict(margin=2.5, swap=True))]:
    case("triplet_margin", config, np.zeros(6), randn(6, 3, 4),
         lambda y, p: F.triplet_margin_loss(p[:, 0], p[:, 1], p[:, 2], reduction="none", **arguments), "torch", weights=rand(6))
for margin in (None, 0.3, -0.5):
    config = {} if margin is None else {"margin": margin}
    case("cosine_embedding", config, signs((6,)), randn(6, 2, 4),
         lambda y, p: F.cosine_embedding_loss(p[:, 0], p[:, 1], y, margin=margin or 0, reduction="none"), "torch", weights=rand(6))


def ctc(y, p):
    lengths = (y != 0).sum(1)
    return F.ctc_loss(p.log_softmax(-1).transpose(0, 1), y, torch.full((len(y),), p.shape[1]), lengths, blank=0, reduction="none")


case("ctc", {}, np.array([[1, 2], [1, 0], [0, 0], [2, 2]]), normal((4, 5, 3)), ctc, "torch", weights=rand(4))
rows = np.zeros((3, 9), dtype=int)
for row, length in enumerate((9, 4, 1)):
    rows[row, :length] = random.randint(1, 7, length)
case("ctc", {}, rows, normal((3, 31, 7)), ctc, "torch", weights=rand(3))
case("ctc", {}, random.randint(1, 3, (2, 70)), normal((2, 190, 4)), ctc, "torch")

# ---------------------------------------------------------------- metrics

METRICS = []


def metric(name, config, target, prediction, result, weights=None, source="numpy"):
    METRICS.append(dict(
        metric=name, config=config, source=source, target=listed(np.ravel(target)), target_shape=list(np.shape(target)),
        integer=np.asarray(target).dtype.kind == "i", prediction=listed(np.ravel(prediction)), prediction_shape=list(np.shape(prediction)),
        weights=None if weights is None else listed(weights), result=listed(result)))


def ratio(a, b):
    return np.where(b == 0, 0, a / np.where(b == 0, 1, b))


n = 30
weights = rand(n)
weights[3] = 0
for w in (None, weights):
    each = np.ones(n) if w is None else w
    mean = lambda values: np.average(values, weights=each)
    y, p = randn(n, 3) * 2, randn(n, 3) * 2
    cosine = (y * p).sum(1) / np.linalg.norm(y, axis=1) / np.linalg.norm(p, axis=1)
    metric("cosine_similarity", {}, y, p, mean(cosine), w)
    metric("rmse", {}, y, p, np.sqrt(mean(((y - p) ** 2).mean(1))), w)
    metric("mape", {}, y, p, mean(100 * (np.abs(y - p) / np.abs(y)).mean(1)), w, "keras formula")
    metric("log_cosh_error", {}, y, p, mean(np.log(np.cosh(p - y)).mean(1)), w, "keras formula")
    metric("msle", {}, np.abs(y), np.abs(p), mean(((np.log1p(np.abs(y)) - np.log1p(np.abs(p))) ** 2).mean(1)), w, "keras formula")
    metric("hinge", {}, np.sign(y), p, mean(np.maximum(1 - np.sign(y) * p, 0).mean(1)), w, "keras formula")
    metric("squared_hinge", {}, np.sign(y), p, mean((np.maximum(1 - np.sign(y) * p, 0) ** 2).mean(1)), w, "keras formula")
    one = np.eye(3)[random.randint(0, 3, n)]
    metric("categorical_hinge", {}, one, p, mean(np.maximum(((1 - one) * p).max(1) - (one * p).sum(1) + 1, 0)), w, "keras formula")
    ys, ps = dirichlet(np.ones(3), n), dirichlet(np.ones(3), n)
    metric("kld", {}, ys, ps, mean((ys * np.log(ys / ps)).sum(1)), w, "keras formula")
    metric("LossMetric", {"loss": {"class_name": "Poisson", "config": {}}}, np.abs(y), np.abs(p), mean((np.abs(p) - np.abs(y) * np.log(np.abs(p) + 1e-7)).mean(1)), w, "keras formula")
    metric("sum", {}, y, p, (each[:, None] * p).sum(), w)
    metric("mean", {}, y, p, mean(p.mean(1)), w)
    correlation = np.array([np.corrcoef(a, b)[0, 1] for a, b in zip(y, p)])
    metric("pearson_correlation", {}, y, p, mean(correlation), w)
    concordance = [2 * np.mean((a - a.mean()) * (b - b.mean())) / (a.var() + b.var() + (a.mean() - b.mean()) ** 2 + 1e-7) for a, b in zip(y, p)]
    metric("concordance_correlation", {}, y, p, mean(concordance), w, "keras formula")
    metric("r2", {"num_outputs": 3}, y, y + p, sk.r2_score(y, y + p, sample_weight=w), w, "scikit-learn")
    metric("r2", {"num_outputs": 3, "class_aggregation": "variance_weighted_average"}, y * [1, 2, 5], y * [1, 2, 5] + p,
           sk.r2_score(y * [1, 2, 5], y * [1, 2, 5] + p, sample_weight=w, multioutput="variance_weighted"), w, "scikit-learn")
    metric("r2", {"num_outputs": 3, "class_aggregation": "none"}, y, y + p, sk.r2_score(y, y + p, sample_weight=w, multioutput="raw_values"), w, "scikit-learn")
    samples = n if w is None else (w != 0).sum()
    metric("r2", {"num_regressors": 4}, y[:, :1] + 1e3, y[:, :1] + p[:, :1] + 1e3, 1 - (1 - sk.r2_score(y[:, 0], y[:, 0] + p[:, 0], sample_weight=w)) * (samples - 1) / (samples - 5), w, "scikit-learn")
for axis in (0, 1):
    y, p = randn(n, 4, 5), randn(n, 4, 5)
    along = axis + 1
    flat = lambda x: np.moveaxis(x, along, -1).reshape(-1, x.shape[along])
    metric("cosine_similarity", {"axis": along}, y, p, ((flat(y) * flat(p)).sum(1) / np.linalg.norm(flat(y), axis=1) / np.linalg.norm(flat(p), axis=1)).mean())
    metric("pearson_correlation", {"axis": along}, y, p, np.mean([np.corrcoef(a, b)[0, 1] for a, b in zip(flat(y), flat(p))]))
    metric("concordance_correlation", {"axis": along}, y, p,
           np.mean([2 * np.mean((a - a.mean()) * (b - b.mean())) / (a.var() + b.var() + (a.mean() - b.mean()) ** 2 + 1e-7) for a, b in zip(flat(y), flat(p))]), source="keras formula")

yes = random.randint(0, 2, n)
chance = np.round(np.clip(yes * 0.3 + rand(n) * 0.8, 0, 1), 2)
cuts = [0.3, 0.5, 0.8]


def counts(y, p, w, cut):
    said = p > cut
    return [(w * k).sum() for k in ((y == 1) & said, (y == 0) & said, (y == 0) & ~said, (y == 1) & ~said)]


for w in (None, weights):
    each = np.ones(n) if w is None else w
    for place, name in enumerate(("true_positives", "false_positives", "true_negatives", "false_negatives")):
        metric(name, {}, yes, chance, counts(yes, chance, each, 0.5)[place], w)
        metric(name, {"thresholds": 0.62}, yes, chance, counts(yes, chance, each, 0.62)[place], w)
        metric(name, {"thresholds": cuts}, yes, chance, [counts(yes, chance, each, cut)[place] for cut in cuts], w)
    all_counts = [counts(yes, chance, each, cut) for cut in cuts]
    metric("precision", {"thresholds": cuts}, yes, chance, [tp / (tp + fp) for tp, fp, tn, fn in all_counts], w)
    metric("recall", {"thresholds": cuts}, yes, chance, [tp / (tp + fn) for tp, fp, tn, fn in all_counts], w)
    several_yes, several_chance = random.randint(0, 2, (n, 5)), rand(n, 5)
    order = np.argsort(-several_chance, axis=1)
    for k, cut in ((2, None), (3, 0.6)):
        chosen = np.zeros((n, 5), dtype=bool)
        np.put_along_axis(chosen, order[:, :k], True, 1)
        filtered = np.where(chosen, several_chance, -np.inf)
        config = {"top_k": k} if cut is None else {"top_k": k, "thresholds": cut}
        tp, fp, tn, fn = counts(several_yes, filtered, each[:, None], -1e300 if cut is None else cut)
        metric("precision", config, several_yes, several_chance, tp / (tp + fp), w, "keras formula")
        metric("recall", config, several_yes, several_chance, tp / (tp + fn), w, "keras formula")
        tp, fp, tn, fn = counts(several_yes[:, 4], filtered[:, 4], each, -1e300 if cut is None else cut)
        metric("precision", dict(config, class_id=4), several_yes, several_chance, tp / (tp + fp), w, "keras formula")
        metric("recall", dict(config, class_id=4), several_yes, several_chance, tp / (tp + fn), w, "keras formula")

    def best(constrained, rate, least, thresholds, y=yes, p=chance):
        table = np.array([counts(y, p, each, cut) for cut in np.linspace(0, 1, thresholds)]).T
        tp, fp, tn, fn = table
        rates = dict(precision=ratio(tp, tp + fp), recall=ratio(tp, tp + fn), sensitivity=ratio(tp, tp + fn), specificity=ratio(tn, tn + fp))
        return np.max(np.where(rates[constrained] >= least, rates[rate], 0))

    for name, constrained, rate in (("PrecisionAtRecall", "recall", "precision"), ("RecallAtPrecision", "precision", "recall"),
                                    ("SensitivityAtSpecificity", "specificity", "sensitivity"), ("SpecificityAtSensitivity", "sensitivity", "specificity")):
        # 201 thresholds: whole hundredths are thresholds, and 200 intervals are exact.
        metric(name, {constrained: 0.6, "num_thresholds": 201}, yes, chance, best(constrained, rate, 0.6, 201), w, "keras formula")
        metric(name, {constrained: 0.85, "num_thresholds": 5}, yes, chance, best(constrained, rate, 0.85, 5), w, "keras formula")
        metric(name, {constrained: 0.4, "num_thresholds": 11, "class_id": 2}, several_yes, several_chance, best(constrained, rate, 0.4, 11, several_yes[:, 2], several_chance[:, 2]), w,
               "keras formula")


def curve_area(y, p, w, curve, summation, thresholds):
    """Keras's AUC by its definition: a confusion matrix at every threshold."""
    thresholds = np.array([-1e-7] + list(thresholds) + [1 + 1e-7])
    tp, fp, tn, fn = np.array([counts(y, p, w, cut) for cut in thresholds]).T
    if curve == "PR" and summation == "interpolation":
        dtp, predicted = tp[:-1] - tp[1:], tp + fp
        slope = ratio(dtp, np.maximum(predicted[:-1] - predicted[1:], 0))
        intercept = tp[1:] - slope * predicted[1:]
        both = (predicted[:-1] > 0) & (predicted[1:] > 0)
        safe = np.where(both, ratio(predicted[:-1], np.where(both, predicted[1:], 1)), 1)
        return ratio(slope * (dtp + intercept * np.log(safe)), tp[1:] + fn[1:]).sum()
    if curve == "ROC":
        x, h = ratio(fp, fp + tn), ratio(tp, tp + fn)
    elif curve == "PR":
        x, h = ratio(tp, tp + fn), ratio(tp, tp + fp)
    else:
        scale = ratio(tp + fn, tn + fp)
        x = np.maximum(np.where(tp == 0, 0, 1 - scale * ratio(fn, tp)), 0)
        h = np.where(tp == 0, 1, 1 - scale * ratio(fp, tp))
    heights = dict(interpolation=(h[:-1] + h[1:]) / 2, minoring=np.minimum(h[:-1], h[1:]), majoring=np.maximum(h[:-1], h[1:]))[summation]
    return ((x[:-1] - x[1:]) * heights).sum()


inner = [0.2, 0.55, 0.6, 0.9]
# No multiples of a twentieth or of 1/199 other than 0 and 1: an oracle that compares and one that rounds agree.
steady = np.round(np.clip(chance + 0.0013, 0, 1), 4)
columns = np.clip(several_chance, 0.0013, 0.9987)
for curve, summation in itertools.product(("ROC", "PR", "PRGAIN"), ("interpolation", "minoring", "majoring")):
    config = {"curve": curve, "summation_method": summation}
    evenly = np.arange(1, 20) / 20
    metric("AUC", dict(config, num_thresholds=21), yes, steady, curve_area(yes, steady, np.ones(n), curve, summation, evenly), source="keras formula")
    metric("AUC", dict(config, thresholds=inner), yes, steady, curve_area(yes, steady, weights, curve, summation, inner), weights, "keras formula")
    areas = [curve_area(several_yes[:, c], columns[:, c], weights, curve, summation, evenly) for c in range(5)]
    metric("AUC", dict(config, num_thresholds=21, multi_label=True, num_labels=5), several_yes, columns, np.mean(areas), weights, "keras formula")
    metric("AUC", dict(config, num_thresholds=21, multi_label=True, num_labels=5, label_weights=[1, 0, 2, 0.5, 3]), several_yes, columns,
           np.average(areas, weights=[1, 0, 2, 0.5, 3]), weights, "keras formula")
    metric("AUC", dict(config, num_thresholds=21, label_weights=[1, 0, 2, 0.5, 3]), several_yes, columns,
           curve_area(several_yes.ravel(), columns.ravel(), np.outer(weights, [1, 0, 2, 0.5, 3]).ravel(), curve, summation, evenly), weights, "keras formula")

labels, scores = random.randint(0, 4, n), rand(n, 4)
labels[labels == 2] = 1
guesses = scores.argmax(1)
for w in (None, weights):
    for average in ("none", "micro", "macro", "weighted"):
        sk_average = None if average == "none" else average
        metric("F1Score", {"num_classes": 4, "average": average}, np.eye(4)[labels], scores, sk.f1_score(labels, guesses, average=sk_average, sample_weight=w, labels=range(4), zero_division=0), w,
               "scikit-learn")
        metric("FBetaScore", {"num_classes": 4, "average": average, "beta": 2.0}, np.eye(4)[labels], scores,
               sk.fbeta_score(labels, guesses, beta=2, average=sk_average, sample_weight=w, labels=range(4), zero_division=0), w, "scikit-learn")
        metric("FBetaScore", {"num_classes": 5, "average": average, "beta": 0.5, "threshold": 0.4}, several_yes, several_chance,
               sk.fbeta_score(several_yes, several_chance > 0.4, beta=0.5, average=sk_average, sample_weight=w, zero_division=0), w, "scikit-learn")
        metric("F1Score", {"num_classes": 5, "average": average, "threshold": 0.9}, several_yes, several_chance,
               sk.f1_score(several_yes, several_chance > 0.9, average=sk_average, sample_weight=w, zero_division=0), w, "scikit-learn")


def iou(y, p, w, classes, chosen=None, ignored=None):
    keep = (y >= 0) & (y < classes) & (p >= 0) & (p < classes) & (True if ignored is None else y != ignored)
    result = []
    for c in range(classes) if chosen is None else chosen:
        both, either = (w * (keep & (y == c) & (p == c))).sum(), (w * (keep & ((y == c) | (p == c)))).sum()
        if either > 0:
            result.append(both / either)
    return np.mean(result)


truth, guess = random.randint(0, 4, (n, 6)), random.randint(0, 4, (n, 6))
truth[rand(n, 6) < 0.1] = 255
one_hot_truth = np.eye(4)[np.where(truth == 255, 0, truth)]
plain_truth = np.where(truth == 255, 0, truth)
score_maps = rand(n, 6, 4)
for w in (None, weights):
    each = np.ones((n, 6)) if w is None else np.repeat(w[:, None], 6, 1)
    metric("MeanIoU", {"num_classes": 4}, plain_truth, guess, iou(plain_truth, guess, each, 4), w, "keras formula")
    metric("MeanIoU", {"num_classes": 5, "ignore_class": 255}, truth, guess, iou(truth, guess, each, 5, ignored=255), w, "keras formula")
    metric("MeanIoU", {"num_classes": 4, "ignore_class": 0, "sparse_y_true": False, "sparse_y_pred": False, "axis": 1}, one_hot_truth.transpose(0, 2, 1), score_maps.transpose(0, 2, 1),
           iou(plain_truth, score_maps.argmax(-1), each, 4, ignored=0), w, "keras formula")
    metric("IoU", {"num_classes": 4, "target_class_ids": [0, 2]}, plain_truth, guess, iou(plain_truth, guess, each, 4, [0, 2]), w, "keras formula")
    metric("IoU", {"num_classes": 4, "target_class_ids": [1], "ignore_class": 3}, plain_truth, guess, iou(plain_truth, guess, each, 4, [1], 3), w, "keras formula")
    metric("IoU", {"num_classes": 4, "target_class_ids": [3, 1], "sparse_y_pred": False}, plain_truth, score_maps, iou(plain_truth, score_maps.argmax(-1), each, 4, [3, 1]), w, "keras formula")
    metric("OneHotIoU", {"num_classes": 4, "target_class_ids": [0, 3]}, one_hot_truth, score_maps, iou(plain_truth, score_maps.argmax(-1), each, 4, [0, 3]), w, "keras formula")
    metric("OneHotIoU", {"num_classes": 4, "target_class_ids": [2], "sparse_y_pred": True, "ignore_class": 1}, one_hot_truth, guess, iou(plain_truth, guess, each, 4, [2], 1), w, "keras formula")
    metric("OneHotIoU", {"num_classes": 4, "target_class_ids": [1, 2], "axis": 1}, one_hot_truth.transpose(0, 2, 1), score_maps.transpose(0, 2, 1),
           iou(plain_truth, score_maps.argmax(-1), each, 4, [1, 2]), w, "keras formula")
    metric("OneHotMeanIoU", {"num_classes": 4, "axis": 1}, one_hot_truth.transpose(0, 2, 1), score_maps.transpose(0, 2, 1), iou(plain_truth, score_maps.argmax(-1), each, 4), w,
           "keras formula")
    metric("OneHotMeanIoU", {"num_classes": 4}, one_hot_truth, score_maps, iou(plain_truth, score_maps.argmax(-1), each, 4), w, "keras formula")
    metric("OneHotMeanIoU", {"num_classes": 4, "sparse_y_pred": True, "ignore_class": 2}, one_hot_truth, guess, iou(plain_truth, guess, each, 4, ignored=2), w, "keras formula")
    bits, chances = random.randint(0, 2, (n, 6)), rand(n, 6)
    metric("BinaryIoU", {}, bits, chances, iou(bits, (chances >= 0.5).astype(int), each, 2), w, "keras formula")
    metric("BinaryIoU", {"threshold": 0.3, "target_class_ids": [1]}, bits, chances, iou(bits, (chances >= 0.3).astype(int), each, 2, [1]), w, "keras formula")
    metric("BinaryIoU", {"threshold": 0.8, "target_class_ids": [0]}, bits, chances, iou(bits, (chances >= 0.8).astype(int), each, 2, [0]), w, "keras formula")
    ranked = np.argsort(-scores, axis=1)
    hit = lambda k: (ranked[:, :k] == labels[:, None]).any(1)
    metric("sparse_top_k_categorical_accuracy", {"k": 2, "from_sorted_ids": True}, labels, ranked, np.average(hit(2), weights=w), w, "keras formula")
    metric("sparse_top_k_categorical_accuracy", {"k": 9, "from_sorted_ids": True}, labels, ranked[:, :3], np.average(hit(3), weights=w), w, "keras formula")

# ---------------------------------------------------------------- reading CTC


def readings(logits):
    """Every reading with its probability, by enumeration of all ways."""
    p = np.exp(logits - np.log(np.exp(logits).sum(-1, keepdims=True)))
    found = {}
    for way in itertools.product(range(logits.shape[1]), repeat=len(logits)):
        read = tuple(c for i, c in enumerate(way) if c != 0 and (i == 0 or way[i - 1] != c))
        found[read] = found.get(read, 0) + np.prod([p[t, c] for t, c in enumerate(way)])
    return sorted(found.items(), key=lambda pair: -pair[1])


decoding = []
for steps, classes in ((6, 3), (5, 4), (1, 3), (7, 2)):
    logits = randn(steps, classes) * 1.5
    best = readings(logits)[:3]
    decoding.append(dict(steps=steps, classes=classes, logits=listed(logits.ravel()), readings=[list(read) for read, _ in best], logarithms=[math.log(p) for _, p in best]))

# ---------------------------------------------------------------- boxes

# With numbers of its own, so that those above stay.
boxes = np.random.RandomState(20261127)


def box(*shape):
    corner = boxes.rand(*shape, 2) * 10
    return np.round(np.concatenate([corner, corner + boxes.rand(*shape, 2) * 8 + 0.5], -1), 4)


for shape in ((9,), (3, 4), (2, 2, 3)):
    case("generalized_iou", {}, box(*shape), box(*shape), lambda y, p: generalized_box_iou_loss(p, y), "torchvision", weights=np.round(boxes.rand(*shape), 4))

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "losses.json")
with open(path, "w") as file:
    file.write(f'''{{"losses": {lines(CASES)},
"metrics": {lines(METRICS)},
"decoding": {lines(decoding)}}}
''')
print(len(CASES), "losses,", len(METRICS), "metrics,", len(decoding), "decodings")
