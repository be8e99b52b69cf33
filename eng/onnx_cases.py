"""Writes the examples of ONNX's own specification as golden lines, one example a line.

    python3 eng/onnx_cases.py ONNX [OUT]

ONNX is a checkout of github.com/onnx/onnx at commit f7546912 (opset 28). Its onnx/backend/test/case/node/*.py compute, with NumPy and onnx/reference, inputs and outputs of every operator; nothing of
ONNX needs to be built, since the few functions that those files call of its compiled part are replaced here. OUT gets the examples whose element types Laminet has; counts go to standard error.
Without OUT, the table of what was left out is printed alone. Needs NumPy.
"""

import base64
import importlib
import importlib.abc
import importlib.machinery
import json
import pathlib
import sys
import types

import numpy as np

TYPES = {"float32", "float64", "float16", "int64", "int32", "int16", "int8", "uint64", "uint32", "uint16", "uint8", "bool"}
# TensorProto.DataType of the specification.
NUMBERS = {"FLOAT": 1, "UINT8": 2, "INT8": 3, "UINT16": 4, "INT16": 5, "INT32": 6, "INT64": 7, "STRING": 8, "BOOL": 9, "FLOAT16": 10, "DOUBLE": 11, "UINT32": 12, "UINT64": 13, "BFLOAT16": 16}
NUMPY = {1: np.float32, 2: np.uint8, 3: np.int8, 4: np.uint16, 5: np.int16, 6: np.int32, 7: np.int64, 9: np.bool_, 10: np.float16, 11: np.float64, 12: np.uint32, 13: np.uint64}
# More numbers than this in one example only repeat what smaller ones show; the smallest of an operator is kept whatever its size.
MOST = 1500
# Deprecated, or of values that may be missing, of files and of text: no rows.
SKIPPED = {"Scatter", "Upsample", "ImageDecoder", "TfIdfVectorizer", "OptionalGetElement", "OptionalHasElement"}

cases, left_out = [], []


class NotCarried(Exception):
    """An example uses what Laminet has no element type or structure for."""


class Absent:
    """Stands for anything else of ONNX's compiled part: it can be imported, subclassed and called, and an example that uses its result is left out."""

    def __init__(self, *arguments, **named):
        pass

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        raise NotCarried(name)

    def __class_getitem__(cls, item):
        return cls


class AbsentModule(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (Absent,), {})


class Node:
    def __init__(self, op_type, inputs, outputs, domain="", **attributes):
        self.op_type, self.input, self.output, self.domain = op_type, list(inputs), list(outputs), domain or ""
        self.attributes = {name: value for name, value in attributes.items() if value is not None and name not in ("name", "doc_string", "overload")}


def make_tensor(name, data_type, dims, vals, raw=False):
    if data_type not in NUMPY:
        raise NotCarried(f"element type {data_type}")
    return np.frombuffer(vals, NUMPY[data_type]).reshape(dims) if raw else np.array(vals, NUMPY[data_type]).reshape(dims)


def expect(node, inputs, outputs, name, **options):
    try:
        cases.append({
            "name": name, "op": node.op_type, "domain": node.domain,
            "attributes": {key: attribute(value) for key, value in node.attributes.items()},
            "inputs": placed(node.input, inputs), "outputs": placed(node.output, outputs),
        })
    except NotCarried as reason:
        left_out.append((node.op_type, name, str(reason)))


# Inputs in their places; one that is not given is null.
def placed(names, values):
    values = iter(values)
    return [tensor(next(values)) if name else None for name in names]


def tensor(value):
    if isinstance(value, (list, tuple)) or value is None or isinstance(value, Absent):
        raise NotCarried("sequence or optional")
    value = np.asarray(value)
    if value.dtype.name not in TYPES:
        raise NotCarried(value.dtype.name)
    return {"type": value.dtype.name, "shape": list(value.shape), "data": base64.b64encode(np.ascontiguousarray(value).tobytes()).decode()}


def attribute(value):
    if isinstance(value, np.ndarray) and value.ndim > 0 or isinstance(value, np.ndarray) and value.dtype.name in TYPES:
        return tensor(value)
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, (list, tuple)):
        return [attribute(item) for item in value]
    if isinstance(value, (bool, int, float, str)):
        return value
    raise NotCarried(f"attribute {type(value).__name__}")


class OpRun:
    """The base class of onnx/reference's operators, of which the examples call static parts alone."""

    op_domain = ""

    def __init__(self, *arguments, **named):
        pass


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path, target=None):
        if name.split(".")[0] in ("onnx", "ml_dtypes", "onnxruntime", "google", "PIL"):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec):
        return AbsentModule(spec.name)

    def exec_module(self, module):
        module.__path__ = []


