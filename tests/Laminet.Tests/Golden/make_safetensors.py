"""Writes and checks safetensors files by the published format alone (struct and json; no library of ours or theirs).

    python3 make_safetensors.py write small.safetensors     the golden file the tests read
    python3 make_safetensors.py check FILE                   prints every tensor of FILE, or fails
"""
import json
import struct
import sys

FORMATS = {"F32": "f", "F64": "d", "I32": "i", "I64": "q", "U8": "B", "BOOL": "?", "F16": "e"}
TENSORS = [
    ("double", "F64", [2], [0.1, -1e300]),
    ("long", "I64", [1], [-(2**40)]),
    ("matrix", "F32", [2, 3], [0.0, 1.5, -2.25, 3e-38, float("inf"), -0.0]),
    ("int", "I32", [2], [-7, 2**31 - 1]),
    ("scalar", "F32", [], [42.0]),
    ("half", "F16", [3], [1.0, -0.5, 65504.0]),
    ("brain", "BF16", [2], [1.0, -2.5]),
    ("byte", "U8", [2, 2], [0, 1, 254, 255]),
    ("truth", "BOOL", [3], [True, False, True]),
    ("empty", "F32", [0, 4], []),
]


def pack(dtype, values):
    if dtype == "BF16":
        return b"".join(struct.pack("<f", value)[2:] for value in values)
    return struct.pack(f"<{len(values)}{FORMATS[dtype]}", *values)


def write(path):
    header, data = {"__metadata__": {"made_by": "make_safetensors.py"}}, b""
    for name, dtype, shape, values in TENSORS:
        part = pack(dtype, values)
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(data), len(data) + len(part)]}
        data += part
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def check(path):
    with open(path, "rb") as file:
        content = file.read()
    (length,) = struct.unpack("<Q", content[:8])
    assert length % 8 == 0, "the numbers are not aligned"
    header = json.loads(content[8 : 8 + length])
    data, place = content[8 + length :], 0
    header.pop("__metadata__", None)
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        begin, end = entry["data_offsets"]
        assert begin == place, f"{name}: hole or overlap"
        place, count = end, 1
        for axis in entry["shape"]:
            count *= axis
        values = struct.unpack(f"<{count}{FORMATS[entry['dtype']]}", data[begin:end])
        print(name, entry["dtype"], entry["shape"], [float(value) for value in values])
    assert place == len(data), "bytes are left over"


if __name__ == "__main__":
    {"write": write, "check": check}[sys.argv[1]](sys.argv[2])
