#!/usr/bin/env python3
"""Deformable convolution, regions of images and sampling at coordinates as torchvision 0.14 and PyTorch 1.13 (Debian's packages) compute them, with channels last. Writes regions.json.

Usage: /usr/bin/python3 make_regions_golden.py
"""
import json
import os

import torch
from torchvision import ops

torch.set_default_dtype(torch.float64)
torch.manual_seed(15)
entries = []


def array(x):
    x = x.detach()
    return {"shape": list(x.shape), "values": [float(f"{v:.12g}") for v in x.reshape(-1).tolist()]}


def last(x):
    return x.movedim(1, -1)


def add(operation, settings, inputs, function):
    """The result of function(inputs), and the gradients of its sum weighted by random numbers. All arrays are in the layout that the function's results have: channels last."""
    inputs = {name: x.clone().requires_grad_(name in ("x", "kernel", "offsets", "mask", "bias", "places")) for name, x in inputs.items()}
    result = function(**inputs)
    weights = torch.randn(result.shape)
    (result * weights).sum().backward()
    entries.append({"operation": operation, "settings": settings, "inputs": {name: array(x) for name, x in inputs.items()}, "result": array(result), "weights": array(weights),
                    "gradients": {name: array(x.grad) for name, x in inputs.items() if x.requires_grad}})


for groups, sets, size, stride, pad, dilation, masked in ((1, 1, (3, 3), (1, 1), (1, 1), (1, 1), False), (2, 2, (3, 2), (2, 1), (1, 0), (1, 2), True), (1, 4, (1, 3), (1, 2), (0, 2), (1, 1), True), (4, 1, (2, 2), (1, 1), (1, 1), (2, 2), True)):
    x = torch.randn(2, 7, 6, 4)
    height, width = ((length + 2 * p - d * (k - 1) - 1) // s + 1 for length, p, d, k, s in zip((7, 6), pad, dilation, size, stride))
    inputs = {"x": x, "kernel": torch.randn(*size, 4 // groups, 8), "offsets": torch.randn(2, height, width, sets * size[0] * size[1] * 2) * 1.5, "bias": torch.randn(8)}
    if masked:
        inputs["mask"] = torch.rand(2, height, width, sets * size[0] * size[1])
    first = lambda t: t.movedim(-1, 1)
    add("deform_conv2d", {"groups": groups, "stride": stride, "padding": pad, "dilation": dilation}, inputs, lambda x, kernel, offsets, bias, mask=None: last(ops.deform_conv2d(
        first(x), first(offsets), kernel.permute(3, 2, 0, 1), bias, stride, pad, dilation, None if mask is None else first(mask))))

corners = torch.rand(7, 2) * 40
boxes = torch.cat([corners, corners + torch.rand(7, 2) * 30], 1)
boxes[5] = torch.tensor([-20., -9., 12., 60.])
boxes[6] = torch.tensor([13., 17., 13., 17.])
owners = torch.tensor([0., 1., 1., 0., 1., 0., 0.])
for aligned, ratio, size in ((False, -1, (3, 2)), (True, -1, (2, 4)), (True, 2, (3, 3)), (False, 3, (1, 2))):
    add("roi_align", {"scale": 0.25, "ratio": max(ratio, 0), "aligned": aligned, "size": size}, {"x": torch.randn(2, 12, 14, 3), "boxes": boxes, "owners": owners},
        lambda x, boxes, owners: last(ops.roi_align(x.movedim(-1, 1), torch.cat([owners[:, None], boxes], 1), size, 0.25, ratio, aligned)))
for size, scale in (((2, 2), 0.25), ((4, 2), 0.5), ((1, 1), 0.25)):
    add("roi_pool", {"scale": scale, "size": size}, {"x": torch.randn(2, 12, 14, 3), "boxes": boxes, "owners": owners},
        lambda x, boxes, owners: last(ops.roi_pool(x.movedim(-1, 1), torch.cat([owners[:, None], boxes], 1), size, scale)))

# Coordinates in pixels; grid_sample has them from -1 to 1. What lies beyond the edges is mirrored at the pixels' centres with aligned corners, else at their edges.
FILLS = {"Constant": ("zeros", True), "Nearest": ("border", True), "Mirror": ("reflection", True), "Reflect": ("reflection", False)}


def grid_sample(interpolation, fill, lengths, outputs, channels=5):
    mode, aligned = FILLS[fill]
    size = torch.tensor([float(length) for length in reversed(lengths)])
    add("grid_sample", {"interpolation": interpolation, "fill": fill}, {"x": torch.randn(2, *lengths, channels), "places": torch.rand(2, *outputs, len(lengths)) * 10 - 2},
        lambda x, places: last(torch.nn.functional.grid_sample(
            x.movedim(-1, 1), places / (size - 1) * 2 - 1 if aligned else (places * 2 + 1) / size - 1, interpolation.lower(), mode, aligned)))


for fill in ("Constant", "Nearest", "Mirror", "Reflect"):
    for interpolation in ("Bilinear", "Bicubic", "Nearest"):
        grid_sample(interpolation, fill, (6, 7), (4, 3))
    for interpolation in ("Bilinear", "Nearest"):
        grid_sample(interpolation, fill, (4, 5, 3), (3, 2, 2), 3)

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "regions.json"), "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(entry) for entry in entries) + "\n]\n")
