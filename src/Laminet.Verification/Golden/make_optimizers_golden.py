"""Writes optimizers.json: paths of optimizers and values of learning rate schedules.

Run with Debian's python3 (torch 1.13, numpy):  python3 make_optimizers_golden.py
Everything is float64. The oracle is PyTorch where it has the same formula; elsewhere Keras's formula (3.16) is written out in numpy.
"""
import json
import os

import numpy as np
import torch

torch.set_default_dtype(torch.float64)
random = np.random.RandomState(20241126)
STEPS = 24
START = {"vector": random.randn(7), "matrix": random.randn(5, 3), "wide": random.randn(2, 6)}
GRADIENTS = {
    "vector": random.randn(STEPS, 7) * np.array([1, 0.1, 10, 1, 1e-3, 1, 3]),
    "matrix": random.randn(STEPS, 5, 3),
    "wide": random.randn(STEPS, 2, 6) * 0.3,
}
PATHS = []


def listed(x):
    return np.asarray(x, dtype=np.float64).ravel().tolist()


def path(name, config, source, of, variable="vector"):
    PATHS.append(dict(optimizer=name, config=config, source=source, variable=variable, weights=[listed(w) for w in of(variable)]))


def by_torch(make):
    def of(variable):
        w = torch.tensor(START[variable], requires_grad=True)
        optimizer = make([w])
        for g in GRADIENTS[variable]:
            w.grad = torch.tensor(g)
            optimizer.step()
            yield w.detach().numpy().copy()
    return of


def cycle_by_torch(make, **cycle):
    """Rate and momentum (beta 1) both follow PyTorch's OneCycleLR."""
    def of(variable):
        w = torch.tensor(START[variable], requires_grad=True)
        optimizer = make([w])
        scheduler = O.lr_scheduler.OneCycleLR(optimizer, total_steps=STEPS, **cycle)
        for t, g in enumerate(GRADIENTS[variable]):
            w.grad = torch.tensor(g)
            optimizer.step()
            yield w.detach().numpy().copy()
            if t + 1 < STEPS:
                scheduler.step()
    return of


def one_cycle(total, **config):
    """The rates and the momenta of PyTorch's OneCycleLR."""
    parameter = torch.zeros(1, requires_grad=True)
    optimizer = O.SGD([parameter], lr=1, momentum=0.9)
    scheduler = O.lr_scheduler.OneCycleLR(optimizer, total_steps=total, **config)
    pairs = []
    for _ in range(total):
        pairs.append((optimizer.param_groups[0]["lr"], optimizer.param_groups[0]["momentum"]))
        optimizer.step()
        if len(pairs) < total:
            scheduler.step()
    return [lambda t, column=column: column[min(t, total - 1)] for column in zip(*pairs)]


def at(setting, t):
    """A number, or a function of the steps made before step t, which is counted from 1."""
    return setting(t - 1) if callable(setting) else setting


def by_formula(make):
    """make(w) gives step(t, w, g), which keeps its slots itself and returns the new w."""
    def of(variable):
        w = START[variable].copy()
        step = make(w)
        for t, g in enumerate(GRADIENTS[variable], 1):
            w = step(t, w, g)
            yield w.copy()
    return of


def decayed(make, rate, decay):
    def outer(w):
        step = make(w)
        return lambda t, w, g: step(t, w - w * decay * rate, g)
    return outer


def adam_like(rate, b1, b2, eps):
    def make(w):
        m, v = np.zeros_like(w), np.zeros_like(w)

        def step(t, w, g):
            nonlocal m, v
            m = m + (g - m) * (1 - b1)
            v = v + (g * g - v) * (1 - b2)
            return w - m * (rate * np.sqrt(1 - b2 ** t) / (1 - b1 ** t)) / (np.sqrt(v) + eps)
        return step
    return make


def adamax(rate=0.001, b1=0.9, b2=0.999, eps=1e-7):
    def make(w):
        m, u = np.zeros_like(w), np.zeros_like(w)

        def step(t, w, g):
            nonlocal m, u
            m = m + (g - m) * (1 - b1)
            u = np.maximum(b2 * u, np.abs(g))
            return w - rate * m / ((1 - b1 ** t) * (u + eps))
        return step
    return make


