#!/usr/bin/env python3
"""Golden numbers for layers and for whole training steps, from PyTorch (Debian's python3-torch 1.13, Debian's own python3).

Writes layers.json (small cases) and convnet_adam_20.bin (the convnet's 34,826 weights after 20 Adam steps, float32, little endian,
in Laminet's order and layouts). Inputs, labels and first weights come from a linear congruential generator that the checks repeat, so
they need no file. Usage: /usr/bin/python3 make_layers_golden.py
"""
import json
import math
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
        count = int(np.prod(shape))
        values = np.empty(count)
        for i in range(count):
            self.state = (self.state * 1103515245 + 12345) % (1 << 31)
            values[i] = self.state / (1 << 31)
        return values.reshape(shape)


def nchw(x):
    return torch.tensor(x).permute(0, 3, 1, 2).contiguous()


def nhwc(x):
    return x.detach().permute(0, 2, 3, 1).contiguous().numpy()


def flat(x):
    return [float(v) for v in np.asarray(x).reshape(-1)]


def layer_cases():
    cases = {}
    x = Lcg(1).array(2, 5, 6, 3) - 0.5
    k = Lcg(2).array(3, 2, 3, 4) - 0.5
    b = Lcg(3).array(4) - 0.5
    conv = F.conv2d(F.pad(nchw(x), (0, 1, 1, 1)), torch.tensor(k).permute(3, 2, 0, 1), torch.tensor(b))
    cases["conv2d_same"] = flat(nhwc(conv))
    # A stride of 2 with SAME: 5 -> 3 needs 2 cells of padding for a 3-high kernel, 6 -> 3 none for a 2-wide one.
    conv = F.conv2d(F.pad(nchw(x), (0, 0, 1, 1)), torch.tensor(k).permute(3, 2, 0, 1), torch.tensor(b), stride=2)
    cases["conv2d_same_stride2"] = flat(nhwc(torch.tanh(conv)))
    conv = F.conv2d(nchw(x), torch.tensor(k).permute(3, 2, 0, 1), torch.tensor(b), dilation=(2, 2))
    cases["conv2d_dilated"] = flat(nhwc(conv))
    kg = Lcg(4).array(3, 3, 1, 6) - 0.5
    conv = F.conv2d(nchw(x), torch.tensor(kg).permute(3, 2, 0, 1), groups=3)
    cases["conv2d_depthwise"] = flat(nhwc(torch.relu(conv)))
    cases["max_pooling2d"] = flat(nhwc(F.max_pool2d(nchw(x), (2, 3), (2, 1))))
    # SAME padding of 5 x 6 by a 2 x 2 window: one row below, which does not count in the mean.
    padded = F.pad(nchw(x), (0, 0, 0, 1))
    counts = F.avg_pool2d(F.pad(torch.ones(1, 1, 5, 6, dtype=torch.float64), (0, 0, 0, 1)), 2)
    cases["average_pooling2d_same"] = flat(nhwc(F.avg_pool2d(padded, 2) / counts))
    cases["global_average_pooling2d"] = flat(nchw(x).mean(dim=(2, 3)).numpy())

    # Batch normalisation by Keras's rules: biased variance, also in the moving average; momentum 0.99 stays, epsilon 1e-3.
    gamma, beta = Lcg(5).array(3) + 0.5, Lcg(6).array(3) - 0.5
    xt = torch.tensor(x, requires_grad=True)
    gt, bt = torch.tensor(gamma, requires_grad=True), torch.tensor(beta, requires_grad=True)
    mean, var = xt.mean(dim=(0, 1, 2)), xt.var(dim=(0, 1, 2), unbiased=False)
    y = (xt - mean) / torch.sqrt(var + 1e-3) * gt + bt
    (y ** 3).sum().backward()
    moving_mean, moving_var = 0.01 * mean.detach(), 0.99 + 0.01 * var.detach()
    inference = (xt.detach() - moving_mean) / torch.sqrt(moving_var + 1e-3) * gt.detach() + bt.detach()
    cases["batch_normalization"] = {
        "training": flat(y.detach()), "dx": flat(xt.grad), "dgamma": flat(gt.grad), "dbeta": flat(bt.grad),
        "moving_mean": flat(moving_mean), "moving_variance": flat(moving_var), "inference": flat(inference),
    }

    w = Lcg(7).array(3, 4) - 0.5
    d = torch.tensor(x) @ torch.tensor(w) + torch.tensor(b)
    for name, function in {
        "relu": torch.relu, "sigmoid": torch.sigmoid, "tanh": torch.tanh, "softmax": lambda v: torch.softmax(v, -1),
        "log_softmax": lambda v: torch.log_softmax(v, -1), "softplus": F.softplus, "softsign": F.softsign, "exponential": torch.exp,
        "linear": lambda v: v,
    }.items():
        cases["dense_" + name] = flat(function(d))
    return cases


def convnet_after_adam():
    random = Lcg(42)

    def weights(shape, fan_in, fan_out):
        limit = math.sqrt(6 / (fan_in + fan_out))
        return ((random.array(*shape) * 2 - 1) * limit).astype(np.float32)

    k1, k2, k3 = weights((3, 3, 1, 32), 9, 288), weights((3, 3, 32, 64), 288, 576), weights((1600, 10), 1600, 10)
    # Flatten sees (row, column, channel) in Laminet and (channel, row, column) in PyTorch.
    parameters = [
        torch.tensor(k1).permute(3, 2, 0, 1).contiguous(), torch.zeros(32),
        torch.tensor(k2).permute(3, 2, 0, 1).contiguous(), torch.zeros(64),
        torch.tensor(k3).reshape(5, 5, 64, 10).permute(3, 2, 0, 1).reshape(10, 1600).contiguous(), torch.zeros(10),
    ]
    for parameter in parameters:
        parameter.requires_grad_(True)
    optimizer = torch.optim.Adam(parameters, lr=1e-3, betas=(0.9, 0.999))
    losses = []
    for step in range(1, 21):
        x = torch.tensor(random.array(16, 28, 28, 1).astype(np.float32)).permute(0, 3, 1, 2)
        y = torch.tensor((random.array(16) * 10).astype(np.int64))
        # Keras adds epsilon before the bias correction: lr sqrt(c2)/c1 m / (sqrt(v) + eps).
        for group in optimizer.param_groups:
            group["eps"] = 1e-7 / math.sqrt(1 - 0.999 ** step)
        h = F.max_pool2d(torch.relu(F.conv2d(x, parameters[0], parameters[1])), 2)
        h = F.max_pool2d(torch.relu(F.conv2d(h, parameters[2], parameters[3])), 2)
        loss = F.cross_entropy(h.flatten(1) @ parameters[4].t() + parameters[5], y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss))
    ours = [
        parameters[0].detach().permute(2, 3, 1, 0), parameters[1].detach(),
        parameters[2].detach().permute(2, 3, 1, 0), parameters[3].detach(),
        parameters[4].detach().reshape(10, 64, 5, 5).permute(2, 3, 1, 0).reshape(1600, 10), parameters[5].detach(),
    ]
    np.concatenate([w.contiguous().numpy().reshape(-1) for w in ours]).astype("<f4").tofile(os.path.join(HERE, "../../../tests/Laminet.Tests/Golden/convnet_adam_20.bin"))
    return losses


golden = layer_cases()
golden["convnet_losses"] = convnet_after_adam()
with open(os.path.join(HERE, "layers.json"), "w") as file:
    json.dump(golden, file)
print("wrote", len(golden), "cases")
