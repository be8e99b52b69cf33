#!/usr/bin/python3
"""hog.json: histograms of oriented gradients by scikit-image 0.19. Needs Debian's python3-skimage. usage: make_hog_golden.py"""
import json
import os

import numpy as np
from skimage.feature import hog

# Pixels of a formula, the same as in Pattern.cs (high frequencies) and one of slow changes.
y, x, c = np.meshgrid(np.arange(37), np.arange(29), np.arange(3), indexing="ij")
rough = ((x * x * 7 + y * y * 13 + x * y * 5 + c * 61) % 256).astype(np.uint8)
smooth = np.random.RandomState(1).normal(0, 1, (6, 7, 3)).repeat(4, 0).repeat(4, 1)
smooth = np.round((smooth[:-1] + smooth[1:] + np.random.RandomState(2).normal(0, 0.1, (23, 28, 3))) * 0.5, 6)
golden = dict(smooth=dict(shape=list(smooth.shape), values=smooth.ravel().tolist()), cases=[])
for image, name in [(rough, "rough"), (smooth, "smooth")]:
    for channels, orientations, cell, block in [(3, 9, (8, 8), (2, 2)), (1, 8, (4, 4), (2, 2)), (3, 9, (5, 3), (1, 2)), (1, 1, (8, 8), (1, 1)), (3, 12, (7, 9), (3, 3))]:
        features = hog(image if channels == 3 else image[:, :, 0], orientations, cell, block, block_norm="L2-Hys", channel_axis=-1 if channels == 3 else None)
        golden["cases"].append(dict(image=name, channels=channels, orientations=orientations, cell=cell, block=block, features=[round(float(v), 12) for v in features]))
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "hog.json"), "w") as file:
    json.dump(golden, file)
    file.write("\n")
