#!/usr/bin/env python3
"""Golden numbers for layer normalization, attention and transformer blocks, from PyTorch (Debian's python3-torch 1.13) in float64.

Writes attention.json. Inputs and weights come from a linear congruential generator that the checks repeat, so they need no file.
Usage: /usr/bin/python3 make_attention_golden.py
"""
import json
import math
import os

import numpy as np
import scipy.special
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


def weights(*shapes):
    """A layer's weights in their order."""
    return [drawn(2 + i, *shape) for i, shape in enumerate(shapes)]


def projections(heads, query, key, value, width):
    """The shapes of a MultiHeadAttention's weights."""
    return [(query, heads, width), (heads, width), (key, heads, width), (heads, width), (value, heads, width), (heads, width), (heads, width, query), (query,)]


def multi_head(w, heads, q, v, k, padding=None, pairs=None):
    """PyTorch's attention with weights in Keras's layout; masks are true where something counts."""
    features, width = q.shape[-1], w[0].shape[-1]
    plain = [kernel.reshape(kernel.shape[0], -1).T for kernel in (w[0], w[2], w[4])]
    result, scores = F.multi_head_attention_forward(
        q.transpose(0, 1), k.transpose(0, 1), v.transpose(0, 1), features, heads, None, torch.cat([w[1].reshape(-1), w[3].reshape(-1), w[5].reshape(-1)]), None, None, False, 0.0,
        w[6].reshape(-1, features).T, w[7], training=True, key_padding_mask=None if padding is None else ~padding, attn_mask=None if pairs is None else ~pairs, need_weights=True,
        use_separate_proj_weight=True, q_proj_weight=plain[0], k_proj_weight=plain[1], v_proj_weight=plain[2], average_attn_weights=False)
    assert width * heads == features
    return result.transpose(0, 1), scores


def causal(queries, keys):
    return torch.tensor(np.arange(keys)[None, :] <= np.arange(queries)[:, None])


PADDING = torch.tensor([[True, True, True, True, False], [True, True, False, False, False]])


def heads_cases():
    cases = {}
    x, w = drawn(1, 2, 5, 6), weights(*projections(3, 6, 6, 6, 2))
    result, scores = multi_head(w, 3, x, x, x)
    cases["multi_head"] = {**with_gradients(result, x=x, **{f"w{i}": each for i, each in enumerate(w)}), "scores": flat(scores)}
    x, w = drawn(1, 2, 5, 6), weights(*projections(2, 6, 6, 6, 3))
    result, scores = multi_head(w, 2, x, x, x, pairs=causal(5, 5))
    cases["multi_head_causal"] = {**with_gradients(result, x=x, **{f"w{i}": each for i, each in enumerate(w)}), "scores": flat(scores)}
    x, v, k, w = drawn(11, 2, 4, 6), drawn(12, 2, 5, 7), drawn(13, 2, 5, 3), weights(*projections(2, 6, 3, 7, 3))
    result, _ = multi_head(w, 2, x, v, k, padding=PADDING)
    cases["multi_head_padded"] = with_gradients(result, query=x, value_input=v, key=k, **{f"w{i}": each for i, each in enumerate(w)})
    # Four heads of queries share two of keys: by hand.
    x, w = drawn(1, 2, 5, 6), weights((6, 4, 3), (4, 3), (6, 2, 3), (2, 3), (6, 2, 3), (2, 3), (4, 3, 6), (6,))
    q, k, v = (torch.einsum("btf,fhd->bthd", x, w[i]) + w[i + 1] for i in (0, 2, 4))
    k, v = k.repeat_interleave(2, 2), v.repeat_interleave(2, 2)
    shares = torch.softmax(torch.einsum("bqhd,bkhd->bhqk", q, k) / math.sqrt(3), -1)
    result = torch.einsum("bqhd,hdf->bqf", torch.einsum("bhqk,bkhd->bqhd", shares, v), w[6]) + w[7]
    cases["group_query"] = with_gradients(result, x=x, **{f"w{i}": each for i, each in enumerate(w)})
    return cases


def scored_cases():
    """The layers Attention and AdditiveAttention, by Keras's formulas."""
    cases = {}
    for name in ("dot", "scaled", "concat", "additive", "masked", "causal"):
        q, v, k = drawn(11, 2, 4, 3), drawn(12, 2, 5, 2 if name == "dot" else 3), drawn(13, 2, 5, 3)
        w = weights((3,)) if name == "additive" else weights((), ()) if name == "concat" else weights(()) if name == "scaled" else []
        sums = q[:, :, None] + k[:, None]
        if name == "additive":
            scores = (w[0] * torch.tanh(sums)).sum(-1)
        elif name == "concat":
            scores = w[1] * torch.tanh(w[0] * sums).sum(-1)
        else:
            scores = q @ k.transpose(1, 2) * (w[0] if w else 1)
        if name == "masked":
            scores = scores - 1e9 * ~PADDING[:, None]
        if name == "causal":
            scores = scores - 1e9 * ~causal(4, 5)[None]
        shares = torch.softmax(scores, -1)
        cases["attention_" + name] = {**with_gradients(shares @ v, query=q, value_input=v, key=k, **{f"w{i}": each for i, each in enumerate(w)}), "scores": flat(shares)}
    return cases


