"""Makes the files under weights/: small files of weights as PyTorch, NumPy and Keras write them, and numbers.json, what is in them and what the nets give.

Run with Debian's python3-torch (1.13), python3-numpy and python3-h5py. Keras is not needed: its layouts are written with h5py as its documentation and
source describe them, and the tests hold the reader to a real file of Keras too.
"""
import io
import json
import os
import warnings
import zipfile

import h5py
import numpy as np
import torch
from torch import nn

warnings.simplefilter("ignore")
torch.manual_seed(7)
HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "weights")
os.makedirs(HERE, exist_ok=True)
numbers = {}


def at(name):
    return os.path.join(HERE, name)


def flat(tensor):
    return [float(v) for v in np.asarray(tensor, dtype=np.float64).reshape(-1)]


def both(name, value):
    torch.save(value, at(name + ".pt"))
    torch.save(value, at(name + "_legacy.pt"), _use_new_zipfile_serialization=False)


# Every type, views, shared and overlapping storages, scalars, empty tensors, parameters.
base = torch.arange(24, dtype=torch.float32)
types = {str(t).split(".")[1]: torch.tensor([0, 1, 2, 100]).to(t) for t in (
    torch.float32, torch.float64, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool)}
tensors = dict(types)
tensors.update({
    "transposed": torch.arange(6.).view(3, 2).t(), "sliced": base.view(4, 6)[1:3, ::2], "permuted": base.view(2, 3, 4).permute(2, 0, 1), "offset": base[5:9],
    "expanded": torch.tensor([[1.], [2.]]).expand(2, 3), "scalar": torch.tensor(2.5), "empty": torch.zeros(0, 3), "parameter": nn.Parameter(torch.ones(2)),
    "shared_a": base, "shared_b": base})
both("tensors", {"epoch": 3, "best": 0.5, "names": ["a", "b"], "optimizer": {"lr": 0.1}, "state_dict": tensors})
numbers["tensors"] = {k: flat(v.detach().double()) for k, v in tensors.items()}
numbers["tensor_shapes"] = {k: list(v.shape) for k, v in tensors.items()}


def net(name, module, *inputs, legacy=False):
    """A module's weights, its inputs and its output, inputs and outputs as PyTorch has them."""
    module.eval()
    for m in module.modules():
        if isinstance(m, (nn.BatchNorm1d, nn.BatchNorm2d)):
            m.running_mean.uniform_(-1, 1)
            m.running_var.uniform_(.5, 2)
            m.weight.data.uniform_(.5, 2)
            m.bias.data.uniform_(-1, 1)
    with torch.no_grad():
        out = module(*inputs)
    out = out[0] if isinstance(out, tuple) else out
    if legacy:
        torch.save(nn.DataParallel(module).state_dict(), at(name + ".pt"), _use_new_zipfile_serialization=False)
    else:
        torch.save(module.state_dict(), at(name + ".pt"))
    numbers[name] = {"inputs": [flat(i) for i in inputs], "shape": list(inputs[0].shape), "output": flat(out), "output_shape": list(out.shape)}


class Convnet(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.Conv2d(4, 8, 3, groups=4), nn.ConvTranspose2d(8, 5, 3, stride=2))
        self.classifier = nn.Sequential(nn.Dropout(), nn.Linear(5 * 9 * 7, 6), nn.ReLU(), nn.Linear(6, 4))

    def forward(self, x):
        return self.classifier(torch.flatten(self.features(x), 1))


