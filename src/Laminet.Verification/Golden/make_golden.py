"""Writes golden.json: inputs, results and gradients of PyTorch operations, in Laminet's layouts (NHWC images, HWIO kernels).

    /usr/bin/python3 make_golden.py        (PyTorch 1.13; deterministic)

Every entry has named arrays {"shape", "values"}: inputs x, w, b, y; the result; "g_" + input: the gradient of
sum(result * weight), where weight is given too. All in float64, printed to 10 digits.
"""
import json
import os

import torch
import torch.nn.functional as F

torch.manual_seed(20240229)
torch.set_default_dtype(torch.float64)
entries = {}


def dump(tensor):
    values = [float(f"{value:.10g}") for value in tensor.detach().double().reshape(-1).tolist()]
    return {"shape": list(tensor.shape), "values": [str(value) if value != value else value for value in values]}


def nhwc(tensor):
    return tensor.permute(0, 2, 3, 1).contiguous()


def hwio(tensor):
    return tensor.permute(2, 3, 1, 0).contiguous()


def same(tensor):
    return tensor


def add(name, function, inputs, layouts=None, output=same, **settings):
    """inputs: name -> tensor in PyTorch's layout; layouts: name -> function to ours."""
    layouts = layouts or {}
    # Rounded first, so that what is written is what was computed with.
    leaves = {key: torch.tensor([float(f"{v:.10g}") for v in value.reshape(-1).tolist()]).reshape(value.shape).requires_grad_()
              if value.is_floating_point() else value for key, value in inputs.items()}
    result = function(**leaves)
    entry = {"settings": settings} if settings else {}
    entry.update({key: dump(layouts.get(key, same)(value)) for key, value in leaves.items()})
    entry["result"] = dump(output(result))
    if result.is_floating_point() and result.requires_grad:
        weight = (torch.arange(result.numel(), dtype=torch.float64) % 7 - 2.5).reshape(result.shape) * 0.25
        entry["weight"] = dump(output(weight))
        floats = [key for key, value in leaves.items() if value.is_floating_point()]
        gradients = torch.autograd.grad((result * weight).sum(), [leaves[key] for key in floats])
        entry.update({"g_" + key: dump(layouts.get(key, same)(gradient)) for key, gradient in zip(floats, gradients)})
    entries[name] = entry


