#!/usr/bin/env python3
"""Golden numbers for the image layers.

Debian's python3-torch 1.13 and python3-torchvision 0.14: torchvision.transforms.functional where it has the function, torch.nn.functional.grid_sample
with coordinates written out here for the rest of the geometry, and NumPy for histogram equalization (OpenCV's formula) and saturation (colorsys).
Writes augmentation.json. Usage: /usr/bin/python3 make_augmentation_golden.py
"""
import colorsys
import json
import math
import os

import numpy as np
import torch
import torch.nn.functional as nn
import torchvision.transforms.functional as F
from torchvision.transforms import InterpolationMode

HERE = os.path.dirname(os.path.abspath(__file__))
BILINEAR, NEAREST = InterpolationMode.BILINEAR, InterpolationMode.NEAREST


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


def image(seed, height, width, channels):
    """(1, channels, height, width), in [0, 1)."""
    return torch.from_numpy(Lcg(seed).array(height, width, channels)).permute(2, 0, 1).unsqueeze(0)


def flat(x):
    """Channels last, rounded to what Float64 results are compared to."""
    return [float(f"{v:.9g}") for v in x.squeeze(0).permute(1, 2, 0).double().numpy().reshape(-1)]


def sample(x, transform, mode="bilinear", padding="zeros"):
    """Pixel (x, y) of the output is read at ((a0 x + a1 y + a2) / k, (b0 x + b1 y + b2) / k), k = c0 x + c1 y + 1."""
    a0, a1, a2, b0, b1, b2, c0, c1 = transform
    height, width = x.shape[2:]
    ys, xs = np.mgrid[0:height, 0:width].astype(float)
    k = c0 * xs + c1 * ys + 1
    px, py = (a0 * xs + a1 * ys + a2) / k, (b0 * xs + b1 * ys + b2) / k
    grid = np.stack([(2 * px + 1) / width - 1, (2 * py + 1) / height - 1], axis=-1)
    return nn.grid_sample(x, torch.from_numpy(grid).unsqueeze(0), mode=mode, padding_mode=padding, align_corners=False)


def homography(start, end):
    """The transform that takes end points to start points, by NumPy's solver."""
    rows, right = [], []
    for (sx, sy), (ex, ey) in zip(start, end):
        rows.append([ex, ey, 1, 0, 0, 0, -sx * ex, -sx * ey])
        rows.append([0, 0, 0, ex, ey, 1, -sy * ex, -sy * ey])
        right += [sx, sy]
    return np.linalg.solve(np.array(rows), np.array(right))


def saturated(x, factor):
    out = np.empty_like(x)
    for place in np.ndindex(x.shape[:2]):
        h, s, v = colorsys.rgb_to_hsv(*x[place])
        out[place] = colorsys.hsv_to_rgb(h, min(1.0, s * factor), v)
    return out


def equalized(x):
    """One channel of whole numbers 0 to 255."""
    counts = np.bincount(x.reshape(-1).astype(int), minlength=256)
    up_to = np.cumsum(counts)
    first = up_to[np.nonzero(counts)[0][0]]
    if first == x.size:
        return x
    return np.round((up_to - first) * 255.0 / (x.size - first))[x.astype(int)]


golden = {}
x = image(3, 9, 11, 3)
height, width = 9, 11
for name, mode, interpolation in (("bilinear", "bilinear", BILINEAR), ("nearest", "nearest", NEAREST)):
    golden[f"rotation {name}"] = flat(F.rotate(x, 40.3, interpolation=interpolation))
    golden[f"zoom {name}"] = flat(F.affine(x, 0, [0, 0], 1 / 1.31, [0.0, 0.0], interpolation=interpolation))
    golden[f"translation {name}"] = flat(F.affine(x, 0, [3, -2], 1.0, [0.0, 0.0], interpolation=interpolation))
    golden[f"shear {name}"] = flat(sample(x, [1, 0.27, 0, 0.13, 1, 0, 0, 0], mode))
    golden[f"rotation mirrored {name}"] = flat(sample(
        x, (lambda c, s, cx, cy: [c, -s, cx - c * cx + s * cy, s, c, cy - s * cx - c * cy, 0, 0])(
            math.cos(math.radians(40.3)), math.sin(math.radians(40.3)), (width - 1) / 2, (height - 1) / 2), mode, "reflection"))
