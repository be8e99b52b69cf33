"""Writes learning.json: values that losses, metrics and optimizers are held to.

Run with Debian's python3 (torch 1.13, numpy):  python3 make_learning_golden.py
Everything is float64. Where Keras and PyTorch define the same thing the oracle is PyTorch; where Keras differs, its formula
(Keras 3.16) is written out in numpy and the case is marked "keras formula".
"""
import json
import os

import numpy as np
import torch
import torch.nn.functional as F

random = np.random.RandomState(20240711)


def listed(x):
    return np.asarray(x, dtype=np.float64).tolist()


def lines(cases):
    return "[\n" + ",\n".join(json.dumps(case) for case in cases) + "]"


# ---------------------------------------------------------------- losses

CASES = []


def loss_case(name, config, target, prediction, function, source):
    """function(target, prediction) gives one loss per example; kept are these and the gradient of their mean."""
    p = torch.tensor(np.asarray(prediction), dtype=torch.float64, requires_grad=True)
    each = function(torch.tensor(np.asarray(target)), p)
    each.mean().backward()
    CASES.append(dict(
        loss=name, config=config, source=source,
        target=listed(np.ravel(target)), target_shape=list(np.shape(target)), integer=np.asarray(target).dtype.kind == "i",
        prediction=listed(np.ravel(prediction)), prediction_shape=list(np.shape(prediction)),
        losses=listed(each.detach().numpy().ravel()), losses_shape=list(each.shape), mean=float(each.mean()),
        gradient=listed(p.grad.numpy().ravel())))


def clipped(p):
    return p.clamp(1e-7, 1 - 1e-7)


logits = random.randn(6, 5) * 3
labels = random.randint(0, 5, 6)
soft = random.dirichlet(np.ones(5), 6)
probabilities = random.dirichlet(np.ones(5), 6) * 1.7  # Not summing to 1: Keras renormalises.
loss_case("sparse_categorical_crossentropy", {"from_logits": True}, labels, logits,
          lambda y, p: F.cross_entropy(p, y, reduction="none"), "torch")
loss_case("sparse_categorical_crossentropy", {}, labels, probabilities,
          lambda y, p: F.nll_loss(clipped(p / p.sum(-1, keepdim=True)).log(), y, reduction="none"), "keras formula")
loss_case("categorical_crossentropy", {"from_logits": True}, soft, logits,
          lambda y, p: F.cross_entropy(p, y, reduction="none"), "torch")
loss_case("categorical_crossentropy", {"from_logits": True, "label_smoothing": 0.1}, soft, logits,
          lambda y, p: F.cross_entropy(p, y, reduction="none", label_smoothing=0.1), "torch")
loss_case("categorical_crossentropy", {"label_smoothing": 0.1}, soft, probabilities,
          lambda y, p: -((y * 0.9 + 0.1 / 5) * clipped(p / p.sum(-1, keepdim=True)).log()).sum(-1), "keras formula")
sequence_labels, sequence_logits = random.randint(0, 4, (2, 3)), random.randn(2, 3, 4)
loss_case("sparse_categorical_crossentropy", {"from_logits": True}, sequence_labels, sequence_logits,
          lambda y, p: F.cross_entropy(p.permute(0, 2, 1), y, reduction="none"), "torch")

bits = random.randint(0, 2, (6, 3)).astype(np.float64)
bit_logits = random.randn(6, 3) * 4
bit_probabilities = random.rand(6, 3) * 0.98 + 0.01
loss_case("binary_crossentropy", {"from_logits": True}, bits, bit_logits,
          lambda y, p: F.binary_cross_entropy_with_logits(p, y, reduction="none").mean(-1), "torch")
loss_case("binary_crossentropy", {"from_logits": True, "label_smoothing": 0.2}, bits, bit_logits,
          lambda y, p: F.binary_cross_entropy_with_logits(p, y * 0.8 + 0.1, reduction="none").mean(-1), "torch")
