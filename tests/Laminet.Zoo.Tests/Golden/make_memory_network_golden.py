"""Writes memory_network.json: an end-to-end memory network in PyTorch, sentence by sentence as the paper has it, with the gradients of its loss.

Run with Debian's python3 (PyTorch 1.13):  python3 make_memory_network_golden.py
"""
import json
import os

import torch

torch.manual_seed(5)
WORDS, MEMORIES, HOPS, UNITS = 7, 4, 2, 3
# The last statement comes first; an empty list is an empty memory.
STORIES, QUESTIONS, ANSWERS = [[[1, 2, 3], [], [4, 5], [6]], [[2, 6, 1], [4, 5]]], [[6], [4, 5]], [5, 1]


def numbers(rows):
    return torch.randn(rows, UNITS, dtype=torch.float64).round(decimals=3).requires_grad_()


words, ages = [numbers(WORDS) for _ in range(HOPS + 1)], [numbers(MEMORIES) for _ in range(HOPS + 1)]


def vector(table, sentence):
    total = torch.zeros(UNITS, dtype=torch.float64)
    for j, word in enumerate(sentence, 1):
        weights = torch.tensor([(1 - j / len(sentence)) - (k / UNITS) * (1 - 2 * j / len(sentence)) for k in range(1, UNITS + 1)], dtype=torch.float64)
        total = total + weights * table[word]
    return total


golden = dict(weights=[tensor.detach().flatten().tolist() for tensor in words + ages])
for name in "softmax", "linear":
    logits, attention = [], []
    for story, question in zip(STORIES, QUESTIONS):
        u, looks = vector(words[0], question), []
        for hop in range(HOPS):
            m = torch.stack([vector(words[hop], sentence) + ages[hop][age] for age, sentence in enumerate(story)])
            c = torch.stack([vector(words[hop + 1], sentence) + ages[hop + 1][age] for age, sentence in enumerate(story)])
            p = m @ u if name == "linear" else torch.softmax(m @ u, 0)
            u = u + p @ c
            looks.append(torch.cat([p, torch.zeros(MEMORIES - len(story), dtype=torch.float64)]))
        logits.append(words[HOPS] @ u)
        attention.append(torch.stack(looks))
    loss = torch.nn.functional.cross_entropy(torch.stack(logits), torch.tensor(ANSWERS), reduction="sum")
    gradients = torch.autograd.grad(loss, words + ages)
    golden[name] = dict(logits=torch.stack(logits).flatten().tolist(), attention=torch.stack(attention).flatten().tolist(), gradients=[gradient.flatten().tolist() for gradient in gradients])
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "memory_network.json"), "w") as file:
    json.dump(golden, file)
    file.write("\n")