net("convnet", Convnet(), torch.randn(2, 3, 6, 5), legacy=True)
net("flattened_norm", nn.Sequential(nn.Conv2d(1, 2, 2), nn.Flatten(), nn.BatchNorm1d(2 * 2 * 3), nn.Linear(12, 3)), torch.randn(2, 1, 3, 4))
net("lstm", nn.LSTM(3, 4, num_layers=2, bidirectional=True, batch_first=True), torch.randn(2, 5, 3))
net("bilstm", nn.LSTM(3, 4, bidirectional=True, batch_first=True), torch.randn(2, 5, 3))
net("gru", nn.GRU(3, 4, batch_first=True), torch.randn(2, 5, 3))
net("rnn", nn.RNN(3, 4, batch_first=True), torch.randn(2, 5, 3))
net("conv1d_transpose", nn.ConvTranspose1d(2, 3, 3, stride=2), torch.randn(1, 2, 4))


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = nn.LayerNorm(8)
        self.attn = nn.MultiheadAttention(8, 2, batch_first=True)

    def forward(self, x):
        y = self.norm(x)
        return self.attn(y, y, y)[0]


a = Attention()
a.attn.in_proj_bias.data.uniform_(-1, 1)
a.attn.out_proj.bias.data.uniform_(-1, 1)
a.norm.weight.data.uniform_(.5, 2)
net("attention", a, torch.randn(2, 3, 8))

# Two branches of the same shapes, which order alone cannot tell apart.
class Branches(nn.Module):
    def __init__(self):
        super().__init__()
        self.left, self.right = nn.Linear(3, 3), nn.Linear(3, 3)

    def forward(self, x):
        return self.left(x) - self.right(x)


net("branches", Branches(), torch.randn(2, 3))

# A pickle that runs a command in Python, in both forms.
class Evil:
    def __reduce__(self):
        return (os.system, ("touch laminet_was_here",))


both("evil", {"weight": Evil()})
torch.save(nn.Linear(2, 2), at("whole_module.pt"))
torch.jit.save(torch.jit.script(nn.Linear(2, 2)), at("torchscript.pt"))

# NumPy.
arrays = {"float32": np.arange(6, dtype="<f4").reshape(2, 3), "fortran": np.asfortranarray(np.array([[1, 2, 3], [4, 5, 6]], dtype="<f8")), "big": np.arange(4, dtype=">i4"),
          "bool": np.array([True, False]), "half": np.array([1.5, -2], dtype="<f2"), "scalar": np.float32(3), "empty": np.zeros((0, 2), "<f4"), "cube": np.arange(24, dtype="u1").reshape(2, 3, 4)}
np.savez(at("arrays.npz"), text=np.array(["a"]), objects=np.array([None], dtype=object), **arrays)
np.savez_compressed(at("arrays_compressed.npz"), **arrays)
np.save(at("array.npy"), arrays["fortran"])
with open(at("array_v3.npy"), "wb") as f:
    np.lib.format.write_array(f, arrays["float32"], version=(3, 0))
numbers["arrays"] = {k: flat(v) for k, v in arrays.items()}


# Keras 2: the layers in layer_names, which is not the order of the alphabet.
def rnd(*shape):
    return torch.randn(*shape).numpy()


k1, b1, k2, b2 = rnd(3, 5), rnd(5), rnd(5, 5), rnd(5)
k3, b3 = rnd(5, 2), rnd(2)
x = rnd(4, 3)
want = np.maximum(np.maximum(x @ k1 + b1, 0) @ k2 + b2, 0) @ k3 + b3
numbers["dense"] = {"inputs": [flat(x)], "shape": [4, 3], "output": flat(want), "output_shape": [4, 2]}
layers = [("dense_2", k1, b1), ("dense_10", k2, b2), ("dense_11", k3, b3)]


def dense_config(name, units, activation, shape=None):
    config = {"name": name, "trainable": True, "dtype": "float32", "units": units, "activation": activation, "use_bias": True,
              "kernel_initializer": {"class_name": "GlorotUniform", "config": {"seed": None}}, "bias_initializer": {"class_name": "Zeros", "config": {}},
              "kernel_regularizer": None, "bias_regularizer": None, "activity_regularizer": None, "kernel_constraint": None, "bias_constraint": None}
    if shape:
        config["batch_input_shape"] = shape
    return {"class_name": "Dense", "config": config}


