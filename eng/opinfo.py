#!/usr/bin/python3
"""What PyTorch computes for the samples of its own table of operators (OpInfo): arguments, outputs and gradients, for tests/Laminet.OpInfo to compare with.
Writes OUT/NAME.jsonl for each float32 operator and variant of Debian's python3-torch 1.13 (which needs python3-scipy), one sample a line. With --smallest N the file OUT has the N smallest samples of each operator instead.
usage: eng/opinfo.py OUT [--dtype float32|float64] [--smallest N --explained LIST] [NAME...]
LIST is tests/Laminet.OpInfo/explained.txt: operators without a counterpart are left out then, and of those that differ the sample that the list names is written as well.

A line has: op; args (input first) and kwargs; outputs; gradients, of the sum of all outputs times the weights of `weights`, for the tensors of the arguments in their order (null: none). A tensor is {"type", "shape", "data"} with
the bytes in base64, and "grad" if a gradient is asked of it; other arguments are as in JSON, or {"float"}, {"slice"}, {"ellipsis"}, {"dtype"}, {"complex"}, {"other"}. Complex numbers lie in a last axis of length 2. An output or
gradient has besides "slack", how far PyTorch's own float32 result is from its float64 result for the same numbers, or "random" if it is not the same twice; an output
has "through" if gradients go through it."""
import argparse
import base64
import json
import os
import random
import re
import sys
import types
import unittest
import warnings

import numpy as np
import torch

# torch.testing asks for a package that Debian does not have, for tests of texts alone.
sys.modules["expecttest"] = types.SimpleNamespace(TestCase=unittest.TestCase, ACCEPT=False)
from torch.testing._internal.common_device_type import toleranceOverride  # noqa: E402
from torch.testing._internal.common_methods_invocations import op_db  # noqa: E402

# Its table fixes the seed of random operators, which hides that they are random.
for module in [module for name, module in sys.modules.items() if name.startswith("torch.testing._internal") and hasattr(module, "wrapper_set_seed")]:
    module.wrapper_set_seed = lambda op, *args, **kwargs: op(*args, **kwargs)

WIDER = {torch.float32: torch.float64, torch.complex64: torch.complex128}
# A second sample of more characters is not kept where the smallest are asked for.
LARGE = 20_000
DEFAULT_TOLERANCE = {torch.float32: (1e-5, 1.3e-6), torch.float64: (1e-7, 1e-7)}


def mapped(tree, function):
    """The tree with each tensor replaced, in order: lists, tuples and dictionaries are gone through."""
    if isinstance(tree, (list, tuple)) and not isinstance(tree, torch.Size):
        return [mapped(item, function) for item in tree] if isinstance(tree, list) else tuple(mapped(item, function) for item in tree)
    if isinstance(tree, dict):
        return {key: mapped(value, function) for key, value in tree.items()}
    return function(tree)


def tensors(tree):
    found = []
    mapped(tree, lambda leaf: found.append(leaf) if isinstance(leaf, torch.Tensor) else None)
    return found


def weights(count, dtype):
    """The weights of an output's elements in the sum whose gradients are taken: (7 i mod 11) / 11 + 1/2."""
    return ((torch.arange(count) * 7 % 11).to(torch.float64) / 11 + 0.5).to(dtype)


def reals(tensor):
    tensor = tensor.to_dense() if tensor.layout != torch.strided else tensor
    tensor = torch.zeros(tensor.shape, dtype=tensor.dtype) if tensor._is_zerotensor() else tensor.resolve_conj().resolve_neg()
    return torch.view_as_real(tensor) if tensor.is_complex() else tensor


def encoded(tensor):
    values = reals(tensor.detach()).contiguous()
    kind = str(tensor.dtype).removeprefix("torch.")
    if values.dtype == torch.bfloat16 or values.dtype == torch.float16:
        values = values.to(torch.float32)
    data = values.numpy().tobytes() if values.numel() else b""
    found = {"type": kind, "shape": list(values.shape), "data": base64.b64encode(data).decode()}
    if tensor.requires_grad and tensor.is_leaf:
        found["grad"] = True
    return found


