#!/usr/bin/env python3
"""WAV files of every form, written by hand and by SciPy, and what SciPy reads from them.  Needs python3-scipy.  Run in this folder."""
import base64
import io
import json
import struct

import numpy as np
from scipy.io import wavfile

random = np.random.default_rng(1)
cases = []


def case(name, data):
    rate, values = wavfile.read(io.BytesIO(data))
    values = values.reshape(len(values), -1)
    if values.dtype == np.uint8:
        values = (values.astype(np.float64) - 128) / 128
    elif values.dtype.kind == "i":
        values = values / 2.0 ** (8 * values.dtype.itemsize - 1)
    cases.append({"name": name, "file": base64.b64encode(data).decode(), "rate": rate, "shape": list(values.shape), "values": [float(np.float32(v)) for v in values.ravel()]})


def written(rate, values):
    stream = io.BytesIO()
    wavfile.write(stream, rate, values)
    return stream.getvalue()


case("uint8", written(8000, random.integers(0, 256, 9).astype(np.uint8)))
case("int16", written(8000, np.array([0, 1, -1, 32767, -32768, 1000, -1000], np.int16)))
case("int16 of two channels", written(44100, random.integers(-32768, 32768, (5, 2)).astype(np.int16)))
case("int32", written(16000, random.integers(-2**31, 2**31, (4, 2)).astype(np.int32)))
case("float32", written(22050, random.uniform(-1, 1, 6).astype(np.float32)))
case("float64", written(22050, random.uniform(-1, 1, 5)))

# 24 bits, in the extensible form, with a part of odd length before the sound.
sound = struct.pack("<i", 8388607)[:3] + struct.pack("<i", -8388608)[:3] + struct.pack("<i", -12345)[:3] + struct.pack("<i", 54321)[:3]
form = struct.pack("<HHIIHHHHI", 0xFFFE, 1, 48000, 48000 * 3, 3, 24, 22, 24, 4) + struct.pack("<H", 1) + bytes.fromhex("000000001000800000aa00389b71")
parts = b"fmt " + struct.pack("<I", len(form)) + form + b"LIST" + struct.pack("<I", 3) + b"abc\0" + b"data" + struct.pack("<I", len(sound)) + sound
case("int24 extensible", b"RIFF" + struct.pack("<I", 4 + len(parts)) + b"WAVE" + parts)
json.dump(cases, open("wav.json", "w"), indent=1)