def keras2(group, how):
    group.attrs["backend"] = np.bytes_("tensorflow")
    names = ["input_1"] + [name for name, _, _ in layers]
    if how == "split":
        group.attrs["layer_names0"] = [n.encode() for n in names[:2]]
        group.attrs["layer_names1"] = [n.encode() for n in names[2:]]
    else:
        group.attrs["layer_names"] = [n.encode() for n in names] if how != "variable" else np.array(names, dtype=h5py.string_dtype())
    group.create_group("input_1").attrs["weight_names"] = []
    for name, kernel, bias in layers:
        g = group.create_group(name)
        g.attrs["weight_names"] = [f"{name}/kernel:0".encode(), f"{name}/bias:0".encode()]
        options = {"compression": "gzip", "shuffle": True, "chunks": (2, 3), "fletcher32": True} if how == "split" and min(kernel.shape) > 2 else {}
        g.create_dataset(f"{name}/kernel:0", data=kernel.astype(">f4" if how == "variable" else "<f4"), **options)
        g.create_dataset(f"{name}/bias:0", data=bias)


config = {"class_name": "Sequential", "config": {"name": "sequential", "layers": [
    {"class_name": "InputLayer", "config": {"batch_input_shape": [None, 3], "dtype": "float32", "sparse": False, "ragged": False, "name": "input_1"}},
    dense_config("dense_2", 5, "relu"), dense_config("dense_10", 5, "relu"), dense_config("dense_11", 2, "linear")]}}
with h5py.File(at("keras2_model.h5"), "w") as f:
    f.attrs["keras_version"] = "2.9.0"
    f.attrs["model_config"] = json.dumps(config)
    keras2(f.create_group("model_weights"), "plain")
    f.create_group("optimizer_weights").create_dataset("iter:0", data=np.int64(3))
with h5py.File(at("keras2_split.h5"), "w") as f:
    keras2(f, "split")
with h5py.File(at("keras2_variable.h5"), "w") as f:
    keras2(f, "variable")

# Keras 2's recurrent and nested names: GRU in the order z, r, h with two bias rows, from the gates r, z, n of the GRU above.
gru = torch.load(at("gru.pt"))


def swapped(rows):
    r, z, n = np.split(rows.numpy(), 3)
    return np.concatenate([z, r, n])


with h5py.File(at("keras2_gru.h5"), "w") as f:
    f.attrs["layer_names"] = [b"input_2", b"gru_5"]
    f.create_group("input_2").attrs["weight_names"] = []
    g = f.create_group("gru_5")
    weights = {"gru_5/gru_cell_5/kernel:0": swapped(gru["weight_ih_l0"]).T, "gru_5/gru_cell_5/recurrent_kernel:0": swapped(gru["weight_hh_l0"]).T,
               "gru_5/gru_cell_5/bias:0": np.stack([swapped(gru["bias_ih_l0"]), swapped(gru["bias_hh_l0"])])}
    g.attrs["weight_names"] = [n.encode() for n in weights]
    for n, v in weights.items():
        g.create_dataset(n, data=v)


# Keras 3: class and number in the order of the layers; a model in a model; a list of random seeds that is no weight.
def keras3(f, prefix="layers"):
    f.create_group("vars")
    for i, (_, kernel, bias) in enumerate(layers):
        g = f.create_group(f"{prefix}/dense{'_' + str(i) if i else ''}/vars")
        g.attrs["name"] = f"dense_{i + 7}"
        g["0"], g["1"] = kernel, bias
    f.create_group(f"{prefix}/dropout/seed_generator/vars")["0"] = np.array([1, 2], dtype="u4")
    f.create_group("optimizer/vars")["0"] = np.int64(5)


with h5py.File(at("keras3.weights.h5"), "w") as f:
    keras3(f)
with h5py.File(at("keras213.weights.h5"), "w") as f:
    keras3(f, "_layer_checkpoint_dependencies")
with h5py.File(at("keras3_latest.weights.h5"), "w", libver="latest") as f:
    keras3(f)


