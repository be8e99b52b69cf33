"""Writes radial.json: Gaussian units in PyTorch, with the gradients of centres, widths and inputs.

Run with Debian's python3 (PyTorch 1.13):  python3 make_radial_golden.py
"""
import json
import os

import torch

torch.manual_seed(4)
x, centers = torch.rand(5, 3, dtype=torch.float64).round(decimals=3).requires_grad_(), torch.rand(4, 3, dtype=torch.float64).round(decimals=3).requires_grad_()
widths = torch.tensor([0.5, 1.0, 0.25, 2.0], dtype=torch.float64, requires_grad=True)
weighting = torch.arange(20, dtype=torch.float64).reshape(5, 4) / 10 - 1
y = torch.exp(-torch.cdist(x, centers, compute_mode="donot_use_mm_for_euclid_dist") ** 2 / (2 * widths ** 2))
(y * weighting).sum().backward()
golden = {name: tensor.detach().flatten().tolist() for name, tensor in dict(x=x, centers=centers, widths=widths, y=y, of_x=x.grad, of_centers=centers.grad, of_widths=widths.grad).items()}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "radial.json"), "w") as file:
    json.dump(golden, file)
    file.write("\n")
