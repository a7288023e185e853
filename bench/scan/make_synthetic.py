#!/usr/bin/env python3
"""make_synthetic.py files|bytes ROOT.tar DIR: an OCI layout of a Debian root and, on it,
  files  three million empty files (a small image that exhausts scanners which keep a record per file)
  bytes  ten layers of one GiB each (a large image that exhausts scanners which keep content)
Streams: needs neither memory nor temporary space for the content.
"""
import os
import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tests" / "lib"))
import oci_writer  # noqa: E402

FILES = 3_000_000
FILES_A_DIRECTORY = 1000
LAYERS = 10
LAYER_BYTES = 1 << 30
FILE_BYTES = 16 << 20


def copy_tar(path):
    def write(out):
        with open(path, "rb") as tar:
            shutil.copyfileobj(tar, out, 1 << 20)
    return write


def many_files(out):
    for directory in range(FILES // FILES_A_DIRECTORY):
        chunk = [oci_writer.tar_entry(f"srv/{directory:04d}/", mode=0o755, kind=b"5")]
        chunk += [oci_writer.tar_entry(f"srv/{directory:04d}/{number:04d}") for number in range(FILES_A_DIRECTORY)]
        out.write(b"".join(chunk))
    out.write(bytes(1024))


def much_data(number):
    """Half random, half text, as programs and documents are: deflates to about a half."""
    noise = os.urandom(1 << 20)
    text = b"".join(b"line %d of a document that says little\n" % n for n in range(30000))[:1 << 20]

    def write(out):
        for file in range(LAYER_BYTES // FILE_BYTES):
            out.write(oci_writer.tar_entry(f"opt/data/{number}/{file:04d}.bin", size=FILE_BYTES))
            for piece in range(FILE_BYTES >> 20):
                half = noise if (piece + file) % 2 else text
                cut = (file * 7919 + piece * 104729) % (1 << 20)
                out.write(half[cut:] + half[:cut])
        out.write(bytes(1024))
    return write


def main():
    kind, root, directory = sys.argv[1:]
    image = oci_writer.Layout(directory)
    image.add_layer(copy_tar(root), "debootstrap")
    if kind == "files":
        image.add_layer(many_files, f"{FILES} empty files")
    else:
        for number in range(LAYERS):
            image.add_layer(much_data(number), f"data {number}")
    image.finish()


if __name__ == "__main__":
    main()
