#!/usr/bin/python3
"""seeing.json: explanations of small convolutional networks by PyTorch, in float64. Needs Debian's python3-torch. usage: make_seeing_golden.py"""
import json
import os

import numpy as np
import torch
import torch.nn.functional as F

HEIGHT, WIDTH, CHANNELS, CLASSES = 8, 10, 3, 5


def numbers(seed, *shape):
    return np.random.RandomState(seed).normal(0, 0.4, shape)


class Net:
    """Convolution of 3 x 3 with 4 filters, "same", relu; max pooling of 2 x 2; convolution of 3 x 3 with 6 filters, relu; mean over the places; dense of 5 classes. Weights as Keras lays them out."""

    def __init__(self):
        self.w1, self.b1 = numbers(1, 3, 3, CHANNELS, 4), numbers(2, 4)
        self.w2, self.b2 = numbers(3, 3, 3, 4, 6), numbers(4, 6)
        self.w3, self.b3 = numbers(5, 6, CLASSES), numbers(6, CLASSES)

    def maps(self, x):
        kernel = lambda w: torch.tensor(w.transpose(3, 2, 0, 1).copy())
        first = F.relu(F.conv2d(x, kernel(self.w1), torch.tensor(self.b1), padding=1))
        return first, F.relu(F.conv2d(F.max_pool2d(first, 2), kernel(self.w2), torch.tensor(self.b2)))

    def head(self, maps):
        return maps.mean((2, 3)) @ torch.tensor(self.w3) + torch.tensor(self.b3)

    def __call__(self, x):
        return self.head(self.maps(x)[1])


def batch(image):
    return torch.tensor(image.transpose(2, 0, 1).copy())[None]


def slope(net, x, target):
    x = x.clone().requires_grad_()
    net(x)[:, target].sum().backward()
    return x.grad


def flat(tensor):
    return [float(v) for v in np.asarray(tensor.detach() if isinstance(tensor, torch.Tensor) else tensor).reshape(-1)]


def hwc(x):
    return x[0].permute(1, 2, 0)


def main():
    net = Net()
    image, baseline = np.abs(numbers(7, HEIGHT, WIDTH, CHANNELS)), np.abs(numbers(8, HEIGHT, WIDTH, CHANNELS)) * 0.2
    x, b = batch(image), batch(baseline)
    scores = net(x)
    first, last = net.maps(x)
    document = {
        "weights": [{"shape": list(w.shape), "values": flat(w)} for w in (net.w1, net.b1, net.w2, net.b2, net.w3, net.b3)],
        "image": flat(image), "baseline": flat(baseline), "scores": flat(scores), "maps": flat(hwc(first)), "classes": [],
    }
    for target in range(CLASSES):
        steps = 24
        mean = sum(slope(net, b + (x - b) * ((k + 0.5) / steps), target) for k in range(steps)) / steps
        cams = []
        for which in (0, 1):
            kept = net.maps(x)[which].detach().requires_grad_()
            kernel = torch.tensor(net.w2.transpose(3, 2, 0, 1).copy())
            after = kept if which else F.relu(F.conv2d(F.max_pool2d(kept, 2), kernel, torch.tensor(net.b2)))
            net.head(after)[0, target].backward()
            cam = F.relu((kept.grad.mean((2, 3), keepdim=True) * kept).sum(1, keepdim=True))
            cams.append({"map": flat(cam), "image": flat(F.interpolate(cam, (HEIGHT, WIDTH), mode="bilinear", align_corners=False))})
        window, stride, value = 3, 2, 0.25
        sums, counts = np.zeros((HEIGHT, WIDTH)), np.zeros((HEIGHT, WIDTH))
        starts = lambda length: sorted({min(s, length - window) for s in range(0, length, stride)})
        for top in starts(HEIGHT):
            for left in starts(WIDTH):
                hidden = x.clone()
                hidden[:, :, top:top + window, left:left + window] = value
                sums[top:top + window, left:left + window] += float(scores[0, target] - net(hidden)[0, target])
                counts[top:top + window, left:left + window] += 1
        document["classes"].append({"gradient": flat(hwc(slope(net, x, target))), "integrated": flat(hwc((x - b) * mean)), "cams": cams, "occlusion": flat(sums / counts)})
    # Gradient ascent for channel 2 of the first convolution, from the image, in the range 0 to 1.
    way, y = [], x.clone()
    for step in range(6):
        leaf = y.clone().requires_grad_()
        activation = net.maps(leaf)[0][0, 2].mean()
        way.append(float(activation))
        activation.backward()
        if step < 5:
            y = (y * (1 - 0.01) + 0.05 * leaf.grad / leaf.grad.square().mean().sqrt()).clamp(0, 1)
    document["ascent"] = {"image": flat(hwc(y)), "activations": way}
    # The second layer's maps back to pixels: each channel's strongest value alone, and all of them; by the maxima's switches, and by the first place of each window.
    pooled, switches = F.max_pool2d(first, 2, return_indices=True)
    places = torch.arange(HEIGHT * WIDTH).reshape(HEIGHT, WIDTH)[::2, ::2].expand_as(switches)
    signals = [last]
    for channel in range(last.shape[1]):
        alone = torch.zeros_like(last)
        place = int(last[0, channel].argmax())
        alone[0, channel].view(-1)[place] = last[0, channel].reshape(-1)[place]
        signals.append(alone)
    for name, where in (("switches", switches), ("first_places", places)):
        document["deconvolution_" + name] = [flat(hwc(F.conv_transpose2d(
            F.relu(F.max_unpool2d(F.conv_transpose2d(F.relu(signal), torch.tensor(net.w2.transpose(3, 2, 0, 1).copy())), where, 2)), torch.tensor(net.w1.transpose(3, 2, 0, 1).copy()), padding=1)))
            for signal in signals]
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "seeing.json"), "w") as file:
        json.dump(document, file)
        file.write("\n")


main()