def block(kind, features, width, heads, pre, activation):
    options = {"dropout": 0.0, "activation": activation, "batch_first": True, "norm_first": pre}
    return kind(features, heads, width, **options)


def set_attention(module, w):
    flat_kernel = [w[i].detach().reshape(w[i].shape[0], -1).T for i in (0, 2, 4)]
    module.in_proj_weight.data = torch.cat(flat_kernel)
    module.in_proj_bias.data = torch.cat([w[i].detach().reshape(-1) for i in (1, 3, 5)])
    module.out_proj.weight.data = w[6].detach().reshape(-1, w[7].shape[0]).T.contiguous()
    module.out_proj.bias.data = w[7].detach()


def set_pair(module, kernel, bias):
    module.weight.data, module.bias.data = kernel.detach().T.contiguous() if kernel.dim() == 2 else kernel.detach(), bias.detach()


def transformer_cases():
    cases = {}
    features, width, heads = 6, 8, 2
    attention = projections(heads, 6, 6, 6, 3)
    ends = [(6,), (6,), (6, 8), (8,), (8, 6), (6,), (6,), (6,)]
    for name, pre, padded in (("post", False, False), ("pre", True, False), ("padded", False, True)):
        x, w = drawn(1, 2, 5, 6), weights(*attention, *ends)
        layer = block(torch.nn.TransformerEncoderLayer, features, width, heads, pre, "relu")
        set_attention(layer.self_attn, w[:8])
        for module, at in ((layer.norm1, 8), (layer.linear1, 10), (layer.linear2, 12), (layer.norm2, 14)):
            set_pair(module, w[at], w[at + 1])
        result = layer(x, src_key_padding_mask=~PADDING if padded else None)
        # Outputs at padded steps are not compared.
        if padded:
            result = result * PADDING[:, :, None]
        cases["encoder_" + name] = with_gradients(result, x=x)
    for name, pre in (("post", False), ("pre", True)):
        x, memory, w = drawn(11, 2, 4, 6), drawn(12, 2, 5, 6), weights(*attention, (6,), (6,), *attention, *ends)
        layer = block(torch.nn.TransformerDecoderLayer, features, width, heads, pre, "relu")
        set_attention(layer.self_attn, w[:8])
        set_attention(layer.multihead_attn, w[10:18])
        for module, at in ((layer.norm1, 8), (layer.norm2, 18), (layer.linear1, 20), (layer.linear2, 22), (layer.norm3, 24)):
            set_pair(module, w[at], w[at + 1])
        result = layer(x, memory, tgt_mask=~causal(4, 4), memory_key_padding_mask=~PADDING)
        cases["decoder_" + name] = with_gradients(result, x=x, memory=memory)
    # A decoder without an encoder is an encoder with a causal mask.
    x, w = drawn(1, 2, 5, 6), weights(*attention, *ends)
    layer = block(torch.nn.TransformerEncoderLayer, features, width, heads, True, "relu")
    set_attention(layer.self_attn, w[:8])
    for module, at in ((layer.norm1, 8), (layer.linear1, 10), (layer.linear2, 12), (layer.norm2, 14)):
        set_pair(module, w[at], w[at + 1])
    cases["decoder_alone"] = with_gradients(layer(x, src_mask=~causal(5, 5)), x=x)
    return cases


def position_cases():
    """By KerasHub's formulas in NumPy."""
    cases = {}
    for name, time, features, longest in (("default", 7, 6, 1e4), ("odd", 4, 5, 100.0)):
        at, i = np.arange(time)[:, None], np.arange(features)[None, :]
        angles = at * (1 / longest) ** (2 * (i // 2) / features)
        cases["sine_" + name] = flat(torch.tensor(np.where(i % 2 == 1, np.cos(angles), np.sin(angles))))
    for name, longest, factor in (("default", 1e4, 1.0), ("scaled", 500.0, 4.0)):
        x = Lcg(1).array(2, 7, 3, 6) - 0.5
        angles = (np.arange(7) / factor)[:, None] / longest ** (np.arange(0, 6, 2) / 6)[None, :]
        both = np.concatenate([angles, angles], -1)[None, :, None, :]
        turned = np.concatenate([-x[..., 3:], x[..., :3]], -1)
        cases["rotary_" + name] = flat(torch.tensor(x * np.cos(both) + turned * np.sin(both)))
    return cases


def activation_cases():
    """Far out, too, where the result is tiny. PyTorch's own is 0 there, so the share comes from SciPy."""
    x = torch.linspace(-12, 12, 97, requires_grad=True)
    share = torch.special.ndtr(x)
    assert torch.allclose(F.gelu(x), x * share, atol=1e-14)
    return {"gelu": {"x": flat(x), "value": flat(x * torch.tensor(scipy.special.ndtr(x.detach().numpy()))),
                     "slope": flat(torch.tensor(scipy.special.ndtr(x.detach().numpy())) + x * torch.exp(-x ** 2 / 2) / math.sqrt(2 * math.pi))}}


if __name__ == "__main__":
    golden = {**normalizations(), **heads_cases(), **scored_cases(), **transformer_cases(), **position_cases(), **activation_cases()}
    with open(os.path.join(HERE, "attention.json"), "w") as file:
        json.dump(golden, file)
        file.write("\n")
