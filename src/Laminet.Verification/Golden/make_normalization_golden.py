#!/usr/bin/env python3
"""Golden numbers for the normalization layers: PyTorch 1.13 (group_norm, instance_norm, local_response_norm, normalize, spectral_norm) and NumPy.

Writes normalization.json. Inputs come from a linear congruential generator that the checks repeat. Usage: /usr/bin/python3 make_normalization_golden.py
"""
import json
import os

import numpy as np
import torch
import torch.nn.functional as F

torch.set_num_threads(1)
HERE = os.path.dirname(os.path.abspath(__file__))


class Lcg:
    """x -> (1103515245 x + 12345) mod 2^31; numbers in [0, 1)."""

    def __init__(self, seed):
        self.state = seed

    def array(self, *shape):
        values = np.empty(int(np.prod(shape)))
        for i in range(len(values)):
            self.state = (self.state * 1103515245 + 12345) % (1 << 31)
            values[i] = self.state / (1 << 31)
        return values.reshape(shape)


def leaf(x):
    return torch.tensor(x, requires_grad=True)


def numbers(t):
    return t.detach().numpy().ravel().tolist()


def channels_first(x):
    return x.movedim(-1, 1)


def group(groups, epsilon, affine):
    x, gamma, beta = leaf(Lcg(1).array(2, 3, 2, 12) - 0.5), leaf(Lcg(5).array(12) + 0.5), leaf(Lcg(6).array(12) - 0.5)
    y = F.group_norm(channels_first(x), groups, gamma if affine else None, beta if affine else None, epsilon).movedim(1, -1)
    y.pow(3).sum().backward()
    case = {"groups": groups, "epsilon": epsilon, "affine": affine, "y": numbers(y), "dx": numbers(x.grad)}
    if affine:
        case.update(dgamma=numbers(gamma.grad), dbeta=numbers(beta.grad))
    return case


def response(size, alpha, beta, k):
    x = leaf(3 * Lcg(1).array(2, 3, 11) - 1.5)
    y = F.local_response_norm(channels_first(x), size, alpha, beta, k).movedim(1, -1)
    y.pow(3).sum().backward()
    return {"size": size, "alpha": alpha, "beta": beta, "k": k, "y": numbers(y), "dx": numbers(x.grad)}


def unit(axes):
    x = leaf(Lcg(1).array(3, 4, 5) - 0.5)
    y = x / torch.linalg.vector_norm(x, dim=axes, keepdim=True)
    y.pow(3).sum().backward()
    return {"axes": [axis for axis in axes], "y": numbers(y), "dx": numbers(x.grad)}


def spectral(iterations):
    """PyTorch's spectral_norm in Keras's terms: u belongs to the columns of a kernel (in, out), and the stored kernel is W / sigma."""
    w, u = leaf(Lcg(2).array(5, 3) - 0.5), torch.tensor(Lcg(3).array(1, 3) - 0.5)
    x = torch.tensor(Lcg(1).array(4, 5) - 0.5)
    with torch.no_grad():
        for _ in range(iterations):
            v = F.normalize(u @ w.T)
            u = F.normalize(v @ w)
    sigma = (v @ w * u).sum()
    kernel = w / sigma
    y = x @ kernel
    y.pow(3).sum().backward()
    return {"iterations": iterations, "sigma": float(sigma), "u": numbers(u), "kernel": numbers(kernel), "y": numbers(y), "dw": numbers(w.grad)}


def normalization(axes, shape):
    x = Lcg(1).array(*shape) * 10 + 1000
    reduced = tuple(a for a in range(len(shape)) if a not in axes)
    mean, variance = x.mean(reduced, keepdims=True), x.var(reduced, keepdims=True)
    return {"axes": list(axes), "shape": list(shape), "mean": mean.ravel().tolist(), "variance": variance.ravel().tolist(),
            "y": ((x - mean) / np.maximum(np.sqrt(variance), 1e-7)).ravel().tolist()}


if __name__ == "__main__":
    result = {
        "group": [group(4, 1e-3, True), group(12, 1e-5, True), group(1, 0.1, True), group(3, 1e-3, False)],
        "response": [response(5, 1e-4, 0.75, 1.0), response(5, 5e-4, 0.75, 2.0), response(4, 0.5, 0.6, 1.0), response(3, 1.0, 0.75, 1.0)],
        "unit": [unit((2,)), unit((1,)), unit((1, 2))],
        "spectral": [spectral(1), spectral(2), spectral(50)],
        "normalization": [normalization((1,), (50, 3)), normalization((), (9, 7)), normalization((2,), (11, 5, 4)), normalization((1, 2), (13, 3, 2))],
    }
    with open(os.path.join(HERE, "normalization.json"), "w", encoding="utf-8") as file:
        json.dump(result, file)
