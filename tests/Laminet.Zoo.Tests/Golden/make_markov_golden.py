"""Writes markov.json for MarkovChainTests.cs: the stationary distribution of a chain of 12 states by NumPy's eigenvectors.
usage: /usr/bin/python3 make_markov_golden.py"""
import json
import os

import numpy as np

from make_models_golden import numbers

chain = numbers("markov/chain", 144).astype(np.float32).astype(float).reshape(12, 12) ** 8
chain /= chain.sum(1, keepdims=True)
values, vectors = np.linalg.eig(chain.T)
pi = np.real(vectors[:, np.argmin(abs(values - 1))])
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "markov.json"), "w") as file:
    json.dump({"stationary": (pi / pi.sum()).tolist()}, file)
