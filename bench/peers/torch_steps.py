"""The workloads of bench/Steps in PyTorch (Debian's python3-torch, Debian's own python3). One JSON line a workload.
usage: python3 torch_steps.py [--threads N] [--seconds S] NAME ..."""
import argparse
import json
import resource
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

MODELS = {
    "mnist_convnet_train_b128": lambda: nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Dropout(0.5),
        nn.Linear(1600, 10)),
    "mlp_train_b128": lambda: nn.Sequential(
        nn.Flatten(), nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 10)),
    "lenet5_train_b128": lambda: nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.Sigmoid(), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), nn.Sigmoid(), nn.AvgPool2d(2), nn.Flatten(),
        nn.Linear(400, 120), nn.Sigmoid(), nn.Linear(120, 84), nn.Sigmoid(), nn.Linear(84, 10)),
}

parser = argparse.ArgumentParser()
parser.add_argument("names", nargs="*")
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--seconds", type=float, default=4)
arguments = parser.parse_args()
torch.set_num_threads(arguments.threads)
torch.manual_seed(0)
x, y = torch.rand(128, 1, 28, 28), torch.randint(0, 10, (128,))

for name in arguments.names or MODELS:
    model = MODELS[name]()
    optimizer = torch.optim.Adam(model.parameters(), 1e-3)

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        return float(loss)

    for _ in range(5):
        step()
    times, end = [], time.perf_counter() + arguments.seconds
    while time.perf_counter() < end or len(times) < 3:
        start = time.perf_counter()
        step()
        times.append((time.perf_counter() - start) * 1e3)
    times.sort()
    print(json.dumps({
        "name": name, "median_ms": round(times[len(times) // 2], 3), "best_ms": round(times[0], 3), "steps": len(times),
        "threads": arguments.threads, "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }), flush=True)
