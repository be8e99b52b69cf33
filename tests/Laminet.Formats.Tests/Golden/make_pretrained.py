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

import resnet20

folder = sys.argv[1]
HERE = os.path.dirname(os.path.abspath(__file__))


def image(n, channels, size):
    """sin(0.37 i) over the elements of (n, size, size, channels), then channels first."""
    values = np.sin(np.arange(n * size * size * channels, dtype=np.float64) * 0.37).astype(np.float32)
    return torch.from_numpy(values.reshape(n, size, size, channels)).permute(0, 3, 1, 2).contiguous()


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
    result = {"resnet20": [round(float(v), 6) for v in resnet20.load(f"{folder}/resnet20-cifar10-torch/resnet20-12fca82f.th")(image(4, 3, 32)).reshape(-1)], "squeezenet": [round(float(v), 6) for v in squeezenet().reshape(-1)]}
with open(os.path.join(HERE, "pretrained.json"), "w") as out:
    json.dump(result, out)
