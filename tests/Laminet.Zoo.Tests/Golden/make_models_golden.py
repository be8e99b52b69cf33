"""Writes models.json: what PyTorch's networks, in double precision, give for images and weights that are a function of their names.
ModelGoldenTests.cs fills ours with the same numbers. Debian's python3-torch (1.13) and python3-torchvision (0.14).
usage: python3 make_models_golden.py [NAME ...]   (only these are computed again)"""
import json
import os
import re
import sys

import numpy as np
import torch
import torch.nn as nn
import torchvision.models as M

import references as R

CLASSES = 7


def numbers(name, count):
    """Numbers in [0, 1), a hash of the name and the place: NamedNumbers.cs has the same."""
    state = 2166136261
    for byte in name.encode():
        state = (state ^ byte) * 16777619 % 2**32
    x = (np.arange(count, dtype=np.uint64) * 0x9E3779B9 + state).astype(np.uint32)
    x ^= x >> 16
    x *= np.uint32(0x7FEB352D)
    x ^= x >> 15
    x *= np.uint32(0x846CA68B)
    x ^= x >> 16
    return x / 2.0**32


def weight(name, shape):
    """A weight of ours by its path, in our layout."""
    u, kind = numbers(name, int(np.prod(shape))), name.split("/")[-1]
    if kind == "kernel":
        fan = shape[0] * shape[1] if shape[-1] == 1 else np.prod(shape[:-1])
        low, high = -np.sqrt(6 / fan), np.sqrt(6 / fan)
    else:
        low, high = {"gamma": (0.9, 1.1), "moving_variance": (0.8, 1.2)}.get(kind, (-0.1, 0.1))
    return torch.from_numpy((low + (high - low) * u).astype(np.float32).astype(np.float64).reshape(shape))