def keras_object(class_name, config, module="keras.layers"):
    return {"module": module, "class_name": class_name, "config": config, "registered_name": None}


def tensor_of(layer, shape):
    return {"class_name": "__keras_tensor__", "config": {"shape": shape, "dtype": "float32", "keras_history": [layer, 0, 0]}}


def dense3(name, units, activation, source, shape):
    config = dense_config(name, units, activation)["config"]
    config["dtype"] = keras_object("DTypePolicy", {"name": "float32"}, "keras")
    config["kernel_initializer"] = keras_object("GlorotUniform", {"seed": None}, "keras.initializers")
    config["bias_initializer"] = keras_object("Zeros", {}, "keras.initializers")
    return {**keras_object("Dense", config), "build_config": {"input_shape": shape}, "name": name,
            "inbound_nodes": [{"args": [tensor_of(source, shape)], "kwargs": {}}]}


functional = keras_object("Functional", {"name": "functional", "trainable": True, "layers": [
    {**keras_object("InputLayer", {"batch_shape": [None, 3], "dtype": "float32", "sparse": False, "ragged": False, "name": "input_layer"}), "name": "input_layer", "inbound_nodes": []},
    dense3("first", 5, "relu", "input_layer", [None, 3]), dense3("second", 5, "relu", "first", [None, 5]),
    {**keras_object("Dropout", {"name": "dropout", "trainable": True, "dtype": "float32", "rate": 0.5, "seed": None, "noise_shape": None}), "name": "dropout",
     "inbound_nodes": [{"args": [tensor_of("second", [None, 5])], "kwargs": {"training": False}}]},
    dense3("third", 2, "linear", "dropout", [None, 5])],
    "input_layers": [["input_layer", 0, 0]], "output_layers": [["third", 0, 0]]}, "keras.src.models.functional")
functional["compile_config"] = {"optimizer": "rmsprop", "loss": "mse"}
buffer = io.BytesIO()
with h5py.File(buffer, "w") as f:
    keras3(f)


def archive(name, config, weights, compression=zipfile.ZIP_STORED):
    with zipfile.ZipFile(at(name), "w", compression) as z:
        z.writestr("metadata.json", json.dumps({"keras_version": "3.9.0", "date_saved": "2025-01-01@00:00:00"}))
        z.writestr("config.json", json.dumps(config))
        z.writestr("model.weights.h5", weights)


archive("functional.keras", functional, buffer.getvalue(), zipfile.ZIP_DEFLATED)

# Layers that hold others, and a model in a model, as Keras 2 and 3 name them.
def keras2_layers(name, layers):
    """Layers by name, each with its weights by name."""
    with h5py.File(at(name), "w") as f:
        f.attrs["layer_names"] = [n.encode() for n in layers]
        for layer, weights in layers.items():
            g = f.create_group(layer)
            g.attrs["weight_names"] = [n.encode() for n in weights]
            for n, v in weights.items():
                g.create_dataset(n, data=v)


bi = {k: v.numpy() for k, v in torch.load(at("bilstm.pt")).items()}
directions = {d: [bi["weight_ih_l0" + s].T, bi["weight_hh_l0" + s].T, bi["bias_ih_l0" + s] + bi["bias_hh_l0" + s]] for d, s in (("forward", ""), ("backward", "_reverse"))}
keras2_layers("keras2_bilstm.h5", {"input_1": {}, "bidirectional_1": {
    f"bidirectional_1/{d}_lstm_2/lstm_cell_{i}/{part}:0": value
    for i, (d, values) in enumerate(directions.items(), 7) for part, value in zip(("kernel", "recurrent_kernel", "bias"), values)}})
with h5py.File(at("keras3_bilstm.weights.h5"), "w") as f:
    for d, values in directions.items():
        for i, value in enumerate(values):
            f[f"layers/bidirectional/{d}_layer/cell/vars/{i}"] = value

