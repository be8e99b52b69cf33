"""Writes ntm.json: a neural Turing machine over a few steps in PyTorch, with the gradients of its weights and of the input.

The addressing is written as in the paper (Graves, Wayne and Danihelka 2014, equations 1 to 9), one head and one slot at a time.
Run with Debian's python3 (PyTorch 1.13):  python3 make_ntm_golden.py
"""
import json
import os

import torch
import torch.nn.functional as F

BATCH, TIME, FEATURES, UNITS, SLOTS, WIDTH, READS, WRITES, RANGE = 2, 4, 3, 5, 6, 4, 2, 2, 2
HEADS, SHIFTS = READS + WRITES, 2 * RANGE + 1

torch.manual_seed(7)


def drawn(*shape, scale=0.7):
    return (scale * torch.randn(*shape, dtype=torch.float64)).round(decimals=3).requires_grad_()


weights = dict(
    x=drawn(BATCH, TIME, FEATURES), kernel=drawn(FEATURES + READS * WIDTH, 4 * UNITS), recurrent_kernel=drawn(UNITS, 4 * UNITS), bias=drawn(4 * UNITS),
    heads_kernel=drawn(UNITS, HEADS * (WIDTH + 3 + SHIFTS) + 2 * WRITES * WIDTH, scale=3), heads_bias=drawn(HEADS * (WIDTH + 3 + SHIFTS) + 2 * WRITES * WIDTH, scale=2),
    first_reads=drawn(READS * WIDTH), first_weightings=drawn(HEADS, SLOTS, scale=3))

# Strong keys and sharp weightings: blurred ones would hide a wrong shift.
with torch.no_grad():
    weights["heads_bias"][HEADS * WIDTH:HEADS * (WIDTH + 3)] += torch.tensor([6.] * HEADS + [0.] * HEADS + [6.] * HEADS, dtype=torch.float64)


def addressed(memory, before, key, strength, gate, shifts, sharpness):
    content = torch.softmax(strength * torch.stack([F.cosine_similarity(key, slot, dim=0, eps=1e-12) for slot in memory]), 0)
    mixed = gate * content + (1 - gate) * before
    moved = torch.stack([sum(mixed[j] * shifts[d + RANGE] for j in range(SLOTS) for d in range(-RANGE, RANGE + 1) if (j + d) % SLOTS == i) for i in range(SLOTS)])
    return moved ** sharpness / (moved ** sharpness).sum()


def run(x):
    """One example, (time, features), to the outputs (time, units + reads), the weightings after the last step, and the memory."""
    h = c = torch.zeros(UNITS, dtype=torch.float64)
    read = torch.tanh(weights["first_reads"])
    weightings = list(torch.softmax(weights["first_weightings"], 1))
    memory = torch.full((SLOTS, WIDTH), 1e-6, dtype=torch.float64)
    outputs = []
    for step in x:
        i, f, g, o = (torch.cat([step, read]) @ weights["kernel"] + h @ weights["recurrent_kernel"] + weights["bias"]).chunk(4)
        # Gate columns in Keras's order: input, forget, candidate, output.
        c = torch.sigmoid(f + 1) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
        told = h @ weights["heads_kernel"] + weights["heads_bias"]
        sizes = [HEADS * WIDTH, HEADS, HEADS, HEADS, HEADS * SHIFTS, WRITES * WIDTH, WRITES * WIDTH]
        key, strength, gate, sharpness, shifts, erased, added = told.split(sizes)
        key, shifts = torch.tanh(key).reshape(HEADS, WIDTH), torch.softmax(shifts.reshape(HEADS, SHIFTS), 1)
        weightings = [addressed(memory, weightings[n], key[n], F.softplus(strength[n]), torch.sigmoid(gate[n]), shifts[n], 1 + F.softplus(sharpness[n])) for n in range(HEADS)]
        read = torch.cat([weightings[n] @ memory for n in range(READS)])
        erased, added = torch.sigmoid(erased).reshape(WRITES, WIDTH), torch.tanh(added).reshape(WRITES, WIDTH)
        for n in range(WRITES):
            memory = memory * (1 - torch.outer(weightings[READS + n], erased[n]))
        for n in range(WRITES):
            memory = memory + torch.outer(weightings[READS + n], added[n])
        outputs.append(torch.cat([h, read]))
    return torch.stack(outputs), torch.stack(weightings), memory


outputs, weightings, memories = (torch.stack(part) for part in zip(*[run(x) for x in weights["x"]]))
# Another factor for each number, so that none of them cancel.
factors = torch.cos(torch.arange(outputs.numel(), dtype=torch.float64)).reshape(outputs.shape)
((outputs * factors).sum() + (memories ** 2).sum()).backward()
golden = dict(sizes=[BATCH, TIME, FEATURES, UNITS, SLOTS, WIDTH, READS, WRITES, RANGE], outputs=outputs, weightings=weightings, memory=memories, **weights, **{f"of_{name}": weight.grad for name, weight in weights.items()})
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "ntm.json"), "w") as file:
    json.dump({name: value if isinstance(value, list) else value.detach().flatten().tolist() for name, value in golden.items()}, file)
    file.write("\n")
