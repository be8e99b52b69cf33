#!/usr/bin/env python3
"""Operations as NumPy 1.24, SciPy 1.10 and PyTorch 1.13 (Debian's packages) compute them. Writes operations.json.

Usage: /usr/bin/python3 make_operations_golden.py
"""
import json
import os

import numpy as np
import scipy.signal
import scipy.spatial.distance
import scipy.special
import torch

HERE = os.path.dirname(os.path.abspath(__file__))
rng = np.random.default_rng(15)
golden = {}


def array(x):
    x = np.asarray(x)
    kind = "Bool" if x.dtype == bool else "Int64" if x.dtype.kind in "iu" else "Float64"
    numbers = [str(v).replace("nan", "NaN").replace("inf", "Infinity") if not np.isfinite(v) else v for v in x.astype(float).ravel().tolist()]
    return {"shape": list(x.shape), "type": kind, "values": numbers}


def case(name, inputs, outputs):
    golden[name] = {"inputs": [array(x) for x in inputs], "outputs": [array(x) for x in outputs]}


def tensor(x):
    return torch.from_numpy(np.ascontiguousarray(x))


signed = rng.integers(-2**40, 2**40, 12)
other = rng.integers(-50, 50, 12)
for name, function in [("bitwise_and", np.bitwise_and), ("bitwise_or", np.bitwise_or), ("bitwise_xor", np.bitwise_xor), ("gcd", np.gcd), ("lcm", np.lcm), ("fmod", np.fmod)]:
    case(name, [signed, other], [function(signed, other)])
with np.errstate(divide="ignore"):
    case("fmod_of_zero", [signed[:3], np.zeros(3, np.int64)], [np.fmod(signed[:3], np.zeros(3, np.int64))])
case("bitwise_not", [signed], [np.bitwise_not(signed)])
shifts = np.array([0, 1, 5, 31, 32, 63, 64, 65, -1, 40, 2, 3])
case("left_shift", [signed, shifts], [np.left_shift(signed, shifts)])
case("right_shift", [signed, shifts], [np.right_shift(signed, shifts)])
fractions = rng.normal(size=12) * 5
case("fmod_of_fractions", [fractions, np.roll(fractions, 1)], [np.fmod(fractions, np.roll(fractions, 1))])
case("ldexp", [fractions, other], [np.ldexp(fractions, other.astype(int))])
nexts = np.array([1.0, 1, 0, -0.0, 5e-324, np.inf, np.nan, 1, -1.5])
towards = np.array([2.0, 0, 1, -1, 0, 0, 1, np.nan, -1.5])
case("nextafter", [nexts, towards], [np.nextafter(nexts, towards)])
case("nextafter_float32", [fractions, other * 1.0], [np.nextafter(fractions.astype(np.float32), other.astype(np.float32)).astype(float)])

some = np.array([3.0, 1, 2, 3, np.nan, 1, 7, np.nan, 2, 2])
values, indices, inverse, counts = np.unique(some, return_index=True, return_inverse=True, return_counts=True)
case("unique", [some], [values, indices, np.minimum(inverse, len(values) - 1), counts])
grid = rng.integers(0, 5, (3, 4))
case("unique_of_integers", [grid], [v.reshape(grid.shape) if i == 2 else v for i, v in enumerate(np.unique(grid, return_index=True, return_inverse=True, return_counts=True))])
case("isin", [some, np.array([2.0, 7, np.nan, 8])], [np.isin(some, np.array([2.0, 7, np.nan, 8]))])
borders = np.array([-1.0, 0, 1, 1, 2.5])
points = np.array([-2.0, -1, -0.5, 0, 1, 2, 2.5, 3, np.nan])
case("digitize", [points, borders], [np.digitize(points, borders)])
case("digitize_right", [points, borders], [np.digitize(points, borders, right=True)])
data = rng.normal(size=200)
case("histogram", [data], list(np.histogram(data)))
case("histogram_of_a_range", [data], list(np.histogram(data, 7, (-1, 1.5))))
case("histogram_weighted", [data, data**2], list(np.histogram(data, 5, (-2, 2), weights=data**2)))
case("histogram_of_equal", [np.full(4, 3.0)], list(np.histogram(np.full(4, 3.0), 4)))
case("unravel_index", [np.array([0, 5, 23, 13])], list(np.unravel_index([0, 5, 23, 13], (2, 3, 4))))
case("ravel_multi_index", [np.array([0, 1, 1]), np.array([1, 2, 0]), np.array([1, 3, 1])], [np.ravel_multi_index(([0, 1, 1], [1, 2, 0], [1, 3, 1]), (2, 3, 4))])

left, right = rng.normal(size=9), rng.normal(size=4)
for mode in ["valid", "same", "full"]:
    case(f"correlate_{mode}", [left, right], [np.correlate(left, right, mode)])
    case(f"correlate_{mode}_of_a_longer", [right, left], [np.correlate(right, left, mode)])
    case(f"correlate_{mode}_of_odd", [left, right[:3]], [np.correlate(left, right[:3], mode)])
conditions = [left > 0.5, left < -0.2]
case("select", [conditions[0], conditions[1], left, left * 2], [np.select(conditions, [left, left * 2], 7)])

holes = rng.normal(size=(4, 6))
holes[rng.random((4, 6)) < 0.3] = np.nan
for method in ["linear", "lower", "higher", "midpoint", "nearest"]:
    case(f"nanquantile_{method}", [holes], [np.nanquantile(holes, 0.3, axis=1, method=method)])