def nadam(rate=0.001, b1=0.9, b2=0.999, eps=1e-7):
    def make(w):
        m, v, product = np.zeros_like(w), np.zeros_like(w), 1.0

        def step(t, w, g):
            nonlocal m, v, product
            u, u_next = b1 * (1 - 0.5 * 0.96 ** t), b1 * (1 - 0.5 * 0.96 ** (t + 1))
            product = product * u
            m = m + (g - m) * (1 - b1)
            v = v + (g * g - v) * (1 - b2)
            m_hat = u_next * m / (1 - product * u_next) + (1 - u) * g / (1 - product)
            return w - m_hat * rate / (np.sqrt(v / (1 - b2 ** t)) + eps)
        return step
    return make


def sgd(rate, momentum, nesterov=False):
    def make(w):
        v = np.zeros_like(w)

        def step(t, w, g):
            nonlocal v
            r, b = at(rate, t), at(momentum, t)
            v = b * v - r * g
            return w + b * v - r * g if nesterov else w + v
        return step
    return make


def rmsprop(rate, momentum, rho=0.9, eps=1e-7, centered=False):
    def make(w):
        v, m, mean = np.zeros_like(w), np.zeros_like(w), np.zeros_like(w)

        def step(t, w, g):
            nonlocal v, m, mean
            v = rho * v + (1 - rho) * g * g
            mean = rho * mean + (1 - rho) * g
            m = at(momentum, t) * m + at(rate, t) * g / np.sqrt((v - mean ** 2 if centered else v) + eps)
            return w - m
        return step
    return make


def ftrl(rate=0.001, power=-0.5, start=0.1, l1=0.0, l2=0.0, shrinkage=0.0, beta=0.0):
    def make(w):
        n, z = np.full_like(w, start), np.zeros_like(w)

        def step(t, w, g):
            nonlocal n, z
            strength = l2 + beta / (2 * rate)
            used = g + 2 * shrinkage * w
            after = n + g * g
            z = z + used - (after ** -power - n ** -power) / rate * w
            n = after
            return (np.clip(z, -l1, l1) - z) / (after ** -power / rate + 2 * strength)
        return step
    return make


def lion(rate=0.001, b1=0.9, b2=0.99):
    def make(w):
        m = np.zeros_like(w)

        def step(t, w, g):
            nonlocal m
            w = w - at(rate, t) * np.sign(m * at(b1, t) + g * (1 - at(b1, t)))
            m = m * b2 + g * (1 - b2)
            return w
        return step
    return make


def lamb(rate=0.001, b1=0.9, b2=0.999, eps=1e-7):
    def make(w):
        m, v = np.zeros_like(w), np.zeros_like(w)

        def step(t, w, g):
            nonlocal m, v
            b = at(b1, t)
            m = m + (g - m) * (1 - b)
            v = v + (g * g - v) * (1 - b2)
            update = m / (1 - b ** t) / (np.sqrt(v / (1 - b2 ** t)) + eps)
            size, length = np.sqrt((w ** 2).sum()), np.sqrt((update ** 2).sum())
            return w - (size / length if size > 0 and length > 0 else 1.0) * at(rate, t) * update
        return step
    return make


def adafactor(rate=0.001, decay=-0.8, eps1=1e-30, eps2=1e-3, threshold=1.0):
    rms = lambda x: np.sqrt((x ** 2).mean())

    def make(w):
        v = np.zeros_like(w)
        if w.ndim >= 2:
            r, c = np.zeros(w.shape[:-1]), np.zeros(w.shape[:-2] + w.shape[-1:])

        def step(t, w, g):
            nonlocal v, r, c
            alpha = max(eps2, rms(w)) * min(rate, 1 / np.sqrt(t))
            square, b = g * g + eps1, 1 - float(t) ** decay
            if w.ndim >= 2:
                r = b * r + (1 - b) * square.mean(-1)
                c = b * c + (1 - b) * square.mean(-2)
                v = (r / r.mean(-1, keepdims=True))[..., None] * c[..., None, :]
            else:
                v = b * v + (1 - b) * square
            u = g / np.sqrt(v)
            return w - alpha * u / max(1, rms(u) / threshold)
        if w.ndim < 2:
            r = c = None
        return step
    return make


