"""Writes language.json: what models of Hugging Face's shapes give in double precision, for weights that are a function of their names in the file. The forward passes are written from the
documented layouts (transformers' modeling_bert.py, modeling_gpt2.py, modeling_llama.py); transformers itself is not used. LanguageTests.cs writes safetensors files with the same numbers.
Debian's python3-torch (1.13). usage: python3 make_language_golden.py"""
import json
import math
import os

import numpy as np
import torch
import torch.nn.functional as F


def numbers(name, count):
    """Numbers in [0, 1), a hash of the name and the place: NamedNumbers.cs has the same."""
    state = 2166136261
    for byte in name.encode():
        state = (state ^ byte) * 16777619 % 2**32
    x = (np.arange(count, dtype=np.uint64) * 0x9E3779B9 + state).astype(np.uint32)
    x ^= x >> 16
    x *= np.uint32(0x7FEB352D)
    x ^= x >> 15
    x *= np.uint32(0x846CA68B)
    x ^= x >> 16
    return (x / 2.0**32).astype(np.float32)


SHAPES = {}


def w(model, name, *shape):
    SHAPES.setdefault(model, {})[name] = list(shape)
    is_norm = name.endswith("weight") and any(part in name for part in ("LayerNorm", "ln_", "layernorm", "model.norm"))
    u = numbers(name, int(np.prod(shape)))
    values = np.float32(0.9) + np.float32(0.2) * u if is_norm else np.float32(-0.4) + np.float32(0.8) * u
    return torch.from_numpy(values.astype(np.float64).reshape(shape))


def heads(x, n):
    return x.view(x.shape[0], x.shape[1], n, -1).transpose(1, 2)


def attend(q, k, v, mask):
    scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])
    y = scores.masked_fill(~mask, -math.inf).softmax(-1) @ v
    return y.transpose(1, 2).reshape(y.shape[0], y.shape[2], -1)


def bert(ids, segments, width=12, n_heads=3, inner=20, vocab=11, positions=8, layers=2, eps=1e-12):
    g = lambda name, *shape: w("bert", name, *shape)
    linear = lambda x, name, o: F.linear(x, g(f"{name}.weight", o, x.shape[-1]), g(f"{name}.bias", o))
    norm = lambda x, name: F.layer_norm(x, (width,), g(f"{name}.weight", width), g(f"{name}.bias", width), eps)
    table = g("bert.embeddings.word_embeddings.weight", vocab, width)
    x = table[ids] + g("bert.embeddings.position_embeddings.weight", positions, width)[:ids.shape[1]] + g("bert.embeddings.token_type_embeddings.weight", 2, width)[segments]
    x = norm(x, "bert.embeddings.LayerNorm")
    mask = (ids != 0)[:, None, None, :]
    for i in range(layers):
        p = f"bert.encoder.layer.{i}"
        q, k, v = (heads(linear(x, f"{p}.attention.self.{part}", width), n_heads) for part in ("query", "key", "value"))
        x = norm(x + linear(attend(q, k, v, mask), f"{p}.attention.output.dense", width), f"{p}.attention.output.LayerNorm")
        h = F.gelu(linear(x, f"{p}.intermediate.dense", inner))
        x = norm(x + linear(h, f"{p}.output.dense", width), f"{p}.output.LayerNorm")
    pooled = linear(x[:, 0], "bert.pooler.dense", width).tanh()
    h = norm(F.gelu(linear(x, "cls.predictions.transform.dense", width)), "cls.predictions.transform.LayerNorm")
    return x, pooled, h @ table.T + g("cls.predictions.bias", vocab)