def prepare(checkout):
    sys.dont_write_bytecode = True
    root = types.ModuleType("onnx")
    root.__path__ = []
    proto = type("TensorProto", (), {**{name: number for name, number in NUMBERS.items()}, "DataType": type("DataType", (), {}), **{name: 100 + i for i, name in enumerate(
        ["FLOAT4E2M1", "FLOAT8E4M3FN", "FLOAT8E4M3FNUZ", "FLOAT8E5M2", "FLOAT8E5M2FNUZ", "FLOAT8E8M0", "INT4", "UINT4", "INT2", "UINT2", "COMPLEX64", "COMPLEX128"])}})
    root.TensorProto, root.ONNX_ML = proto, True
    for name in ("NodeProto", "ModelProto", "GraphProto", "AttributeProto", "FunctionProto", "TypeProto", "ValueInfoProto", "SequenceProto", "OperatorSetIdProto"):
        setattr(root, name, type(name, (Absent,), {}))
    helper = AbsentModule("onnx.helper")
    helper.make_node, helper.make_tensor = Node, make_tensor
    helper.tensor_dtype_to_np_dtype = lambda number: np.dtype(NUMPY[number]) if number in NUMPY else carried_not(f"element type {number}")
    helper.np_dtype_to_tensor_dtype = lambda dtype: next(number for number, kind in NUMPY.items() if np.dtype(kind) == dtype)
    for name in ("make_opsetid", "make_operatorsetid", "make_tensor_type_proto", "make_value_info", "make_tensor_value_info"):
        setattr(helper, name, lambda *arguments, **named: None)
    numbers = AbsentModule("onnx.numpy_helper")
    numbers.from_array, numbers.to_array = (lambda array, name=None: array), (lambda array: array)
    numbers.create_random_int = create_random_int
    run = AbsentModule("onnx.reference.op_run")
    run.OpRun = OpRun
    node = types.ModuleType("onnx.backend.test.case.node")
    node.__path__, node.expect = [str(checkout / "onnx/backend/test/case/node")], expect
    base = types.ModuleType("onnx.backend.test.case.base")
    base.Base = type("Base", (), {})
    defs = AbsentModule("onnx.defs")
    defs.AI_ONNX_PREVIEW_TRAINING_DOMAIN, defs.AI_ONNX_PREVIEW_DOMAIN = "ai.onnx.preview.training", "ai.onnx.preview"
    utilities = AbsentModule("onnx.backend.test.case.utils")
    utilities.all_numeric_dtypes = [np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64, np.float16, np.float32, np.float64]
    operations = types.ModuleType("onnx.reference.ops")
    operations.__path__ = [str(checkout / "onnx/reference/ops")]
    for name, module in {"onnx": root, "onnx.helper": helper, "onnx.numpy_helper": numbers, "onnx.reference.op_run": run, "onnx.backend.test.case.node": node, "onnx.backend.test.case.base": base,
                         "onnx.defs": defs, "onnx.backend.test.case.utils": utilities, "onnx.reference.ops": operations}.items():
        sys.modules[name] = module
    root.helper, root.numpy_helper, root.defs = helper, numbers, defs
    sys.meta_path.append(Finder())
    for name in ("onnx.reference", "onnx.backend", "onnx.backend.test", "onnx.backend.test.case"):
        importlib.import_module(name)
    sys.modules["onnx.reference"].ops, root.reference = operations, sys.modules["onnx.reference"]
    return node


def carried_not(reason):
    raise NotCarried(reason)


def create_random_int(shape, dtype, seed=0):
    generator = np.random.default_rng(seed)
    limits = np.iinfo(dtype)
    return generator.integers(max(limits.min, -100), min(limits.max, 100), shape).astype(dtype)


def run(checkout):
    node = prepare(checkout)
    for file in sorted(pathlib.Path(node.__path__[0]).glob("*.py")):
        if file.stem.startswith("_"):
            continue
        try:
            module = importlib.import_module(f"onnx.backend.test.case.node.{file.stem}")
        except Exception as reason:
            left_out.append((file.stem, "*", f"{type(reason).__name__}: {reason}"))
            continue
        for cls in [value for value in vars(module).values() if isinstance(value, type) and value.__module__ == module.__name__]:
            for name, member in vars(cls).items():
                if not name.startswith("export"):
                    continue
                np.random.seed(0)
                try:
                    getattr(cls, name)()
                except Exception as reason:
                    left_out.append((cls.__name__, name, f"{type(reason).__name__}: {reason}"))


