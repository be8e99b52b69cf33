#!/usr/bin/env python3
"""Golden numbers for convolution, pooling and resizing layers, from PyTorch (Debian's python3-torch 1.13, Debian's own python3).

Writes convolution.json. Inputs and weights come from a linear congruential generator that the checks repeat. Usage:
/usr/bin/python3 make_convolution_golden.py
"""
import json
import os

import numpy as np
import torch
import torch.nn.functional as F

HERE = os.path.dirname(os.path.abspath(__file__))


def lcg(seed, *shape):
    """x -> (1103515245 x + 12345) mod 2^31; numbers in [0, 1), less a half."""
    values = np.empty(int(np.prod(shape)))
    for i in range(values.size):
        seed = (seed * 1103515245 + 12345) % (1 << 31)
        values[i] = seed / (1 << 31)
    return torch.tensor(values.reshape(shape) - 0.5)


def first(x):
    """Channels first."""
    return x.movedim(-1, 1)


def flat(x):
    return [float(v) for v in x.movedim(1, -1).reshape(-1)]


def kernel(seed, *shape):
    """(spatial axes, in, out) to (out, in, spatial axes); a transposed one (spatial axes, out, in) to (in, out, spatial axes)."""
    return lcg(seed, *shape).movedim((-1, -2), (0, 1))


def depthwise(seed, *shape):
    """(spatial axes, channels, multiplier) to (channels multiplier, 1, spatial axes)."""
    k = lcg(seed, *shape)
    return k.reshape(*shape[:-2], -1).movedim(-1, 0).unsqueeze(1)


S, I, V = lcg(1, 2, 9, 4), lcg(1, 2, 5, 6, 4), lcg(1, 2, 4, 5, 3, 2)
s, i, v = first(S), first(I), first(V)
bias = lcg(3, 6)
cases = {}

# Keras's same padding: the odd cell at the end.
cases["conv1d"] = flat(F.conv1d(s, kernel(2, 3, 4, 6), bias))
cases["conv1d_same_stride"] = flat(torch.tanh(F.conv1d(F.pad(s, (1, 1)), kernel(2, 3, 4, 6), bias, stride=2)))
cases["conv1d_causal_dilated"] = flat(F.conv1d(F.pad(s, (6, 0)), kernel(2, 4, 4, 6), bias, dilation=2))
cases["conv1d_groups"] = flat(F.conv1d(F.pad(s, (1, 2)), kernel(2, 4, 2, 6), groups=2))
cases["conv3d"] = flat(F.conv3d(v, kernel(2, 3, 2, 2, 2, 6), bias))
cases["conv3d_same_stride"] = flat(torch.relu(F.conv3d(F.pad(v, (1, 1, 0, 1, 0, 1)), kernel(2, 3, 2, 3, 2, 6), bias, stride=(2, 1, 1))))
cases["conv3d_dilated_groups"] = flat(F.conv3d(v, kernel(2, 2, 2, 2, 1, 6), dilation=(3, 2, 1), groups=2))

# Kernels of Keras: (spatial axes, filters, channels).
cases["conv1d_transpose"] = flat(F.conv_transpose1d(s, kernel(2, 3, 6, 4), bias))
full = F.conv_transpose1d(s, kernel(2, 3, 6, 4), None, stride=2)
cases["conv1d_transpose_same"] = flat(full[..., :18] + bias[:, None])
cases["conv1d_transpose_same_output_padding_0"] = flat(full[..., 1:-1] + bias[:, None])
cases["conv2d_transpose"] = flat(F.conv_transpose2d(i, kernel(2, 3, 2, 6, 4), bias))
# Valid with a kernel shorter than its step: the step's cells are there all the same.
cases["conv2d_transpose_long_steps"] = flat(F.conv_transpose2d(i, kernel(2, 3, 2, 6, 4), bias, stride=(2, 3), output_padding=(0, 1)))
cases["conv2d_transpose_same_dilated"] = flat(torch.relu(
    F.conv_transpose2d(i, kernel(2, 3, 3, 6, 4), bias, stride=1, dilation=2, padding=2)))
