"""The workloads of bench/Steps in PyTorch (Debian's python3-torch and python3-torchvision, Debian's own python3). One JSON line a
workload; peak memory is the process's, so give one name where it matters.
usage: python3 torch_steps.py [--threads N] [--seconds S] [NAME ...]   (first_step: from the start of the process to the end of a step)"""
import argparse
import json
import os
import time

import torch
import torch.nn as nn
import torch.nn.functional as F


def torchvision_model(name, **options):
    # Imported late, because first_step does not need it.
    def create():
        import torchvision.models
        return getattr(torchvision.models, name)(**options)
    return create


# Inputs without the batch, classes, network.
MLP = (784,), 10, lambda: nn.Sequential(nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 10))
LENET5 = (1, 28, 28), 10, lambda: nn.Sequential(
    nn.Conv2d(1, 6, 5, padding=2), nn.Sigmoid(), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), nn.Sigmoid(), nn.AvgPool2d(2), nn.Flatten(),
    nn.Linear(400, 120), nn.Sigmoid(), nn.Linear(120, 84), nn.Sigmoid(), nn.Linear(84, 10))
CONVNET = (1, 28, 28), 10, lambda: nn.Sequential(
    nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Dropout(0.5),
    nn.Linear(1600, 10))
PHOTOGRAPHS = {name: ((3, 224, 224), 1000, torchvision_model(name)) for name in (
    "resnet18", "resnet50", "alexnet", "vgg16", "mobilenet_v2", "densenet121", "efficientnet_b0")}
GOOGLENET = (3, 224, 224), 1000, torchvision_model("googlenet", init_weights=False, aux_logits=False)
INCEPTION = (3, 299, 299), 1000, torchvision_model("inception_v3", init_weights=False, aux_logits=False)


class UNet(nn.Module):
    def __init__(self, filters=32, classes=12):
        super().__init__()
        widths = [filters << level for level in range(5)]

        def pair(inside, outside):
            return nn.Sequential(*(layer for n in (inside, outside) for layer in (nn.Conv2d(n, outside, 3, padding=1, bias=False), nn.BatchNorm2d(outside), nn.ReLU())))

        self.down = nn.ModuleList([pair(inside, outside) for inside, outside in zip([3, *widths], widths)])
        self.up = nn.ModuleList([nn.ConvTranspose2d(2 * width, width, 2, 2) for width in widths[:4]])
        self.pairs = nn.ModuleList([pair(2 * width, width) for width in widths[:4]])
        self.last = nn.Conv2d(filters, classes, 1)

    def forward(self, x):
        maps = []
        for level, pair in enumerate(self.down):
            x = pair(F.max_pool2d(x, 2) if level else x)
            maps.append(x)
        for level in (3, 2, 1, 0):
            x = self.pairs[level](torch.cat([maps[level], self.up[level](x)], 1))
        return self.last(x)


UNET = (3, 224, 224), 12, UNet

# Network, batch, whether it is trained.
WORKLOADS = {
    "mlp_train_b128": (MLP, 128, True),
    "lenet5_train_b128": (LENET5, 128, True),
    "mnist_convnet_train_b128": (CONVNET, 128, True),
    "resnet18_train_b16": (PHOTOGRAPHS["resnet18"], 16, True),
    "resnet50_train_b8": (PHOTOGRAPHS["resnet50"], 8, True),
    "alexnet_train_b32": (PHOTOGRAPHS["alexnet"], 32, True),
    "inceptionv3_train_b8": (INCEPTION, 8, True),
    "mobilenetv2_train_b16": (PHOTOGRAPHS["mobilenet_v2"], 16, True),
    "unet_train_b4": (UNET, 4, True),
    "densenet121_train_b8": (PHOTOGRAPHS["densenet121"], 8, True),
    "resnet50_infer_b1": (PHOTOGRAPHS["resnet50"], 1, False),
    "resnet50_infer_b8": (PHOTOGRAPHS["resnet50"], 8, False),
    "vgg16_infer_b1": (PHOTOGRAPHS["vgg16"], 1, False),
    "vgg16_infer_b8": (PHOTOGRAPHS["vgg16"], 8, False),
    "googlenet_infer_b1": (GOOGLENET, 1, False),
    "mobilenetv2_infer_b1": (PHOTOGRAPHS["mobilenet_v2"], 1, False),
    "efficientnetb0_infer_b1": (PHOTOGRAPHS["efficientnet_b0"], 1, False),
    "inceptionv3_infer_b1": (INCEPTION, 1, False),
    "densenet121_infer_b1": (PHOTOGRAPHS["densenet121"], 1, False),
}


def prepare(network, batch, trains):
    shape, classes, create = network
    torch.manual_seed(0)
    # A label an image, or one a pixel.
    x, y, model = torch.rand(batch, *shape), torch.randint(0, classes, (batch, *shape[1:]) if network is UNET else (batch,)), create()
    if not trains:
        model.eval()

        def infer():
            with torch.inference_mode():
                return model(x)
        return infer

    optimizer = torch.optim.Adam(model.parameters(), 1e-3)

    def train():
        optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        return float(loss)
    return train


def repeat(step, seconds, least_steps):
    times, end = [], time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < least_steps:
        start = time.perf_counter()
        step()
        times.append((time.perf_counter() - start) * 1e3)
    return sorted(times)


def peak_rss_mb():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) // 1024


def milliseconds_since_process_start():
    with open("/proc/self/stat") as stat:
        ticks = int(stat.read().rpartition(")")[2].split()[19])
    return (time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")) * 1e3


def measure(name, seconds):
    if name == "first_step":
        prepare(*WORKLOADS["mnist_convnet_train_b128"])()
        return [milliseconds_since_process_start()]
    step = prepare(*WORKLOADS[name])
    repeat(step, seconds / 2, 2)
    return repeat(step, seconds, 3)


parser = argparse.ArgumentParser()
parser.add_argument("names", nargs="*", metavar="NAME")
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--seconds", type=float, default=4)
arguments = parser.parse_args()
if unknown := set(arguments.names) - {"first_step", *WORKLOADS}:
    parser.error(f"there is no workload {', '.join(sorted(unknown))}; there are first_step, {', '.join(WORKLOADS)}")
torch.set_num_threads(arguments.threads)
for name in arguments.names or WORKLOADS:
    times = measure(name, arguments.seconds)
    print(json.dumps({
        "name": name, "median_ms": round(times[len(times) // 2], 3), "best_ms": round(times[0], 3), "steps": len(times),
        "threads": arguments.threads, "peak_rss_mb": peak_rss_mb(),
    }), flush=True)
