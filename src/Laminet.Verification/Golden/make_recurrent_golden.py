#!/usr/bin/env python3
"""Golden numbers for recurrent layers: from PyTorch (Debian's python3-torch 1.13) where it has the layer, with gates put in Keras's order, and
from Keras's formulas in NumPy where it does not (a GRU that resets before the product, masks, a ConvLSTM over PyTorch's convolution).

Writes recurrent.json. Inputs and weights come from a linear congruential generator that the checks repeat. Usage: /usr/bin/python3 make_recurrent_golden.py
"""
import json
import os

import numpy as np
import torch
import torch.nn.functional as F

torch.set_num_threads(1)
HERE = os.path.dirname(os.path.abspath(__file__))


class Lcg:
    """x -> (1103515245 x + 12345) mod 2^31; numbers in [0, 1)."""

    def __init__(self, seed):
        self.state = seed

    def array(self, *shape):
        values = np.empty(int(np.prod(shape)))
        for i in range(values.size):
            self.state = (self.state * 1103515245 + 12345) % (1 << 31)
            values[i] = self.state / (1 << 31)
        return values.reshape(shape)


def flat(x):
    return [float(v) for v in np.asarray(x).reshape(-1)]


BATCH, TIME, FEATURES, UNITS = 3, 5, 2, 4
X = Lcg(1).array(BATCH, TIME, FEATURES) - 0.5
# Padding at the end, in the middle and at the beginning.
MASK = np.array([[1, 1, 1, 0, 0], [1, 0, 1, 1, 0], [0, 1, 1, 1, 1]], dtype=bool)


def weights(gates, bias_rows, seed, features=FEATURES):
    kernel = Lcg(seed).array(features, gates * UNITS) - 0.5
    recurrent = Lcg(seed + 1).array(UNITS, gates * UNITS) - 0.5
    bias = Lcg(seed + 2).array(*([gates * UNITS] if bias_rows == 1 else [2, gates * UNITS])) - 0.5
    return kernel, recurrent, bias


def ordered(matrix, order):
    """Columns of gates in another order."""
    parts = np.split(matrix, len(order), axis=-1)
    return np.concatenate([parts[i] for i in order], axis=-1)


def load(module, kernel, recurrent, bias, order, suffix="_l0"):
    own, second = (bias[0], bias[1]) if bias.ndim == 2 else (bias, np.zeros_like(bias))
    with torch.no_grad():
        for name, value in (("weight_ih", ordered(kernel, order).T), ("weight_hh", ordered(recurrent, order).T), ("bias_ih", ordered(own, order)), ("bias_hh", ordered(second, order))):
            getattr(module, name + suffix).copy_(torch.tensor(np.ascontiguousarray(value)))


def torch_case(module, gates, bias_rows, order, seed):
    """Output of all steps, last states, and the gradients of sum(output^2) by input and weights in Keras's layout."""
    module = module.double()
    load(module, *weights(gates, bias_rows, seed), order)
    x = torch.tensor(X, requires_grad=True)
    output, state = module(x)
    (output ** 2).sum().backward()
    states = list(state) if isinstance(state, tuple) else [state]
    back = np.argsort(order)
    case = {"output": flat(output.detach()), "states": [flat(s[0].detach()) for s in states], "by_x": flat(x.grad)}
    case["by_kernel"] = flat(ordered(module.weight_ih_l0.grad.numpy().T, back))
    case["by_recurrent"] = flat(ordered(module.weight_hh_l0.grad.numpy().T, back))
    rows = [ordered(module.bias_ih_l0.grad.numpy(), back), ordered(module.bias_hh_l0.grad.numpy(), back)]
    case["by_bias"] = flat(rows[0] if bias_rows == 1 else np.stack(rows))
    return case


def bidirectional_case(make, gates, bias_rows, order, seed):
    module = make(bidirectional=True).double()
    load(module, *weights(gates, bias_rows, seed), order)
    load(module, *weights(gates, bias_rows, seed + 3), order, "_l0_reverse")
    with torch.no_grad():
        output, state = module(torch.tensor(X))
    state = state[0] if isinstance(state, tuple) else state
    return {"output": flat(output), "last": flat(torch.cat([state[0], state[1]], -1))}


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def simple_step(x, states, w, f=np.tanh):
    kernel, recurrent, bias = w
    h = f(x @ kernel + bias + states[0] @ recurrent)
    return h, [h]


def lstm_gates(sums, c, f=np.tanh, gate=sigmoid):
    """The next h and c from the sums of the gates i, f, g, o."""
    i, forget, g, o = np.split(sums, 4, axis=-1)
    c = gate(forget) * c + gate(i) * f(g)
    return gate(o) * f(c), c


def lstm_step(x, states, w, f=np.tanh, gate=sigmoid):
    kernel, recurrent, bias = w
    h, c = lstm_gates(x @ kernel + bias + states[0] @ recurrent, states[1], f, gate)
    return h, [h, c]


def gru_step(x, states, w, f=np.tanh, gate=sigmoid):
    kernel, recurrent, bias = w
    h = states[0]
    before = bias.ndim == 1
    xz, xr, xg = np.split(x @ kernel + (bias if before else bias[0]), 3, axis=-1)
    if before:
        uz, ur, ug = np.split(recurrent, 3, axis=-1)
        z, r = gate(xz + h @ uz), gate(xr + h @ ur)
        g = f(xg + (r * h) @ ug)
    else:
        hz, hr, hg = np.split(h @ recurrent + bias[1], 3, axis=-1)
        z, r = gate(xz + hz), gate(xr + hr)
        g = f(xg + r * hg)
    h = z * h + (1 - z) * g
    return h, [h]


