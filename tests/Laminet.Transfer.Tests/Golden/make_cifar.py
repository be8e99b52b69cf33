"""Makes cifar_resnet20.txt: the class that PyTorch predicts for each of the 10,000 test images of data/cifar10-35k with the published weights of ResNet-20 (akamaster), a digit each, in the
order of torchvision's ImageFolder.

Usage: make_cifar.py TEST WEIGHTS, where TEST is the unpacked folder test and WEIGHTS resnet20-12fca82f.th. Debian's python3-torch and python3-pil run it; pixels are prepared as that
repository does: (x / 255 - mean) / deviation of ImageNet.
"""
import os
import sys

import numpy as np
import torch
from PIL import Image

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "Laminet.Formats.Tests", "Golden"))
import resnet20  # noqa: E402

test, weights = sys.argv[1:3]
network = resnet20.load(weights)
mean = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1)
deviation = torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1)
predicted, right = "", 0
with torch.no_grad():
    for label, name in enumerate(sorted(os.listdir(test))):
        files = sorted(os.listdir(f"{test}/{name}"))
        images = torch.from_numpy(np.stack([np.asarray(Image.open(f"{test}/{name}/{file}").convert("RGB")) for file in files])).permute(0, 3, 1, 2)
        for part in images.split(250):
            found = network((part / 255 - mean) / deviation).argmax(1)
            predicted += "".join(str(int(x)) for x in found)
            right += int((found == label).sum())
with open(os.path.join(HERE, "cifar_resnet20.txt"), "w", encoding="ascii") as file:
    file.write("".join(predicted[i:i + 200] + "\n" for i in range(0, len(predicted), 200)))
print(len(predicted), right / len(predicted))
