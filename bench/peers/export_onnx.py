"""Writes the networks that onnx_steps.js runs, with random weights and any batch, into a folder. Debian's python3-torch and
python3-torchvision; Debian's own python3.
usage: python3 export_onnx.py FOLDER"""
import os
import sys

import torch
import torchvision.models

os.makedirs(sys.argv[1], exist_ok=True)
without = {"init_weights": False, "aux_logits": False}
for name, (model, side, options) in {
        "resnet50": ("resnet50", 224, {}), "vgg16": ("vgg16", 224, {}), "googlenet": ("googlenet", 224, without), "mobilenetv2": ("mobilenet_v2", 224, {}),
        "efficientnetb0": ("efficientnet_b0", 224, {}), "inceptionv3": ("inception_v3", 299, without), "densenet121": ("densenet121", 224, {})}.items():
    network = getattr(torchvision.models, model)(**options).eval()
    torch.onnx.export(
        network, torch.zeros(1, 3, side, side), os.path.join(sys.argv[1], f"{name}.onnx"), opset_version=13,
        input_names=["images"], output_names=["logits"], dynamic_axes={"images": {0: "batch"}, "logits": {0: "batch"}})
