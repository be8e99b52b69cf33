#!/usr/bin/python3
"""Laminet and PyTorch on the same training steps, in alternation, because a machine's speed drifts. Prints the ratio of medians.
Needs Debian's python3-torch and a build: dotnet build -c Release bench
usage: bench/compare.py [--rounds N] [--threads N] [--seconds S] [NAME ...]"""
import argparse
import json
import os
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
parser = argparse.ArgumentParser()
parser.add_argument("names", nargs="*", default=["mnist_convnet_train_b128"])
parser.add_argument("--rounds", type=int, default=5)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--seconds", type=float, default=3)
arguments = parser.parse_args()
options = ["--threads", str(arguments.threads), "--seconds", str(arguments.seconds)]
commands = {
    "laminet": ["dotnet", "run", "-c", "Release", "--no-build", "--project", HERE, "--", "steps"],
    "torch": [sys.executable, os.path.join(HERE, "peers", "torch_steps.py")],
}

for name in arguments.names:
    rounds = {peer: [] for peer in commands}
    for _ in range(arguments.rounds):
        for peer, command in commands.items():
            line = subprocess.run(command + [name] + options, check=True, capture_output=True, text=True).stdout.strip().splitlines()[-1]
            rounds[peer].append(json.loads(line))
    medians = {peer: statistics.median(run["median_ms"] for run in runs) for peer, runs in rounds.items()}
    memory = {peer: max(run["peak_rss_mb"] for run in runs) for peer, runs in rounds.items()}
    print(f"{name}: laminet {medians['laminet']:.1f} ms ({memory['laminet']} MB), torch {medians['torch']:.1f} ms ({memory['torch']} MB), "
          f"ratio {medians['laminet'] / medians['torch']:.2f}", flush=True)