def loop(step, states, w, mask=None, backwards=False, zeroes=False):
    """Keras's rnn(): a masked step repeats the output before it (zeros at first) and leaves the states."""
    states = [np.array(s) for s in states]
    output = np.zeros((BATCH, UNITS))
    outputs = []
    for t in range(TIME - 1, -1, -1) if backwards else range(TIME):
        now, after = step(X[:, t], states, w)
        if mask is not None:
            m = mask[:, t, None]
            now = np.where(m, now, 0 if zeroes else output)
            after = [np.where(m, a, b) for a, b in zip(after, states)]
        output, states = now, after
        outputs.append(output)
    return {"output": flat(np.stack(outputs, 1)), "states": [flat(s) for s in states]}


def convolved(x, kernel, bias, strides, same, dilation=1):
    """Channels last, over one to three axes. The extra cell of an odd border is at the end."""
    axes = kernel.ndim - 2
    t = torch.tensor(np.moveaxis(x, -1, 1))
    if same:
        pads = []
        for axis in reversed(range(axes)):
            length, size, step = x.shape[1 + axis], (kernel.shape[axis] - 1) * dilation + 1, strides[axis]
            cells = max(0, (-(-length // step) - 1) * step + size - length)
            pads += [cells // 2, cells - cells // 2]
        t = F.pad(t, pads)
    k = torch.tensor(np.moveaxis(kernel, (-1, -2), (0, 1)).copy())
    y = (F.conv1d, F.conv2d, F.conv3d)[axes - 1](t, k, None if bias is None else torch.tensor(bias), stride=strides, dilation=dilation)
    return np.moveaxis(y.numpy(), 1, -1)


def conv_lstm(x, kernel, recurrent, bias, strides, same, dilation=1, f=np.tanh, gate=sigmoid, backwards=False):
    h = c = None
    outputs = []
    for t in reversed(range(x.shape[1])) if backwards else range(x.shape[1]):
        sums = convolved(x[:, t], kernel, bias, strides, same, dilation)
        if h is None:
            h = c = np.zeros(sums.shape[:-1] + (sums.shape[-1] // 4,))
        sums = sums + convolved(h, recurrent, None, (1,) * (kernel.ndim - 2), True)
        h, c = lstm_gates(sums, c, f, gate)
        outputs.append(h)
    return np.stack(outputs, 1), c


def conv_lstm_case(*settings):
    output, cell = conv_lstm(*settings)
    return {"output": flat(output), "cell": flat(cell)}


def first_states(count):
    return [Lcg(40 + i).array(BATCH, UNITS) - 0.5 for i in range(count)]


def main():
    cases = {}
    rnn = lambda **more: torch.nn.RNN(FEATURES, UNITS, batch_first=True, **more)
    lstm = lambda **more: torch.nn.LSTM(FEATURES, UNITS, batch_first=True, **more)
    gru = lambda **more: torch.nn.GRU(FEATURES, UNITS, batch_first=True, **more)
    # Keras i, f, g, o is PyTorch's order; Keras z, r, g is PyTorch's r, z, n.
    kinds = {"simple_rnn": (rnn, 1, 1, [0], simple_step, 1), "lstm": (lstm, 4, 1, [0, 1, 2, 3], lstm_step, 2), "gru": (gru, 3, 2, [1, 0, 2], gru_step, 1)}
    for name, (make, gates, rows, order, step, states) in kinds.items():
        cases[name] = torch_case(make(), gates, rows, order, 10)
        cases[name + "_bidirectional"] = bidirectional_case(make, gates, rows, order, 10)
        w = weights(gates, rows, 10)
        zeros = [np.zeros((BATCH, UNITS))] * states
        assert np.allclose(loop(step, zeros, w)["output"], cases[name]["output"])
        cases[name + "_masked"] = loop(step, first_states(states), w, MASK)
        cases[name + "_masked_backwards"] = loop(step, zeros, w, MASK, backwards=True)
        cases[name + "_masked_zeroes"] = loop(step, zeros, w, MASK, zeroes=True)
    w = weights(3, 1, 10)
    cases["gru_reset_before"] = loop(gru_step, first_states(1), w)
    cases["gru_reset_before_masked"] = loop(gru_step, first_states(1), w, MASK)
    image = Lcg(60).array(2, 3, 5, 4, 2) - 0.5
    cases["conv_lstm_2d"] = conv_lstm_case(image, Lcg(10).array(3, 2, 2, 12) - 0.5, Lcg(11).array(3, 2, 3, 12) - 0.5, Lcg(12).array(12) - 0.5, (1, 1), False)
    cases["conv_lstm_2d_same"] = conv_lstm_case(image, Lcg(10).array(3, 2, 2, 12) - 0.5, Lcg(11).array(3, 2, 3, 12) - 0.5, Lcg(12).array(12) - 0.5, (2, 1), True)
    series = Lcg(61).array(2, 3, 6, 2) - 0.5
    cases["conv_lstm_1d"] = conv_lstm_case(series, Lcg(10).array(3, 2, 12) - 0.5, Lcg(11).array(3, 3, 12) - 0.5, Lcg(12).array(12) - 0.5, (2,), False)
    volume = Lcg(62).array(1, 2, 3, 3, 2, 2) - 0.5
    cases["conv_lstm_3d"] = conv_lstm_case(volume, Lcg(10).array(2, 2, 2, 2, 4) - 0.5, Lcg(11).array(2, 2, 2, 1, 4) - 0.5, Lcg(12).array(4) - 0.5, (1, 1, 1), True)
    with open(os.path.join(HERE, "recurrent.json"), "w") as file:
        json.dump(cases, file)


if __name__ == "__main__":
    main()
