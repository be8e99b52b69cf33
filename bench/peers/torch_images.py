"""The workloads of bench/Images with torchvision and Pillow (Debian's python3-torchvision): decode and resize to 224 x 224, in batches of 32, by a loader with worker processes. One JSON line; images_bits prints a hash.
images_load_reduced is the same as images_load: torchvision's loader has no decode at a reduced size.
usage: python3 torch_images.py --data FOLDER [--threads N] [--seconds S] NAME   (images_load, images_load_reduced, images_bits)"""
import argparse
import hashlib
import json
import os
import resource
import statistics
import time

import torch
from PIL import Image
from torchvision import transforms


class Folder(torch.utils.data.Dataset):
    def __init__(self, root):
        self.paths = sorted(os.path.join(folder, name) for folder, _, names in os.walk(root) for name in names if name.lower().endswith((".jpg", ".jpeg")))
        self.transform = transforms.Compose([transforms.Resize((224, 224)), transforms.PILToTensor()])

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, index):
        return self.transform(Image.open(self.paths[index]).convert("RGB"))


parser = argparse.ArgumentParser()
parser.add_argument("name")
parser.add_argument("--data", required=True)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--seconds", type=float, default=4)
arguments = parser.parse_args()
folder = Folder(arguments.data)
if arguments.name == "images_bits":
    digest = hashlib.sha256()
    for path in folder.paths:
        digest.update(Image.open(path).convert("RGB").tobytes())
    print(f"images_bits: {len(folder)} photographs, SHA-256 of their pixels {digest.hexdigest()}")
else:
    loader = torch.utils.data.DataLoader(folder, batch_size=32, shuffle=True, num_workers=arguments.threads, persistent_workers=True)
    times, begin = [], time.perf_counter()
    while len(times) < 2 or time.perf_counter() - begin < arguments.seconds:
        start = time.perf_counter()
        for batch in loader:
            pass
        times.append((time.perf_counter() - start) * 1000 / len(folder))
    # The first epoch starts the workers.
    times = times[1:]
    peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss + arguments.threads * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) >> 10
    print(json.dumps(dict(name=arguments.name, median_ms=statistics.median(times), best_ms=min(times), steps=len(times), threads=arguments.threads, peak_rss_mb=peak)))
