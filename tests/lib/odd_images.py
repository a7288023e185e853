#!/usr/bin/env python3
"""odd_images.py DIRECTORY: images that are valid and yet easily read otherwise than container runtimes read them.

Each that should be read holds the package `told`; `hidden` stands where only the other reading finds it."""

import gzip
import hashlib
import io
import json
import os
import sys
import tarfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from oci_writer import tar_entry  # noqa: E402

STATUS = "var/lib/dpkg/status"
MANIFEST, CONFIG, LAYER = (f"application/vnd.oci.image.{kind}" for kind in ("manifest.v1+json", "config.v1+json", "layer.v1.tar"))


def record(package):
    return f"Package: {package}\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n\n".encode()


def file(name, content=b"", **more):
    return tar_entry(name, len(content), **more) + content + bytes(-len(content) % 512)


def layer(*entries):
    return b"".join(entries) + bytes(1024)


OS = file("etc/os-release", b'ID=debian\nVERSION_ID="12"\n')
TOLD, HIDDEN = layer(OS, file(STATUS, record("told"))), layer(OS, file(STATUS, record("hidden")))


def config(layers, algorithm="sha256", architecture="amd64"):
    ids = [f"{algorithm}:{hashlib.new(algorithm, content).hexdigest()}" for content in layers]
    return json.dumps({"os": "linux", "architecture": architecture, "rootfs": {"type": "layers", "diff_ids": ids}}).encode()


class Members(list):
    """Of an archive, in order: (name, bytes)."""

    def blob(self, content, media_type, algorithm="sha256"):
        digest = hashlib.new(algorithm, content).hexdigest()
        self.append((f"blobs/{algorithm}/{digest}", content))
        return {"mediaType": media_type, "digest": f"{algorithm}:{digest}", "size": len(content)}

    def manifest(self, layers, algorithm="sha256", pack=lambda content: content, **more):
        return self.blob(json.dumps({"schemaVersion": 2, "config": self.blob(config(layers, **more), CONFIG, algorithm),
                                     "layers": [self.blob(pack(content), LAYER, algorithm) for content in layers]}).encode(),
                         MANIFEST, algorithm)

    def index(self, *manifests):
        self.append(("index.json", json.dumps({"schemaVersion": 2, "manifests": manifests}).encode()))
        self.append(("oci-layout", b'{"imageLayoutVersion":"1.0.0"}'))
        return self

    def saved(self, layers, name="c", tags=("x:1",)):
        self.append((f"{name}.json", config(layers)))
        self.extend((f"{name}{i}.tar", content) for i, content in enumerate(layers))
        self.append(("manifest.json", json.dumps([{"Config": f"{name}.json", "RepoTags": tags,
                                                   "Layers": [f"{name}{i}.tar" for i in range(len(layers))]}]).encode()))
        return self


def oci(*layers, **more):
    members = Members()
    return members.index(members.manifest(layers, **more))


def twice(members, name, content):
    return Members([*members, (name, content)])


def images():
    yield "opaque-root", oci(TOLD, layer(file(".wh..wh..opq"), file("hello")))
    yield "linked-record", oci(TOLD, layer(file("usr/lib/sysimage/rpm/rpmdb.sqlite", kind=b"2", link="/opt/db")))
    yield "linked-os-release", oci(TOLD, layer(file("usr/lib/os-release", kind=b"2", link="../../etc/os-release")))
    yield "bracket-first", Members().saved([layer(OS, file("[", b"x"), file(STATUS, record("told")))])
    yield "sha512", oci(TOLD, algorithm="sha512", pack=lambda content: gzip.compress(content, mtime=0))
    yield "sha512-plain", oci(TOLD, algorithm="sha512")
    yield "same-layer-often", oci(*[TOLD] * 200)
    yield "both-roots", oci(TOLD).saved([TOLD])
    yield "both-roots-differ", oci(TOLD).saved([HIDDEN])
    same = Members().saved([TOLD])
    yield "member-twice-alike", twice(twice(same, *same[0]), *same[1])
    yield "manifest-twice", Members([*Members().saved([HIDDEN], "d"), *same])
    yield "layer-twice", twice(same, "c0.tar", HIDDEN)
    yield "layer-twice-linked", twice(same, "c0.tar", None)
    yield "platform", oci(TOLD, architecture="arm64")


def main():
    for name, members in images():
        path = os.path.join(sys.argv[1], f"{name}.tar")
        with tarfile.open(path, "w") as out:
            for member, content in members:
                entry = tarfile.TarInfo(member)
                if content is None:
                    entry.type, entry.linkname = tarfile.SYMTYPE, "elsewhere"
                else:
                    entry.size = len(content)
                out.addfile(entry, io.BytesIO(content or b""))


if __name__ == "__main__":
    main()
