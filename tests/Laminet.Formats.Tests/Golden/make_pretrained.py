"""Makes pretrained.json: what PyTorch computes with the published weights of ResNet-20 (akamaster, PyTorch) and SqueezeNet 1.1 (Keras, HDF5) for an image of a formula.

Usage: make_pretrained.py FOLDER, where FOLDER holds the models (data/models beside the repository). The networks are written here from their papers; Debian's
python3-torch and python3-h5py run them. The weights are not copied. make_tfjs.mjs adds MobileNetV2 as TensorFlow.js computes it.
"""
import json
import os
import sys

import h5py
import numpy as np
import torch
import torch.nn.functional as F

folder = sys.argv[1]
HERE = os.path.dirname(os.path.abspath(__file__))


def image(n, channels, size):
    """sin(0.37 i) over the elements of (n, size, size, channels), then channels first."""
    values = np.sin(np.arange(n * size * size * channels, dtype=np.float64) * 0.37).astype(np.float32)
    return torch.from_numpy(values.reshape(n, size, size, channels)).permute(0, 3, 1, 2).contiguous()


def resnet20():
    w = {k[len("module."):]: v for k, v in torch.load(f"{folder}/resnet20-cifar10-torch/resnet20-12fca82f.th", map_location="cpu")["state_dict"].items()}

    def norm(x, name):
        return F.batch_norm(x, w[name + ".running_mean"], w[name + ".running_var"], w[name + ".weight"], w[name + ".bias"], eps=1e-5)

    x = F.relu(norm(F.conv2d(image(4, 3, 32), w["conv1.weight"], padding=1), "bn1"))
    for stage in (1, 2, 3):
        for block in range(3):
            p = f"layer{stage}.{block}."
            stride = 2 if stage > 1 and block == 0 else 1
            y = F.relu(norm(F.conv2d(x, w[p + "conv1.weight"], stride=stride, padding=1), p + "bn1"))
            y = norm(F.conv2d(y, w[p + "conv2.weight"], padding=1), p + "bn2")
            if stride == 2:
                more = y.shape[1] // 4
                x = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, more, more))
            x = F.relu(x + y)
    return F.linear(x.mean((2, 3)), w["linear.weight"], w["linear.bias"])


def squeezenet():
    f = h5py.File(f"{folder}/squeezenet-v1.1-notop-keras/squeezenet_v11_notop.h5", "r")

    def conv(x, name, stride=1, padding=0):
        kernel, bias = (torch.from_numpy(f[name][n][()]) for n in f[name].attrs["weight_names"])
        return F.relu(F.conv2d(x, kernel.permute(3, 2, 0, 1), bias, stride=stride, padding=padding))

    x = F.max_pool2d(conv(image(1, 3, 227), "conv1", 2), 3, 2)
    for i in range(2, 10):
        x = conv(x, f"fire{i}/squeeze1x1")
        x = torch.cat([conv(x, f"fire{i}/expand1x1"), conv(x, f"fire{i}/expand3x3", padding=1)], 1)
        if i in (3, 5):
            x = F.max_pool2d(x, 3, 2)
    return x.mean((2, 3))


with torch.no_grad():
    result = {"resnet20": [round(float(v), 6) for v in resnet20().reshape(-1)], "squeezenet": [round(float(v), 6) for v in squeezenet().reshape(-1)]}
with open(os.path.join(HERE, "pretrained.json"), "w") as out:
    json.dump(result, out)
