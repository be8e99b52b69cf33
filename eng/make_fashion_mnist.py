#!/usr/bin/env python3
"""Cuts the part of Fashion-MNIST that Laminet.Zoo embeds: the first 10,000 training and 2,000 test images, re-packed as IDX.

    eng/make_fashion_mnist.py FOLDER

FOLDER holds the four full files, for instance /usr/share/datasets/fashion-mnist of Debian's package dataset-fashion-mnist.
Running it again gives the same bytes (no time stamp in the gzip header; the deflate stream depends on the zlib at hand).
"""
import gzip
import io
import pathlib
import struct
import sys

TRAIN, TEST = 10_000, 2_000
FILES = {
    "train-images-idx3-ubyte": TRAIN,
    "train-labels-idx1-ubyte": TRAIN,
    "t10k-images-idx3-ubyte": TEST,
    "t10k-labels-idx1-ubyte": TEST,
}


def cut(content: bytes, count: int) -> bytes:
    """The first `count` entries of an IDX file: magic, big-endian lengths of the axes, bytes."""
    rank = content[3]
    lengths = struct.unpack(f">{rank}I", content[4:4 + 4 * rank])
    entry = 1
    for length in lengths[1:]:
        entry *= length
    assert content[:3] == b"\0\0\x08" and lengths[0] >= count
    start = 4 + 4 * rank
    return content[:4] + struct.pack(f">{rank}I", count, *lengths[1:]) + content[start:start + count * entry]


def main() -> None:
    source = pathlib.Path(sys.argv[1])
    target = pathlib.Path(__file__).parent.parent / "src/Laminet.Zoo/Datasets/Resources/fashion-mnist"
    target.mkdir(parents=True, exist_ok=True)
    for name, count in FILES.items():
        packed = io.BytesIO()
        with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=packed, mtime=0) as stream:
            stream.write(cut(gzip.decompress((source / f"{name}.gz").read_bytes()), count))
        (target / f"{name}.gz").write_bytes(packed.getvalue())
        print(f"{name}.gz: {count:,} entries, {len(packed.getvalue()):,} bytes")


if __name__ == "__main__":
    main()
