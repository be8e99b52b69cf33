"""The recipe of samples/cifar.cs in PyTorch (Debian's python3-torch and Pillow, Debian's own python3): same networks, first values, batches, rates, decay and augmentation; prints the same lines.
usage: python3 torch_cifar.py [--threads N] [--device cpu|cuda] [--seed N] [--steps N] FOLDER [NETWORK] [EPOCHS] [plain|augmented]   (without the last, both; --steps times so many steps and ends; --device needs PyTorch 2)"""
import argparse
import math
import os
import time

import numpy
import torch
import torch.nn as nn
import torch.nn.functional as F
from PIL import Image


def convolution(inside, outside, size, stride=1, epsilon=1e-5):
    """A convolution without bias, normalised; the activation is left to the caller."""
    return nn.Sequential(nn.Conv2d(inside, outside, size, stride, size // 2, bias=False), nn.BatchNorm2d(outside, eps=epsilon))


class Residual(nn.Module):
    def __init__(self, inside, outside, stride):
        super().__init__()
        self.first, self.second = convolution(inside, outside, 3, stride), convolution(outside, outside, 3)
        self.stride, self.added = stride, (outside - inside) // 2

    def forward(self, x):
        y = self.second(F.relu(self.first(x)))
        # Where the size halves, the skip takes every second pixel and adds channels of zeros.
        return F.relu(y + (x if self.stride == 1 else F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.added, self.added))))


class Inception(nn.Module):
    def __init__(self, inside, direct, few_middle, middle, few_wide, wide, pooled):
        super().__init__()
        self.branches = nn.ModuleList([
            relu(inside, direct, 1), nn.Sequential(relu(inside, few_middle, 1), relu(few_middle, middle, 3)),
            nn.Sequential(relu(inside, few_wide, 1), relu(few_wide, wide, 3)), nn.Sequential(nn.MaxPool2d(3, 1, 1), relu(inside, pooled, 1))])

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], 1)


def relu(inside, outside, size):
    return nn.Sequential(*convolution(inside, outside, size, epsilon=1e-3), nn.ReLU())


def resnet20(classes):
    # Filters before and after each block; the size halves where they double.
    sizes = [(16, 16), (16, 16), (16, 16), (16, 32), (32, 32), (32, 32), (32, 64), (64, 64), (64, 64)]
    blocks = [Residual(inside, outside, outside // inside) for inside, outside in sizes]
    return nn.Sequential(convolution(3, 16, 3), nn.ReLU(), *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, classes))


def alexnet_small(classes):
    def wide(inside, outside, size):
        return nn.Conv2d(inside, outside, size, padding=size // 2), nn.ReLU()
    return nn.Sequential(
        *wide(3, 64, 5), nn.MaxPool2d(3, 2), *wide(64, 192, 5), nn.MaxPool2d(3, 2), *wide(192, 384, 3), *wide(384, 256, 3), *wide(256, 256, 3), nn.MaxPool2d(3, 2), nn.Flatten(),
        nn.Dropout(0.5), nn.Linear(2304, 1024), nn.ReLU(), nn.Dropout(0.5), nn.Linear(1024, 1024), nn.ReLU(), nn.Linear(1024, classes))


def vgg16_small(classes):
    layers, inside = [], 3
    for filters, count in zip((64, 128, 256, 512, 512), (2, 2, 3, 3, 3)):
        for _ in range(count):
            layers += [convolution(inside, filters, 3), nn.ReLU()]
            inside = filters
        layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers, nn.Flatten(), nn.Dropout(0.5), nn.Linear(512, classes))


def googlenet_small(classes):
    modules = [
        (64, 96, 128, 16, 32, 32), (128, 128, 192, 32, 96, 64), None, (192, 96, 208, 16, 48, 64), (160, 112, 224, 24, 64, 64), (128, 128, 256, 24, 64, 64), (112, 144, 288, 32, 64, 64),
        (256, 160, 320, 32, 128, 128), None, (256, 160, 320, 32, 128, 128), (384, 192, 384, 48, 128, 128)]
    layers, inside = [relu(3, 192, 3)], 192
    for module in modules:
        layers.append(Inception(inside, *module) if module else nn.MaxPool2d(3, 2, ceil_mode=True))
        inside = module[0] + module[2] + module[4] + module[5] if module else inside
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.2), nn.Linear(1024, classes))


NETWORKS = {"resnet20": resnet20, "alexnet-small": alexnet_small, "vgg16-small": vgg16_small, "googlenet-small": googlenet_small}


def first_values(model, name):
    """Those of src/Laminet.Zoo: He's, truncated, for convolutions, Glorot's for dense layers; AlexNet's are uniform within 1 / sqrt(fan-in). Biases are 0."""
    for module in model.modules():
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            inputs = module.weight[0].numel()
            if name == "alexnet-small":
                nn.init.uniform_(module.weight, -inputs ** -0.5, inputs ** -0.5)
            elif isinstance(module, nn.Linear):
                nn.init.xavier_uniform_(module.weight)
            else:
                deviation = math.sqrt(2 / inputs) / 0.87962566103423978
                nn.init.trunc_normal_(module.weight, std=deviation, a=-2 * deviation, b=2 * deviation)
            if module.bias is not None:
                nn.init.zeros_(module.bias)


def read(folder, classes):
    """All images of a folder as one tensor of bytes, and their labels."""
    paths = [(os.path.join(folder, name, file), label) for label, name in enumerate(classes) for file in sorted(os.listdir(os.path.join(folder, name)))]
    images = numpy.stack([numpy.asarray(Image.open(path).convert("RGB")) for path, _ in paths])
    return torch.from_numpy(images).permute(0, 3, 1, 2).contiguous().to(arguments.device), torch.tensor([label for _, label in paths])