cases["conv3d_transpose"] = flat(F.conv_transpose3d(v, kernel(2, 3, 2, 2, 6, 2), bias))
cases["conv3d_transpose_same"] = flat(F.conv_transpose3d(v, kernel(2, 3, 2, 3, 6, 2), bias, stride=(2, 2, 1))[:, :, :8, :10, 1:-1])
cases["conv3d_transpose_output_padding"] = flat(F.conv_transpose3d(v, kernel(2, 2, 2, 1, 6, 2), None, stride=(2, 3, 2), output_padding=(1, 2, 0)))

cases["depthwise1d"] = flat(F.conv1d(s, depthwise(2, 3, 4, 1), bias[:4], groups=4))
cases["depthwise1d_multiplier_same"] = flat(F.conv1d(F.pad(s, (1, 1)), depthwise(2, 3, 4, 2), stride=2, groups=4))
cases["depthwise1d_dilated"] = flat(F.conv1d(s, depthwise(2, 2, 4, 1), bias[:4], dilation=3, groups=4))
cases["depthwise2d"] = flat(F.conv2d(i, depthwise(2, 3, 2, 4, 1), bias[:4], groups=4))
cases["depthwise2d_multiplier"] = flat(torch.tanh(F.conv2d(i, depthwise(2, 2, 3, 4, 3), groups=4)))
cases["depthwise2d_same_stride"] = flat(F.conv2d(F.pad(i, (0, 1, 1, 1)), depthwise(2, 3, 3, 4, 1), bias[:4], stride=2, groups=4))
cases["separable1d"] = flat(F.conv1d(F.conv1d(s, depthwise(2, 3, 4, 1), groups=4), kernel(4, 1, 4, 6), bias))
cases["separable1d_causal_multiplier"] = flat(F.conv1d(F.conv1d(F.pad(s, (2, 0)), depthwise(2, 3, 4, 2), groups=4), kernel(4, 1, 8, 6), bias))
cases["separable1d_stride"] = flat(F.conv1d(F.conv1d(s, depthwise(2, 2, 4, 1), stride=3, groups=4), kernel(4, 1, 4, 6)))
cases["separable2d"] = flat(F.conv2d(F.conv2d(i, depthwise(2, 3, 3, 4, 1), groups=4), kernel(4, 1, 1, 4, 6), bias))
cases["separable2d_same_multiplier"] = flat(torch.relu(F.conv2d(
    F.conv2d(F.pad(i, (1, 1, 1, 1)), depthwise(2, 3, 3, 4, 2), groups=4), kernel(4, 1, 1, 8, 6), bias)))
cases["separable2d_dilated"] = flat(F.conv2d(F.conv2d(i, depthwise(2, 2, 2, 4, 1), dilation=(2, 3), groups=4), kernel(4, 1, 1, 4, 6), bias))

cases["max1d"] = flat(F.max_pool1d(s, 2))
cases["max1d_overlapping"] = flat(F.max_pool1d(s, 3, 2))
cases["max1d_same"] = flat(F.max_pool1d(F.pad(s, (0, 1), value=-9), 2))
cases["max3d"] = flat(F.max_pool3d(v[:, :, :, :, :2], 2))
cases["max3d_overlapping"] = flat(F.max_pool3d(v, (2, 3, 1), (1, 2, 2)))
cases["max3d_same"] = flat(F.max_pool3d(F.pad(v, (0, 1, 0, 1, 0, 0), value=-9), 2))


def mean_same(x, pad, *window):
    pool = {3: F.avg_pool1d, 5: F.avg_pool3d}[x.dim()]
    return pool(F.pad(x, pad), *window) / pool(F.pad(torch.ones_like(x), pad), *window)