def fill(network, rename=lambda name: name, flat=None, gamma=True):
    """Gives each module the weights that ours of the same name has. flat: height and width of the maps that the first dense layer sees in a row."""
    for name, module in network.named_modules():
        ours = rename(name)
        if isinstance(module, nn.Conv2d):
            (o, i), (h, w) = module.weight.shape[:2], module.kernel_size
            if module.groups == module.in_channels > 1:
                module.weight.data = weight(f"{ours}/kernel", (h, w, o, 1)).permute(2, 3, 0, 1)
            else:
                module.weight.data = weight(f"{ours}/kernel", (h, w, i, o)).permute(3, 2, 0, 1)
        elif isinstance(module, nn.ConvTranspose2d):
            (i, o), (h, w) = module.weight.shape[:2], module.kernel_size
            module.weight.data = weight(f"{ours}/kernel", (h, w, o, i)).permute(3, 2, 0, 1)
        elif isinstance(module, nn.MultiheadAttention):
            heads, width = module.num_heads, module.embed_dim
            parts = ("query", "key", "value")
            module.in_proj_weight.data = torch.cat([weight(f"{ours}/{part}/kernel", (width, heads, width // heads)).reshape(width, width).T for part in parts])
            module.in_proj_bias.data = torch.cat([weight(f"{ours}/{part}/bias", (width,)) for part in parts])
            module.out_proj.weight.data = weight(f"{ours}/attention_output/kernel", (heads, width // heads, width)).reshape(width, width).T
            module.out_proj.bias.data = weight(f"{ours}/attention_output/bias", (width,))
            continue
        elif isinstance(module, nn.Linear):
            if name.endswith("out_proj"):
                continue
            o, i = module.weight.shape
            kernel = weight(f"{ours}/kernel", (i, o))
            if flat is not None and (side := flat.get(name)):
                kernel = kernel.reshape(side, side, -1, o).permute(2, 0, 1, 3).reshape(i, o)
            module.weight.data = kernel.T
        elif isinstance(module, nn.BatchNorm2d):
            module.weight.data = weight(f"{ours}/gamma", module.weight.shape) if gamma else torch.ones_like(module.weight).double()
            module.bias.data = weight(f"{ours}/beta", module.bias.shape)
            module.running_mean = weight(f"{ours}/moving_mean", module.bias.shape)
            module.running_var = weight(f"{ours}/moving_variance", module.bias.shape)
            continue
        elif isinstance(module, nn.LayerNorm):
            module.weight.data, module.bias.data = weight(f"{ours}/gamma", module.weight.shape), weight(f"{ours}/beta", module.bias.shape)
            continue
        if getattr(module, "bias", None) is not None:
            module.bias.data = weight(f"{ours}/bias", module.bias.shape)
    for name, parameter in network.named_parameters():
        if name.endswith("layer_scale"):
            parameter.data = weight(f"{name}/gamma", parameter.shape[:1]).reshape(parameter.shape)
        if name == "class_token":
            parameter.data = weight(f"{name}/token", parameter.shape)
        if name == "encoder.pos_embedding":
            parameter.data = weight(f"{name}/embeddings", parameter.shape[1:])[None]
    return network.double().eval()


def keras_vgg(name):
    if name.startswith("classifier"):
        return {"classifier.0": "fc1", "classifier.3": "fc2", "classifier.6": "predictions"}.get(name, name)
    place = {int(p): n for p, n in zip((0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28), (
        f"block{block}_conv{i}" for block, count in enumerate((2, 2, 3, 3, 3), 1) for i in range(1, count + 1)))}
    return place.get(int(name.split(".")[1]), name) if name.startswith("features.") else name


def keras_resnet(name):
    if match := re.fullmatch(r"layer(\d)\.(\d+)\.(conv|bn)(\d)", name):
        stage, block, kind, i = match.groups()
        return f"conv{int(stage) + 1}_block{int(block) + 1}_{i}_{kind}"
    if match := re.fullmatch(r"layer(\d)\.0\.downsample\.([01])", name):
        return f"conv{int(match[1]) + 1}_block1_0_{('conv', 'bn')[int(match[2])]}"
    return {"conv1": "conv1_conv", "bn1": "conv1_bn", "fc": "predictions"}.get(name, name)


def keras_mobilenet(name):
    if match := re.fullmatch(r"features\.(\d+)\.conv\.(\d)(?:\.(\d))?", name):
        block, step, part = int(match[1]) - 1, int(match[2]), match[3]
        steps = ["depthwise", "project", "project_BN"] if block == 0 else ["expand", "depthwise", "project", "project_BN"]
        place = "expanded_conv" if block == 0 else f"block_{block}"
        return f"{place}_{steps[step]}{'_BN' if part == '1' else ''}"
    return {"features.0.0": "Conv1", "features.0.1": "bn_Conv1", "features.18.0": "Conv_1", "features.18.1": "Conv_1_bn", "classifier.1": "predictions"}.get(name, name)


def keras_densenet(name):
    if match := re.fullmatch(r"features\.denseblock(\d)\.denselayer(\d+)\.(\w+)", name):
        part = {"norm1": "0_bn", "conv1": "1_conv", "norm2": "1_bn", "conv2": "2_conv"}.get(match[3])
        return f"conv{int(match[1]) + 1}_block{match[2]}_{part}"
    if match := re.fullmatch(r"features\.transition(\d)\.(norm|conv)", name):
        return f"pool{int(match[1]) + 1}_{'bn' if match[2] == 'norm' else 'conv'}"
    return {"features.conv0": "conv1_conv", "features.norm0": "conv1_bn", "features.norm5": "bn", "classifier": "predictions"}.get(name, name)


def keras_efficientnet(name):
    if match := re.fullmatch(r"features\.(\d)\.(\d)\.block\.(\d)\.(0|1|fc1|fc2)", name):
        stage, block, step, part = match.groups()
        steps = [("dwconv", "bn"), "se", ("project_conv", "project_bn")]
        steps = steps if stage == "1" else [("expand_conv", "expand_bn"), *steps]
        what = {"fc1": "se_reduce", "fc2": "se_expand"}.get(part) or steps[int(step)][int(part)]
        return f"block{stage}{'abcd'[int(block)]}_{what}"
    return {"features.0.0": "stem_conv", "features.0.1": "stem_bn", "features.8.0": "top_conv", "features.8.1": "top_bn", "classifier.1": "predictions"}.get(name, name)


def keras_squeezenet(name):
    if match := re.fullmatch(r"features\.(\d+)\.(squeeze|expand1x1|expand3x3)", name):
        fire = {3: 2, 4: 3, 6: 4, 7: 5, 9: 6, 10: 7, 11: 8, 12: 9}[int(match[1])]
        return f"fire{fire}/{match[2]}{'1x1' if match[2] == 'squeeze' else ''}"
    return {"features.0": "conv1", "classifier.1": "conv10"}.get(name, name)


def keras_inception(network):
    """Keras numbers its layers as they are made, which is the order of torchvision's."""
    names, count = {}, 0
    for name, module in network.named_modules():
        if isinstance(module, nn.Conv2d):
            suffix = f"_{count}" if count else ""
            names[name], names[name[:-len("conv")] + "bn"], count = f"conv2d{suffix}", f"batch_normalization{suffix}", count + 1
    return {**names, "fc": "predictions"}


def keras_inception_v3():
    network = M.inception_v3(num_classes=CLASSES, init_weights=False, aux_logits=False)
    names = keras_inception(network)
    return R.KerasInception(fill(network, lambda name: names.get(name, name), gamma=False))


def in_training(network, outputs):
    """Of a network that gives its auxiliary outputs in training alone, these, with dropout and normalisation as in inference."""
    network.training = True
    return lambda x: [getattr(network(x), name) for name in outputs]


def googlenet_with_auxiliary():
    network = fill(M.googlenet(num_classes=CLASSES, init_weights=False, aux_logits=True), flat={"aux1.fc1": 4, "aux2.fc1": 4})
    # The class's _forward returns the second auxiliary output first, and forward takes it for the first (torchvision 0.14).
    return in_training(network, ("logits", "aux_logits2", "aux_logits1"))


def tiny_vit():
    return M.VisionTransformer(32, 16, 12, 3, 192, 768, num_classes=CLASSES)


def torch_model(name, **settings):
    return getattr(M, name)(num_classes=CLASSES, **settings)


# Name, image, network. Sizes are such that strides meet odd and even lengths.
NETWORKS = {
    "alexnet": ((224, 224, 3), lambda: fill(torch_model("alexnet"), flat={"classifier.1": 6})),
    "alexnet@96": ((96, 103, 3), lambda: fill(torch_model("alexnet"), flat={"classifier.1": 6})),
    "alexnet/paper": ((227, 227, 3), lambda: fill(R.PaperAlexNet(CLASSES), flat={"fc6": 6})),
    "alexnet_small": ((32, 32, 3), lambda: fill(R.small_alexnet(CLASSES), flat={"classifier.1": 3})),
    "googlenet": ((70, 64, 3), lambda: fill(torch_model("googlenet", init_weights=False, aux_logits=False))),
    "googlenet/auxiliary": ((64, 64, 3), googlenet_with_auxiliary),
    "googlenet/paper": ((64, 75, 3), lambda: fill(R.PaperGoogLeNet(CLASSES))),
    "googlenet_small": ((32, 32, 3), lambda: fill(R.small_googlenet(CLASSES))),
    "inception_v3": ((75, 80, 3), lambda: fill(torch_model("inception_v3", init_weights=False, aux_logits=False))),
    "inception_v3/auxiliary": ((299, 299, 3), lambda: in_training(fill(torch_model("inception_v3", init_weights=False, aux_logits=True)), ("logits", "aux_logits"))),
    "inception_v3/keras": ((75, 80, 3), keras_inception_v3),
    "vgg16/features": ((32, 32, 3), lambda: fill(M.vgg16()).features),
    "vgg16/keras": ((32, 64, 3), lambda: fill(M.vgg16(), keras_vgg).features),
    "vgg19/features": ((32, 32, 3), lambda: fill(M.vgg19()).features),
    "vgg16_small": ((32, 32, 3), lambda: fill(R.small_vgg(CLASSES))),
    **{name: ((64, 71, 3), lambda name=name: fill(torch_model(name))) for name in ("resnet18", "resnet34", "resnet50", "resnet101", "resnet152")},
    "resnet50/keras": ((64, 71, 3), lambda: fill(R.keras_resnet(torch_model("resnet50")), keras_resnet)),
    "resnet20": ((32, 32, 3), lambda: fill(R.CifarResNet(3, CLASSES))),
    "resnet56": ((32, 31, 3), lambda: fill(R.CifarResNet(9, CLASSES))),
    "squeezenet1_0": ((65, 96, 3), lambda: fill(torch_model("squeezenet1_0"))),
    "squeezenet1_1": ((65, 96, 3), lambda: fill(torch_model("squeezenet1_1"))),
    "squeezenet1_1/keras": ((66, 96, 3), lambda: fill(R.without_ceil(torch_model("squeezenet1_1")), keras_squeezenet)),
    "mobilenet_v2": ((64, 67, 3), lambda: fill(torch_model("mobilenet_v2"))),
    "mobilenet_v2/keras": ((64, 67, 3), lambda: fill(R.with_same_padding(R.with_epsilon(torch_model("mobilenet_v2", width_mult=0.35), 1e-3)), keras_mobilenet)),
    "densenet121": ((64, 71, 3), lambda: fill(torch_model("densenet121"))),
    "densenet121/keras": ((64, 64, 3), lambda: fill(R.with_epsilon(torch_model("densenet121"), 1.001e-5), keras_densenet)),
    "efficientnet_b0": ((64, 67, 3), lambda: fill(torch_model("efficientnet_b0"))),
    "efficientnet_b0/keras": ((64, 67, 3), lambda: fill(R.with_same_padding(R.with_epsilon(torch_model("efficientnet_b0"), 1e-3)), keras_efficientnet)),
    "convnext_tiny": ((64, 71, 3), lambda: fill(torch_model("convnext_tiny"))),
    "vit_tiny": ((32, 32, 3), lambda: fill(tiny_vit())),
    "unet": ((32, 48, 3), lambda: fill(R.UNet(8, CLASSES, 3, paper=False))),
    "fcos": ((48, 32, 3), lambda: fill(R.Fcos(8, CLASSES))),
    "unet/paper": ((188, 204, 1), lambda: fill(R.UNet(4, CLASSES, 1, paper=True))),
}


def write(path, asked):
    results = {}
    if asked:
        with open(path) as file:
            results = json.load(file)
    for name, (shape, create) in NETWORKS.items():
        if asked and name not in asked:
            continue
        image = numbers("image", int(np.prod(shape))).astype(np.float32).astype(np.float64).reshape(1, *shape)
        with torch.no_grad():
            outputs = create()(torch.from_numpy(image).permute(0, 3, 1, 2) - 0.5)
        outputs = outputs if isinstance(outputs, list) else [outputs]
        results[name] = {"image": shape, "outputs": []}
        for output in outputs:
            flat = (output.permute(0, 2, 3, 1) if output.ndim == 4 else output).flatten().numpy()
            step = max(1, len(flat) // 24)
            results[name]["outputs"].append({"shape": [int(n) for n in (output.permute(0, 2, 3, 1) if output.ndim == 4 else output).shape], "step": step,
                                             "numbers": [float(f"{value:.9g}") for value in flat[::step]], "largest": float(f"{np.abs(flat).max():.9g}")})
        print(name, results[name]["outputs"][0]["numbers"][:4], flush=True)
    with open(path, "w") as file:
        file.write("{\n" + ",\n".join(f'"{name}": {json.dumps(result)}' for name, result in ((name, results[name]) for name in NETWORKS)) + "\n}\n")


if __name__ == "__main__":
    write(os.path.join(os.path.dirname(os.path.abspath(__file__)), "models.json"), sys.argv[1:])
