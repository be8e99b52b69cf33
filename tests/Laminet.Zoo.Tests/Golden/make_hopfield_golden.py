"""Writes hopfield.json for HopfieldNetworkTests.cs: weights of Storkey's rule, from the sums as his paper has them, and steps and energies of the continuous network, with SciPy, in double precision.
usage: /usr/bin/python3 make_hopfield_golden.py"""
import json
import os

import numpy as np
from scipy.special import logsumexp, softmax

from make_models_golden import numbers

N, P = 9, 3
patterns = np.where(numbers("hopfield/patterns", P * N).reshape(P, N) > 0.5, 1.0, -1.0)
w = np.zeros((N, N))
for x in patterns:
    new = w.copy()
    for i in range(N):
        for j in range(N):
            if i != j:
                h_ij = sum(w[i, k] * x[k] for k in range(N) if k not in (i, j))
                h_ji = sum(w[j, k] * x[k] for k in range(N) if k not in (i, j))
                new[i, j] += (x[i] * x[j] - x[i] * h_ji - h_ij * x[j]) / N
    w = new

real = numbers("hopfield/real", 5 * 4).reshape(5, 4)
state, beta = numbers("hopfield/state", 2 * 4).reshape(2, 4), 2.5
steps, energies = [], []
for _ in range(3):
    energies.append((-logsumexp(beta * state @ real.T, axis=1) / beta + 0.5 * (state ** 2).sum(1) + np.log(len(real)) / beta + 0.5 * (real ** 2).sum(1).max()).tolist())
    state = softmax(beta * state @ real.T, axis=1) @ real
    steps.append(state.ravel().tolist())
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "hopfield.json"), "w") as file:
    json.dump({"storkey": w.ravel().tolist(), "steps": steps, "energies": energies}, file)
