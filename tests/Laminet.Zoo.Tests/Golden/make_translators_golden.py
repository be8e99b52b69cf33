# Oracle of tests/Laminet.Zoo.Tests/Language: writes translators.json beside itself. Needs PyTorch.
# The same networks from torch.nn's layers. Every weight is a wave that its name begins, so that only the logits are kept.
import json, math, os
import numpy as np
import torch
from torch import nn

torch.set_default_dtype(torch.float64)
V, S, D, H, F, L, B = 11, 9, 8, 2, 12, 2, 3
source = torch.tensor([[3, 4, 5, 6, 2], [7, 2, 0, 0, 0], [8, 1, 3, 2, 0]])
target = torch.tensor([[1, 5, 6, 7], [1, 9, 0, 0], [1, 10, 4, 0]])

def weight(name, *shape):
    first = sum((i + 1) * ord(c) for i, c in enumerate(name)) % 1000
    return torch.tensor((0.4 * np.sin(first + 0.37 * np.arange(math.prod(shape)))).reshape(shape))

def set_(parameter, value):
    with torch.no_grad():
        parameter.copy_(value)

def attention(module, name):
    for part, (w, b) in enumerate((f"{name}/{p}/kernel", f"{name}/{p}/bias") for p in ("query", "key", "value")):
        set_(module.in_proj_weight[part * D:(part + 1) * D], weight(w, D, H, D // H).reshape(D, D).T)
        set_(module.in_proj_bias[part * D:(part + 1) * D], weight(b, H, D // H).reshape(D))
    set_(module.out_proj.weight, weight(f"{name}/attention_output/kernel", H, D // H, D).reshape(D, D).T)
    set_(module.out_proj.bias, weight(f"{name}/attention_output/bias", D))

def dense(module, name, rows, columns, bias=True):
    set_(module.weight, weight(f"{name}/kernel", rows, columns).T)
    if bias:
        set_(module.bias, weight(f"{name}/bias", columns))

def norm(module, name):
    set_(module.weight, weight(f"{name}/gamma", D))
    set_(module.bias, weight(f"{name}/beta", D))

def waves(length):
    i = torch.arange(D)
    angles = torch.arange(length)[:, None] * torch.exp((i // 2 * 2) * (-math.log(10000.0) / D))
    return torch.where(i % 2 == 1, angles.cos(), angles.sin())

def transformer(first, tied):
    table = weight("source_embedding/embeddings", V, D)
    written = table if tied else weight("target_embedding/embeddings", V, D)
    back = table.T if tied else weight("target_embedding/reverse_embeddings", D, V)
    x = table[source] * math.sqrt(D) + waves(source.shape[1])
    padding = source == 0
    for i in range(L):
        block = nn.TransformerEncoderLayer(D, H, F, 0.0, batch_first=True, norm_first=first)
        attention(block.self_attn, f"encoder_{i}/self_attention")
        dense(block.linear1, f"encoder_{i}/feedforward_intermediate_dense", D, F)
        dense(block.linear2, f"encoder_{i}/feedforward_output_dense", F, D)
        norm(block.norm1, f"encoder_{i}/self_attention_layer_norm")
        norm(block.norm2, f"encoder_{i}/feedforward_layer_norm")
        x = block(x, src_key_padding_mask=padding)
    if first:
        last = nn.LayerNorm(D)
        norm(last, "encoder_norm")
        x = last(x)
    y = written[target] * math.sqrt(D) + waves(target.shape[1])
    causal = torch.ones(target.shape[1], target.shape[1]).triu(1).bool()
    for i in range(L):
        block = nn.TransformerDecoderLayer(D, H, F, 0.0, batch_first=True, norm_first=first)
        attention(block.self_attn, f"decoder_{i}/self_attention")
        attention(block.multihead_attn, f"decoder_{i}/cross_attention")
        dense(block.linear1, f"decoder_{i}/feedforward_intermediate_dense", D, F)
        dense(block.linear2, f"decoder_{i}/feedforward_output_dense", F, D)
        norm(block.norm1, f"decoder_{i}/self_attention_layer_norm")
        norm(block.norm2, f"decoder_{i}/cross_attention_layer_norm")
        norm(block.norm3, f"decoder_{i}/feedforward_layer_norm")
        if i == L - 1:
            z = y + block.self_attn(block.norm1(y), block.norm1(y), block.norm1(y), attn_mask=causal)[0] if first else block.norm1(y + block.self_attn(y, y, y, attn_mask=causal)[0])
            _, scores = block.multihead_attn(block.norm2(z) if first else z, x, x, key_padding_mask=padding)
        y = block(y, x, tgt_mask=causal, memory_key_padding_mask=padding)
    if first:
        last = nn.LayerNorm(D)
        norm(last, "decoder_norm")
        y = last(y)
    return y @ back, scores

def gru(name, inputs):
    order = [1, 0, 2]  # Keras: z, r, h; torch: r, z, n
    w, u, b = weight(f"{name}/kernel", inputs, 3 * D), weight(f"{name}/recurrent_kernel", D, 3 * D), weight(f"{name}/bias", 2, 3 * D)
    pick = lambda m: torch.cat([m[..., k * D:(k + 1) * D] for k in order], -1)
    return pick(w).T, pick(u).T, pick(b)[0], pick(b)[1]

def lstm(name, inputs):
    return weight(f"{name}/kernel", inputs, 4 * D).T, weight(f"{name}/recurrent_kernel", D, 4 * D).T, weight(f"{name}/bias", 4 * D), torch.zeros(4 * D)

def load(module, parts, suffix=""):
    for name, value in zip(("weight_ih", "weight_hh", "bias_ih", "bias_hh"), parts):
        set_(getattr(module, name + suffix), value)

def recurrent(kind, network, copies=False):
    of, layer, cell = (gru, nn.GRU, nn.GRUCell) if kind == "gru" else (lstm, nn.LSTM, nn.LSTMCell)
    encoder = layer(E, D, batch_first=True, bidirectional=True)
    load(encoder, of("encoder/forward_layer/cell", E), "_l0")
    load(encoder, of("encoder/backward_layer/cell", E), "_l0_reverse")
    lengths = (source != 0).sum(1)
    packed = nn.utils.rnn.pack_padded_sequence(weight("source_embedding/embeddings", V, E)[source], lengths, batch_first=True, enforce_sorted=False)
    memory, _ = nn.utils.rnn.pad_packed_sequence(encoder(packed)[0], batch_first=True)
    bridge = lambda i: torch.tanh(memory[:, 0, D:] @ weight(f"first_state_{i}/kernel", D, D) + weight(f"first_state_{i}/bias", D))
    h, c = bridge(0), bridge(1) if kind == "lstm" else None
    table = weight("target_embedding/embeddings", V, E)
    x, keys, hidden = table[target], memory @ weight("key/kernel", 2 * D, D), (source == 0)
    outputs, scores = [], []
    step = cell(E + (2 * D if network == "bahdanau" else 0), D)
    load(step, of("decoder" if network == "bahdanau" else "decoder/cell", step.input_size))
    for t in range(target.shape[1]):
        if network == "bahdanau":
            e = torch.tanh((h @ weight("query/kernel", D, D) + weight("query/bias", D))[:, None] + keys) @ weight("attention/scale", D)
            a = e.masked_fill(hidden, -1e9).softmax(-1)
            seen = (a[..., None] * memory).sum(1)
            state = step(torch.cat([x[:, t], seen], -1), h if c is None else (h, c))
            h, c = (state, None) if c is None else state
            out = torch.cat([h, seen, x[:, t]], -1)
        else:
            state = step(x[:, t], h if c is None else (h, c))
            h, c = (state, None) if c is None else state
            a = (h[:, None] * keys).sum(-1).masked_fill(hidden, -1e9).softmax(-1)
            seen = (a[..., None] * memory).sum(1)
            out = torch.cat([h, seen], -1)
        logits = torch.tanh(out @ weight("readout/kernel", out.shape[-1], E) + weight("readout/bias", E)) @ table.T
        if copies:
            gate = torch.sigmoid(out @ weight("gate/kernel", out.shape[-1], 1) + weight("gate/bias", 1))
            logits = (gate * logits.softmax(-1)).scatter_add(1, source, (1 - gate) * a).log()
        outputs.append(logits)
        scores.append(a)
    return torch.stack(outputs, 1), torch.stack(scores, 1)

P, C = 4, 5

def captioner():
    memory = torch.relu(weight("features", B, P, C) @ weight("see/kernel", C, D) + weight("see/bias", D))
    first = lambda i: torch.tanh(memory.mean(1) @ weight(f"first_state_{i}/kernel", D, D) + weight(f"first_state_{i}/bias", D))[None]
    decoder = nn.LSTM(E, D, batch_first=True)
    load(decoder, lstm("decoder/cell", E), "_l0")
    table = weight("target_embedding/embeddings", V, E)
    states, _ = decoder(table[target], (first(0), first(1)))
    scores = (states @ (memory @ weight("key/kernel", D, D)).transpose(1, 2)).softmax(-1)
    return torch.tanh(torch.cat([states, scores @ memory], -1) @ weight("readout/kernel", 2 * D, E) + weight("readout/bias", E)) @ table.T, scores

E = 6
golden = dict(source=source.flatten().tolist(), target=target.flatten().tolist())
for name, (logits, scores) in dict(post_norm=transformer(False, True), pre_norm=transformer(True, True), untied=transformer(True, False), bahdanau_gru=recurrent("gru", "bahdanau"),
                                   bahdanau_lstm=recurrent("lstm", "bahdanau"), luong_gru=recurrent("gru", "luong"), luong_lstm=recurrent("lstm", "luong"), bahdanau_copies=recurrent("gru", "bahdanau", True),
                                   luong_copies=recurrent("lstm", "luong", True), captioner=captioner()).items():
    golden[name] = [round(x, 9) for x in logits.flatten().tolist()]
    golden[name + "_scores"] = [round(x, 9) for x in scores.flatten().tolist()]
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "translators.json"), "w") as file:
    json.dump(golden, file)