def uniform(count, limit):
    return torch.empty(count).uniform_(-limit, limit)


def warped(x, a, b, c, d, right, down):
    """Images moved by one map each, from a pixel of the result to its place in the image, in units of half a side about the centre; the nearest pixel there, beyond the edges mirrored."""
    theta = torch.stack([torch.stack([a, b, right], 1), torch.stack([c, d, down], 1)], 1)
    return F.grid_sample(x, F.affine_grid(theta, x.shape, align_corners=False), mode="nearest", padding_mode="reflection", align_corners=False)


def augment(x):
    """As the layers of the sample, one after the other: mirrored, shifted by up to a tenth, turned by up to 5.4 degrees, 10 % larger or smaller."""
    count = len(x)
    one, none = torch.ones(count), torch.zeros(count)
    x = torch.where((torch.rand(count) < 0.5)[:, None, None, None], x.flip(3), x)
    x = warped(x, one, none, none, one, uniform(count, 0.2), uniform(count, 0.2))
    angle, zoom = uniform(count, 0.015 * 2 * math.pi), 1 + uniform(count, 0.1)
    x = warped(x, angle.cos(), -angle.sin(), angle.sin(), angle.cos(), none, none)
    return warped(x, zoom, none, none, zoom, none, none)


def accuracy(model, images, labels):
    model.eval()
    with torch.inference_mode():
        right = sum((model((part.float() - MEAN) / DEVIATION).argmax(1) == truth).sum().item() for part, truth in zip(images.split(250), labels.split(250)))
    model.train()
    return right / len(labels)


def rate_at(step, steps, highest):
    """Laminet's OneCycle with pctStart 0.2, the rates of torch.optim.lr_scheduler.OneCycleLR."""
    first, peak, end = highest / 25, 0.2 * steps - 1, steps - 1
    start, stop, share = (first, highest, step / peak) if step <= peak else (highest, first / 1e4, (step - peak) / (end - peak))
    return stop + (start - stop) * (1 + math.cos(math.pi * share)) / 2


def run(what, augments):
    torch.manual_seed(arguments.seed)
    model = NETWORKS[arguments.network](len(classes))
    first_values(model, arguments.network)
    weights = list(model.parameters())
    decayed = [weight for weight in weights if weight.ndim > 1]
    velocity = [torch.zeros_like(weight) for weight in weights]
    count, step, momentum = len(train_labels), 0, 0.9
    steps = arguments.epochs * -(-count // BATCH)
    highest = 0.01 if arguments.network.startswith("alexnet") else 0.1
    begin = time.perf_counter()
    for epoch in range(arguments.epochs):
        start, losses, right = time.perf_counter(), 0.0, 0
        for part in torch.randperm(count).split(BATCH):
            x, y = train_images[part].float(), train_labels[part]
            scores = model(((augment(x) if augments else x) - MEAN) / DEVIATION)
            loss = F.cross_entropy(scores, y)
            gradients = torch.autograd.grad(loss, weights)
            rate = rate_at(step, steps, highest)
            with torch.no_grad():
                # Keras's rule, decay apart: w (1 - r d), v = b v - r g, w += b v - r g.
                torch._foreach_mul_(decayed, 1 - rate * 1e-2)
                torch._foreach_mul_(velocity, momentum)
                torch._foreach_add_(velocity, gradients, alpha=-rate)
                torch._foreach_add_(weights, velocity, alpha=momentum)
                torch._foreach_add_(weights, gradients, alpha=-rate)
            losses += loss.item() * len(y)
            right += (scores.argmax(1) == y).sum().item()
            step += 1
            if step == arguments.steps:
                print(f"{what}: {1000 * (time.perf_counter() - begin) / step:.1f} ms a step", flush=True)
                return
        print(f"Epoch {epoch + 1}/{arguments.epochs}  {time.perf_counter() - start:.1f} s   loss {losses / count:.4f}  accuracy {right / count:.4f}", flush=True)
    seconds = time.perf_counter() - begin
    seen, unseen = accuracy(model, train_images, train_labels), accuracy(model, test_images, test_labels)
    print(f"{what}: training accuracy {seen:.4f}, test accuracy {unseen:.4f}, gap {seen - unseen:.4f}, {seconds:.0f} s, {1000 * seconds / steps:.1f} ms a step", flush=True)


parser = argparse.ArgumentParser()
parser.add_argument("folder")
parser.add_argument("network", nargs="?", default="resnet20", choices=NETWORKS)
parser.add_argument("epochs", nargs="?", type=int, default=30)
parser.add_argument("only", nargs="?", choices=["plain", "augmented"])
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--device", default="cpu")
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--steps", type=int)
arguments = parser.parse_args()
BATCH = 64
torch.set_num_threads(arguments.threads)
if arguments.device != "cpu":
    torch.set_default_device(arguments.device)
    # Products in float32, as the processor computes them.
    torch.backends.cudnn.allow_tf32 = False
MEAN, DEVIATION = (255 * torch.tensor(numbers).view(3, 1, 1) for numbers in ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)))
classes = sorted(os.listdir(os.path.join(arguments.folder, "train")))
train_images, train_labels = read(os.path.join(arguments.folder, "train"), classes)
test_images, test_labels = read(os.path.join(arguments.folder, "test"), classes)
parameters = sum(weight.numel() for weight in NETWORKS[arguments.network](len(classes)).parameters())
print(f"{arguments.network} ({parameters:,} parameters), {len(train_labels)} images, {arguments.epochs} epochs, batch {BATCH}", flush=True)
if arguments.only != "augmented":
    run("without augmentation", False)
if arguments.only != "plain":
    run("with augmentation", True)
