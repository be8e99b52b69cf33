"""Writes liquid.json for LiquidStateMachineTests.cs: a small liquid, neuron by neuron, with NumPy in double precision, as its class describes it.
usage: /usr/bin/python3 make_liquid_golden.py"""
import json
import os

import numpy as np

from make_models_golden import numbers

NEURONS, CHANNELS, FRAMES, STEPS, EXAMPLES = 12, 3, 12, 4, 2
DT, MEMBRANE, SYNAPSE, REFRACTORY, FILTER = 1.5, 20.0, (3.0, 7.0), 2, 40.0
inhibitory = np.arange(NEURONS) % 4 == 3
weights = numbers("liquid/weights", NEURONS * NEURONS).reshape(NEURONS, NEURONS) * 2 * np.where(inhibitory, -1, 1)[:, None]
into = numbers("liquid/into", CHANNELS * NEURONS).reshape(CHANNELS, NEURONS) * 2 - 0.5
inputs = numbers("liquid/inputs", EXAMPLES * FRAMES * CHANNELS).reshape(EXAMPLES, FRAMES, CHANNELS) * 5

spikes, traces, margin = np.zeros((EXAMPLES, FRAMES, NEURONS)), np.zeros((EXAMPLES, FRAMES, NEURONS)), 1.0
for example in range(EXAMPLES):
    v, rest, trace, passed, fired = np.zeros(NEURONS), np.zeros(NEURONS, int), np.zeros(NEURONS), np.zeros(NEURONS), np.zeros(NEURONS)
    for frame in range(FRAMES):
        for step in range(STEPS):
            for k in range(NEURONS):
                passed[k] = passed[k] * np.exp(-DT / SYNAPSE[int(inhibitory[k])]) + fired[k]
            for i in range(NEURONS):
                current = sum(passed[k] * weights[k, i] for k in range(NEURONS)) + inputs[example, frame] @ into[:, i]
                fired[i] = 0
                if rest[i] > 0:
                    rest[i] -= 1
                    v[i] = 0
                else:
                    v[i] = v[i] * np.exp(-DT / MEMBRANE) + (1 - np.exp(-DT / MEMBRANE)) * current
                    margin = min(margin, abs(v[i] - 1))
                    if v[i] >= 1:
                        fired[i], v[i], rest[i] = 1, 0, REFRACTORY
                trace[i] = trace[i] * np.exp(-DT / FILTER) + fired[i]
            spikes[example, frame] += fired
        traces[example, frame] = trace
print("spikes:", spikes.sum(), "of", EXAMPLES * FRAMES * STEPS * NEURONS, "nearest to the threshold:", margin)
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "liquid.json"), "w") as file:
    json.dump({"spikes": spikes.ravel().astype(int).tolist(), "traces": [float("%.9g" % t) for t in traces.ravel()]}, file)
    file.write("\n")