loss_case("binary_crossentropy", {}, bits, bit_probabilities,
          lambda y, p: F.binary_cross_entropy(p, y, reduction="none").mean(-1), "torch")

values, targets = random.randn(6, 3) * 2, random.randn(6, 3) * 2
loss_case("mean_squared_error", {}, targets, values, lambda y, p: F.mse_loss(p, y, reduction="none").mean(-1), "torch")
loss_case("mean_absolute_error", {}, targets, values, lambda y, p: F.l1_loss(p, y, reduction="none").mean(-1), "torch")
loss_case("mean_squared_error", {}, targets[:, 0], values[:, 0], lambda y, p: F.mse_loss(p, y, reduction="none"), "torch")
loss_case("huber", {}, targets, values, lambda y, p: F.huber_loss(p, y, reduction="none").mean(-1), "torch")
loss_case("huber", {"delta": 0.5}, targets, values, lambda y, p: F.huber_loss(p, y, reduction="none", delta=0.5).mean(-1), "torch")
loss_case("poisson", {}, random.poisson(3, (6, 3)).astype(np.float64), random.rand(6, 3) * 5 + 0.1,
          lambda y, p: F.poisson_nll_loss(p, y, log_input=False, eps=1e-7, reduction="none").mean(-1), "torch")

# ---------------------------------------------------------------- optimizers

STEPS, SIZE = 20, 7
start = random.randn(SIZE)
gradients = random.randn(STEPS, SIZE) * np.array([1, 0.1, 10, 1, 1e-3, 1, 3])
TRAJECTORIES = []


def trajectory(name, config, weights, source):
    TRAJECTORIES.append(dict(optimizer=name, config=config, source=source, weights=[listed(w) for w in weights]))


def by_torch(make):
    w = torch.tensor(start, requires_grad=True)
    optimizer = make([w])
    path = []
    for g in gradients:
        w.grad = torch.tensor(g)
        optimizer.step()
        path.append(w.detach().numpy().copy())
    return path


def by_formula(step, slots, clip=lambda g: g):
    w, memory, path = start.copy(), [np.full(SIZE, s) for s in slots], []
    for t, g in enumerate(gradients, 1):
        w = step(t, w, clip(g), memory)
        path.append(w.copy())
    return path


def adam(rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-7, amsgrad=False, decay=0.0):
    def step(t, w, g, memory):
        w = w - w * decay * rate
        memory[0] = memory[0] + (g - memory[0]) * (1 - beta1)
        memory[1] = memory[1] + (g * g - memory[1]) * (1 - beta2)
        v = memory[1]
        if amsgrad:
            v = memory[2] = np.maximum(memory[2], v)
        alpha = rate * np.sqrt(1 - beta2 ** t) / (1 - beta1 ** t)
        return w - memory[0] * alpha / (np.sqrt(v) + epsilon)
    return step


def rmsprop(rate=0.001, rho=0.9, momentum=0.0, epsilon=1e-7, centered=False):
    def step(t, w, g, memory):
        memory[0] = rho * memory[0] + (1 - rho) * g * g
        memory[1] = rho * memory[1] + (1 - rho) * g
        denominator = memory[0] - (memory[1] ** 2 if centered else 0) + epsilon
        increment = rate * g / np.sqrt(denominator)
        memory[2] = momentum * memory[2] + increment
        return w - (memory[2] if momentum > 0 else increment)
    return step


def adagrad(rate, epsilon):
    def step(t, w, g, memory):
        memory[0] = memory[0] + g * g
        return w - rate * g / np.sqrt(memory[0] + epsilon)
    return step


O = torch.optim
trajectory("SGD", {}, by_torch(lambda w: O.SGD(w, lr=0.01)), "torch")
trajectory("SGD", {"learning_rate": 0.05, "momentum": 0.9}, by_torch(lambda w: O.SGD(w, lr=0.05, momentum=0.9)), "torch")
trajectory("SGD", {"learning_rate": 0.05, "momentum": 0.9, "nesterov": True},
           by_torch(lambda w: O.SGD(w, lr=0.05, momentum=0.9, nesterov=True)), "torch")
