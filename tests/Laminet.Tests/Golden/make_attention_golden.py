#!/usr/bin/env python3
"""Golden numbers for layer normalization, attention and transformer blocks, from PyTorch (Debian's python3-torch 1.13) in float64.

Writes attention.json. Inputs and weights come from a linear congruential generator that the tests repeat, so they need no file.
Usage: /usr/bin/python3 make_attention_golden.py
"""
import json
import math
import os

import numpy as np
import torch
import torch.nn.functional as F

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
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


def drawn(seed, *shape):
    return torch.tensor(Lcg(seed).array(*shape) - 0.5).requires_grad_()


def flat(x):
    return [float(v) for v in x.detach().numpy().reshape(-1)]


def with_gradients(result, **sources):
    """The result, and the gradients of the sum of its cubes."""
    (result ** 3).sum().backward()
    return {"value": flat(result), **{name: flat(source.grad) for name, source in sources.items()}}


def normalizations():
    cases = {}
    for name, axes, epsilon in [("last", (2,), 1e-3), ("two", (1, 2), 1e-5), ("all", (0, 1, 2), 0.1)]:
        x = drawn(1, 3, 5, 7)
        along = [x.shape[axis] for axis in axes]
        gamma, beta = drawn(2, *along), drawn(3, *along)
        cases["layer_normalization_" + name] = with_gradients(F.layer_norm(x, along, gamma, beta, epsilon), x=x, gamma=gamma, beta=beta)
    for name, axes, epsilon in [("last", (2,), 1e-6), ("first", (1,), 1e-2), ("two", (1, 2), 1e-6)]:
        x = drawn(1, 3, 5, 7)
        along = [x.shape[axis] for axis in axes]
        scale = drawn(2, *along)
        spread = scale.reshape([x.shape[axis] if axis in axes else 1 for axis in range(3)])
        result = x * spread / torch.sqrt((x ** 2).mean(axes, keepdim=True) + epsilon)
        cases["rms_normalization_" + name] = with_gradients(result, x=x, scale=scale)
    return cases


if __name__ == "__main__":
    golden = {**normalizations()}
    with open(os.path.join(HERE, "attention.json"), "w") as file:
        json.dump(golden, file, indent=1)
        file.write("\n")