cases["average1d"] = flat(F.avg_pool1d(s, 2))
cases["average1d_overlapping"] = flat(F.avg_pool1d(s, 4, 3))
cases["average1d_same"] = flat(mean_same(s, (0, 1), 2))
cases["average3d"] = flat(F.avg_pool3d(v[:, :, :, :, :2], 2))
cases["average3d_overlapping"] = flat(F.avg_pool3d(v, (2, 3, 1), (1, 2, 2)))
cases["average3d_same"] = flat(mean_same(v, (0, 1, 0, 1, 0, 0), 2))
for axes, x in (("1d", s), ("2d", i), ("3d", v)):
    flat_x = x.flatten(2)
    cases["global_max" + axes] = flat(flat_x.max(-1).values)
    cases["global_average" + axes] = flat(flat_x.mean(-1))
for size in (1, 2, 4):
    cases[f"adaptive_average1d_{size}"] = flat(F.adaptive_avg_pool1d(s, size))
    cases[f"adaptive_max1d_{size}"] = flat(F.adaptive_max_pool1d(s, size))
    for axes, x, average, largest in (("2d", i, F.adaptive_avg_pool2d, F.adaptive_max_pool2d), ("3d", v, F.adaptive_avg_pool3d, F.adaptive_max_pool3d)):
        cases[f"adaptive_average{axes}_{size}"] = flat(average(x, size))
        cases[f"adaptive_max{axes}_{size}"] = flat(largest(x, size))

# By its definition: a normalised Gaussian, divided by the part of it that lies inside.
def distance_weighted(x, size, strides, pad, width):
    offsets = [torch.arange(n, dtype=torch.float64) - (n - 1) / 2 for n in size]
    weights = torch.exp(-(offsets[0][:, None] ** 2 + offsets[1][None, :] ** 2) / (2 * width ** 2))
    convolve = lambda y: F.conv2d(F.pad(y, pad), weights.expand(y.shape[1], 1, *size), stride=strides, groups=y.shape[1])
    return convolve(x) / convolve(torch.ones_like(x))


cases["distance_weighted"] = flat(distance_weighted(i, (2, 2), 2, (0, 0, 0, 0), 1))
cases["distance_weighted_same"] = flat(distance_weighted(i, (3, 3), 2, (0, 1, 1, 1), 1.5))
cases["distance_weighted_narrow"] = flat(distance_weighted(i, (3, 2), (1, 2), (0, 0, 0, 0), 0.6))

cases["cropping1d"] = flat(s[:, :, 1:-1])
cases["cropping2d"] = flat(i[:, :, 1:, 2:-1])
cases["cropping3d"] = flat(v[:, :, 1:-1, 1:-1, 1:-1])
cases["zero_padding1d"] = flat(F.pad(s, (1, 2)))
cases["zero_padding2d"] = flat(F.pad(i, (3, 4, 1, 2)))
cases["zero_padding3d"] = flat(F.pad(v, (1, 1, 1, 1, 1, 1)))
cases["up_sampling1d"] = flat(F.interpolate(s, scale_factor=2))
cases["up_sampling2d"] = flat(F.interpolate(i, scale_factor=(3, 2)))
cases["up_sampling2d_bilinear"] = flat(F.interpolate(i, scale_factor=(3, 2), mode="bilinear", align_corners=False))
cases["up_sampling3d"] = flat(F.interpolate(v, scale_factor=(2, 1, 3)))
cases["resize_bilinear"] = flat(F.interpolate(i, size=(3, 8), mode="bilinear", align_corners=False))
cases["resize_bilinear_antialias"] = flat(F.interpolate(i, size=(2, 4), mode="bilinear", align_corners=False, antialias=True))
cases["resize_bicubic_antialias"] = flat(F.interpolate(i, size=(3, 8), mode="bicubic", align_corners=False, antialias=True))

with open(os.path.join(HERE, "convolution.json"), "w") as file:
    json.dump(cases, file)
print("wrote", len(cases), "cases")