trajectory("Adam", {}, by_formula(adam(), [0, 0, 0]), "keras formula: epsilon 1e-7 is added before the correction of v")
trajectory("Adam", {"learning_rate": 0.01, "epsilon": 0.0}, by_torch(lambda w: O.Adam(w, lr=0.01, eps=0)), "torch")
trajectory("Adam", {"learning_rate": 0.01, "epsilon": 0.0, "beta_1": 0.8, "beta_2": 0.9, "amsgrad": True},
           by_formula(adam(0.01, 0.8, 0.9, 0, True), [0, 0, 0]), "keras formula: v_hat is the largest v before correction")
trajectory("AdamW", {}, by_formula(adam(decay=0.004), [0, 0, 0]), "keras formula")
trajectory("AdamW", {"learning_rate": 0.01, "weight_decay": 0.1, "epsilon": 0.0},
           by_torch(lambda w: O.AdamW(w, lr=0.01, weight_decay=0.1, eps=0)), "torch")
trajectory("RMSprop", {}, by_formula(rmsprop(), [0, 0, 0]), "keras formula: epsilon is under the root")
trajectory("RMSprop", {"momentum": 0.5, "centered": True}, by_formula(rmsprop(momentum=0.5, centered=True), [0, 0, 0]), "keras formula")
trajectory("RMSprop", {"rho": 0.99, "momentum": 0.5, "epsilon": 0.0},
           by_torch(lambda w: O.RMSprop(w, lr=0.001, alpha=0.99, momentum=0.5, eps=0)), "torch")
trajectory("Adagrad", {"learning_rate": 0.1}, by_formula(adagrad(0.1, 1e-7), [0.1]), "keras formula: epsilon is under the root")
trajectory("Adagrad", {"learning_rate": 0.1, "epsilon": 0.0},
           by_torch(lambda w: O.Adagrad(w, lr=0.1, initial_accumulator_value=0.1, eps=0)), "torch")
trajectory("Adadelta", {"learning_rate": 0.5}, by_torch(lambda w: O.Adadelta(w, lr=0.5, rho=0.95, eps=1e-7)), "torch")
sgd = lambda t, w, g, memory: w - 0.01 * g
trajectory("SGD", {"clipvalue": 0.5}, by_formula(sgd, [], lambda g: np.clip(g, -0.5, 0.5)), "keras formula")
norm_clip = lambda g: g * 2 / max(np.sqrt((g * g).sum()), 2)
trajectory("SGD", {"clipnorm": 2.0}, by_formula(sgd, [], norm_clip), "keras formula")
trajectory("SGD", {"global_clipnorm": 2.0}, by_formula(sgd, [], norm_clip), "keras formula, of one variable")
trajectory("SGD", {"weight_decay": 0.1}, by_torch(lambda w: O.SGD(w, lr=0.01, weight_decay=0.1)), "torch")

# ---------------------------------------------------------------- metrics

METRICS = []


def metric_case(name, config, target, prediction, result, weights=None):
    METRICS.append(dict(
        metric=name, config=config, target=listed(np.ravel(target)), target_shape=list(np.shape(target)),
        integer=np.asarray(target).dtype.kind == "i", prediction=listed(np.ravel(prediction)),
        prediction_shape=list(np.shape(prediction)), weights=None if weights is None else listed(weights), result=float(result)))


def ratio(a, b):
    return np.where(b == 0, 0, a / np.where(b == 0, 1, b))