def orthogonal(x, steps=5, a=3.4445, b=-4.775, c=2.0315):
    tall = x.shape[0] > x.shape[1]
    x = x.T if tall else x
    x = x / (np.sqrt((x ** 2).sum()) + 1e-7)
    for _ in range(steps):
        square = x @ x.T
        x = a * x + (b * square + c * square @ square) @ x
    return x.T if tall else x


def muon(rate=0.001, momentum=0.95, nesterov=True, steps=5, rms_rate=0.2):
    def make(w):
        m = np.zeros_like(w)

        def step(t, w, g):
            nonlocal m
            b = at(momentum, t)
            m = b * m + g
            update = orthogonal(g + b * m if nesterov else m, steps)
            return w - at(rate, t) * update * (np.sqrt(max(w.shape)) * rms_rate if rms_rate else 1)
        return step
    return make


def schedule_free(rate=0.0025, b1=0.9, b2=0.999, eps=1e-8, warmup=0):
    def make(w):
        z, v = None, np.zeros_like(w)

        def step(t, w, g):
            nonlocal z, v
            # At its start the fast sequence is the weight; Keras takes it before the first decay, Laminet after it.
            z = w.copy() if z is None else z
            used = rate * min(t / warmup, 1) if warmup else rate
            v = v + (g * g - v) * (1 - b2)
            x = (w - (1 - b1) * z) / b1
            z = z - used * g / (np.sqrt(v / (1 - b2 ** t)) + eps)
            x = (1 - 1 / t) * x + z / t
            return (1 - b1) * z + b1 * x
        return step
    return make


O = torch.optim
K = "keras formula"
path("Adamax", {}, K, by_formula(adamax()))
path("Adamax", {"learning_rate": 0.02, "epsilon": 0.0}, "torch", by_torch(lambda w: O.Adamax(w, lr=0.02, eps=0)))
path("Adamax", {"learning_rate": 0.01, "beta_1": 0.8, "beta_2": 0.9, "weight_decay": 0.1}, K, by_formula(decayed(adamax(0.01, 0.8, 0.9), 0.01, 0.1)), "matrix")
path("Nadam", {}, K, by_formula(nadam()))
path("Nadam", {"learning_rate": 0.01, "beta_1": 0.8, "beta_2": 0.9, "epsilon": 1e-3}, K, by_formula(nadam(0.01, 0.8, 0.9, 1e-3)), "matrix")
path("Nadam", {"learning_rate": 0.05, "weight_decay": 0.2}, K, by_formula(decayed(nadam(0.05), 0.05, 0.2)))
path("Ftrl", {}, K, by_formula(ftrl()))
path("Ftrl", {"learning_rate": 0.1, "l1_regularization_strength": 0.5, "l2_regularization_strength": 0.1, "beta": 0.3}, K, by_formula(ftrl(0.1, l1=0.5, l2=0.1, beta=0.3)))
path("Ftrl", {"learning_rate": 0.05, "learning_rate_power": -0.7, "initial_accumulator_value": 0.5, "l2_shrinkage_regularization_strength": 0.2}, K,
     by_formula(ftrl(0.05, -0.7, 0.5, shrinkage=0.2)), "matrix")
path("Lion", {}, K, by_formula(lion()))
path("Lion", {"learning_rate": 0.02, "beta_1": 0.7, "beta_2": 0.9}, K, by_formula(lion(0.02, 0.7, 0.9)), "matrix")
path("Lion", {"weight_decay": 0.5, "learning_rate": 0.01}, K, by_formula(decayed(lion(0.01), 0.01, 0.5)))
path("Rprop", {}, "torch", by_torch(lambda w: O.Rprop(w, lr=0.01)))
path("Rprop", {"learning_rate": 0.1, "eta_minus": 0.3, "eta_plus": 1.5, "max_step_size": 0.12}, "torch",
     by_torch(lambda w: O.Rprop(w, lr=0.1, etas=(0.3, 1.5), step_sizes=(1e-6, 0.12))))
