"""Writes lenet.json: LeNet-5 of 1998 in PyTorch, in double precision, written from the paper: for an image and weights that are a function of their names, the 84 features, minus the squared distances
from ten codes, and the gradients of -log of the first of their softmax (sums of absolute values). LeNet5Tests.cs fills ours with the same numbers. Debian's python3-torch (1.13).
usage: python3 make_lenet_golden.py"""
import json
import os

import numpy as np
import torch
import torch.nn.functional as F

from make_models_golden import numbers, weight

# Table I of the paper: the rows are the maps of S2, an X where a map of C3 sees it.
TABLE = ["X   XXX  XXXX XX", "XX   XXX  XXXX X", "XXX   XXX  X XXX", " XXX  XXXX  X XX", "  XXX  XXXX XX X", "   XXX  XXXX XXX"]


def squash(x):
    return 1.7159 * torch.tanh(2 / 3 * x)


def conv(x, path, shape):
    return F.conv2d(x, weights(f"{path}/kernel", shape).permute(3, 2, 0, 1), weights(f"{path}/bias", (shape[-1],)))


def subsample(x, path):
    maps = x.shape[1]
    return squash(F.avg_pool2d(x, 2) * weights(f"{path}/kernel", (1, 1, maps, 1)).reshape(1, maps, 1, 1) + weights(f"{path}/bias", (maps,)).reshape(1, maps, 1, 1))


def weights(path, shape):
    if path not in known:
        known[path] = weight(path, shape).requires_grad_()
    return known[path]


known = {}
# Bytes, as ours takes them.
x = (torch.from_numpy(numbers("image", 784)).float() * 255).floor().double().reshape(1, 1, 28, 28)
x = F.pad(x, (2, 2, 2, 2)) * 1.275 / 255 - 0.1
x = squash(conv(x, "conv2d", (5, 5, 1, 6)))
x = subsample(x, "depthwise_conv2d")
kernels, bias, maps, first = weights("le_net_c3/kernel", (25, 60)), weights("le_net_c3/bias", (16,)), [], 0
for place in range(16):
    seen = [row for row in range(6) if TABLE[row][place] == "X"]
    own = kernels[:, first:first + len(seen)].T.reshape(1, len(seen), 5, 5)
    maps.append(F.conv2d(x[:, seen], own, bias[place:place + 1]))
    first += len(seen)
assert first == 60
x = subsample(squash(torch.cat(maps, 1)), "depthwise_conv2d_1")
x = squash(conv(x, "conv2d_1", (5, 5, 16, 120))).flatten(1)
features = squash(x @ weights("dense/kernel", (120, 84)) + weights("dense/bias", (84,)))
print("parameters", sum(one.numel() for one in known.values()))
# Codes that both can make: the signs of these numbers.
codes = torch.from_numpy(np.sign(numbers("codes", 840) - 0.5)).reshape(10, 84)
outputs = -((features - codes) ** 2).sum(1)
torch.log_softmax(outputs, 0)[0].neg().backward()
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "lenet.json"), "w") as file:
    json.dump({"features": [float(f"{value:.9g}") for value in features.flatten()], "outputs": [float(f"{value:.9g}") for value in outputs],
               "gradients": {path: float(f"{one.grad.abs().sum().item():.9g}") for path, one in known.items()}}, file)
    file.write("\n")
