#!/usr/bin/env python3
"""Golden numbers for linear algebra: results and gradients of PyTorch (Debian's python3-torch 1.13), NumPy's and SciPy's where PyTorch has none.

A vector that is known up to its sign has a positive component of largest magnitude. Writes linalg.json. Usage: /usr/bin/python3 make_linalg_golden.py
"""
import json
import os

import numpy as np
import scipy.linalg
import torch

torch.set_default_dtype(torch.float64)
torch.manual_seed(11)
entries = {}


def array(x):
    x = np.asarray(x.detach() if isinstance(x, torch.Tensor) else x)
    return {"shape": list(x.shape), "values": [float(f"{v:.15g}") if np.isfinite(v) else str(v) for v in x.reshape(-1).astype(float)]}


def add(name, function, x, y=None, smooth=True):
    """The results of function(x, y), and the gradient of their sum, each weighted by its own random numbers."""
    inputs = [x.clone().requires_grad_(smooth)] + ([] if y is None else [y.clone().requires_grad_(smooth)])
    results = function(*inputs)
    results = results if isinstance(results, tuple) else (results,)
    entry = {"x": array(x)}
    if y is not None:
        entry["y"] = array(y)
    entry["results"] = [array(r) for r in results]
    if smooth:
        weights = [torch.rand(r.shape) + 0.5 if r.dtype.is_floating_point else None for r in results]
        total = sum((r * w).sum() for r, w in zip(results, weights) if w is not None and r.requires_grad)
        total.backward()
        entry["weights"] = [array(w) if w is not None else None for w in weights]
        entry["gradients"] = [array(i.grad) for i in inputs]
    entries[name] = entry


def matrices(*shape):
    """Random numbers, with distinct large ones on the diagonal."""
    x = torch.randn(*shape)
    for i in range(min(shape[-2:])):
        x[..., i, i] += 3 + i
    return x


def symmetric(x):
    return (x + x.mT) / 2


def largest_sign(v):
    """The signs of the columns' largest components."""
    place = v.detach().abs().argmax(-2, keepdim=True)
    return torch.sign(v.detach().gather(-2, place))


def eigh(x):
    w, v = torch.linalg.eigh(symmetric(x))
    return w, v * largest_sign(v)


def svd(x):
    u, s, vt = torch.linalg.svd(x, full_matrices=False)
    sign = largest_sign(u)
    return u * sign, s, vt * sign.mT


def positive(x):
    return x @ x.mT + torch.eye(x.shape[-1])


for n in (1, 4):
    a, b = matrices(2, n, n), torch.randn(2, n, 3)
    add(f"cholesky{n}", lambda x: torch.linalg.cholesky(positive(x)), a)
    add(f"cholesky_upper{n}", lambda x: torch.linalg.cholesky(positive(x), upper=True), a)
    add(f"cholesky_inverse{n}", lambda x: torch.cholesky_inverse(torch.tril(x)), torch.linalg.cholesky(positive(a))[0])
    add(f"solve_triangular_lower{n}", lambda x, y: torch.linalg.solve_triangular(x, y, upper=False), a, b)
    add(f"solve_triangular_upper{n}", lambda x, y: torch.linalg.solve_triangular(x, y, upper=True), a, b)
    add(f"solve_triangular_transposed{n}", lambda x, y: torch.linalg.solve_triangular(x.mT, y, upper=True), a, b)
    add(f"solve_triangular_unit{n}", lambda x, y: torch.linalg.solve_triangular(x, y, upper=False, unitriangular=True), a, b)
    add(f"solve{n}", torch.linalg.solve, a, b)
    add(f"solve_vector{n}", lambda x, y: torch.linalg.solve(x, y[:, None])[:, 0], a[0], b[0, :, 0])
    add(f"inverse{n}", torch.linalg.inv, a)
    add(f"determinant{n}", torch.linalg.det, a)
    add(f"sign_log_determinant{n}", lambda x: tuple(torch.linalg.slogdet(x)), a * torch.tensor([1.] * (n - 1) + [-1.]))
    add(f"log_determinant{n}", torch.logdet, a @ a.mT)
    add(f"eigh{n}", eigh, a)
    add(f"eigvalsh{n}", lambda x: torch.linalg.eigvalsh(symmetric(x)), a)
    add(f"matrix_power{n}", lambda x: torch.linalg.matrix_power(x, 5), a / 4)
    add(f"matrix_power_negative{n}", lambda x: torch.linalg.matrix_power(x, -3), a)
    add(f"matrix_exponential{n}", torch.linalg.matrix_exp, torch.randn(2, n, n))