def auc(y, p, w, curve, count=200):
    """Keras's AUC by its definition: a confusion matrix at every threshold."""
    thresholds = np.array([-1e-7] + [i / (count - 1) for i in range(1, count - 1)] + [1 + 1e-7])
    above = p[None] > thresholds[:, None]
    tp, fp = (above * (w * y)).sum(1), (above * (w * (1 - y))).sum(1)
    fn, tn = (w * y).sum() - tp, (w * (1 - y)).sum() - fp
    if curve == "ROC":
        x, h = ratio(fp, fp + tn), ratio(tp, tp + fn)
        return ((x[:-1] - x[1:]) * (h[:-1] + h[1:]) / 2).sum()
    dtp, predicted = tp[:-1] - tp[1:], tp + fp
    slope = ratio(dtp, predicted[:-1] - predicted[1:])
    intercept = tp[1:] - slope * predicted[1:]
    both = (predicted[:-1] > 0) & (predicted[1:] > 0)
    safe = np.where(both, ratio(predicted[:-1], np.where(both, predicted[1:], 1)), 1)
    return ratio(slope * (dtp + intercept * np.log(safe)), tp[1:] + fn[1:]).sum()


n = 40
scores, classes, weights = random.randn(n, 8), random.randint(0, 8, n), random.rand(n)
one_hot = np.eye(8)[classes]
best = scores.argmax(1) == classes
top = lambda k: (scores > scores[np.arange(n), classes][:, None]).sum(1) < k
metric_case("sparse_categorical_accuracy", {}, classes, scores, best.mean())
metric_case("sparse_categorical_accuracy", {}, classes[:, None], scores, np.average(best, weights=weights), weights)
metric_case("categorical_accuracy", {}, one_hot, scores, np.average(best, weights=weights), weights)
metric_case("sparse_top_k_categorical_accuracy", {}, classes, scores, top(5).mean())
metric_case("sparse_top_k_categorical_accuracy", {"k": 2}, classes, scores, top(2).mean())
metric_case("top_k_categorical_accuracy", {"k": 3}, one_hot, scores, np.average(top(3), weights=weights), weights)
metric_case("AutomaticAccuracy", {}, classes, scores, best.mean())
metric_case("AutomaticAccuracy", {}, one_hot, scores, best.mean())
metric_case("mse", {}, one_hot, scores, ((one_hot - scores) ** 2).mean())
metric_case("mae", {}, one_hot, scores, np.average(np.abs(one_hot - scores).mean(1), weights=weights), weights)
yes = random.randint(0, 2, n)
chance = np.clip(yes * 0.3 + random.rand(n) * 0.8, 0, 1)
for y, p in ((yes, chance), (yes[:, None], chance[:, None])):
    metric_case("binary_accuracy", {}, y, p, ((p > 0.5) == y).mean())
    metric_case("AutomaticAccuracy", {}, y, p, ((p > 0.5) == y).mean())
metric_case("binary_accuracy", {"threshold": 0.7}, yes, chance, np.average((chance > 0.7) == yes, weights=weights), weights)
metric_case("Accuracy", {}, yes.astype(float), (chance > 0.5).astype(float), ((chance > 0.5) == yes).mean())
said = chance > 0.5
metric_case("precision", {}, yes, chance, (said & (yes == 1)).sum() / said.sum())
metric_case("recall", {}, yes, chance, (said & (yes == 1)).sum() / yes.sum())
metric_case("recall", {"thresholds": 0.8}, yes, chance, (weights * ((chance > 0.8) & (yes == 1))).sum() / (weights * yes).sum(), weights)
for curve in ("ROC", "PR"):
    metric_case("AUC", {"curve": curve}, yes, chance, auc(yes, chance, np.ones(n), curve))
    metric_case("AUC", {"curve": curve}, yes, chance, auc(yes, chance, weights, curve), weights)
    metric_case("AUC", {"curve": curve, "num_thresholds": 7}, yes, chance, auc(yes, chance, np.ones(n), curve, 7))

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "learning.json")
with open(path, "w") as file:
    file.write(f'''{{"losses": {lines(CASES)},
"start": {json.dumps(listed(start))},
"gradients": {lines(listed(gradients))},
"optimizers": {lines(TRAJECTORIES)},
"metrics": {lines(METRICS)}}}
''')
print(len(CASES), "losses,", len(TRAJECTORIES), "trajectories,", len(METRICS), "metrics")