def gpt2(ids, width=12, n_heads=3, vocab=11, positions=8, layers=2, eps=1e-5):
    g = lambda name, *shape: w("gpt2", name, *shape)
    conv1d = lambda x, name, o: x @ g(f"{name}.weight", x.shape[-1], o) + g(f"{name}.bias", o)
    norm = lambda x, name: F.layer_norm(x, (width,), g(f"{name}.weight", width), g(f"{name}.bias", width), eps)
    table = g("wte.weight", vocab, width)
    x = table[ids] + g("wpe.weight", positions, width)[:ids.shape[1]]
    causal = torch.ones(ids.shape[1], ids.shape[1], dtype=torch.bool).tril()
    for i in range(layers):
        q, k, v = (heads(part, n_heads) for part in conv1d(norm(x, f"h.{i}.ln_1"), f"h.{i}.attn.c_attn", 3 * width).split(width, -1))
        x = x + conv1d(attend(q, k, v, causal), f"h.{i}.attn.c_proj", width)
        h = conv1d(norm(x, f"h.{i}.ln_2"), f"h.{i}.mlp.c_fc", 4 * width)
        h = 0.5 * h * (1 + torch.tanh(math.sqrt(2 / math.pi) * (h + 0.044715 * h**3)))  # gelu_new
        x = x + conv1d(h, f"h.{i}.mlp.c_proj", width)
    return norm(x, "ln_f") @ table.T


def llama(ids, width=12, n_heads=4, n_kv=2, head=6, inner=20, vocab=11, layers=2, eps=1e-6, theta=500.0):
    g = lambda name, *shape: w("llama", name, *shape)
    linear = lambda x, name, o: F.linear(x, g(f"{name}.weight", o, x.shape[-1]))
    norm = lambda x, name: x / (x.square().mean(-1, keepdim=True) + eps).sqrt() * g(f"{name}.weight", width)
    x = g("model.embed_tokens.weight", vocab, width)[ids]
    inverse = 1 / theta ** (torch.arange(0, head, 2, dtype=torch.float64) / head)
    angles = torch.arange(ids.shape[1], dtype=torch.float64)[:, None] * inverse
    cos, sin = torch.cat([angles, angles], -1).cos(), torch.cat([angles, angles], -1).sin()
    turn = lambda t: t * cos + torch.cat([-t[..., head // 2:], t[..., :head // 2]], -1) * sin  # rotate_half
    causal = torch.ones(ids.shape[1], ids.shape[1], dtype=torch.bool).tril()
    for i in range(layers):
        p, h = f"model.layers.{i}", norm(x, f"model.layers.{i}.input_layernorm")
        q, k, v = (heads(linear(h, f"{p}.self_attn.{part}_proj", n * head), n) for part, n in (("q", n_heads), ("k", n_kv), ("v", n_kv)))
        k, v = (t.repeat_interleave(n_heads // n_kv, 1) for t in (turn(k), v))
        x = x + linear(attend(turn(q), k, v, causal), f"{p}.self_attn.o_proj", width)
        h = norm(x, f"{p}.post_attention_layernorm")
        x = x + linear(F.silu(linear(h, f"{p}.mlp.gate_proj", inner)) * linear(h, f"{p}.mlp.up_proj", inner), f"{p}.mlp.down_proj", width)
    return linear(norm(x, "model.norm"), "lm_head", vocab)


ids = torch.tensor([[3, 1, 4, 1, 5, 9, 2], [6, 5, 10, 8, 7, 0, 0]])
segments = torch.tensor([[0, 0, 0, 1, 1, 1, 1], [0, 0, 1, 1, 1, 0, 0]])
steps, pooled, masked = bert(ids, segments)
flat = lambda t: [round(v, 9) for v in t.flatten().tolist()]
real = (ids != 0)  # what stands at padding means nothing
golden = {
    "ids": ids.flatten().tolist(), "segments": segments.flatten().tolist(),
    "bert": {"shapes": SHAPES["bert"], "steps": flat(steps[real]), "pooled": flat(pooled), "masked": flat(masked[real])},
    "gpt2": {"logits": flat(gpt2(ids))}, "llama": {"logits": flat(llama(ids))},
}
for name in ("gpt2", "llama"):
    golden[name]["shapes"] = SHAPES[name]
with open(os.path.join(os.path.dirname(__file__), "language.json"), "w") as file:
    json.dump(golden, file, separators=(",", ":"))