at_ = {k: v.numpy() for k, v in torch.load(at("attention.pt")).items()}
heads = {}
for i, part in enumerate(("query", "key", "value")):
    heads[part] = [at_["attn.in_proj_weight"][8 * i:8 * i + 8].T.reshape(8, 2, 4), at_["attn.in_proj_bias"][8 * i:8 * i + 8].reshape(2, 4)]
heads["attention_output"] = [at_["attn.out_proj.weight"].T.reshape(2, 4, 8), at_["attn.out_proj.bias"]]
keras2_layers("keras2_attention.h5", {
    "input_1": {}, "layer_normalization": {"layer_normalization/gamma:0": at_["norm.weight"], "layer_normalization/beta:0": at_["norm.bias"]},
    "functional_3": {f"mha/{part}/{n}:0": v for part, values in heads.items() for n, v in zip(("kernel", "bias"), values)}})
with h5py.File(at("keras3_attention.weights.h5"), "w") as f:
    f["layers/layer_normalization/vars/0"], f["layers/layer_normalization/vars/1"] = at_["norm.weight"], at_["norm.bias"]
    for part, values in heads.items():
        for i, value in enumerate(values):
            f[f"layers/functional/layers/multi_head_attention/{'output' if part == 'attention_output' else part}_dense/vars/{i}"] = value

with h5py.File(at("types.h5"), "w") as f:
    for dtype in ("f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "?", ">f4", ">i2"):
        f.create_dataset(f"group/{dtype}".replace("?", "bool"), data=np.array([0, 1, 1] if dtype == "?" else [0, 1, 2], dtype=dtype))
    f.create_dataset("chunked", data=np.arange(35, dtype="f4").reshape(5, 7), chunks=(2, 3))
    f.create_dataset("volume", data=np.arange(60, dtype="i2").reshape(3, 4, 5), chunks=(2, 3, 2), compression="gzip", shuffle=True)
    f.create_dataset("scalar", data=np.float64(2.5))
    f.create_dataset("text", data="hello")
    f.create_dataset("brain", data=np.array([0x3F80, 0xC000], dtype="u2").view("V2")).attrs["dtype"] = "bfloat16"
    f["link"] = h5py.SoftLink("/chunked")
    f["elsewhere"] = h5py.ExternalLink("other.h5", "/x")
with h5py.File(at("lzf.h5"), "w") as f:
    f.create_dataset("x", data=np.zeros((64, 64), "f4"), compression="lzf")
with h5py.File(at("external.h5"), "w") as f:
    f.create_dataset("x", (4,), "f4", external=[("numbers.bin", 0, 16)])

# What reads a flattened map, a flattened sequence, and a map that is made of a vector.
prelu = nn.Sequential(nn.Conv2d(2, 3, 2), nn.PReLU(3), nn.Flatten(), nn.PReLU(18), nn.Linear(18, 2), nn.PReLU())
for m in prelu:
    if isinstance(m, nn.PReLU):
        m.weight.data.uniform_(-1, 1)
net("prelu", prelu, torch.randn(2, 2, 3, 4))


class Sequence(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm, self.head = nn.LSTM(3, 4, batch_first=True), nn.Linear(20, 2)

    def forward(self, x):
        return self.head(torch.flatten(self.lstm(x)[0], 1))


net("sequence", Sequence(), torch.randn(2, 5, 3))
net("generator", nn.Sequential(nn.Linear(3, 16), nn.Unflatten(1, (4, 2, 2)), nn.ConvTranspose2d(4, 2, 2, stride=2)), torch.randn(2, 3))

# One weight under two names, as language models have it.
embedding, head = nn.Embedding(6, 3), nn.Linear(3, 6, bias=False)
head.weight = embedding.weight
torch.save(nn.ModuleDict({"embedding": embedding, "head": head}).state_dict(), at("tied.pt"))
numbers["tied"] = flat(embedding.weight.detach())

with open(at("numbers.json"), "w") as f:
    json.dump(numbers, f)
