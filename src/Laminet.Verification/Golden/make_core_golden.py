#!/usr/bin/env python3
"""Golden numbers for constraints, activations, core, merging and regularization layers.

Where PyTorch (Debian's python3-torch 1.13) has the function, its numbers; else Keras's formula written out in NumPy.
Writes core.json. Usage: /usr/bin/python3 make_core_golden.py
"""
import json
import os

import numpy as np
import torch
import torch.nn.functional as F

HERE = os.path.dirname(os.path.abspath(__file__))


class Lcg:
    """x -> (1103515245 x + 12345) mod 2^31; numbers in [0, 1)."""

    def __init__(self, seed):
        self.state = seed

    def array(self, *shape):
        count = int(np.prod(shape))
        values = np.empty(count)
        for i in range(count):
            self.state = (self.state * 1103515245 + 12345) % (1 << 31)
            values[i] = self.state / (1 << 31)
        return values.reshape(shape)


def flat(x):
    return [float(v) for v in np.asarray(x).reshape(-1)]


def norm(w, axis):
    return np.sqrt(np.sum(np.square(w), axis=axis, keepdims=True))


def max_norm(w, max_value=2.0, axis=0):
    n = norm(w, axis)
    return w * (np.clip(n, 0, max_value) / (1e-7 + n))


def min_max_norm(w, min_value=0.0, max_value=1.0, rate=1.0, axis=0):
    n = norm(w, axis)
    return w * ((rate * np.clip(n, min_value, max_value) + (1 - rate) * n) / (1e-7 + n))


def orthogonal(w, factor=0.01, mode="rows"):
    w = w if mode == "rows" else w.T
    unit = w / norm(w, 1)
    product = (unit @ unit.T) * (1 - np.eye(len(w)))
    return factor * 0.5 * np.sum(np.abs(product)) / (len(w) * (len(w) - 1) / 2)


def constraint_cases():
    w, kernel = Lcg(1).array(5, 3) * 4 - 2, Lcg(2).array(3, 2, 2, 3) * 4 - 2
    w[:, 1] *= 0.1
    return {
        "max_norm": flat(max_norm(w)), "max_norm_rows": flat(max_norm(w, 0.5, 1)), "max_norm_filters": flat(max_norm(kernel, 1.5, (0, 1, 2))),
        "min_max_norm": flat(min_max_norm(w)), "min_max_norm_rows": flat(min_max_norm(w, 1.0, 1.5, 1, 1)),
        "min_max_norm_rate": flat(min_max_norm(kernel, 2.0, 3.0, 0.25, (0, 1, 2))),
        "non_neg": flat(w * (w >= 0)), "unit_norm": flat(w / (1e-7 + norm(w, 0))), "unit_norm_filters": flat(kernel / (1e-7 + norm(kernel, (0, 1, 2)))),
        "orthogonal": [orthogonal(w), orthogonal(w, 0.5, "columns"), orthogonal(w[:2])],
    }


def squareplus(x, b=4.0):
    # In the form that keeps the digits of a large negative x.
    root = torch.sqrt(x * x + b)
    return torch.where(x < 0, b / 2 / (root - x), (x + root) / 2)


def sparse_plus(x):
    return torch.where(x <= -1, torch.zeros_like(x), torch.where(x < 1, (x + 1) ** 2 / 4, x))


def sparse_sigmoid(x):
    return torch.where(x <= -1, torch.zeros_like(x), torch.where(x >= 1, torch.ones_like(x), (x + 1) / 2))


def relu(x, negative_slope=0.0, max_value=None, threshold=0.0):
    y = torch.where(x > threshold, x, negative_slope * (x - threshold))
    return y if max_value is None else torch.where(x >= max_value, torch.full_like(x, max_value), y)


def sparsemax(x, axis=-1):
    z, _ = torch.sort(x, dim=axis, descending=True)
    n = x.shape[axis]
    shape = [1] * x.dim()
    shape[axis] = n
    r = torch.arange(1, n + 1, dtype=x.dtype).reshape(shape)
    sums = torch.cumsum(z, dim=axis)
    k = (1 + r * z > sums).sum(dim=axis, keepdim=True)
    tau = (torch.gather(sums, axis, k - 1) - 1) / k
    return torch.clamp(x - tau, min=0)


