#!/usr/bin/env python3
"""small_image.py DIR LAYER [LAYER ...]: an OCI layout whose layers are given as words, separated by blanks:
  NAME=TEXT   a file (in TEXT, + is a blank and | ends a line)
  NAME>OTHER  a hard link to OTHER
  NAME@OTHER  a symbolic link to OTHER
  NAME/       a directory
  -NAME       a whiteout of NAME
  !NAME       an opaque directory
"""
import io
import pathlib
import posixpath
import sys
import tarfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import oci_writer  # noqa: E402


def add(tar, word):
    if word[0] in "-!":
        directory, base = posixpath.split(word[1:])
        name = posixpath.join(directory, ".wh." + base) if word[0] == "-" else posixpath.join(word[1:], ".wh..wh..opq")
        tar.addfile(tarfile.TarInfo(name), io.BytesIO())
        return
    if word[-1] == "/":
        entry = tarfile.TarInfo(word[:-1])
        entry.type, entry.mode = tarfile.DIRTYPE, 0o755
        tar.addfile(entry)
        return
    for mark, kind in (("=", tarfile.REGTYPE), (">", tarfile.LNKTYPE), ("@", tarfile.SYMTYPE)):
        if mark in word:
            name, text = word.split(mark, 1)
            break
    entry = tarfile.TarInfo(name)
    entry.type = kind
    if kind == tarfile.REGTYPE:
        data = text.replace("+", " ").replace("|", "\n").encode()
        entry.size = len(data)
        tar.addfile(entry, io.BytesIO(data))
    else:
        entry.linkname = text
        tar.addfile(entry)


def main():
    image = oci_writer.Layout(sys.argv[1])
    for number, layer in enumerate(sys.argv[2:]):
        def write(out, words=layer.split()):
            with tarfile.open(fileobj=out, mode="w|", format=tarfile.GNU_FORMAT) as tar:
                for word in words:
                    add(tar, word)
        image.add_layer(write, f"layer {number}")
    image.finish()


main()
