#!/usr/bin/python3
"""Single operations in Laminet and in a rival, all of a process after all of the other's, in alternation. Prints, for each operation, the times, the ratios of medians and of best times, and at the end their geometric means.
Needs a build (dotnet build -c Release bench). The rival is another checkout of this repository, built in the same way, or the command of a program that takes the same options and prints the same lines,
as bench/peers/kernels.cs: --rival 'dotnet run -c Release bench/peers/kernels.cs --'.
usage: bench/compare_kernels.py --rival PATH|COMMAND [--rounds N] [--threads N] [--seconds S] [--filter TEXT]"""
import argparse
import json
import math
import os
import shlex
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def laminet(project):
    return ["dotnet", "run", "-c", "Release", "--no-build", "--project", project, "--", "kernels", "--json"]


def run(command, options):
    """A dictionary from the name of an operation to its line."""
    finished = subprocess.run(command + options, stdout=subprocess.PIPE, text=True)
    if finished.returncode != 0:
        sys.exit(f"{' '.join(command)}: exit code {finished.returncode}")
    return {line["name"]: line for line in map(json.loads, filter(lambda text: text.startswith("{"), finished.stdout.splitlines()))}


def times(rounds, name):
    return statistics.median(one[name]["median_ms"] for one in rounds), min(one[name]["best_ms"] for one in rounds)


parser = argparse.ArgumentParser()
parser.add_argument("--rival", required=True, help="the folder of another checkout, or a command")
parser.add_argument("--rounds", type=int, default=5)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--seconds", type=float, default=0.1, help="of each operation, as long again to warm up")
parser.add_argument("--filter", default="", help="only operations that have this in their names")
arguments = parser.parse_args()
options = ["--threads", str(arguments.threads), "--seconds", str(arguments.seconds), "--filter", arguments.filter]
rival = laminet(os.path.join(arguments.rival, "bench")) if os.path.isdir(arguments.rival) else shlex.split(arguments.rival)
ours, theirs = [], []
for _ in range(arguments.rounds):
    ours.append(run(laminet(HERE), options))
    theirs.append(run(rival, options))
names = list(ours[0])
if lacking := set(names) ^ set(theirs[0]):
    sys.exit(f"only one of both has {', '.join(sorted(lacking))}")
print(f"{'operation, ms':<24}{'laminet':>10}{'best':>10}{'rival':>10}{'best':>10}{'medians':>9}{'bests':>8}")
medians, bests = [], []
for name in names:
    (median, best), (their_median, their_best) = times(ours, name), times(theirs, name)
    medians.append(median / their_median)
    bests.append(best / their_best)
    print(f"{name:<24}{median:>10.4f}{best:>10.4f}{their_median:>10.4f}{their_best:>10.4f}{medians[-1]:>9.2f}{bests[-1]:>8.2f}")
for title, ratios in (("medians", medians), ("bests", bests)):
    print(f"geometric mean of the ratios of {title}: {math.exp(statistics.mean(map(math.log, ratios))):.3f}; above 1.5: {sum(ratio > 1.5 for ratio in ratios)} of {len(ratios)}")