CONV = [  # batch, height, width, channels, kernel h, kernel w, filters, stride, dilation, groups, padding
    (1, 5, 6, 2, 3, 3, 3, (1, 1), (1, 1), 1, (0, 0)),
    (2, 6, 5, 3, 2, 3, 4, (2, 1), (1, 1), 1, (1, 1)),
    (1, 8, 7, 2, 3, 2, 2, (1, 2), (2, 3), 1, (2, 1)),
    (2, 5, 5, 4, 3, 3, 6, (1, 1), (1, 1), 2, (1, 1)),
    (1, 6, 6, 5, 3, 3, 5, (2, 2), (1, 1), 5, (1, 1)),
    (2, 4, 4, 7, 1, 1, 9, (1, 1), (1, 1), 1, (0, 0)),
]
for i, (n, h, width, c, kh, kw, filters, stride, dilation, groups, padding) in enumerate(CONV):
    add(f"convolution{i}",
        lambda x, w, b: F.conv2d(x, w, b, stride, padding, dilation, groups),
        {"x": torch.randn(n, c, h, width), "w": torch.randn(filters, c // groups, kh, kw), "b": torch.randn(filters)},
        {"x": nhwc, "w": hwio}, nhwc, strides=stride, dilation=dilation, groups=groups, padding=padding)

POOL = [(1, 3, 6, 6, (2, 2), (2, 2), (0, 0)), (2, 2, 7, 6, (3, 3), (2, 2), (1, 1)), (1, 2, 5, 5, (3, 2), (1, 1), (1, 1)), (1, 2, 8, 7, (4, 3), (3, 2), (2, 1))]
for i, (n, c, h, width, size, stride, padding) in enumerate(POOL):
    x = {"x": torch.randn(n, c, h, width)}
    where = dict(size=size, strides=stride, padding=padding)
    add(f"maxpool{i}", lambda x: F.max_pool2d(x, size, stride, padding), x, {"x": nhwc}, nhwc, **where)
    for counted in (False, True):
        add(f"averagepool{i}{'counted' if counted else ''}",
            lambda x: F.avg_pool2d(x, size, stride, padding, count_include_pad=counted), x, {"x": nhwc}, nhwc, counted=counted, **where)

add("matmul_batched", lambda x, y: x @ y, {"x": torch.randn(2, 1, 3, 4), "y": torch.randn(5, 4, 2)})

line = torch.cat([torch.tensor([-700., -40., -5., -1., -1e-3, -1e-8, 0., 1e-8, 1e-3, .5, 1., 5., 40., 700.]), torch.randn(10)])
add("softplus", lambda x: F.softplus(x), {"x": line[2:12]})
add("sigmoid", torch.sigmoid, {"x": line})
add("tanh", torch.tanh, {"x": torch.cat([line, torch.tensor([-0.26, -0.24, 0.021, 0.019, 0.1, 1e-5])])})
add("relu", torch.relu, {"x": line[line != 0]})
add("exp", torch.exp, {"x": line[1:12]})
add("log1p", torch.log1p, {"x": torch.tensor([-0.999, -0.5, -1e-10, 1e-15, 1e-10, 1e-5, 0.3, 7., 1e10])})
add("log", torch.log, {"x": torch.tensor([1e-30, 1e-10, 0.5, 1., 3., 1e10])})
add("sqrt", torch.sqrt, {"x": torch.tensor([1e-10, 0.25, 2., 1e10])})
add("sin", torch.sin, {"x": torch.tensor([-100., -3., 0., 0.1, 1e-9, 2., 1000.])})
add("cos", torch.cos, {"x": torch.tensor([-100., -3., 0., 0.1, 1e-9, 2., 1000.])})
add("pow", lambda x, y: x ** y, {"x": torch.tensor([0.5, 2., 3., 1., 0., 0.]), "y": torch.tensor([3., -2., 0.5, 7., 2., 3.])})
add("pow_of_negative", lambda x: x ** 3, {"x": torch.tensor([-2., -0.5, 0., 1.5])})
add("round", torch.round, {"x": torch.tensor([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 2.4999])})
add("clip", lambda x: torch.clamp(x, -1, 2), {"x": torch.tensor([-3., -1., 0., 2., 5.])})

cube = {"x": torch.randn(3, 4, 5)}
for name, function in [("sum", lambda x: x.sum((0, 2))), ("mean", lambda x: x.mean((0, 2))), ("max", lambda x: x.amax((0, 2))), ("min", lambda x: x.amin((0, 2))),
                       ("variance", lambda x: x.var((0, 2), unbiased=False)), ("variance_unbiased", lambda x: x.var((0, 2), unbiased=True)),
                       ("prod", lambda x: x.prod(1))]:
    add(name, function, cube)
add("max_ties", lambda x: x.amax(0), {"x": torch.tensor([[1., 3.], [1., 2.], [0., 3.]])})
add("prod_zeros", lambda x: x.prod(1), {"x": torch.tensor([[2., 3., 4.], [2., 0., 4.], [0., 3., 0.]])})
add("argmax", lambda x: x.argmax(1), cube)

index = torch.tensor([3, 0, 3, 1])
add("gather", lambda x, i: x[i], {"x": torch.randn(4, 3), "i": index})
add("gather_axis1", lambda x, i: x[:, i], {"x": torch.randn(2, 4, 3), "i": index})
add("scatter_add", lambda x, i: torch.zeros(5, 3).index_add(0, i, x), {"x": torch.randn(4, 3), "i": index})
add("onehot", lambda i: F.one_hot(i, 5).double(), {"i": index})

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden.json"), "w") as file:
    file.write("{\n" + ",\n".join(f"{json.dumps(name)}: {json.dumps(entry)}" for name, entry in entries.items()) + "\n}\n")