start = [(0, 0), (width - 1, 0), (width - 1, height - 1), (0, height - 1)]
end = [(0.7, 0.4), (8.9, 1.1), (9.6, 6.7), (-0.8, 7.3)]
transform = homography(start, end)
golden["homography"] = [float(v) for v in transform]
golden["perspective"] = flat(sample(x, transform))

golden["hue up"] = flat(F.adjust_hue(x, 0.17))
golden["hue down"] = flat(F.adjust_hue(x, -0.17))
golden["gray"] = flat(F.rgb_to_grayscale(x))
golden["contrast"] = flat(F.adjust_contrast(image(4, 9, 11, 1), 1.4))
golden["saturation"] = [float(v) for v in saturated(Lcg(3).array(9, 11, 3), 0.7 / 0.3).reshape(-1)]
golden["degenerate"] = flat(F.adjust_saturation(x, 0.6))
golden["sharper"] = flat(F.adjust_sharpness(x, 1.6))
golden["softer"] = flat(F.adjust_sharpness(x, 0.4))
golden["blur"] = flat(F.gaussian_blur(x, [5, 3], [0.9, 1.3]))
golden["invert"] = flat(F.invert(x))
golden["autocontrast"] = flat(F.autocontrast(x))
golden["solarize"] = flat(F.solarize(x, 0.6))
b = (x * 256).floor().to(torch.uint8)
golden["posterize 3"] = flat(F.posterize(b, 3))
golden["equalize"] = flat(torch.from_numpy(np.stack([equalized(channel) for channel in b.squeeze(0).numpy()])).unsqueeze(0))
golden["resize"] = flat(F.resize(x, [5, 7], antialias=False))
golden["resize antialiased"] = flat(F.resize(x, [5, 7], antialias=True))

# What RandAugment may make of an image of bytes with the strength 0.4.
m = 0.4
x = b.double()
unit = x / 255
gray = F.rgb_to_grayscale(unit)
cx, cy = (width - 1) / 2, (height - 1) / 2
augmented = {"nothing": x, "posterization": F.posterize(b, 8 - int(round(4 * m))), "solarization": F.solarize(unit, 1 - m) * 255,
             "autocontrast": F.autocontrast(unit) * 255, "equalization": torch.tensor(golden["equalize"]).reshape(height, width, 3).permute(2, 0, 1).unsqueeze(0)}
for sign, name in ((1, "+"), (-1, "-")):
    shear, angle = sign * 0.3 * m, sign * math.pi / 6 * m
    c, s = math.cos(angle), math.sin(angle)
    augmented[f"shear x {name}"] = sample(x, [1, shear, -shear * cy, 0, 1, 0, 0, 0], padding="reflection")
    augmented[f"shear y {name}"] = sample(x, [1, 0, 0, shear, 1, -shear * cx, 0, 0], padding="reflection")
    augmented[f"shift x {name}"] = sample(x, [1, 0, sign * 0.45 * m * width, 0, 1, 0, 0, 0], padding="reflection")
    augmented[f"shift y {name}"] = sample(x, [1, 0, 0, 0, 1, sign * 0.45 * m * height, 0, 0], padding="reflection")
    augmented[f"rotation {name}"] = sample(x, [c, -s, cx - c * cx + s * cy, s, c, cy - s * cx - c * cy, 0, 0], padding="reflection")
    factor = 1 + sign * 0.9 * m
    augmented[f"brightness {name}"] = F.adjust_brightness(unit, factor) * 255
    augmented[f"color {name}"] = F.adjust_saturation(unit, factor) * 255
    augmented[f"contrast {name}"] = F.adjust_contrast(unit, factor) * 255
    augmented[f"sharpness {name}"] = F.adjust_sharpness(unit, factor) * 255
golden["randaugment"] = {name: [round(v, 5) for v in flat(value)] for name, value in augmented.items()}

with open(os.path.join(HERE, "augmentation.json"), "w") as file:
    json.dump(golden, file, separators=(",", ":"))
    file.write("\n")