add("matrix_exponential_large", torch.linalg.matrix_exp, matrices(3, 3) * 2)
add("matrix_exponential_nilpotent", torch.linalg.matrix_exp, torch.tensor([[0., 1., 2.], [0., 0., 3.], [0., 0., 0.]]))

for m, n in ((4, 4), (6, 3), (3, 6), (9, 2)):
    a, b = torch.randn(2, m, n) + 0, torch.randn(2, m, 2)
    # NumPy's own signs: nothing is done to them.
    add(f"qr{m}x{n}", lambda x: tuple(torch.linalg.qr(x)), a)
    add(f"qr_complete{m}x{n}", lambda x: tuple(torch.linalg.qr(x, mode="complete")), a, smooth=m <= n)
    add(f"svd{m}x{n}", svd, a)
    add(f"singular_values{m}x{n}", torch.linalg.svdvals, a)
    add(f"pseudo_inverse{m}x{n}", torch.linalg.pinv, a)
    add(f"lstsq{m}x{n}", lambda x, y: torch.linalg.pinv(x) @ y, a, b)
    add(f"lu{m}x{n}", lambda x: (torch.linalg.lu_factor(x)[0], torch.linalg.lu_factor(x)[1] - 1), a)
    for name, order in (("frobenius", "fro"), ("nuclear", "nuc"), ("spectral", 2), ("least_singular", -2), ("largest_column", 1), ("smallest_column", -1), ("largest_row", float("inf")), ("smallest_row", float("-inf"))):
        add(f"matrix_norm_{name}{m}x{n}", lambda x, order=order: torch.linalg.matrix_norm(x, order), a)

deficient = torch.randn(6, 2) @ torch.randn(2, 5)
add("pseudo_inverse_deficient", lambda x: torch.linalg.pinv(x, rtol=1e-10), deficient)
entries["lstsq_deficient"] = {
    "x": array(deficient), "y": array(torch.arange(12.).reshape(6, 2)), "results": [array(np.linalg.lstsq(deficient.numpy(), np.arange(12.).reshape(6, 2), rcond=1e-10)[0])]}
entries["matrix_rank"] = {"x": array(torch.stack([deficient, torch.randn(6, 5), torch.zeros(6, 5)])), "results": [array([2, 5, 0])]}
for order in (0, 0.5, 1, 3, -1, -2.5, float("inf"), float("-inf")):
    add(f"norm_{order}", lambda x: torch.linalg.vector_norm(x, order, dim=-1), torch.randn(3, 5), smooth=order != 0)

# Eigenvalues of general matrices: by ascending real, then imaginary part; vectors of length 1 whose component of largest modulus is positive.
def eig(x):
    w, v = torch.linalg.eig(x)
    order = torch.from_numpy(np.lexsort((w.imag.detach().numpy().round(8), w.real.detach().numpy().round(8))))
    w, v = w[order], v[:, order]
    largest = v.gather(0, v.detach().abs().argmax(0, keepdim=True))
    v = v * (largest.abs() / largest)
    return w.real, w.imag, v.real, v.imag


for name, x in (("random", np.random.RandomState(3).randn(6, 6)), ("rotation", np.array([[0., -2.], [2., 0.]])), ("companion", np.array([[6., -11., 6.], [1., 0., 0.], [0., 1., 0.]])),
                ("large", np.random.RandomState(4).randn(15, 15) * 1e3), ("permutation", np.roll(np.eye(4), 1, axis=0))):
    # Which of equal moduli is the largest, rounding decides: of these matrices the values alone.
    vectors = 2 if name in ("permutation", "rotation") else 4
    # The gradients of the large one amplify the rounding of its numbers to Float32 too much.
    add(f"eig_{name}", lambda x: eig(x)[:vectors], torch.from_numpy(x), smooth=name != "large")
assert np.allclose(scipy.linalg.expm(np.array([[0., 1., 2.], [0., 0., 3.], [0., 0., 0.]])), np.reshape(entries["matrix_exponential_nilpotent"]["results"][0]["values"], (3, 3)))

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "linalg.json"), "w") as file:
    file.write("{\n" + ",\n".join(f"{json.dumps(name)}: {json.dumps(entry)}" for name, entry in entries.items()) + "\n}\n")