path("Rprop", {"learning_rate": 0.002, "min_step_size": 0.001}, "torch", by_torch(lambda w: O.Rprop(w, lr=0.002, step_sizes=(0.001, 50))), "matrix")
path("ScheduleFreeAdamW", {}, K, by_formula(schedule_free()))
path("ScheduleFreeAdamW", {"learning_rate": 0.02, "beta_1": 0.8, "beta_2": 0.95, "warmup_steps": 10}, K, by_formula(schedule_free(0.02, 0.8, 0.95, warmup=10)), "matrix")
path("ScheduleFreeAdamW", {"weight_decay": 0.1, "epsilon": 1e-4}, K, by_formula(decayed(schedule_free(eps=1e-4), 0.0025, 0.1)))
path("Lamb", {}, K, by_formula(lamb()))
path("Lamb", {"learning_rate": 0.02, "beta_1": 0.8, "beta_2": 0.9, "epsilon": 1e-3}, K, by_formula(lamb(0.02, 0.8, 0.9, 1e-3)), "matrix")
path("Lamb", {"learning_rate": 0.01, "weight_decay": 0.3}, K, by_formula(decayed(lamb(0.01), 0.01, 0.3)), "matrix")
path("Adafactor", {}, K, by_formula(adafactor()))
path("Adafactor", {"learning_rate": 0.5}, K, by_formula(adafactor(0.5)), "matrix")
path("Adafactor", {"learning_rate": 0.1, "beta_2_decay": -0.5, "epsilon_1": 1e-3, "epsilon_2": 2.0, "clip_threshold": 0.5}, K, by_formula(adafactor(0.1, -0.5, 1e-3, 2.0, 0.5)), "wide")
path("Muon", {}, K, by_formula(decayed(muon(), 0.001, 0.004)), "matrix")
path("Muon", {"learning_rate": 0.02, "momentum": 0.8, "nesterov": False, "ns_steps": 3, "rms_rate": None, "weight_decay": None}, K,
     by_formula(muon(0.02, 0.8, False, 3, None)), "wide")
path("Muon", {"learning_rate": 0.01, "adam_lr_ratio": 0.5, "adam_beta_1": 0.8, "adam_weight_decay": 0.1}, K,
     by_formula(decayed(adam_like(0.005, 0.8, 0.999, 1e-7), 0.01, 0.1)))

# The rate goes up and the momentum down, then back. PyTorch's momentum of SGD and of RMSprop sums steps without the rate, Keras's with it: they are the same only while the rate stays.
def cycle_config(max_lr, base=0.85, most=0.95, start=0.3, strategy="cos", div=25.0, final_div=1e4, three_phase=False):
    common = {"total_steps": STEPS, "pct_start": start, "anneal_strategy": strategy, "three_phase": three_phase}
    return dict(learning_rate={"class_name": "OneCycle", "config": {"max_learning_rate": max_lr, "div_factor": div, "final_div_factor": final_div, **common}},
                momentum_schedule={"class_name": "OneCycle", "config": {"max_learning_rate": base, "div_factor": base / most, "final_div_factor": 1.0, **common}})


