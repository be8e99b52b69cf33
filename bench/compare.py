#!/usr/bin/python3
"""Laminet and a rival on the same steps, a process each, in alternation, because a machine's speed drifts. Prints ratios of medians,
of best times (for a machine with other work on it) and of peak memory. Needs a build (dotnet build -c Release bench) and Debian's python3-torch and python3-torchvision; for ONNX Runtime,
which infers only, also npm install --ignore-scripts in bench/peers.
A rival may also be another checkout of this repository, built in the same way: --rival PATH, for before and after a change. Or any command that prints such
a line of JSON: --rival 'COMMAND', in which {name}, {threads} and {seconds} stand for what is run, as in 'THREADS={threads} dotnet Peer.dll {name}'.
usage: bench/compare.py [--rival torch|onnx|PATH|COMMAND] [--rounds N] [--threads N] [--seconds S] [NAME ...]"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
INFERENCE = ["resnet50_infer_b1", "resnet50_infer_b8", "vgg16_infer_b1", "vgg16_infer_b8", "googlenet_infer_b1", "mobilenetv2_infer_b1", "efficientnetb0_infer_b1", "inceptionv3_infer_b1",
             "densenet121_infer_b1"]
TRAINING = ["mlp_train_b128", "lenet5_train_b128", "mnist_convnet_train_b128", "resnet18_train_b16", "resnet50_train_b8", "alexnet_train_b32", "inceptionv3_train_b8", "mobilenetv2_train_b16",
            "unet_train_b4", "densenet121_train_b8"]
RECURRENT = ["imdb_bilstm_train_b32", "imdb_bigru_train_b32", "series_rnn_train_b64"]
TRANSFORMER = ["gpt_small_train_b16", "encoder_train_b32"]
# Time an image; they need --data.
IMAGES = ["images_load", "images_load_reduced"]
NAMES = {"torch": ["first_step"] + TRAINING + INFERENCE, "onnx": INFERENCE, "checkout": ["first_step"] + TRAINING + RECURRENT + TRANSFORMER + INFERENCE,
         "command": TRAINING + RECURRENT + TRANSFORMER + INFERENCE}


def peer(script):
    return os.path.join(HERE, "peers", script)


def exported_networks():
    folder = os.path.join(tempfile.gettempdir(), "laminet-bench-onnx")
    if not all(os.path.exists(os.path.join(folder, name.split("_infer_b")[0] + ".onnx")) for name in INFERENCE):
        shutil.rmtree(folder, ignore_errors=True)
        # Under its name only once it is whole.
        with tempfile.TemporaryDirectory(dir=tempfile.gettempdir()) as unfinished:
            subprocess.run([sys.executable, peer("export_onnx.py"), os.path.join(unfinished, "networks")], check=True)
            os.rename(os.path.join(unfinished, "networks"), folder)
    return folder


def laminet(name, project=HERE):
    verb = ["first-step"] if name == "first_step" else ["images", name, "--data", arguments.data] if name in IMAGES else ["steps", name]
    return ["dotnet", "run", "-c", "Release", "--no-build", "--project", project, "--", *verb, "--json"]


def run(command, options):
    """Runs a list of arguments and options, or a text, which says itself where its options go, with the shell."""
    is_text = isinstance(command, str)
    finished = subprocess.run(command if is_text else command + options, shell=is_text, stdout=subprocess.PIPE, text=True)
    if finished.returncode != 0:
        sys.exit(f"{command if is_text else ' '.join(command)}: exit code {finished.returncode}")
    return json.loads(finished.stdout.strip().splitlines()[-1])


parser = argparse.ArgumentParser()
parser.add_argument("names", nargs="*", metavar="NAME")
parser.add_argument("--rival", default="torch", help="torch, onnx, the folder of another checkout, or a command with {name} in it")
parser.add_argument("--rounds", type=int, default=5)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--seconds", type=float, default=3)
parser.add_argument("--data", help="a folder of photographs, for images_load and images_load_reduced")
arguments = parser.parse_args()
kind = arguments.rival if arguments.rival in ("torch", "onnx") else "command" if "{name}" in arguments.rival else "checkout"
checkout = os.path.join(arguments.rival, "bench")
if kind == "checkout" and not os.path.isdir(checkout):
    parser.error(f"--rival: received '{arguments.rival}'; expected torch, onnx, the folder of another checkout, which has a folder bench, or a command with {{name}} in it")
names = arguments.names or NAMES[kind]
known = NAMES[kind] + ([] if kind == "onnx" else IMAGES)
if unknown := [name for name in names if name not in known]:
    parser.error(f"{arguments.rival} has no workload {', '.join(unknown)}; it has {', '.join(known)}")
if arguments.data is None and any(name in IMAGES for name in names):
    parser.error("images_load needs --data, a folder of photographs")
options = ["--threads", str(arguments.threads), "--seconds", str(arguments.seconds)]
models = exported_networks() if kind == "onnx" else None


def rival(name):
    return {"torch": [sys.executable, peer("torch_images.py"), name, "--data", arguments.data] if name in IMAGES else [sys.executable, peer("torch_steps.py"), name], "onnx": ["node", peer("onnx_steps.js"), "--models", models, name],
            "checkout": laminet(name, checkout),
            "command": arguments.rival.replace("{name}", name).replace("{threads}", str(arguments.threads)).replace("{seconds}", str(arguments.seconds))}[kind]


for name in names:
    ours, theirs = [], []
    for _ in range(arguments.rounds):
        ours.append(run(laminet(name), options))
        theirs.append(run(rival(name), options))
    (our_median, our_best, our_memory), (their_median, their_best, their_memory) = (
        (statistics.median(one["median_ms"] for one in rounds), min(one["best_ms"] for one in rounds), max(one["peak_rss_mb"] for one in rounds))
        for rounds in (ours, theirs))
    print(f"{name}: laminet {our_median:.1f} ms (best {our_best:.1f}), {our_memory} MB; "
          f"{'rival' if kind == 'command' else arguments.rival} {their_median:.1f} ms (best {their_best:.1f}), {their_memory} MB; ratio of medians {our_median / their_median:.2f}, "
          f"of bests {our_best / their_best:.2f}, of memory {our_memory / their_memory:.2f}", flush=True)
