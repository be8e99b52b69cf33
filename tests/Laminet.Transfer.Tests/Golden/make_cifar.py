"""Makes cifar_resnet20.txt: the class that PyTorch predicts for each of the 10,000 test images of data/cifar10-35k with the published weights of ResNet-20 (akamaster), a digit each, in the
order of torchvision's ImageFolder.

Usage: make_cifar.py TEST WEIGHTS, where TEST is the unpacked folder test and WEIGHTS resnet20-12fca82f.th. Debian's python3-torch and python3-pil run it; pixels are prepared as that
repository does: (x / 255 - mean) / deviation of ImageNet.
"""
import os
import sys

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

test, weights = sys.argv[1:3]
w = {k[len("module."):]: v for k, v in torch.load(weights, map_location="cpu")["state_dict"].items()}


def norm(x, name):
    return F.batch_norm(x, w[name + ".running_mean"], w[name + ".running_var"], w[name + ".weight"], w[name + ".bias"], eps=1e-5)


def resnet20(x):
    x = F.relu(norm(F.conv2d(x, w["conv1.weight"], padding=1), "bn1"))
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


mean = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1)
deviation = torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1)
predicted, right = "", 0
with torch.no_grad():
    for label, name in enumerate(sorted(os.listdir(test))):
        files = sorted(os.listdir(f"{test}/{name}"))
        images = torch.from_numpy(np.stack([np.asarray(Image.open(f"{test}/{name}/{file}").convert("RGB")) for file in files])).permute(0, 3, 1, 2)
        for part in images.split(250):
            found = resnet20((part / 255 - mean) / deviation).argmax(1)
            predicted += "".join(str(int(x)) for x in found)
            right += int((found == label).sum())
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "cifar_resnet20.txt"), "w", encoding="ascii") as file:
    file.write("".join(predicted[i:i + 200] + "\n" for i in range(0, len(predicted), 200)))
print(len(predicted), right / len(predicted))
