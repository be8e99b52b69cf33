#!/usr/bin/python3
"""images.json: small image files and what Pillow reads from them, and images in other sizes by Pillow. Needs Debian's python3-pil and python3-numpy. usage: make_images_golden.py"""
import base64
import io
import json
import os
import struct
import zlib

import numpy as np
from PIL import Image, ImageOps

FILTERS = {"Nearest": Image.Resampling.NEAREST, "Box": Image.Resampling.BOX, "Bilinear": Image.Resampling.BILINEAR, "Bicubic": Image.Resampling.BICUBIC, "Lanczos3": Image.Resampling.LANCZOS}
MODES = {1: "L", 3: "RGB", 4: "RGBA"}
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def text(data):
    return base64.b64encode(bytes(data)).decode()


def pattern(height, width, channels):
    """The same as Pattern.cs."""
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(channels), indexing="ij")
    return ((x * x * 7 + y * y * 13 + x * y * 5 + c * 61) % 256).astype(np.uint8)


def smooth(height, width, channels):
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(channels), indexing="ij")
    return (x * 200 // width + y * 40 // height + c * 7).astype(np.uint8)


def image(array):
    return Image.fromarray(array[:, :, 0] if array.shape[2] == 1 else array, MODES[array.shape[2]])


def saved(picture, kind, **settings):
    stream = io.BytesIO()
    picture.save(stream, kind, **settings)
    return stream.getvalue()


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def filtered(lines, back):
    """Lines of bytes, each with another filter."""
    result, above = b"", None
    for row, line in enumerate(lines):
        kind = row % 5
        line = [int(one) for one in line]
        up = above or [0] * len(line)
        out = []
        for i, value in enumerate(line):
            a, b, c = (line[i - back] if i >= back else 0), up[i], (up[i - back] if i >= back else 0)
            p = a + b - c
            paeth = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
            out.append((value - [0, a, b, (a + b) // 2, paeth][kind]) % 256)
        result += bytes([kind] + out)
        above = line
    return result


def png(values, bits, color, interlaced=False, extra=b""):
    """A PNG of the numbers (height, width, channels)."""
    height, width, channels = values.shape
    data = b""
    for x0, y0, dx, dy in ADAM7 if interlaced else [(0, 0, 1, 1)]:
        part = values[y0::dy, x0::dx]
        if part.shape[0] == 0 or part.shape[1] == 0:
            continue
        flat = part.reshape(part.shape[0], -1)
        if bits == 16:
            lines = flat.astype(">u2").view(np.uint8)
        elif bits == 8:
            lines = flat.astype(np.uint8)
        else:
            lines = np.packbits(((flat[..., None] >> np.arange(bits - 1, -1, -1)) & 1).reshape(flat.shape[0], -1).astype(np.uint8), axis=1)
        data += filtered(lines, max(1, channels * bits // 8))
    header = struct.pack(">IIBBBBB", width, height, bits, color, 0, 0, int(interlaced))
    packed = zlib.compress(data)
    middle = len(packed) // 2
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", packed[:middle]) + chunk(b"IDAT", packed[middle:]) + chunk(b"IEND", b"")


def with_orientation(picture, orientation):
    exif = picture.getexif()
    exif[0x0112] = orientation
    return exif


sizes = [((7, 9), (3, 4)), ((7, 9), (14, 20)), ((5, 8), (5, 3)), ((1, 8), (1, 3)), ((37, 41), (11, 8)), ((16, 3), (1, 1)), ((24, 30), (9, 17)), ((6, 6), (9, 9))]
resized = []
for channels in MODES:
    for (height, width), (new_height, new_width) in sizes:
        for name, resampling in FILTERS.items():
            out = image(pattern(height, width, channels)).resize((new_width, new_height), resampling)
            resized.append(dict(old=[height, width, channels], new=[new_height, new_width], interpolation=name, values=text(np.asarray(out).tobytes())))

files = []


def add(name, content, **more):
    stored = Image.open(io.BytesIO(content))
    upright = ImageOps.exif_transpose(stored)
    rgb = upright.convert("RGB")
    files.append(dict(name=name, bytes=text(content), height=rgb.height, width=rgb.width, rgb=text(rgb.tobytes()), grey=text(upright.convert("RGB").convert("L").tobytes()), **more))


colours, grey, alpha = smooth(13, 18, 3), smooth(13, 18, 1), pattern(6, 5, 4)
add("colours.jpg", saved(image(colours), "JPEG", quality=90))
add("full.jpg", saved(image(colours), "JPEG", quality=95, subsampling=0))
add("progressive.jpg", saved(image(colours), "JPEG", quality=80, progressive=True))
add("grey.jpg", saved(image(grey), "JPEG", quality=90))
cmyk = np.zeros((16, 16, 4), np.uint8)
cmyk[:, :] = (64, 0, 32, 100)
add("cmyk.jpg", saved(Image.fromarray(cmyk, "CMYK"), "JPEG", quality=100, subsampling=0))
cmyk[:, :] = (128, 128, 128, 128)
add("cmyk128.jpg", saved(Image.fromarray(cmyk, "CMYK"), "JPEG", quality=100, subsampling=0))
cmyk[:, :] = (0, 255, 255, 0)
add("red_cmyk.jpg", saved(Image.fromarray(cmyk, "CMYK"), "JPEG", quality=100, subsampling=0))
add("colours.png", saved(image(colours), "PNG"))
add("grey.png", saved(image(grey), "PNG"))
add("opacity.png", saved(image(alpha), "PNG"), rgba=text(alpha.tobytes()))
add("palette.png", saved(image(colours).quantize(11), "PNG"))
add("filters.png", png(pattern(11, 9, 3), 8, 2))
add("interlaced.png", png(pattern(11, 9, 3), 8, 2, interlaced=True))
add("colours.bmp", saved(image(colours), "BMP"))
add("colours.gif", saved(image(colours).quantize(16), "GIF"))
add("lossless.webp", saved(image(colours), "WEBP", lossless=True))
# Pixels that are partly or wholly invisible, in each way that a file can say so: convert("RGB") leaves the opacity out and keeps the stored colours.
add("invisible.webp", saved(image(alpha), "WEBP", lossless=True, exact=True))
add("grey_opacity.png", saved(Image.fromarray(pattern(6, 5, 2), "LA"), "PNG"))
add("palette_opacity.png", saved(image(colours).quantize(11), "PNG", transparency=bytes([0, 100, 255])))
add("hidden_colour.png", png(np.array([[[1, 2, 3], [4, 5, 6], [1, 2, 4]]]), 8, 2, extra=chunk(b"tRNS", struct.pack(">HHH", 1, 2, 3))))
for orientation in range(1, 9):
    small = image(np.arange(8, dtype=np.uint8).reshape(2, 4, 1))
    add(f"orientation{orientation}.png", saved(small, "PNG", exif=with_orientation(small, orientation)), orientation=orientation)
picture = image(colours)
add("turned.jpg", saved(picture, "JPEG", quality=90, exif=with_orientation(picture, 6)), orientation=6)
add("turned.webp", saved(picture, "WEBP", lossless=True, exif=with_orientation(picture, 8)), orientation=8)

# The numbers as they were written: Pillow itself cuts colours of 16 bits to 8.
numbers = []
rng = np.random.default_rng(1)
for name, channels, bits, color, interlaced in [
    ("grey16", 1, 16, 0, False), ("grey16_interlaced", 1, 16, 0, True), ("rgb16", 3, 16, 2, False), ("rgb16_interlaced", 3, 16, 2, True), ("opacity16", 4, 16, 6, False),
    ("greyopacity16", 2, 16, 4, False), ("grey8", 1, 8, 0, False), ("grey4", 1, 4, 0, False), ("grey2_interlaced", 1, 2, 0, True), ("grey1", 1, 1, 0, False),
]:
    values = rng.integers(0, 1 << bits, (9, 11, channels))
    numbers.append(dict(name=name, bytes=text(png(values, bits, color, interlaced)), shape=list(values.shape), values=values.ravel().tolist()))
values = rng.integers(0, 5, (6, 7, 1))
palette = chunk(b"PLTE", bytes(rng.integers(0, 256, 15).tolist()))
numbers.append(dict(name="palette4", bytes=text(png(values, 4, 3, extra=palette)), shape=[6, 7, 1], values=values.ravel().tolist()))
line = np.array([0, 128, 129, 255, 256, 32768, 65535]).reshape(1, 7, 1)
numbers.append(dict(name="line16", bytes=text(png(line, 16, 0)), shape=[1, 7, 1], values=line.ravel().tolist()))

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "images.json"), "w", encoding="ascii") as file:
    json.dump(dict(resized=resized, files=files, numbers=numbers), file, indent=0)
