#!/usr/bin/env python3
"""Golden numbers of layers by their settings: a row is a class, a configuration in Keras's names, shapes of inputs, masks, and what comes out.

From PyTorch (Debian's python3-torch 1.13) where it has the layer, else from Keras's formula in NumPy. Writes settings.json. Inputs (seeds 11, 12, ...)
and weights (seeds 2, 3, ... in the layer's order) come from a linear congruential generator that the checks repeat. Usage:
/usr/bin/python3 make_settings_golden.py
"""
import colorsys
import json
import os

import numpy as np
import torch
import torch.nn.functional as F

import make_attention_golden as attention
import make_recurrent_golden as recurrent
from make_recurrent_golden import Lcg, sigmoid

HERE = os.path.dirname(os.path.abspath(__file__))
ROWS = []


def given(place, *shape):
    """An input."""
    return Lcg(11 + place).array(*shape) - 0.5


def spanned(low, high, *shape):
    """An input of a range: pixels."""
    return low + Lcg(11).array(*shape) * (high - low)


def integers(below, *shape):
    return np.floor(Lcg(11).array(*shape) * below).astype(int)


def weight(place, *shape, minus=0.5):
    return Lcg(2 + place).array(*shape) - minus


def numbers(x):
    """Twelve digits: the checks look at ten."""
    return [float(f"{v:.12g}") for v in np.asarray(x, dtype=float).reshape(-1)]


def as_in_files(layer, config):
    """Sizes of images and volumes, and what lies at their sides, are written out for each axis, as Keras does."""
    axes = int(layer[-2]) if layer[-2:] in ("2D", "3D") else 1
    full = {}
    for name, value in config.items():
        if axes > 1 and name in ("kernel_size", "strides", "dilation_rate", "pool_size", "size"):
            value = np.broadcast_to(value, axes).tolist()
        elif axes > 1 and name in ("cropping", "padding") and not isinstance(value, str):
            value = sides(axes, value).tolist()
        full[name] = value
    return full


def sides(axes, margins):
    """Cells before and after each axis, of one number for all, one for each axis, or one for each side."""
    return np.broadcast_to(np.reshape(margins, (-1, 1)) if np.ndim(margins) == 1 and axes > 1 else margins, (axes, 2))


def row(layer, config, inputs, outputs, **more):
    """more: masks (one an input, or None), training, after (what the untrained weights are then), below (inputs are integers from 0), span (inputs are numbers of a range), kept (steps that the first mask leaves out do not matter)."""
    outputs = outputs if isinstance(outputs, list) else [outputs]
    outputs = [y.detach().numpy() if torch.is_tensor(y) else np.asarray(y) for y in outputs]
    if "masks" in more:
        more["masks"] = [None if mask is None else np.asarray(mask).tolist() for mask in more["masks"]]
    ROWS.append(dict(layer=layer, config=as_in_files(layer, config), inputs=[list(shape) for shape in inputs], **more, shapes=[list(y.shape) for y in outputs], outputs=[numbers(y) for y in outputs]))


def first(x):
    """A tensor with the channels first."""
    return torch.tensor(np.moveaxis(x, -1, 1).copy())


def last(x):
    return np.moveaxis(x.numpy(), 1, -1)


