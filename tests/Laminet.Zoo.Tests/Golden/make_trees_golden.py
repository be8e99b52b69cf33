"""Writes trees.json: recursive networks in PyTorch, node by node as the papers have them, with the gradients of the labels' cross-entropy.

Run with Debian's python3 (PyTorch 1.13):  python3 make_trees_golden.py
"""
import json
import os

import torch

torch.manual_seed(3)
WORDS, UNITS, VECTOR, CLASSES = 5, 3, 4, 3
# A word is its number; the first of a node's pair is its label.
TREES = [(1, ((0, 1), (2, ((2, 2), (1, ((0, 3), (1, 4))))))), (2, ((1, ((0, 2), (2, 1))), (0, ((1, 0), (2, 3))))), (0, 2)]


def number(*shape):
    return torch.randn(*shape, dtype=torch.float64).mul(0.5).round(decimals=3).requires_grad_()


def affine(x, w, name):
    return x @ w[name + "kernel"] + w[name + "bias"]


def rnn_leaf(w, x):
    return torch.tanh(x), None


def rnn_join(w, left, right):
    return torch.tanh(affine(torch.cat([left[0], right[0]]), w, "")), None


def rntn_join(w, left, right):
    x = torch.cat([left[0], right[0]])
    # tensor[i, k, j] is V[k][i, j].
    return torch.tanh(torch.einsum("i,ikj,j->k", x, w["tensor"], x) + affine(x, w, "")), None


def lstm_leaf(w, x):
    i, o, u = affine(x, w, "leaf_").split(UNITS)
    c = torch.sigmoid(i) * torch.tanh(u)
    return torch.sigmoid(o) * torch.tanh(c), c


def lstm_join(w, left, right):
    i, o, first, second, u = affine(torch.cat([left[0], right[0]]), w, "").split(UNITS)
    c = torch.sigmoid(i) * torch.tanh(u) + torch.sigmoid(first + 1) * left[1] + torch.sigmoid(second + 1) * right[1]
    return torch.sigmoid(o) * torch.tanh(c), c


def run(w, leaf, join, tree, found):
    """The state of a node; appends the logits and the label of each, children first."""
    label, content = tree
    state = leaf(w, w["words"][content]) if isinstance(content, int) else join(w, *[run(w, leaf, join, child, found) for child in content])
    found.append((state[0] @ w["classifier_kernel"] + w["classifier_bias"], label))
    return state


own = {
    "rnn": (dict(kernel=number(2 * UNITS, UNITS), bias=number(UNITS)), UNITS, rnn_leaf, rnn_join),
    "rntn": (dict(kernel=number(2 * UNITS, UNITS), bias=number(UNITS), tensor=number(2 * UNITS, UNITS, 2 * UNITS)), UNITS, rnn_leaf, rntn_join),
    "lstm": (dict(leaf_kernel=number(VECTOR, 3 * UNITS), leaf_bias=number(3 * UNITS), kernel=number(2 * UNITS, 5 * UNITS), bias=number(5 * UNITS)), VECTOR, lstm_leaf, lstm_join),
}
golden = {}
for name, (weights, vector, leaf, join) in own.items():
    w = dict(weights, words=number(WORDS, vector), classifier_kernel=number(UNITS, CLASSES), classifier_bias=number(CLASSES))
    found = []
    for tree in TREES:
        run(w, leaf, join, tree, found)
    loss = sum(torch.nn.functional.cross_entropy(logits[None], torch.tensor([label]), reduction="sum") for logits, label in found)
    loss.backward()
    golden[name] = dict(
        logits=torch.cat([logits for logits, _ in found]).tolist(), loss=loss.item(),
        weights=[tensor.detach().flatten().tolist() for tensor in w.values()], gradients=[tensor.grad.flatten().tolist() for tensor in w.values()])
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "trees.json"), "w") as file:
    json.dump(golden, file)
    file.write("\n")