PHASES = {"max_lr": 0.05, "pct_start": 0.4, "three_phase": True, "base_momentum": 0.7, "max_momentum": 0.9, "anneal_strategy": "linear"}
THREE = cycle_config(0.05, 0.7, 0.9, 0.4, "linear", three_phase=True)
STILL = {"max_lr": 0.05, "div_factor": 1.0, "final_div_factor": 1.0}
EVEN = cycle_config(0.05, div=1.0, final_div=1.0)
RATES, MOMENTA = one_cycle(STEPS, **PHASES)
path("SGD", EVEN, "torch", cycle_by_torch(lambda w: O.SGD(w, lr=1, momentum=0.5), **STILL))
path("SGD", {**EVEN, "nesterov": True}, "torch", cycle_by_torch(lambda w: O.SGD(w, lr=1, momentum=0.5, nesterov=True), **STILL), "matrix")
path("SGD", THREE, K, by_formula(sgd(RATES, MOMENTA)))
path("SGD", {**THREE, "momentum": 0.5, "nesterov": True}, K, by_formula(sgd(RATES, MOMENTA, True)), "matrix")
path("RMSprop", {**EVEN, "epsilon": 0.0, "centered": True}, "torch", cycle_by_torch(lambda w: O.RMSprop(w, lr=1, alpha=0.9, eps=0, centered=True, momentum=0.5), **STILL), "matrix")
path("RMSprop", THREE, K, by_formula(rmsprop(RATES, MOMENTA)))
path("Adam", {**cycle_config(0.1), "epsilon": 0.0}, "torch", cycle_by_torch(lambda w: O.Adam(w, eps=0), max_lr=0.1))
path("Adam", {**THREE, "epsilon": 0.0}, "torch", cycle_by_torch(lambda w: O.Adam(w, eps=0), **PHASES), "matrix")
path("AdamW", {**cycle_config(0.1), "epsilon": 0.0, "weight_decay": 0.2}, "torch", cycle_by_torch(lambda w: O.AdamW(w, eps=0, weight_decay=0.2), max_lr=0.1), "matrix")
path("AdamW", {**THREE, "epsilon": 0.0, "weight_decay": 0.1}, "torch", cycle_by_torch(lambda w: O.AdamW(w, eps=0, weight_decay=0.1), **PHASES))
path("Adamax", {**cycle_config(0.1), "epsilon": 0.0}, "torch", cycle_by_torch(lambda w: O.Adamax(w, eps=0), max_lr=0.1))
# Of torch 1.13's two forms only this one corrects the mean as later versions do; the other takes a step's momentum twice.
path("Nadam", THREE, "torch", cycle_by_torch(lambda w: O.NAdam(w, eps=1e-7, momentum_decay=1, foreach=True), **PHASES))
path("Nadam", cycle_config(0.1), "torch", cycle_by_torch(lambda w: O.NAdam(w, eps=1e-7, momentum_decay=1, foreach=True), max_lr=0.1), "matrix")
path("Lion", THREE, K, by_formula(lion(RATES, MOMENTA)))
path("Lamb", THREE, K, by_formula(lamb(RATES, MOMENTA)), "matrix")
path("Muon", {**THREE, "weight_decay": None}, K, by_formula(muon(RATES, MOMENTA)), "wide")

# ---------------------------------------------------------------- schedules

SCHEDULES = []


def schedule(name, config, source, steps, rate, momentum=None):
    further = {} if momentum is None else dict(momenta=[float(momentum(t)) for t in steps])
    SCHEDULES.append(dict(schedule=name, config=config, source=source, steps=list(steps), rates=[float(rate(t)) for t in steps], **further))


def cosine(r, n, alpha=0.0, target=None, warmup=0):
    def rate(t):
        if target is None:
            return r * ((1 - alpha) * 0.5 * (1 + np.cos(np.pi * min(t, n) / n)) + alpha)
        t = min(t, n + warmup)
        if t < warmup:
            return (target - r) * t / warmup + r
        return target * ((1 - alpha) * 0.5 * (1 + np.cos(np.pi * (t - warmup) / n)) + alpha)
    return rate


def restarts(r, first, t_mul=2.0, m_mul=1.0, alpha=0.0):
    def rate(t):
        begin, length, height = 0.0, float(first), 1.0
        while t >= begin + length:
            begin, length, height = begin + length, length * t_mul, height * m_mul
        return r * ((1 - alpha) * 0.5 * height * (1 + np.cos(np.pi * (t - begin) / length)) + alpha)
    return rate


def polynomial(r, n, end=0.0001, power=1.0, cycle=False):
    def rate(t):
        length = n * (1 if t == 0 else np.ceil(t / n)) if cycle else n
        t = t if cycle else min(t, n)
        return (r - end) * (1 - t / length) ** power + end
    return rate