# Of operators that the specification has no example of.
def more():
    generator = np.random.default_rng(0)
    x = generator.standard_normal((2, 3, 6, 7)).astype(np.float32)
    for p in (1, 2, 3):
        expect(Node("GlobalLpPool", ["x"], ["y"], p=p), [x], [(np.abs(x) ** p).sum((2, 3), keepdims=True) ** np.float32(1 / p)], f"global_lp_pool_{p}")
    # The first image's box, in pixels of an image twice as large.
    boxes = np.array([[0, 0, 0, 8, 6], [1, 2, 2, 12, 10], [1, 4, 0, 10, 4]], np.float32)
    pooled = np.zeros((3, 3, 2, 2), np.float32)
    for n, (image, left, top, right, bottom) in enumerate(boxes):
        part = x[int(image), :, round(top / 2):round(bottom / 2) + 1, round(left / 2):round(right / 2) + 1]
        for i in range(2):
            for j in range(2):
                rows = slice(i * part.shape[1] // 2, -(-(i + 1) * part.shape[1] // 2))
                columns = slice(j * part.shape[2] // 2, -(-(j + 1) * part.shape[2] // 2))
                pooled[n, :, i, j] = part[:, rows, columns].max((1, 2))
    expect(Node("MaxRoiPool", ["x", "rois"], ["y"], pooled_shape=[2, 2], spatial_scale=0.5), [x, boxes], [pooled], "max_roi_pool")
    # Random ones: shapes and types.
    expect(Node("Multinomial", ["x"], ["y"], sample_size=5), [x[0, 0]], [np.zeros((6, 5), np.int32)], "multinomial")
    expect(Node("Multinomial", ["x"], ["y"], sample_size=4, dtype=7), [x[0, 0]], [np.zeros((6, 4), np.int64)], "multinomial_int64")
    for name in ("RandomNormal", "RandomUniform"):
        expect(Node(name, [], ["y"], shape=[2, 3], dtype=11), [], [np.zeros((2, 3), np.float64)], f"{name}_double")
        expect(Node(name, [], ["y"], shape=[4], seed=3.0), [], [np.zeros(4, np.float32)], f"{name}_float")
        expect(Node(f"{name}Like", ["x"], ["y"]), [x[0, 0]], [np.zeros((6, 7), np.float32)], f"{name}_like")
        expect(Node(f"{name}Like", ["x"], ["y"], dtype=10), [x[0, 0]], [np.zeros((6, 7), np.float16)], f"{name}_like_half")
    # The recurrent units with the reset after the product, by the specification's own code.
    gru = importlib.import_module("onnx.reference.ops.op_gru").CommonGRU
    unit = gru.__new__(gru)
    unit.linear_before_reset, unit.layout, unit.direction, unit.n_outputs = 1, 0, "forward", 2
    steps, weights, recurrent, bias = (generator.standard_normal(shape).astype(np.float32) for shape in ((4, 2, 3), (1, 15, 3), (1, 15, 5), (1, 30)))
    outputs = unit._step(steps, recurrent, bias, weights, np.zeros((1, 2, 5), np.float32), 1)
    expect(Node("GRU", ["X", "W", "R", "B"], ["Y", "Y_h"], hidden_size=5, linear_before_reset=1), [steps, weights, recurrent, bias], list(outputs), "gru_linear_before_reset")


def size(case):
    return sum(int(np.prod(value["shape"])) for value in case["inputs"] + case["outputs"] if value)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    run(pathlib.Path(sys.argv[1]).resolve())
    more()
    cases = [case for case in cases if case["domain"] == "" and case["op"] not in SKIPPED]
    print(f"{len(cases)} examples of {len({case['op'] for case in cases})} operators; left out {len(left_out)}", file=sys.stderr)
    if len(sys.argv) < 3:
        for entry in left_out:
            print(*entry, sep="\t")
        sys.exit()
    smallest = {}
    for case in cases:
        smallest[case["op"]] = min(smallest.get(case["op"], size(case)), size(case))
    kept = sorted((case for case in cases if size(case) <= max(MOST, smallest[case["op"]])), key=lambda case: (case["op"], case["name"]))
    with open(sys.argv[2], "w", encoding="utf-8", newline="\n") as out:
        for case in kept:
            out.write(json.dumps(case) + "\n")
    print(f"{len(kept)} of them kept", file=sys.stderr)