# Steps of 1/8, 0 and the joints among them.
POINTS = np.concatenate([np.arange(-64, 65) / 8.0, [-1e4, 1e4, -40.0, 40.0, -1e-6, 1e-6]])
ELEMENTWISE = {
    "celu": F.celu, "celu_2": lambda x: F.celu(x, 2.5), "elu": F.elu, "elu_half": lambda x: F.elu(x, 0.5), "gelu": F.gelu, "gelu_approximate": lambda x: F.gelu(x, approximate="tanh"),
    "hard_shrink": F.hardshrink, "hard_shrink_2": lambda x: F.hardshrink(x, 2.0), "hard_sigmoid": lambda x: torch.clamp(x / 6 + 0.5, 0, 1), "hard_silu": F.hardswish, "hard_swish": F.hardswish,
    "hard_tanh": F.hardtanh, "leaky_relu": lambda x: F.leaky_relu(x, 0.2), "leaky_relu_tenth": lambda x: F.leaky_relu(x, 0.1), "log_sigmoid": F.logsigmoid, "mish": F.mish,
    "relu6": F.relu6, "selu": F.selu, "silu": F.silu, "swish": F.silu, "soft_shrink": F.softshrink, "soft_shrink_1": lambda x: F.softshrink(x, 1.0), "tanh_shrink": F.tanhshrink,
    "threshold": lambda x: F.threshold(x, 0.75, -2.0), "squareplus": squareplus, "squareplus_1": lambda x: squareplus(x, 1.0), "sparse_plus": sparse_plus, "sparse_sigmoid": sparse_sigmoid,
    "relu_general": lambda x: relu(x, 0.25, 3.0, 0.5), "relu_slope": lambda x: relu(x, 0.125), "relu_max": lambda x: relu(x, max_value=2.5), "relu": F.relu,
}


def activation_cases():
    cases = {"points": flat(POINTS)}
    for name, function in ELEMENTWISE.items():
        x = torch.tensor(POINTS, requires_grad=True)
        y = function(x)
        y.sum().backward()
        cases[name] = {"y": flat(y.detach()), "dy": flat(x.grad)}
    weights = torch.tensor(Lcg(9).array(3, 6, 4) - 0.5)
    for name, function in {
        "glu": F.glu, "glu_axis": lambda x: F.glu(x, 1), "softmax_axis": lambda x: torch.softmax(x, 1), "log_softmax_axis": lambda x: torch.log_softmax(x, 1),
        "sparsemax": sparsemax, "sparsemax_axis": lambda x: sparsemax(x, 1), "softmax_axes": lambda x: torch.softmax(x.flatten(1), 1).reshape(x.shape),
    }.items():
        x = torch.tensor(Lcg(8).array(3, 6, 4) * 4 - 2, requires_grad=True)
        y = function(x)
        (y * weights[tuple(slice(0, n) for n in y.shape)]).sum().backward()
        cases[name] = {"y": flat(y.detach()), "dy": flat(x.grad)}
    return cases


def layer_cases():
    x, y, z = Lcg(1).array(2, 3, 4) - 0.5, Lcg(2).array(2, 3, 4) - 0.5, Lcg(3).array(2, 4) - 0.5
    wide = z[:, None, :]
    kernel = Lcg(4).array(4, 5) - 0.5
    kernels = Lcg(5).array(4, 2, 5) - 0.5
    bias = Lcg(6).array(5) - 0.5

    def unit(v, axis):
        return v / np.sqrt(np.maximum(np.sum(v * v, axis=axis, keepdims=True), 1e-24))

    mask = np.array([[True, False, True], [False, False, False]])[:, :, None]
    alpha = Lcg(7).array(1, 4) - 0.25
    return {
        "subtract": flat(x - y), "multiply": flat(x * y * wide), "average": flat((x + y + wide) / 3), "maximum": flat(np.maximum(x, y)), "minimum": flat(np.minimum(x, wide)), "add": flat(x + wide),
        "dot": flat(np.einsum("ban,bcn->bac", x, y)), "dot_axes": flat(np.einsum("ban,bn->ba", x, z)), "dot_first": flat(np.einsum("bna,bnc->bac", x, y)),
        "dot_vectors": flat(np.einsum("bn,bn->b", z, z[::-1])), "dot_normalized": flat(np.einsum("ban,bcn->bac", unit(x, 2), unit(y, 2))),
        "einsum_dense": flat(np.tanh(np.einsum("abc,cd->abd", x, kernel) + bias)), "einsum_dense_heads": flat(np.einsum("abc,cde->abde", x, kernels) + bias),
        "einsum_dense_left": flat(np.einsum("...x,xy->...y", x, kernel) + bias), "einsum_dense_right": flat(np.einsum("ab...,bc->ac...", x, (Lcg(4).array(3, 5) - 0.5)) + bias[:, None]),
        "prelu": flat(np.where(x > 0, x, alpha * x)), "permute": flat(x.transpose(0, 2, 1)), "repeat_vector": flat(np.repeat(wide, 3, axis=1)),
        "softmax_mask": flat(np.where(mask, np.exp(x) / np.exp(x).sum(-1, keepdims=True), 0)),
    }


golden = {"constraints": constraint_cases(), "activations": activation_cases(), "layers": layer_cases()}
with open(os.path.join(HERE, "core.json"), "w") as file:
    json.dump(golden, file)
print("wrote", {name: len(cases) for name, cases in golden.items()})
