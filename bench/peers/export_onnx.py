"""Writes the networks that onnx_steps.js runs, with random weights and any batch, into a folder. Debian's python3-torch and
python3-torchvision; Debian's own python3.
usage: python3 export_onnx.py FOLDER"""
import os
import sys

import torch
import torchvision.models

os.makedirs(sys.argv[1], exist_ok=True)
for name, options in {"resnet50": {}, "vgg16": {}, "googlenet": {"init_weights": False, "aux_logits": False}}.items():
    network = getattr(torchvision.models, name)(**options).eval()
    torch.onnx.export(
        network, torch.zeros(1, 3, 224, 224), os.path.join(sys.argv[1], f"{name}.onnx"), opset_version=13,
        input_names=["images"], output_names=["logits"], dynamic_axes={"images": {0: "batch"}, "logits": {0: "batch"}})