case("nanmedian", [holes], [np.nanmedian(holes, axis=1)])
case("nanpercentile", [holes], [np.nanpercentile(holes, 80)])
case("nanargmax", [holes], [np.nanargmax(holes, axis=1)])
case("nanargmin", [holes], [np.nanargmin(holes, axis=1)])
case("nancumsum", [holes], [np.nancumsum(holes, axis=1)])
case("nancumprod", [holes], [np.nancumprod(holes, axis=0)])

re, im = rng.normal(size=6), np.array([1.0, -2, 0, 0, 3, -1])
case("angle", [re, im], [np.angle(re + 1j * im)])
case("conj", [re, im], [np.conj(re + 1j * im).real, np.conj(re + 1j * im).imag])
case("isreal", [re, im], [np.isreal(re + 1j * im)])
polar = torch.polar(tensor(np.abs(re)), tensor(im)).numpy()
case("polar", [np.abs(re), im], [polar.real, polar.imag])

a, x = np.meshgrid([0.1, 0.7, 1.0, 3.5, 12, 40, 200, 1e4], [1e-6, 0.05, 0.6, 1.0, 4, 15, 41, 190, 9.9e3])
case("gammainc", [a, x], [scipy.special.gammainc(a, x)])
case("gammaincc", [a, x], [scipy.special.gammaincc(a, x)])
a, b, x = (v.ravel() for v in np.meshgrid([0.2, 1.0, 3.5, 40], [0.5, 2.0, 17], [0.0, 1e-4, 0.1, 0.5, 0.77, 0.999, 1.0]))
case("betainc", [a, b, x], [scipy.special.betainc(a, b, x)])
x = np.array([0.1, 0.7, 1.5, 4, 20])
for n in range(5):
    case(f"polygamma_{n}", [x], [scipy.special.polygamma(n, x)])
for beta in [0.0, 5.0, 14.0]:
    case(f"kaiser_{beta:g}", [], [np.kaiser(12, beta)])
case("kaiser_periodic", [], [scipy.signal.get_window(("kaiser", 8.6), 9)])
case("bartlett", [], [np.bartlett(11)])
case("bartlett_periodic", [], [scipy.signal.get_window("bartlett", 10)])

image = rng.normal(size=(2, 6, 4, 12))
nchw = tensor(image.transpose(0, 3, 1, 2))
# PyTorch's blocks come after the channels; ours before.
blocked = tensor(image.reshape(2, 6, 4, 4, 3).transpose(0, 4, 3, 1, 2).reshape(2, 12, 6, 4))
case("depth_to_space", [image], [torch.pixel_shuffle(blocked, 2).numpy().transpose(0, 2, 3, 1)])
unshuffled = torch.pixel_unshuffle(nchw, 2).numpy().reshape(2, 12, 4, 3, 2).transpose(0, 3, 4, 2, 1).reshape(2, 3, 2, 48)
case("space_to_depth", [image], [unshuffled])
small = rng.normal(size=(2, 7, 6, 3))
unfolded = torch.nn.functional.unfold(tensor(small.transpose(0, 3, 1, 2)), (3, 2), dilation=(1, 2), padding=(1, 0), stride=(2, 1))
patches = unfolded.numpy().reshape(2, 3, 6, -1).transpose(0, 3, 2, 1).reshape(2, -1, 18)
case("unfold", [small], [patches])
folded = torch.nn.functional.fold(unfolded, (7, 6), (3, 2), dilation=(1, 2), padding=(1, 0), stride=(2, 1))
case("fold", [patches], [folded.numpy().transpose(0, 2, 3, 1)])
depthwise, pointwise = rng.normal(size=(3, 3, 3, 2)), rng.normal(size=(6, 4))
middle = torch.nn.functional.conv2d(tensor(small.transpose(0, 3, 1, 2)), tensor(depthwise.transpose(2, 3, 0, 1).reshape(6, 1, 3, 3)), groups=3)
case("separable_convolution", [small, depthwise, pointwise], [middle.numpy().transpose(0, 2, 3, 1) @ pointwise])

one, two = rng.normal(size=(5, 3)), rng.normal(size=(4, 3))
for p in [1, 2, 3, np.inf]:
    case(f"cdist_{p}", [one, two], [torch.cdist(tensor(one), tensor(two), p).numpy()])
case("squared_distances", [one, two], [scipy.spatial.distance.cdist(one, two, "sqeuclidean")])
case("psnr", [one, one + 0.1 * rng.normal(size=(5, 3))], [])
noisy = np.array(golden["psnr"]["inputs"][1]["values"]).reshape(5, 3)
golden["psnr"]["outputs"] = [array(20 * np.log10(255) - 10 * np.log10(np.mean((one - noisy) ** 2)))]
ids = np.array([0, 2, 0, 4, 2])
for name, function, start in [("sum", np.add, 0), ("prod", np.multiply, 1), ("max", np.maximum, -np.inf), ("min", np.minimum, np.inf)]:
    result = np.full((5, 3), float(start))
    function.at(result, ids, one)
    case(f"segment_{name}", [one, ids], [result])
case("divide_no_nan", [np.array([1.0, 2, 0]), np.array([2.0, 0, 0])], [np.array([0.5, 0, 0])])

with open(os.path.join(HERE, "operations.json"), "w") as file:
    json.dump(golden, file)
print("wrote", len(golden), "cases")
