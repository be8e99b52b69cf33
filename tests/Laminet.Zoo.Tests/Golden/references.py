"""Networks that torchvision does not have, or has otherwise, in PyTorch: the references of make_models_golden.py."""
import torch
import torch.nn as nn
import torch.nn.functional as F
import torchvision.models as M
import torchvision.models.inception
from torchvision.models.googlenet import BasicConv2d


class CifarResNet(nn.Module):
    """He et al. 2015, section 4.2, with the names of pytorch_resnet_cifar10; shortcuts of kind A."""

    class Block(nn.Module):
        def __init__(self, inside, outside, stride):
            super().__init__()
            self.stride, self.more = stride, outside - inside
            self.conv1, self.bn1 = nn.Conv2d(inside, outside, 3, stride, 1, bias=False), nn.BatchNorm2d(outside)
            self.conv2, self.bn2 = nn.Conv2d(outside, outside, 3, 1, 1, bias=False), nn.BatchNorm2d(outside)

        def forward(self, x):
            y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
            skip = x[:, :, ::self.stride, ::self.stride]
            return F.relu(y + F.pad(skip, (0, 0, 0, 0, self.more // 2, self.more // 2)))

    def __init__(self, blocks, classes):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16)
        inside = 16
        for stage in (1, 2, 3):
            layers = []
            for block in range(blocks):
                layers.append(self.Block(inside, 8 << stage, 2 if stage > 1 and block == 0 else 1))
                inside = 8 << stage
            setattr(self, f"layer{stage}", nn.Sequential(*layers))
        self.linear = nn.Linear(64, classes)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        return self.linear(self.layer3(self.layer2(self.layer1(x))).mean((2, 3)))


class PaperAlexNet(nn.Module):
    """Krizhevsky et al. 2012: two groups in convolutions 2, 4 and 5, local response normalisation (alpha of the sum), images of 227."""

    def __init__(self, classes):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(3, 96, 11, 4), nn.Conv2d(96, 256, 5, padding=2, groups=2)
        self.conv3, self.conv4 = nn.Conv2d(256, 384, 3, padding=1), nn.Conv2d(384, 384, 3, padding=1, groups=2)
        self.conv5 = nn.Conv2d(384, 256, 3, padding=1, groups=2)
        self.norm = nn.LocalResponseNorm(5, 5e-4, 0.75, 2)
        self.fc6, self.fc7, self.fc8 = nn.Linear(9216, 4096), nn.Linear(4096, 4096), nn.Linear(4096, classes)

    def forward(self, x):
        x = F.max_pool2d(self.norm(F.relu(self.conv1(x))), 3, 2)
        x = F.max_pool2d(self.norm(F.relu(self.conv2(x))), 3, 2)
        x = F.max_pool2d(F.relu(self.conv5(F.relu(self.conv4(F.relu(self.conv3(x)))))), 3, 2)
        return self.fc8(F.relu(self.fc7(F.relu(self.fc6(x.flatten(1))))))


def small_alexnet(classes):
    network = M.AlexNet(classes)
    network.features[0] = nn.Conv2d(3, 64, 5, padding=2)
    network.avgpool = nn.Identity()
    network.classifier[1], network.classifier[4], network.classifier[6] = nn.Linear(2304, 1024), nn.Linear(1024, 1024), nn.Linear(1024, classes)
    return network


def small_vgg(classes):
    network = M.vgg16_bn()
    for place, layer in enumerate(network.features):
        if isinstance(layer, nn.Conv2d):
            network.features[place] = nn.Conv2d(layer.in_channels, layer.out_channels, 3, padding=1, bias=False)
    network.avgpool, network.classifier = nn.AdaptiveAvgPool2d(1), nn.Linear(512, classes)
    return network


def small_googlenet(classes):
    network = M.googlenet(num_classes=classes, init_weights=False, aux_logits=False)
    network.conv1 = network.maxpool1 = network.conv2 = network.maxpool2 = nn.Identity()
    network.conv3 = BasicConv2d(3, 192, kernel_size=3, padding=1)
    network.maxpool4 = nn.MaxPool2d(3, 2, ceil_mode=True)
    return network


class PaperGoogLeNet(nn.Module):
    """Szegedy et al. 2014 as the authors' definition for Caffe has it."""

    MODULES = {
        "3a": (192, 64, 96, 128, 16, 32, 32), "3b": (256, 128, 128, 192, 32, 96, 64), "4a": (480, 192, 96, 208, 16, 48, 64),
        "4b": (512, 160, 112, 224, 24, 64, 64), "4c": (512, 128, 128, 256, 24, 64, 64), "4d": (512, 112, 144, 288, 32, 64, 64),
        "4e": (528, 256, 160, 320, 32, 128, 128), "5a": (832, 256, 160, 320, 32, 128, 128), "5b": (832, 384, 192, 384, 48, 128, 128)}

    def __init__(self, classes):
        super().__init__()
        self.conv1, self.conv2_reduce, self.conv2 = nn.Conv2d(3, 64, 7, 2, 3), nn.Conv2d(64, 64, 1), nn.Conv2d(64, 192, 3, padding=1)
        self.norm = nn.LocalResponseNorm(5, 1e-4, 0.75, 1)
        for name, (n, direct, few, middle, few_wide, wide, pooled) in self.MODULES.items():
            setattr(self, f"inception{name}", nn.ModuleDict({
                "1x1": nn.Conv2d(n, direct, 1), "3x3_reduce": nn.Conv2d(n, few, 1), "3x3": nn.Conv2d(few, middle, 3, padding=1),
                "5x5_reduce": nn.Conv2d(n, few_wide, 1), "5x5": nn.Conv2d(few_wide, wide, 5, padding=2), "pool_proj": nn.Conv2d(n, pooled, 1)}))
        self.fc = nn.Linear(1024, classes)

    def forward(self, x):
        def pool(x):
            return F.max_pool2d(x, 3, 2, ceil_mode=True)

        x = self.norm(pool(F.relu(self.conv1(x))))
        x = pool(self.norm(F.relu(self.conv2(F.relu(self.conv2_reduce(x))))))
        for name in self.MODULES:
            x = pool(x) if name in ("4a", "5a") else x
            m = getattr(self, f"inception{name}")
            x = torch.cat([
                F.relu(m["1x1"](x)), F.relu(m["3x3"](F.relu(m["3x3_reduce"](x)))), F.relu(m["5x5"](F.relu(m["5x5_reduce"](x)))),
                F.relu(m["pool_proj"](F.max_pool2d(x, 3, 1, 1)))], 1)
        return self.fc(x.mean((2, 3)))


class UNet(nn.Module):
    """Ronneberger et al. 2015; with borders and batch normalisation, or without both as in the paper."""

    def __init__(self, filters, classes, channels, paper):
        super().__init__()
        self.paper = paper

        def pair(inside, outside):
            layers = {}
            for i in (1, 2):
                layers[f"conv{i}"] = nn.Conv2d(inside, outside, 3, padding=0 if paper else 1, bias=paper)
                if not paper:
                    layers[f"norm{i}"] = nn.BatchNorm2d(outside)
                layers[f"relu{i}"], inside = nn.ReLU(), outside
            return nn.ModuleDict(layers)

        for level in range(1, 5):
            wide = filters << (level - 1)
            setattr(self, f"down{level}", pair(channels if level == 1 else wide // 2, wide))
            up = pair(2 * wide, wide)
            up["transpose"] = nn.ConvTranspose2d(2 * wide, wide, 2, 2)
            setattr(self, f"up{level}", up)
        self.bottom, self.classifier = pair(filters * 8, filters * 16), nn.Conv2d(filters, classes, 1)

    @staticmethod
    def run(pair, x):
        for name, layer in pair.items():
            x = x if name == "transpose" else layer(x)
        return x

    def forward(self, x):
        maps = []
        for level in range(1, 5):
            x = self.run(getattr(self, f"down{level}"), x)
            maps.append(x)
            x = F.max_pool2d(x, 2)
        x = self.run(self.bottom, x)
        for level in range(4, 0, -1):
            up, skip = getattr(self, f"up{level}"), maps[level - 1]
            x = up["transpose"](x)
            top, left = (skip.shape[2] - x.shape[2]) // 2, (skip.shape[3] - x.shape[3]) // 2
            x = self.run(up, torch.cat([skip[:, :, top:top + x.shape[2], left:left + x.shape[3]], x], 1))
        return self.classifier(x)


class Fcos(nn.Module):
    """One level of Tian et al. 2019 over residual blocks; logits of classes, distances before softplus, the logit of being central."""

    def __init__(self, width, classes):
        super().__init__()

        def unit(inside, outside, size=3, stride=1):
            return nn.ModuleDict({"conv": nn.Conv2d(inside, outside, size, stride, size // 2, bias=False), "norm": nn.BatchNorm2d(outside)})

        def block(inside, outside):
            return nn.ModuleDict({"0": unit(inside, outside, stride=2), "1": unit(outside, outside), "skip": unit(inside, outside, 1, 2)})

        self.stem, self.lateral = unit(3, width, stride=2), unit(8 * width, 4 * width, 1)
        self.stage1, self.stage2, self.stage3 = block(width, 2 * width), block(2 * width, 4 * width), block(4 * width, 8 * width)
        for name, heads in {"classes": {"logits": classes}, "sides": {"distances": 4, "center": 1}}.items():
            tower = {"0": unit(4 * width, 4 * width), "1": unit(4 * width, 4 * width)}
            tower.update({head: nn.Conv2d(4 * width, filters, 3, padding=1) for head, filters in heads.items()})
            setattr(self, name, nn.ModuleDict(tower))

    def forward(self, x):
        def run(unit, x):
            return unit["norm"](unit["conv"](x))

        def block(block, x):
            return F.relu(run(block["1"], F.relu(run(block["0"], x))) + run(block["skip"], x))

        fine = block(self.stage2, block(self.stage1, F.relu(run(self.stem, x))))
        x = F.interpolate(F.relu(run(self.lateral, block(self.stage3, fine))), scale_factor=2) + fine
        towers = {name: F.relu(run(tower["1"], F.relu(run(tower["0"], x)))) for name, tower in (("classes", self.classes), ("sides", self.sides))}
        return torch.cat([self.classes["logits"](towers["classes"]), self.sides["distances"](towers["sides"]), self.sides["center"](towers["sides"])], 1)


# The layouts of Keras, made from torchvision's networks by the differences in keras.applications.

def with_epsilon(network, epsilon):
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eps = epsilon
    return network


def with_same_padding(network):
    """Convolutions of stride 2 get their borders as TensorFlow's SAME has them: the odd cell after."""
    def border(module, inputs):
        x, cells = inputs[0], []
        for length, size in zip(reversed(x.shape[2:]), reversed(module.kernel_size)):
            total = max(0, (-(-length // 2) - 1) * 2 + size - length)
            cells += [total // 2, total - total // 2]
        return F.pad(x, cells)

    for module in network.modules():
        if isinstance(module, nn.Conv2d) and module.stride == (2, 2) and module.kernel_size != (1, 1):
            module.padding = (0, 0)
            module.register_forward_pre_hook(border)
    return network


def keras_resnet(network):
    """Biases, and the stride of a bottleneck in its first convolution."""
    for module in list(network.modules()):
        for name, child in list(module.named_children()):
            if isinstance(child, nn.Conv2d):
                stride = child.stride
                if isinstance(module, torchvision.models.resnet.Bottleneck) and name in ("conv1", "conv2"):
                    stride = module.stride if name == "conv1" else 1
                setattr(module, name, nn.Conv2d(child.in_channels, child.out_channels, child.kernel_size, stride, child.padding))
    return with_epsilon(network, 1.001e-5)


class KerasInception(nn.Module):
    """The border of an average does not count; no gamma."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, x):
        functional, average = torchvision.models.inception.F, F.avg_pool2d
        functional.avg_pool2d = lambda *inputs, **settings: average(*inputs, **settings, count_include_pad=False)
        try:
            return self.network(x)
        finally:
            functional.avg_pool2d = average


def without_ceil(network):
    for module in network.modules():
        if isinstance(module, nn.MaxPool2d):
            module.ceil_mode = False
    return network