def argument(value):
    if isinstance(value, torch.Tensor):
        return encoded(value)
    if isinstance(value, dict):
        return {key: argument(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [argument(item) for item in value]
    if isinstance(value, float) and not np.isfinite(value):
        return {"float": str(value)}
    if isinstance(value, slice):
        return {"slice": [value.start, value.stop, value.step]}
    if value is Ellipsis:
        return {"ellipsis": True}
    if isinstance(value, torch.dtype):
        return {"dtype": str(value).removeprefix("torch.")}
    if isinstance(value, complex):
        return {"complex": [value.real, value.imag]}
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, np.generic):
        return value.item()
    return {"other": getattr(value, "__name__", str(value))}


class Result:
    """The outputs and gradients of an operator for one sample."""

    def __init__(self, op, sample, wider, seed):
        def own(leaf):
            if isinstance(leaf, torch.dtype):
                return WIDER.get(leaf, leaf) if wider else leaf
            if not isinstance(leaf, torch.Tensor):
                return leaf
            copy = leaf.detach().clone()
            copy = copy.to(WIDER[copy.dtype]) if wider and copy.dtype in WIDER else copy
            return copy.requires_grad_(leaf.requires_grad)

        self.arguments = mapped([sample.input, *sample.args], own)
        self.keywords = mapped(sample.kwargs, own)
        torch.manual_seed(seed)
        np.random.seed(seed)
        random.seed(seed)
        inputs = tensors([self.arguments, self.keywords])
        call = mapped([self.arguments, self.keywords], lambda leaf: leaf)
        outputs = sample.output_process_fn_grad(wrapped(op)(*call[0], **call[1]))
        if isinstance(outputs, torch.Size):
            outputs = torch.tensor(outputs, dtype=torch.int64)
        if isinstance(outputs, (bool, int, float)):
            outputs = torch.tensor(outputs)
        self.outputs = tensors([outputs])
        # An operator that changes its argument in place has made it part of the graph.
        graph = [output for output in self.outputs if output.requires_grad and output.grad_fn is not None]
        wanted = [leaf for leaf in inputs if leaf.requires_grad and leaf.is_leaf]
        self.through = [output.requires_grad and output.grad_fn is not None for output in self.outputs]
        self.gradients = None
        if graph and wanted and op.supports_autograd:
            total = sum((reals(output).reshape(-1) * weights(reals(output).numel(), reals(output).dtype)).sum() for output in graph)
            self.gradients = torch.autograd.grad(total, wanted, allow_unused=True)


def distance(result, reference):
    if result.numel() == 0 or result.shape != reference.shape or result.dtype == torch.bool:
        return 0.0
    gap = (reals(result.detach()).to(torch.float64) - reals(reference.detach()).to(torch.float64)).abs()
    gap = gap[torch.isfinite(gap)]
    return float(gap.max()) if gap.numel() else 0.0


def wrapped(op):
    """The operator as PyTorch's own check of gradients calls it: matrices that have to be symmetric or triangular are made so of any, and numbers that a mask leaves out are 0."""
    if op.gradcheck_wrapper.__name__.startswith("gradcheck_wrapper") or op.name == "cholesky_solve":
        return lambda *args, **kwargs: op.gradcheck_wrapper(op.get_op(), *args, **kwargs)
    return op


def answers(results, others, references):
    """The results as a line has them, beside those of other seeds and of a wider type."""
    if results is None:
        return None
    found = []
    for i, result in enumerate(results):
        if result is None:
            found.append(None)
            continue
        answer = encoded(result)
        answer.pop("grad", None)
        if any(other[i] is None or result.shape != other[i].shape or not torch.equal(torch.nan_to_num(reals(result)), torch.nan_to_num(reals(other[i]))) for other in others):
            answer = {"type": answer["type"], "shape": answer["shape"], "random": True}
        elif references is not None and i < len(references) and references[i] is not None:
            slack = distance(result, references[i])
            if slack > 0:
                answer["slack"] = float(f"{slack:.3g}")
        found.append(answer)
    return found


def tolerance(op, dtype):
    """PyTorch's own, and the widest that its table states for this operator's values."""
    atol, rtol = DEFAULT_TOLERANCE[dtype]
    for decorator in op.decorators:
        for inner in getattr(decorator, "decorators", []):
            if isinstance(inner, toleranceOverride) and dtype in inner.d and getattr(decorator, "device_type", None) in (None, "cpu"):
                atol, rtol = max(atol, inner.d[dtype].atol), max(rtol, inner.d[dtype].rtol)
    return atol, rtol


def line(op, name, sample, dtype):
    first = Result(op, sample, False, 0)
    others = [Result(op, sample, False, seed) for seed in (1, 2, 3)]
    wide = None
    if dtype == torch.float32:
        try:
            wide = Result(op, sample, True, 0)
        except (RuntimeError, TypeError, ValueError):
            pass
    arguments = [sample.input, *sample.args]
    if name == "__getitem__" and isinstance(sample.args[0], list) and all(isinstance(item, int) for item in sample.args[0]):
        arguments[1] = (sample.args[0],)  # A list in brackets is one index, a tuple several.
    atol, rtol = tolerance(op, dtype)
    return {
        "op": name, "atol": atol, "rtol": rtol, "process": getattr(sample.output_process_fn_grad, "__name__", ""),
        "args": [argument(value) for value in arguments], "kwargs": {key: argument(value) for key, value in sample.kwargs.items()},
        "outputs": [{**answer, "through": True} if through else answer for answer, through in zip(answers(first.outputs, [other.outputs for other in others], wide and wide.outputs), first.through)],
        "gradients": answers(first.gradients, [other.gradients for other in others], wide and wide.gradients),
    }


def lines(op, name, dtype):
    torch.manual_seed(0)
    np.random.seed(0)
    random.seed(0)
    for sample in op.sample_inputs("cpu", dtype, requires_grad=op.supports_autograd):
        yield json.dumps(line(op, name, sample, dtype))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("--dtype", choices=["float32", "float64"], default="float32")
    parser.add_argument("--smallest", type=int)
    parser.add_argument("--explained")
    parser.add_argument("names", nargs="*")
    options = parser.parse_intermixed_args()
    warnings.filterwarnings("ignore")
    torch.set_num_threads(1)
    dtype = getattr(torch, options.dtype)
    without, differing = set(), {}
    for entry in open(options.explained, encoding="utf-8") if options.explained else []:
        match = re.match(r"(\S+) (none|differs(?:32)? (\d+)|differs64)\b", entry)
        if match and match[2] == "none":
            without.add(match[1])
        elif match and match[3]:
            differing[match[1]] = int(match[3])
    small, total, empty = [], 0, 0
    for op in sorted((op for op in op_db if dtype in op.dtypes), key=lambda op: (op.name, op.variant_test_name)):
        name = op.name + ("/" + op.variant_test_name if op.variant_test_name else "")
        if options.names and name not in options.names and op.name not in options.names or name in without:
            continue
        try:
            samples = list(lines(op, name, dtype))
        except Exception as failure:  # noqa: BLE001 - what PyTorch cannot compute itself is named, and the others go on
            print(f"{name}: PyTorch's own sample fails: {type(failure).__name__}: {str(failure).splitlines()[0][:120]}", file=sys.stderr)
            empty += 1
            continue
        total += len(samples)
        if options.smallest:
            # The smallest that have numbers in them.
            chosen = sorted(samples, key=lambda text: ('"data": ""' in text, len(text)))[: options.smallest]
            chosen = [text for text in chosen if text is chosen[0] or len(text) < LARGE]
            small += chosen + [text for text in samples[differing[name] : differing[name] + 1] if text not in chosen] if name in differing else chosen
            continue
        os.makedirs(options.out, exist_ok=True)
        with open(os.path.join(options.out, name.replace("/", "__") + ".jsonl"), "w", encoding="utf-8") as file:
            file.writelines(text + "\n" for text in samples)
    if options.smallest:
        with open(options.out, "w", encoding="utf-8") as file:
            file.writelines(text + "\n" for text in small)
    print(f"{total} samples; {empty} operators without", file=sys.stderr)


if __name__ == "__main__":
    main()