def same_pads(lengths, sizes, strides):
    """Keras's same padding for PyTorch's pad, last axis first: the odd cell at the end."""
    pads = []
    for length, size, step in reversed(list(zip(lengths, sizes, strides))):
        cells = max(0, (-(-length // step) - 1) * step + size - length)
        pads += [cells // 2, cells - cells // 2]
    return pads


# ---------------------------------------------------------------- normalization

def batch_normalization(config, shape, training, mask=None):
    axis, epsilon, momentum = config.get("axis", -1) % len(shape), config.get("epsilon", 1e-3), config.get("momentum", 0.99)
    x, channels = given(0, *shape), shape[axis]
    places = iter(range(4))
    gamma = weight(next(places), channels) if config.get("scale", True) else None
    beta = weight(next(places), channels) if config.get("center", True) else None
    mean, variance = weight(next(places), channels), weight(next(places), channels, minus=-0.5)
    tensors = [None if t is None else torch.tensor(t) for t in (mean, variance, gamma, beta)]
    turned = torch.tensor(np.moveaxis(x, axis, 1).copy())
    # PyTorch's moving variance is the unbiased one; Keras's is not.
    now, spread = np.moveaxis(x, axis, -1).reshape(-1, channels).mean(0), np.moveaxis(x, axis, -1).reshape(-1, channels).var(0)
    if mask is not None:
        counted = x[np.asarray(mask)]
        now, spread = counted.mean(0), counted.var(0)
    if mask is not None:
        y = (x - now) / np.sqrt(spread + epsilon) * (1 if gamma is None else gamma) + (0 if beta is None else beta)
    else:
        y = np.moveaxis(F.batch_norm(turned, None if training else tensors[0], None if training else tensors[1], tensors[2], tensors[3], training, 0.0, epsilon).numpy(), 1, axis)
    more = {} if not training else dict(training=True, after=numbers(np.concatenate([momentum * mean + (1 - momentum) * now, momentum * variance + (1 - momentum) * spread])))
    row("BatchNormalization", config, [shape], y, **more, **({} if mask is None else dict(masks=[mask])))


def normalization_rows():
    batch_normalization({}, (4, 3, 5), False)
    batch_normalization({"momentum": 0.9, "epsilon": 0.01}, (4, 3, 5), True)
    batch_normalization({"axis": 1, "center": False}, (3, 4, 5), False)
    batch_normalization({"axis": 1, "center": False, "scale": False, "momentum": 0.5}, (3, 4, 5), True)
    batch_normalization({"scale": False, "momentum": 0.0}, (2, 5, 3), True, [[True, True, True, False, False], [True, False, True, True, False]])


# ---------------------------------------------------------------- convolution, pooling, borders

def conv2d(config, shape):
    """Without a bias, or with one; the kernel is (height, width, channels in a group, filters)."""
    filters, groups = config["filters"], config.get("groups", 1)
    size, steps, spacing = (np.broadcast_to(config.get(name, 1), 2).tolist() for name in ("kernel_size", "strides", "dilation_rate"))
    x, kernel = first(given(0, *shape)), torch.tensor(weight(0, *size, shape[-1] // groups, filters)).permute(3, 2, 0, 1)
    bias = torch.tensor(weight(1, filters)) if config.get("use_bias", True) else None
    if config.get("padding") == "same":
        x = F.pad(x, same_pads(shape[1:-1], [(s - 1) * d + 1 for s, d in zip(size, spacing)], steps))
    y = F.conv2d(x, kernel, bias, steps, 0, spacing, groups)
    row("Conv2D", config, [shape], last({"relu": torch.relu, None: lambda v: v}[config.get("activation")](y)))


def pooling2d(config, shape):
    size = np.broadcast_to(config.get("pool_size", 2), 2).tolist()
    steps = np.broadcast_to(config.get("strides", size), 2).tolist()
    pads = same_pads(shape[1:-1], size, steps) if config.get("padding") == "same" else [0] * 4
    x = first(given(0, *shape))
    row("MaxPooling2D", config, [shape], last(F.max_pool2d(F.pad(x, pads, value=-9), size, steps)))
    mean = F.avg_pool2d(F.pad(x, pads), size, steps) / F.avg_pool2d(F.pad(torch.ones_like(x), pads), size, steps)
    row("AveragePooling2D", config, [shape], last(mean))


def global_pooling(axes, shape):
    x, over = given(0, *shape), tuple(range(1, 1 + axes))
    for keep in (False, True):
        config = {"keepdims": True} if keep else {}
        row(f"GlobalMaxPooling{axes}D", config, [shape], torch.amax(torch.tensor(x), over, keepdim=keep))
        row(f"GlobalAveragePooling{axes}D", config, [shape], torch.mean(torch.tensor(x), over, keepdim=keep))


def borders(axes, margins, shape):
    pairs, x = sides(axes, margins), given(0, *shape)
    inner = (slice(None), *(slice(before, length - after) for (before, after), length in zip(pairs, shape[1:])), slice(None))
    row(f"Cropping{axes}D", {"cropping": margins}, [shape], x[inner])
    row(f"ZeroPadding{axes}D", {"padding": margins}, [shape], np.pad(x, [(0, 0), *pairs.tolist(), (0, 0)]))


def up_sampling(axes, config, shape):
    factors = np.broadcast_to(config.get("size", 2), axes).tolist()
    row(f"UpSampling{axes}D", config, [shape], last(F.interpolate(first(given(0, *shape)), scale_factor=tuple(float(f) for f in factors))))


def spatial_rows():
    conv2d({"filters": 4, "kernel_size": 3}, (2, 7, 5, 3))
    conv2d({"filters": 2, "kernel_size": [2, 3], "strides": [1, 2], "use_bias": False}, (1, 5, 8, 1))
    conv2d({"filters": 4, "kernel_size": [3, 2], "padding": "same", "dilation_rate": [2, 1], "groups": 2, "activation": "relu"}, (1, 5, 3, 2))
    for config, shape in (({}, (2, 5, 7, 2)), ({"padding": "same"}, (2, 5, 7, 2)), ({"pool_size": 3, "padding": "same"}, (1, 7, 4, 3)), ({"pool_size": [3, 2], "strides": [1, 3], "padding": "same"}, (2, 4, 7, 1)),
                          ({"pool_size": 2, "strides": 1}, (1, 3, 5, 2)), ({"pool_size": [1, 3], "strides": [2, 1]}, (1, 5, 3, 2))):
        pooling2d(config, shape)
    for axes, shapes in ((1, [(2, 7, 3), (1, 1, 2)]), (2, [(2, 3, 5, 2), (1, 1, 7, 3)]), (3, [(2, 3, 1, 5, 2), (1, 2, 3, 2, 1)])):
        for shape in shapes:
            global_pooling(axes, shape)
    for margins, shape in ((1, (2, 5, 3)), (2, (1, 7, 2)), ([0, 3], (2, 4, 1))):
        borders(1, margins, shape)
    for margins, shape in ((1, (2, 5, 3, 2)), ([2, 1], (1, 6, 3, 2)), ([[1, 0], [0, 2]], (2, 3, 5, 1))):
        borders(2, margins, shape)
    for margins, shape in ((1, (2, 3, 5, 3, 1)), ([0, 2, 1], (1, 2, 5, 3, 2)), ([[1, 0], [0, 2], [1, 1]], (1, 3, 4, 5, 1))):
        borders(3, margins, shape)
    # Keras's defaults differ: cropping of sequences and volumes takes 1 cell, that of images none.
    row("Cropping1D", {}, [(2, 5, 3)], given(0, 2, 5, 3)[:, 1:-1])
    row("Cropping2D", {}, [(2, 3, 5, 1)], given(0, 2, 3, 5, 1))
    row("Cropping3D", {}, [(1, 3, 4, 5, 1)], given(0, 1, 3, 4, 5, 1)[:, 1:-1, 1:-1, 1:-1])
    row("ZeroPadding1D", {}, [(2, 3, 2)], np.pad(given(0, 2, 3, 2), [(0, 0), (1, 1), (0, 0)]))
    row("ZeroPadding2D", {}, [(1, 3, 2, 2)], np.pad(given(0, 1, 3, 2, 2), [(0, 0), (1, 1), (1, 1), (0, 0)]))
    row("ZeroPadding3D", {}, [(1, 1, 2, 3, 2)], np.pad(given(0, 1, 1, 2, 3, 2), [(0, 0), (1, 1), (1, 1), (1, 1), (0, 0)]))
    for axes, config, shape in ((1, {}, (2, 3, 2)), (1, {"size": 3}, (1, 5, 2)), (1, {"size": 1}, (2, 1, 3)), (2, {}, (2, 3, 2, 1)), (2, {"size": [1, 3]}, (1, 3, 5, 2)),
                                (3, {}, (1, 2, 3, 1, 2)), (3, {"size": 3}, (1, 1, 2, 1, 1)), (3, {"size": [2, 1, 3]}, (2, 1, 3, 2, 1))):
        up_sampling(axes, config, shape)


# ---------------------------------------------------------------- attention

VALUES = np.array([[True, True, True, True, False], [True, False, True, False, False]])
QUERIES = np.array([[True, True, False, True], [True, True, True, False]])


def group_query(config, inputs, masks=None, layer="GroupQueryAttention"):
    """By its formula: heads of queries share the heads of keys of their group. A MultiHeadAttention has as many of both."""
    width = config["head_dim"] if "head_dim" in config else config["key_dim"]
    heads, groups = (config["num_query_heads"], config["num_key_value_heads"]) if "head_dim" in config else (config["num_heads"], config["num_heads"])
    deep, gated = config.get("value_dim", width), config.get("use_gate", False)
    sequences = [given(i, *shape) for i, shape in enumerate(inputs)]
    query, value, key = sequences[0], sequences[min(1, len(sequences) - 1)], sequences[-1]
    shapes = [((query.shape[-1], heads, width), (heads, width)), ((key.shape[-1], groups, width), (groups, width)),
              *([((query.shape[-1], heads, deep), (heads, deep))] if gated else []), ((value.shape[-1], groups, deep), (groups, deep)), ((heads, deep, query.shape[-1]), (query.shape[-1],))]
    biased = config.get("use_bias", True)
    w = iter(weight(i, *shape) for i, shape in enumerate(each for pair in shapes for each in pair[:1 + biased]))
    project = lambda x, form: np.einsum(form, x, next(w)) + (next(w) if biased else 0)
    q, k = (project(x, "btf,fhd->bthd") for x in (query, key))
    gate = 1 / (1 + np.exp(-project(query, "btf,fhd->bthd"))) if gated else 1
    v = project(value, "btf,fhd->bthd")
    if "rotary_max_wavelength" in config:
        q, k = turned(q, config["rotary_max_wavelength"]), turned(k, config["rotary_max_wavelength"])
    k, v = np.repeat(k, heads // groups, axis=2), np.repeat(v, heads // groups, axis=2)
    scores = np.einsum("bqhd,bkhd->bhqk", q, k) / np.sqrt(width)
    counts = np.ones(scores.shape, dtype=bool)
    if config.get("use_causal_mask"):
        counts &= np.arange(scores.shape[3])[None, :] <= np.arange(scores.shape[2])[:, None]
    if "sliding_window" in config:
        counts &= np.abs(np.arange(scores.shape[3])[None, :] - np.arange(scores.shape[2])[:, None]) < config["sliding_window"]
    if masks is not None:
        counts &= masks[1][:, None, None, :]
    shares = torch.softmax(torch.tensor(np.where(counts, scores, -np.inf)), -1).numpy()
    y = project(np.einsum("bhqk,bkhd->bqhd", shares, v) * gate, "bqhd,hdf->bqf")
    row(layer, config, inputs, [y, shares] if config.get("return_attention_scores") else y, **({} if masks is None else dict(masks=masks)))


def turned(x, longest, scale=1.0):
    """Rotary positions, halves paired: (batch, time, heads, width)."""
    half = x.shape[-1] // 2
    angles = (np.arange(x.shape[1]) / scale)[:, None] / longest ** (np.arange(0, 2 * half, 2) / (2 * half))[None, :]
    cos, sin = np.cos(angles)[None, :, None, :], np.sin(angles)[None, :, None, :]
    a, b = x[..., :half], x[..., half:]
    return np.concatenate([a * cos - b * sin, b * cos + a * sin], -1)


def additive(config, inputs, masks=None):
    query, value, key = given(0, *inputs[0]), given(1, *inputs[1]), given(len(inputs) - 1, *inputs[-1])
    scale = weight(0, query.shape[-1]) if config.get("use_scale", True) else 1
    scores = (scale * np.tanh(query[:, :, None] + key[:, None])).sum(-1)
    if config.get("use_causal_mask"):
        scores = np.where(np.tri(*scores.shape[1:], dtype=bool), scores, -1e9)
    if masks is not None:
        scores = np.where(masks[1][:, None], scores, -1e9)
    shares = torch.softmax(torch.tensor(scores), -1).numpy()
    y = shares @ value
    if masks is not None and masks[0] is not None:
        y = np.where(masks[0][:, :, None], y, 0)
    row("AdditiveAttention", config, inputs, [y, shares] if config.get("return_attention_scores") else y, **({} if masks is None else dict(masks=masks)))


def decoder(config, crossed, target):
    """PyTorch's layer, which is an encoder's with a causal mask where there is no encoder. Steps of the target that do not count are shown to no other step."""
    width, heads = config["intermediate_dim"], config["num_heads"]
    options = dict(dropout=0.0, activation=config.get("activation", "relu"), batch_first=True, norm_first=config.get("normalize_first", False), layer_norm_eps=config.get("layer_norm_epsilon", 1e-5))
    x, memory = (torch.tensor(given(i, *shape)) for i, shape in ((0, (2, 4, 6)), (1, (2, 5, 6))))
    own = attention.projections(heads, 6, 6, 6, 6 // heads)
    ends = [(6,), (6,), (6, width), (width,), (width, 6), (6,), (6,), (6,)]
    w = attention.weights(*own, *([(6,), (6,), *own] if crossed else []), *ends)
    layer = (torch.nn.TransformerDecoderLayer if crossed else torch.nn.TransformerEncoderLayer)(6, heads, width, **options)
    attention.set_attention(layer.self_attn, w[:8])
    if crossed:
        attention.set_attention(layer.multihead_attn, w[10:18])
    at = len(w) - 8
    parts = [(layer.norm1, 8), *([(layer.norm2, 18)] if crossed else []), (layer.linear1, at + 2), (layer.linear2, at + 4), (layer.norm3 if crossed else layer.norm2, at + 6)]
    for module, place in parts:
        attention.set_pair(module, w[place], w[place + 1])
    future, padding = ~attention.causal(4, 4), ~torch.tensor(target)
    y = layer(x, memory, tgt_mask=future, tgt_key_padding_mask=padding, memory_key_padding_mask=~torch.tensor(VALUES)) if crossed else layer(x, src_mask=future, src_key_padding_mask=padding)
    y = torch.where(torch.tensor(target)[:, :, None], y, torch.zeros(()))
    row("TransformerDecoder", config, [(2, 4, 6), (2, 5, 6)][:1 + crossed], y, masks=[target, VALUES][:1 + crossed], kept=True)


def attention_rows():
    group_query({"head_dim": 3, "num_query_heads": 2, "num_key_value_heads": 2}, [(2, 3, 4)])
    group_query({"head_dim": 2, "num_query_heads": 6, "num_key_value_heads": 3, "use_bias": False, "use_causal_mask": True}, [(2, 5, 4)])
    group_query({"head_dim": 3, "num_query_heads": 4, "num_key_value_heads": 1, "return_attention_scores": True}, [(2, 4, 5), (2, 5, 3)], [None, VALUES])
    group_query({"head_dim": 3, "num_query_heads": 4, "num_key_value_heads": 2, "use_causal_mask": True}, [(2, 5, 4), (2, 5, 3), (2, 5, 2)], [None, VALUES, None])
    group_query({"head_dim": 4, "num_query_heads": 4, "num_key_value_heads": 2, "use_causal_mask": True, "rotary_max_wavelength": 100.0}, [(1, 5, 3)])
    group_query({"head_dim": 2, "num_query_heads": 4, "num_key_value_heads": 2, "use_causal_mask": True, "sliding_window": 3, "use_gate": True}, [(2, 6, 4)])
    group_query({"num_heads": 2, "key_dim": 3, "sliding_window": 2}, [(2, 5, 4)], layer="MultiHeadAttention")
    group_query({"num_heads": 3, "key_dim": 2, "value_dim": 4, "use_gate": True, "use_bias": False}, [(2, 4, 5), (2, 5, 3)], [None, VALUES], layer="MultiHeadAttention")
    group_query({"num_heads": 2, "key_dim": 2, "use_gate": True, "sliding_window": 1, "return_attention_scores": True}, [(1, 4, 3), (1, 6, 2), (1, 6, 5)], layer="MultiHeadAttention")
    additive({}, [(2, 4, 3), (2, 5, 3)])
    additive({"use_scale": False, "use_causal_mask": True}, [(2, 5, 3), (2, 4, 2), (2, 4, 3)])
    additive({"return_attention_scores": True}, [(2, 4, 3), (2, 5, 3)], [QUERIES, VALUES])
    additive({"use_causal_mask": True}, [(2, 5, 2), (2, 5, 2)], [None, VALUES])
    # Padding at the end is hidden by the causal mask already: here it stands before and within.
    inside = np.array([[False, True, True, True], [True, False, True, True]])
    decoder({"intermediate_dim": 8, "num_heads": 2}, True, inside)
    decoder({"intermediate_dim": 5, "num_heads": 3, "activation": "gelu", "layer_norm_epsilon": 0.01, "normalize_first": True}, True, inside)
    decoder({"intermediate_dim": 8, "num_heads": 2}, False, inside)


# ---------------------------------------------------------------- recurrence

FUNCTIONS = {"tanh": np.tanh, "sigmoid": sigmoid, "relu": lambda x: np.maximum(x, 0), "softsign": lambda x: x / (1 + np.abs(x)), "hard_sigmoid": lambda x: np.clip(x / 6 + 0.5, 0, 1),
             "softplus": lambda x: np.log1p(np.exp(x)), "linear": lambda x: x}
KINDS = {"SimpleRNN": (1, 1, recurrent.simple_step), "LSTM": (4, 2, recurrent.lstm_step), "GRU": (3, 1, recurrent.gru_step)}


def cell(kind, config, features, place=0):
    """A step of a cell as a function of the input and the states, and how many states and weights it has."""
    gates, states, step = KINDS[kind]
    units, after = config["units"], kind == "GRU" and config.get("reset_after", True)
    kernel, recurrent_kernel, shape = weight(place, features, gates * units), weight(place + 1, units, gates * units), ((2, gates * units) if after else (gates * units,))
    biased = config.get("use_bias", True)
    bias = weight(place + 2, *shape) if biased else np.zeros(shape)
    functions = [FUNCTIONS[config.get("activation", "tanh")], *([] if kind == "SimpleRNN" else [FUNCTIONS[config.get("recurrent_activation", "sigmoid")]])]
    return lambda x, now: step(x, now, (kernel, recurrent_kernel, bias), *functions), states, 2 + biased


def over_time(kind, config, shape):
    x, units = given(0, *shape), config["units"]
    step, count, _ = cell(kind, config, shape[-1])
    states, outputs = [np.zeros((shape[0], units))] * count, []
    for t in reversed(range(shape[1])) if config.get("go_backwards") else range(shape[1]):
        y, states = step(x[:, t], states)
        outputs.append(y)
    result = np.stack(outputs, 1) if config.get("return_sequences") else outputs[-1]
    row(kind, config, [shape], [result, *states] if config.get("return_state") else result)


def one_step(kind, config, shape):
    step, count, _ = cell(kind, config, shape[-1])
    inputs = [shape] + [(shape[0], config["units"])] * count
    x, *states = (given(i, *each) for i, each in enumerate(inputs))
    y, after = step(x, states)
    row(kind + "Cell", config, inputs, [y, *after])


def stacked(cells, shape):
    """Cells above one another, one step."""
    config = {"cells": [{"class_name": kind + "Cell", "config": each} for kind, each in cells]}
    inputs = [shape] + [(shape[0], each["units"]) for kind, each in cells for _ in range(KINDS[kind][1])]
    y, *states = (given(i, *each) for i, each in enumerate(inputs))
    place, after = 0, []
    for kind, each in cells:
        step, count, used = cell(kind, each, y.shape[-1], place)
        y, now = step(y, states[:count])
        states, place, after = states[count:], place + used, after + now
    row("StackedRNNCells", config, inputs, [y, *after])


def conv_lstm(axes, config, shape):
    size, steps = (np.broadcast_to(config.get(name, 1), axes).tolist() for name in ("kernel_size", "strides"))
    filters, channels = config["filters"], shape[-1]
    bias = weight(2, 4 * filters) if config.get("use_bias", True) else None
    outputs, c = recurrent.conv_lstm(
        given(0, *shape), weight(0, *size, channels, 4 * filters), weight(1, *size, filters, 4 * filters), bias, tuple(steps), config.get("padding") == "same", config.get("dilation_rate", 1),
        FUNCTIONS[config.get("activation", "tanh")], FUNCTIONS[config.get("recurrent_activation", "sigmoid")], config.get("go_backwards", False))
    result = outputs if config.get("return_sequences") else outputs[:, -1]
    row(f"ConvLSTM{axes}D", config, [shape], [result, outputs[:, -1], c] if config.get("return_state") else result)


def recurrent_rows():
    for kind in KINDS:
        gate = lambda name: {} if kind == "SimpleRNN" else {"recurrent_activation": name}
        over_time(kind, {"units": 3}, (2, 3, 5))
        over_time(kind, {"units": 3, "activation": "relu", **gate("hard_sigmoid"), "use_bias": False, "return_sequences": True}, (2, 5, 2))
        over_time(kind, {"units": 2, "activation": "softsign", **gate("softplus"), "go_backwards": True, "return_state": True}, (1, 4, 3))
        over_time(kind, {"units": 1, "activation": "linear", "use_bias": False}, (3, 1, 2))
        one_step(kind, {"units": 3}, (2, 5))
        one_step(kind, {"units": 2, "activation": "relu", **gate("hard_sigmoid"), "use_bias": False}, (3, 1))
        one_step(kind, {"units": 4, "activation": "softsign", **gate("tanh")}, (1, 3))
    over_time("GRU", {"units": 3, "activation": "relu", "use_bias": False, "reset_after": False, "return_sequences": True}, (2, 4, 2))
    one_step("GRU", {"units": 3, "recurrent_activation": "hard_sigmoid", "reset_after": False}, (2, 3))
    stacked([("SimpleRNN", {"units": 3})], (2, 4))
    stacked([("LSTM", {"units": 2}), ("GRU", {"units": 3, "use_bias": False})], (2, 3))
    stacked([("SimpleRNN", {"units": 2, "activation": "relu"}), ("LSTM", {"units": 1}), ("GRU", {"units": 2, "reset_after": False})], (1, 2))
    conv_lstm(1, {"filters": 2, "kernel_size": 3}, (2, 3, 5, 2))
    conv_lstm(1, {"filters": 1, "kernel_size": 2, "padding": "same", "dilation_rate": 2, "use_bias": False, "return_sequences": True}, (2, 2, 5, 3))
    conv_lstm(1, {"filters": 2, "kernel_size": 2, "strides": 2, "activation": "relu", "recurrent_activation": "hard_sigmoid", "go_backwards": True, "return_state": True}, (1, 3, 7, 1))
    conv_lstm(2, {"filters": 1, "kernel_size": 2}, (1, 3, 4, 3, 2))
    conv_lstm(2, {"filters": 2, "kernel_size": [1, 3], "padding": "same", "activation": "softsign", "recurrent_activation": "hard_sigmoid", "use_bias": False, "return_sequences": True}, (1, 2, 3, 5, 1))
    conv_lstm(3, {"filters": 1, "kernel_size": 2}, (1, 3, 3, 2, 4, 1))
    conv_lstm(3, {"filters": 2, "kernel_size": [1, 2, 3], "strides": [1, 2, 1], "padding": "same", "use_bias": False, "return_sequences": True}, (1, 2, 2, 3, 3, 1))
    conv_lstm(3, {"filters": 1, "kernel_size": [2, 1, 2], "activation": "softsign", "recurrent_activation": "hard_sigmoid", "go_backwards": True, "return_state": True}, (1, 2, 2, 3, 3, 2))


# ---------------------------------------------------------------- activations and weights of elements

def element_rows():
    for config, shape, slopes in (({}, (2, 3, 4), (3, 4)), ({"shared_axes": [1, 2]}, (2, 3, 5, 2), (1, 1, 2)), ({"shared_axes": [2]}, (3, 5, 2), (5, 1)), ({"shared_axes": [1]}, (1, 3, 3), (1, 3))):
        x, alpha = given(0, *shape), weight(0, *slopes)
        row("PReLU", config, [shape], np.where(x > 0, x, alpha * x))
    x = torch.tensor(given(0, 3, 5))
    for name, function in (("relu", torch.relu), ("gelu", F.gelu), ("log_softmax", lambda v: torch.log_softmax(v, -1))):
        row("Activation", {"activation": name}, [(3, 5)], function(x))
    for config in ({}, {"alpha": 0.5}, {"alpha": 2.0}):
        row("ELU", config, [(3, 5)], F.elu(x, config.get("alpha", 1.0)))
    for config in ({}, {"negative_slope": 0.125}, {"negative_slope": 0.0}):
        row("LeakyReLU", config, [(3, 5)], F.leaky_relu(x, config.get("negative_slope", 0.3)))
    for config in ({}, {"max_value": 0.25}, {"negative_slope": 0.5, "threshold": 0.125}):
        slope, most, threshold = config.get("negative_slope", 0.0), config.get("max_value", np.inf), config.get("threshold", 0.0)
        v = x.numpy()
        row("ReLU", config, [(3, 5)], np.where(v >= most, most, np.where(v >= threshold, v, slope * (v - threshold))))
    for axis, shape in ((-1, (2, 3, 4)), (1, (2, 3, 5)), ([1, 2], (3, 2, 5))):
        v = np.exp(given(0, *shape))
        row("Softmax", {} if axis == -1 else {"axis": axis}, [shape], v / v.sum(tuple(axis) if axis == [1, 2] else axis, keepdims=True))
    row("Softmax", {}, [(2, 4, 3)], np.exp(given(0, 2, 4, 3)) / np.exp(given(0, 2, 4, 3)).sum(-1, keepdims=True))
    for config in ({"scale": 2.0}, {"scale": 0.5, "offset": -0.75}, {"scale": -1.0, "offset": 1.0}):
        row("Rescaling", config, [(1, 3, 5)], given(0, 1, 3, 5) * config["scale"] + config.get("offset", 0.0))
    for config, shape in (({}, (2, 3, 4)), ({"initial_value": 0.5}, (3, 5)), ({"initial_value": 1.0}, (1, 2, 3, 1))):
        row("LayerScale", config, [shape], given(0, *shape) * weight(0, shape[-1]))


# ---------------------------------------------------------------- order, joins and products

def order_rows():
    for dims, shape in (([2, 1], (2, 3, 4)), ([3, 1, 2], (1, 2, 3, 5)), ([1, 3, 2], (2, 2, 1, 3))):
        row("Permute", {"dims": dims}, [shape], given(0, *shape).transpose(0, *dims))
    for n, shape in ((3, (2, 5)), (1, (3, 2)), (4, (1, 1))):
        row("RepeatVector", {"n": n}, [shape], np.repeat(given(0, *shape)[:, None], n, 1))
    for target, shape in (([2, -1], (3, 4, 5)), ([6], (2, 3, 2)), ([-1, 1, 3], (1, 3, 5))):
        row("Reshape", {"target_shape": target}, [shape], given(0, *shape).reshape(shape[0], *target))
    for axis, shapes in ((-1, [(2, 3, 1), (2, 3, 4)]), (1, [(2, 3, 2), (2, 1, 2), (2, 2, 2)]), (-2, [(1, 1, 3), (1, 4, 3)])):
        row("Concatenate", {} if axis == -1 else {"axis": axis}, shapes, np.concatenate([given(i, *shape) for i, shape in enumerate(shapes)], axis))
    # As many inputs as there are; one with fewer axes has axes of length 1 after the batch's.
    for shapes in ([(2, 3, 4)] * 2, [(3, 5), (3, 5)], [(2, 3, 4), (2, 1, 4)], [(2, 3, 4), (2, 4)]):
        x, y = (given(i, *shape) for i, shape in enumerate(shapes))
        row("Subtract", {}, shapes, x - (y if x.ndim == y.ndim else y[:, None]))
    for shapes in ([(3, 5)], [(1, 3, 2)] * 3, [(2, 3, 4), (2, 4), (2, 3, 1)]):
        inputs = [given(i, *shape) for i, shape in enumerate(shapes)]
        inputs = np.broadcast_arrays(*(x if x.ndim == inputs[0].ndim else x[:, None] for x in inputs))
        for name, function in (("Add", np.sum), ("Average", np.mean), ("Maximum", np.max), ("Minimum", np.min), ("Multiply", np.prod)):
            row(name, {}, shapes, function(inputs, axis=0))
    for shape in ((2, 3, 5), (3, 1, 2, 1), (1, 7)):
        row("Flatten", {}, [shape], given(0, *shape).reshape(shape[0], -1))
        row("Identity", {}, [shape], given(0, *shape))
    unit = lambda v: v / np.sqrt((v * v).sum(-1, keepdims=True))
    a, b = given(0, 2, 3, 4), given(1, 2, 5, 4)
    row("Dot", {"axes": 2}, [a.shape, b.shape], np.einsum("ban,bcn->bac", a, b))
    row("Dot", {"axes": -1, "normalize": True}, [a.shape, b.shape], np.einsum("ban,bcn->bac", unit(a), unit(b)))
    row("Dot", {"axes": [2, 1]}, [a.shape, (2, 4)], np.einsum("ban,bn->ba", a, given(1, 2, 4)))
    row("Dot", {"axes": 1}, [(3, 5), (3, 5)], np.einsum("bn,bn->b", given(0, 3, 5), given(1, 3, 5))[:, None])
    row("EinsumDense", {"equation": "ab,bc->ac", "output_shape": [5]}, [(3, 4)], given(0, 3, 4) @ weight(0, 4, 5))
    row("EinsumDense", {"equation": "abc,cde->abde", "output_shape": [None, 2, 3], "bias_axes": "de", "activation": "tanh"}, [(2, 3, 4)], np.tanh(np.einsum("abc,cde->abde", a, weight(0, 4, 2, 3)) + weight(1, 2, 3)))
    row("EinsumDense", {"equation": "ab...,bc->ac...", "output_shape": [5], "bias_axes": "c"}, [(2, 3, 4)], np.einsum("abd,bc->acd", a, weight(0, 3, 5)) + weight(1, 5)[:, None])


# ---------------------------------------------------------------- tokens and positions

def sines(time, features, longest=1e4):
    at, i = np.arange(time)[:, None], np.arange(features)[None, :]
    angles = at * (1 / longest) ** (2 * (i // 2) / features)
    return np.where(i % 2 == 1, np.cos(angles), np.sin(angles))


def token_rows():
    for config, shape in (({}, (2, 3)), ({"mask_zero": True}, (1, 7)), ({}, (2, 1, 3))):
        row("Embedding", {"input_dim": 5, "output_dim": 3, **config}, [shape], weight(0, 5, 3)[integers(5, *shape)], below=5)
    row("ReversibleEmbedding", {"input_dim": 5, "output_dim": 3}, [(2, 3)], weight(0, 5, 3)[integers(5, 2, 3)], below=5)
    row("ReversibleEmbedding", {"input_dim": 5, "output_dim": 3}, [(2, 4, 3)], given(0, 2, 4, 3) @ weight(0, 5, 3).T)
    row("ReversibleEmbedding", {"input_dim": 7, "output_dim": 2, "tie_weights": False, "logit_soft_cap": 0.25}, [(1, 3, 2)], 0.25 * np.tanh(given(0, 1, 3, 2) @ weight(1, 2, 7) / 0.25))
    tokens = {"vocabulary_size": 5, "sequence_length": 4, "embedding_dim": 3}
    for config, shape in (({}, (2, 4)), ({"mask_zero": True}, (1, 3))):
        row("TokenAndPositionEmbedding", {**tokens, **config}, [shape], weight(0, 5, 3)[integers(5, *shape)] + weight(1, 4, 3)[:shape[1]], below=5)
    row("TokenAndPositionEmbedding", tokens, [(2, 2, 3)], given(0, 2, 2, 3) @ weight(0, 5, 3).T)
    for length, shape in ((5, (2, 3, 4)), (3, (1, 3, 1)), (6, (2, 1, 5))):
        row("PositionEmbedding", {"sequence_length": length}, [shape], np.broadcast_to(weight(0, length, shape[-1])[:shape[1]], shape))
    for config, shape in (({}, (2, 3, 5)), ({"max_wavelength": 100.0}, (1, 5, 4)), ({"max_wavelength": 3.0}, (1, 2, 3))):
        row("SinePositionEncoding", config, [shape], np.broadcast_to(sines(*shape[1:], config.get("max_wavelength", 1e4)), shape))
    row("RotaryEmbedding", {}, [(2, 3, 2, 4)], turned(given(0, 2, 3, 2, 4), 1e4))
    row("RotaryEmbedding", {"max_wavelength": 50.0, "scaling_factor": 2.0}, [(1, 5, 1, 6)], turned(given(0, 1, 5, 1, 6), 50.0, 2.0))
    row("RotaryEmbedding", {"max_wavelength": 100.0, "sequence_axis": 2, "feature_axis": 1}, [(2, 4, 3)], turned(given(0, 2, 4, 3).transpose(0, 2, 1)[:, :, None], 100.0)[:, :, 0].transpose(0, 2, 1))
    for shape in ((2, 3, 4), (1, 1, 5), (3, 2, 1)):
        row("ClassToken", {}, [shape], np.concatenate([np.broadcast_to(weight(0, shape[-1]), (shape[0], 1, shape[-1])), given(0, *shape)], 1))


# ---------------------------------------------------------------- layers around layers

def part(name, **config):
    return {"layer": {"class_name": name, "config": config}}


def wrapper_rows():
    dense = lambda x, units: np.tanh(x @ weight(0, x.shape[-1], units) + weight(1, units))
    convolved = lambda x: recurrent.convolved(x, weight(0, 2, x.shape[-1], 3), weight(1, 3), (1,), False)
    x, series = given(0, 2, 3, 4), given(0, 2, 3, 5, 2)
    row("TimeDistributed", part("Dense", units=3, activation="tanh"), [x.shape], dense(x, 3))
    row("TimeDistributed", part("Conv1D", filters=3, kernel_size=2), [series.shape], np.stack([convolved(series[:, t]) for t in range(3)], 1))
    row("TimeDistributed", part("GlobalMaxPooling1D"), [series.shape], series.max(2))
    # In training, where the layer is computed again for the gradient.
    row("Checkpointed", part("Dense", units=3, activation="tanh"), [(2, 4)], dense(given(0, 2, 4), 3), training=True)
    row("Checkpointed", part("Conv1D", filters=3, kernel_size=2), [x.shape], convolved(x), training=True)
    row("Checkpointed", part("Reshape", target_shape=[2, -1]), [x.shape], x.reshape(2, 2, 6), training=True)


# ---------------------------------------------------------------- images

def equalized(x, bins=256):
    """A value v becomes round(255 (n(v) - n(first)) / (pixels - n(first))), for each channel of each image."""
    y = np.empty(x.shape)
    for image in range(x.shape[0]):
        for channel in range(x.shape[3]):
            places = x[image, :, :, channel] * (bins - 1) // 255
            upto = np.bincount(places.ravel(), minlength=bins).cumsum()
            below = upto[upto > 0][0]
            y[image, :, :, channel] = np.round(255 * (upto[places] - below) / (places.size - below))
    return y


def equalized_by_parts(x, limit, grid):
    """One channel of whole numbers 0 to 255, pixel by pixel, after Keras's ContrastLimitedAdaptiveHistogramEqualization."""
    sizes = [-(-length // tiles) for length, tiles in zip(x.shape, grid)]
    whole = np.pad(x.astype(int), [(0, size * tiles - length) for size, tiles, length in zip(sizes, grid, x.shape)], mode="symmetric")
    area = sizes[0] * sizes[1]
    tables = {}
    for i in range(grid[0]):
        for j in range(grid[1]):
            tile = whole[i * sizes[0]:(i + 1) * sizes[0], j * sizes[1]:(j + 1) * sizes[1]]
            counts = np.bincount(tile.reshape(-1), minlength=256).astype(float)
            if limit > 0:
                most = limit * area / 256
                over = np.maximum(counts - most, 0).sum()
                counts = np.minimum(counts, most) + over / 256
            up_to = np.cumsum(counts)
            rest = area - up_to[0]
            tables[i, j] = np.clip((up_to - up_to[0]) * 255 / (rest if rest != 0 else 1), 0, 255)
    out = np.zeros(x.shape)
    for y in range(x.shape[0]):
        for z in range(x.shape[1]):
            at = [(place - size / 2) / size for place, size in zip((y, z), sizes)]
            for up in (0, 1):
                for left in (0, 1):
                    tile, weight = [], 1.0
                    for position, tiles, next_one in zip(at, grid, (up, left)):
                        before = int(np.floor(position))
                        weight *= position - before if next_one else 1 - (position - before)
                        tile.append(min(max(before + next_one, 0), tiles - 1))
                    out[y, z] += weight * tables[tuple(tile)][int(x[y, z])]
    return out


def window(x, top, left, height, width, size, mode, **more):
    """A part of images, resized."""
    aligned = {} if mode == "nearest-exact" else {"align_corners": False}
    return last(F.interpolate(first(x[:, top:top + height, left:left + width]), size=size, mode=mode, **aligned, **more))


def image_rows():
    for config, (low, high) in (({}, (20, 200)), ({"value_range": [0.0, 1.0]}, (0.25, 0.75)), ({"value_range": [-1.0, 1.0]}, (-0.5, 0.25))):
        x, (start, end) = spanned(low, high, 2, 3, 5, 3), config.get("value_range", (0, 255))
        least, most = x.min((1, 2), keepdims=True), x.max((1, 2), keepdims=True)
        row("AutoContrast", config, [x.shape], start + (x - least) / (most - least) * (end - start), span=[low, high])
    for config, below, shape in (({}, 256, (2, 3, 5, 2)), ({"bins": 17}, 256, (1, 5, 4, 1)), ({}, 3, (1, 4, 3, 3))):
        row("Equalization", config, [shape], equalized(integers(below, *shape), config.get("bins", 256)), training=True, below=below)
    for config, shape in (({}, (1, 9, 11, 2)), ({"clip_limit": 0, "tile_grid_size": [3, 2]}, (2, 7, 6, 1)), ({"clip_limit": 1.5, "tile_grid_size": [1, 4]}, (1, 8, 8, 3))):
        x = integers(256, *shape)
        parts = [[equalized_by_parts(image[:, :, channel], config.get("clip_limit", 4), config.get("tile_grid_size", [8, 8])) for channel in range(shape[3])] for image in x]
        row("ContrastLimitedAdaptiveHistogramEqualization", config, [shape], np.moveaxis(np.array(parts), 1, 3), below=256)
    x = given(0, 2, 5, 7, 2)
    row("Resizing", {"height": 7, "width": 4}, [x.shape], window(x, 0, 0, 5, 7, (7, 4), "bilinear"))
    row("Resizing", {"height": 3, "width": 9, "interpolation": "nearest"}, [x.shape], window(x, 0, 0, 5, 7, (3, 9), "nearest-exact"))
    row("Resizing", {"height": 3, "width": 3, "crop_to_aspect_ratio": True, "antialias": True}, [x.shape], window(x, 0, 1, 5, 5, (3, 3), "bilinear", antialias=True))
    row("Resizing", {"height": 4, "width": 4, "pad_to_aspect_ratio": True, "fill_value": 0.25}, [x.shape], window(np.pad(x, [(0, 0), (1, 1), (0, 0), (0, 0)], constant_values=0.25), 0, 0, 7, 7, (4, 4), "bilinear"))
    # Without training, or where images are too small, the largest window in the middle, resized.
    row("RandomCrop", {"height": 3, "width": 3}, [x.shape], window(x, 0, 1, 5, 5, (3, 3), "bilinear"))
    row("RandomCrop", {"height": 2, "width": 4}, [x.shape], window(x, 1, 0, 3, 7, (2, 4), "bilinear"))
    row("RandomCrop", {"height": 10, "width": 5}, [x.shape], window(x, 0, 2, 5, 2, (10, 5), "bilinear"), training=True)


# Where both ends of a range are one number, nothing is left to chance.

def gray(x):
    return (x @ np.array([0.2989, 0.587, 0.114]))[..., None]


def in_hsv(x, change):
    """Pixels in [0, 1], changed as (hue, saturation, value)."""
    y = np.empty(x.shape)
    for place in np.ndindex(x.shape[:-1]):
        y[place] = colorsys.hsv_to_rgb(*change(*colorsys.rgb_to_hsv(*x[place])))
    return y


def sharpened(x, factor):
    """A blend with the image smoothed by weights 1 and 5, but at the edges, as torchvision's adjust_sharpness."""
    smooth = x.copy()
    kernel = np.array([[1, 1, 1], [1, 5, 1], [1, 1, 1]]) / 13
    smooth[:, 1:-1, 1:-1] = sum(kernel[i, j] * x[:, i:x.shape[1] - 2 + i, j:x.shape[2] - 2 + j] for i in range(3) for j in range(3))
    return smooth + 2 * factor * (x - smooth)


def blurred(x, sigma, height, width):
    """Weights by a Gaussian; beyond the edges lies the image's mirror."""
    weights = [np.exp(-(np.arange(n) - n // 2) ** 2 / (2 * sigma ** 2)) for n in (height, width)]
    kernel = np.outer(weights[0] / weights[0].sum(), weights[1] / weights[1].sum())
    padded = np.pad(x, [(0, 0), (height // 2,) * 2, (width // 2,) * 2, (0, 0)], mode="reflect")
    return sum(kernel[i, j] * padded[:, i:i + x.shape[1], j:j + x.shape[2]] for i in range(height) for j in range(width))


def color_rows():
    shape, bytes_range, unit, both = (2, 3, 5, 3), (0, 255), {"value_range": [0.0, 1.0]}, {"value_range": [-1.0, 1.0]}

    def change(layer, config, function, shape=shape):
        """The function is of pixels, the lowest and the highest value."""
        low, high = config.get("value_range", bytes_range)
        span = [low + 0.0625 * (high - low), high - 0.0625 * (high - low)]
        row(layer, config, [shape], np.clip(function(spanned(*span, *shape), low, high), low, high), training=True, span=span)

    def of_unit(function):
        return lambda x, low, high: function((x - low) / (high - low)) * (high - low) + low

    change("RandomGrayscale", {"factor": 1.0}, lambda x, low, high: np.broadcast_to(gray(x), x.shape))
    change("RandomGrayscale", {"factor": 0.0}, lambda x, low, high: x)
    change("RandomGrayscale", {"factor": 1.0}, lambda x, low, high: x, (1, 2, 3, 1))
    for more in ({}, unit, both):
        change("RandomInvert", {"factor": [1.0, 1.0], **more}, lambda x, low, high: low + high - x)
    change("Solarization", {}, lambda x, low, high: high - x)
    change("Solarization", {"threshold_factor": [0.5, 0.5]}, lambda x, low, high: np.where(x < 0.5 * high, x, high - x))
    change("Solarization", {"addition_factor": [0.25, 0.25], "threshold_factor": [0.75, 0.75], **unit}, lambda x, low, high: (lambda v: np.where(v < 0.75, v, 1 - v))(np.minimum(x + 0.25, 1)))
    for share, more in ((0.3, {}), (-0.2, unit), (1.0, both)):
        change("RandomBrightness", {"factor": [share, share], **more}, lambda x, low, high: x + share * (high - low))
    for f, more in ((0.0, {}), (0.5, {}), (0.7, unit)):
        saturate = of_unit(lambda x: in_hsv(x, lambda h, s, v: (h, min(1.0, s * f / (1 - f + 1e-7)), v)))
        change("RandomSaturation", {"factor": [f, f], **more}, saturate)
        change("RandomColorJitter", {"saturation_factor": [f, f], **more}, saturate)
    # Half a turn is the same to either side.
    for f, more in ((0.0, {}), (1.0, {}), (1.0, both)):
        turn = of_unit(lambda x: in_hsv(x, lambda h, s, v: ((h + f / 2) % 1, s, v)))
        change("RandomHue", {"factor": [f, f], **more}, turn)
    for f, more in ((0.4, {}), (1.0, unit), (0.25, both)):
        change("RandomColorDegeneration", {"factor": [f, f], **more}, lambda x, low, high: x + f * (gray(x) - x))
    for f, more in ((0.0, {}), (0.8, unit), (0.25, both)):
        change("RandomSharpness", {"factor": [f, f], **more}, lambda x, low, high: sharpened(x, f), (1, 4, 5, 3))
    for bits, more in ((1.0, {}), (3.0, {}), (5.0, unit)):
        change("RandomPosterization", {"factor": bits, **more}, of_unit(lambda x: np.floor(np.floor(x * 255) / 2 ** (8 - bits)) * 2 ** (8 - bits) / 255))
    change("RandomGaussianBlur", {"factor": [1.0, 1.0], "sigma": [0.8, 0.8]}, lambda x, low, high: blurred(x, 0.8, 3, 3))
    change("RandomGaussianBlur", {"factor": [1.0, 1.0], "kernel_size": [1, 5], "sigma": [2.0, 2.0], **unit}, lambda x, low, high: blurred(x, 2.0, 1, 5))


def along(x, axis, places):
    """Numbers between neighbours of an axis."""
    return np.apply_along_axis(lambda line: np.interp(places, np.arange(line.size), line), axis, x)


def geometry_rows():
    square, x = given(0, 2, 4, 4, 2), given(0, 2, 5, 4, 2)
    row("RandomRotation", {"factor": [0.25, 0.25]}, [square.shape], np.rot90(square, 1, (1, 2)), training=True)
    row("RandomRotation", {"factor": [-0.25, -0.25], "fill_mode": "wrap"}, [square.shape], np.rot90(square, -1, (1, 2)), training=True)
    row("RandomRotation", {"factor": [0.5, 0.5], "fill_mode": "nearest"}, [x.shape], np.rot90(x, 2, (1, 2)), training=True)
    # Two pixels down, and one to the left.
    shift = {"height_factor": [0.4, 0.4], "width_factor": [-0.25, -0.25]}
    for more, mode in (({}, "symmetric"), ({"fill_mode": "wrap"}, "wrap"), ({"fill_mode": "nearest"}, "edge"), ({"fill_mode": "constant", "fill_value": 0.25}, "constant")):
        filled = np.pad(x, [(0, 0), (2, 0), (0, 1), (0, 0)], mode=mode, **({"constant_values": 0.25} if mode == "constant" else {}))
        row("RandomTranslation", {**shift, **more}, [x.shape], filled[:, :5, 1:], training=True)
    # What moves by 0 stays.
    row("RandomShear", {}, [x.shape], x, training=True)
    row("RandomPerspective", {"factor": 0.0}, [x.shape], x, training=True)
    row("RandomPerspective", {"factor": [1.0, 1.0], "scale": 0.0}, [x.shape], x, training=True)
    # Half as much is seen, about the middle, in one direction or both; or twice as much.
    row("RandomZoom", {"height_factor": [-0.5, -0.5], "width_factor": [0.0, 0.0]}, [x.shape], along(x, 1, 2 + (np.arange(5) - 2) / 2), training=True)
    row("RandomZoom", {"height_factor": [-0.5, -0.5]}, [x.shape], along(along(x, 1, 2 + (np.arange(5) - 2) / 2), 2, 1.5 + (np.arange(4) - 1.5) / 2), training=True)
    wide = np.full(x.shape, 0.5)
    wide[:, 1:4] = x[:, ::2]
    row("RandomZoom", {"height_factor": [1.0, 1.0], "width_factor": [0.0, 0.0], "fill_mode": "constant", "fill_value": 0.5}, [x.shape], wide, training=True)


if __name__ == "__main__":
    normalization_rows()
    spatial_rows()
    attention_rows()
    recurrent_rows()
    element_rows()
    order_rows()
    token_rows()
    wrapper_rows()
    image_rows()
    color_rows()
    geometry_rows()
    with open(os.path.join(HERE, "settings.json"), "w") as file:
        file.write('{"rows": [\n' + ",\n".join(json.dumps(each) for each in ROWS) + "\n]}\n")
    print("wrote", len(ROWS), "rows")