def piecewise(boundaries, values):
    return lambda t: values[sum(t > b for b in boundaries)]


WIDE = [0, 1, 2, 5, 9, 10, 11, 33, 60, 99, 100, 101, 110, 250, 500]
schedule("CosineDecay", {"initial_learning_rate": 0.1, "decay_steps": 100}, K, WIDE, cosine(0.1, 100))
schedule("CosineDecay", {"initial_learning_rate": 0.01, "decay_steps": 100, "alpha": 0.1, "warmup_target": 0.11, "warmup_steps": 10}, K, WIDE, cosine(0.01, 100, 0.1, 0.11, 10))
schedule("CosineDecay", {"initial_learning_rate": 0.3, "decay_steps": 7, "alpha": 0.5}, K, range(12), cosine(0.3, 7, 0.5))
schedule("CosineDecayRestarts", {"initial_learning_rate": 0.5, "first_decay_steps": 1}, K, range(70), restarts(0.5, 1))
schedule("CosineDecayRestarts", {"initial_learning_rate": 0.5, "first_decay_steps": 5, "t_mul": 1.0, "m_mul": 0.8, "alpha": 0.1}, K, range(30), restarts(0.5, 5, 1.0, 0.8, 0.1))
schedule("CosineDecayRestarts", {"initial_learning_rate": 0.2, "first_decay_steps": 1, "t_mul": 10.0, "m_mul": 0.9}, K, [0, 1, 10, 11, 110, 111, 1110, 1111, 5000, 11110, 11111], restarts(0.2, 1, 10.0, 0.9))
schedule("ExponentialDecay", {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.96}, K, WIDE, lambda t: 0.1 * 0.96 ** (t / 10))
schedule("ExponentialDecay", {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.5, "staircase": True}, K, WIDE, lambda t: 0.1 * 0.5 ** (t // 10))
schedule("ExponentialDecay", {"initial_learning_rate": 0.2, "decay_steps": 7, "decay_rate": 0.9, "staircase": True}, K, range(30), lambda t: 0.2 * 0.9 ** (t // 7))
schedule("InverseTimeDecay", {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.5}, K, WIDE, lambda t: 0.1 / (1 + 0.5 * t / 10))
schedule("InverseTimeDecay", {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 2.0, "staircase": True}, K, WIDE, lambda t: 0.1 / (1 + 2.0 * (t // 10)))
schedule("InverseTimeDecay", {"initial_learning_rate": 0.3, "decay_steps": 7, "decay_rate": 0.25, "staircase": True}, K, range(30), lambda t: 0.3 / (1 + 0.25 * (t // 7)))
schedule("PiecewiseConstantDecay", {"boundaries": [10], "values": [1.0, 0.5]}, K, WIDE, piecewise([10], [1.0, 0.5]))
schedule("PiecewiseConstantDecay", {"boundaries": [5, 60, 100], "values": [1.0, 0.5, 0.25, 0.0]}, K, WIDE, piecewise([5, 60, 100], [1.0, 0.5, 0.25, 0.0]))
schedule("PiecewiseConstantDecay", {"boundaries": [0, 3], "values": [0.01, 0.3, 0.02]}, K, range(6), piecewise([0, 3], [0.01, 0.3, 0.02]))
schedule("PolynomialDecay", {"initial_learning_rate": 0.1, "decay_steps": 100}, K, WIDE, polynomial(0.1, 100))
schedule("PolynomialDecay", {"initial_learning_rate": 0.1, "decay_steps": 100, "end_learning_rate": 0.01, "power": 0.5}, K, WIDE, polynomial(0.1, 100, 0.01, 0.5))
schedule("PolynomialDecay", {"initial_learning_rate": 0.1, "decay_steps": 10, "power": 2.0, "cycle": True}, K, WIDE, polynomial(0.1, 10, power=2.0, cycle=True))
schedule("OneCycle", {"max_learning_rate": 0.1, "total_steps": 100}, "torch", range(100), *one_cycle(100, max_lr=0.1))
schedule("OneCycle", {"max_learning_rate": 1.0, "total_steps": 37, "pct_start": 0.4, "anneal_strategy": "linear", "div_factor": 10.0, "final_div_factor": 100.0}, "torch", range(40),
         *one_cycle(37, max_lr=1.0, pct_start=0.4, anneal_strategy="linear", div_factor=10.0, final_div_factor=100.0))
schedule("OneCycle", {"max_learning_rate": 0.5, "total_steps": 50, "three_phase": True}, "torch", range(52), *one_cycle(50, max_lr=0.5, three_phase=True))
inner = cosine(0.1, 50)
schedule("Warmup", {"schedule": {"class_name": "CosineDecay", "config": {"initial_learning_rate": 0.1, "decay_steps": 50}}, "warmup_steps": 10}, "the formula", WIDE,
         lambda t: 0.1 * t / 10 if t < 10 else inner(t - 10))
schedule("Warmup", {"schedule": 0.2, "warmup_steps": 4, "start": 0.25}, "the formula", range(8), lambda t: 0.2 * (0.25 + 0.75 * min(t, 4) / 4))
schedule("Warmup", {"schedule": {"class_name": "ExponentialDecay", "config": {"initial_learning_rate": 0.4, "decay_steps": 3, "decay_rate": 0.5, "staircase": True}}, "warmup_steps": 5, "start": 0.5},
         "the formula", range(16), lambda t: 0.4 * (0.5 + 0.5 * t / 5) if t < 5 else 0.4 * 0.5 ** ((t - 5) // 3))

# ---------------------------------------------------------------- LBFGS

LBFGS = []


def rosenbrock(w):
    return (100 * (w[1:] - w[:-1] ** 2) ** 2 + (1 - w[:-1]) ** 2).sum()


CURVES = {
    "rosenbrock": (rosenbrock, [-1.2, 1.0, 0.5, -0.3]),
    "quartic": (lambda w: ((w - torch.arange(1, 6, dtype=torch.float64)) ** 4).sum() + (w ** 2).sum() * 0.1, [0.0] * 5),
    "logcosh": (lambda w: torch.log(torch.cosh(w * torch.tensor([1.0, 3.0, 0.2], dtype=torch.float64) - 0.5)).sum(), [2.0, -1.0, 4.0]),
}


def lbfgs(curve, **config):
    function, start = CURVES[curve]
    w = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer = O.LBFGS([w], **config)
    path, losses = [], []

    def closure():
        optimizer.zero_grad()
        loss = function(w)
        loss.backward()
        return loss

    for _ in range(4):
        losses.append(float(optimizer.step(closure)))
        path.append(listed(w.detach()))
    evaluations = optimizer.state[w]["func_evals"]
    LBFGS.append(dict(curve=curve, config=config, start=start, weights=path, losses=losses, evaluations=evaluations))


lbfgs("rosenbrock", max_iter=5, line_search_fn="strong_wolfe")
lbfgs("rosenbrock", max_iter=20, history_size=3, line_search_fn="strong_wolfe", tolerance_grad=1e-5)
lbfgs("quartic", max_iter=7, line_search_fn="strong_wolfe", lr=0.5)
lbfgs("quartic", max_iter=4, lr=0.1)
lbfgs("logcosh", max_iter=20, line_search_fn="strong_wolfe", tolerance_change=1e-12)
lbfgs("logcosh", max_iter=6, max_eval=5, line_search_fn="strong_wolfe")

file_path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "optimizers.json")


def lines(cases):
    return "[\n" + ",\n".join(json.dumps(case) for case in cases) + "]"


with open(file_path, "w") as file:
    variables = {name: dict(shape=list(start.shape), start=listed(start), gradients=[listed(g) for g in GRADIENTS[name]]) for name, start in START.items()}
    file.write(f'{{"variables": {json.dumps(variables)},\n"paths": {lines(PATHS)},\n"schedules": {lines(SCHEDULES)},\n"lbfgs": {lines(LBFGS)}}}\n')
print(len(PATHS), "paths,", len(SCHEDULES), "schedules,", len(LBFGS), "LBFGS")
