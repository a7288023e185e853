#!/usr/bin/env python3
"""hostile.py KIND OUT: one input that an attacker, a broken disk or a broken tool could have made. `hostile.py` alone lists the kinds.

Layers are tar bytes packed as said; every image is an OCI layout, as a directory or as one tar, correct in all that its kind does not
break on purpose.
"""
import bz2
import gzip
import hashlib
import inspect
import io
import json
import lzma
import pathlib
import struct
import subprocess
import sys
import tarfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from make_example_image import BASE, OS_RELEASE, dpkg_status, npm_package  # noqa: E402
from oci_writer import tar_entry  # noqa: E402

MEBI = 1 << 20
DEBIAN = {"etc/os-release": OS_RELEASE, "var/lib/dpkg/status": dpkg_status(BASE)}
SQUARE = "\x1b[31mred\x1b[0m\nline\x07"
KINDS = {}


def kind(function):
    KINDS[function.__name__.replace("_", "-")] = function
    return function


def sha256(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def entry(name, data=b"", **more):
    """A header (and its content) by Python's own writer, for names that need pax."""
    info = tarfile.TarInfo(name)
    info.size = len(data)
    for key, value in more.items():
        setattr(info, key, value)
    out = info.tobuf(tarfile.PAX_FORMAT, errors="surrogateescape") + data
    return out + bytes(-len(out) % 512)


def files(contents):
    return b"".join(entry(name, text if isinstance(text, bytes) else text.encode()) for name, text in contents.items())


def pax(*records, type=b"x"):
    out = b""
    for record in records:
        size = len(record) + 2
        size += len(str(size + len(str(size))))
        out += b"%d %s\n" % (size, record)
    return entry("x", out, type=type)


def link(name, target, hard=False):
    return entry(name, type=tarfile.LNKTYPE if hard else tarfile.SYMTYPE, linkname=target)


def tar(*entries):
    return b"".join(entries) + bytes(1024)


class Image:
    def __init__(self):
        self.blobs, self.layers, self.diff_ids = {}, [], []

    def blob(self, data):
        self.blobs[sha256(data)] = data
        return {"digest": sha256(data), "size": len(data)}

    def layer(self, plain, packed=None, diff_id=None):
        packed = plain if packed is None else packed
        self.layers.append({"mediaType": "application/vnd.oci.image.layer.v1.tar", **self.blob(packed)})
        self.diff_ids.append(diff_id or sha256(plain))
        return self

    def members(self, manifest_bytes=None):
        """The files of the layout."""
        config = {"architecture": "amd64", "os": "linux", "rootfs": {"type": "layers", "diff_ids": self.diff_ids}}
        manifest = {"schemaVersion": 2, "config": {"mediaType": "application/vnd.oci.image.config.v1+json",
                                                   **self.blob(json.dumps(config).encode())}, "layers": self.layers}
        wanted = self.blob(manifest_bytes or json.dumps(manifest).encode())
        index = {"schemaVersion": 2, "manifests": [{"mediaType": "application/vnd.oci.image.manifest.v1+json", **wanted}]}
        return {"oci-layout": b'{"imageLayoutVersion":"1.0.0"}', "index.json": json.dumps(index).encode(),
                **{"blobs/" + digest.replace(":", "/"): data for digest, data in self.blobs.items()}}

    def archive(self, out, **more):
        pathlib.Path(out).write_bytes(tar(files(self.members(**more))))

    def directory(self, out):
        for name, data in self.members().items():
            path = pathlib.Path(out, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)


def of_layer(*entries):
    return Image().layer(tar(*entries))


def debian(*entries):
    return of_layer(files(DEBIAN), *entries)


@kind
def good(out):
    debian().archive(out)


@kind
def flipped_byte(out):
    image = debian()
    members = image.members()
    name = "blobs/" + image.layers[0]["digest"].replace(":", "/")
    members[name] = members[name][:700] + bytes([members[name][700] ^ 1]) + members[name][701:]
    pathlib.Path(out).write_bytes(tar(files(members)))


@kind
def flipped_byte_of_manifest(out):
    members = debian().members()
    name = "blobs/" + json.loads(members["index.json"])["manifests"][0]["digest"].replace(":", "/")
    members[name] = members[name].replace(b'"schemaVersion": 2', b'"schemaVersion": 3')
    pathlib.Path(out).write_bytes(tar(files(members)))


@kind
def truncated_layer(out):
    """The blob is what the manifest says; what it holds breaks off."""
    plain = tar(files(DEBIAN), entry("usr/bin/tool", bytes(range(256)) * 2000))
    Image().layer(plain, gzip.compress(plain, mtime=0)[:-900]).archive(out)


@kind
def cut_layer(out):
    """The blob in the archive is shorter than what the manifest says."""
    image = debian()
    members = image.members()
    name = "blobs/" + image.layers[0]["digest"].replace(":", "/")
    members[name] = members[name][:2048]
    pathlib.Path(out).write_bytes(tar(files(members)))


@kind
def truncated_archive(out):
    good(out)
    data = pathlib.Path(out).read_bytes()
    pathlib.Path(out).write_bytes(data[:len(data) // 2])


@kind
def truncated_archive_gz(out):
    good(out)
    pathlib.Path(out).write_bytes(gzip.compress(pathlib.Path(out).read_bytes())[:-20])


@kind
def not_a_tar_layer(out):
    Image().layer(b"this is no tar\n" * 100).archive(out)


@kind
def empty_layer(out):
    debian().layer(b"").layer(bytes(1024)).archive(out)


@kind
def wrong_diff_id(out):
    plain = tar(files(DEBIAN))
    Image().layer(plain, gzip.compress(plain, mtime=0), diff_id=sha256(b"another")).archive(out)


@kind
def missing_blob(out):
    image = debian()
    members = image.members()
    del members["blobs/" + image.layers[0]["digest"].replace(":", "/")]
    pathlib.Path(out).write_bytes(tar(files(members)))


@kind
def layer_count(out):
    image = debian()
    image.diff_ids.append(sha256(b"one too many"))
    image.archive(out)


@kind
def deep_manifest(out):
    debian().archive(out, manifest_bytes=b'{"a":' * 5000 + b"1" + b"}" * 5000)


@kind
def both_ways_manifest(out):
    debian().archive(out, manifest_bytes=b'{"schemaVersion":2,"layers":[],"manifests":[]}')


@kind
def twice_named_manifest(out):
    """Go's decoder takes the last of keys that are equal but for letter case."""
    image = debian()
    manifest = json.loads(next(data for name, data in image.members().items() if name.startswith("blobs") and b'"config": {"mediaType' in data))
    image.archive(out, manifest_bytes=json.dumps({**manifest, "Layers": []}).encode())


def zeros_stream(pack, count):
    """`count` mebibytes of zeros, one packed member after another."""
    member = pack(bytes(64 * MEBI))
    return member * (count // 64)


def bomb(out, pack, gibibytes):
    """A header that says so many zeros, and the zeros; every part packed on its own, which all these formats allow. The diff ID would
    take a minute to make and is not reached: it is wrong."""
    size = gibibytes << 30
    header = struct.pack(">Q", size).rjust(12, b"\0")
    block = bytearray(tar_entry("var/big"))
    block[124:136] = b"\x80" + header[1:]
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    packed = pack(files(DEBIAN) + bytes(block)) + zeros_stream(pack, size // MEBI) + pack(bytes(1024))
    Image().layer(b"", packed, diff_id=sha256(b"unknown")).archive(out)


def zstd(data):
    return subprocess.run(["zstd", "-q", "-c", "--no-check"], input=data, capture_output=True, check=True).stdout


@kind
def bomb_gzip(out):
    bomb(out, lambda data: gzip.compress(data, mtime=0), 10)


@kind
def bomb_zstd(out):
    bomb(out, zstd, 40)


@kind
def bomb_xz_window(out):
    plain = tar(files(DEBIAN))
    packed = lzma.compress(plain, filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 512 * MEBI}])
    Image().layer(plain, packed).archive(out)


@kind
def bombs(out):
    """Each layer of it, 12 GiB of zeros and then damage, is within the bounds of one layer."""
    image = Image()
    for number in range(5):
        packed = zstd(files(DEBIAN) + entry(f"{number}", b"")) + zeros_stream(zstd, 12 << 10) + b"damage"
        image.layer(b"", packed, diff_id=sha256(b"unknown"))
    image.archive(out)


@kind
def sparse_layers(out):
    debian().layer(tar(sparse(b"a", 21 << 30))).layer(tar(sparse(b"b", 21 << 30))).archive(out)


@kind
def bomb_bzip2(out):
    bomb(out, bz2.compress, 1)


def sparse(name, size):
    """All hole, in GNU tar's newest form."""
    return pax(b"GNU.sparse.major=1", b"GNU.sparse.minor=0", b"GNU.sparse.name=" + name, b"GNU.sparse.realsize=%d" % size) + entry(
        "GNUSparseFile.0/x", b"0\n".ljust(512, b"\0"))


@kind
def sparse_10g(out):
    debian(sparse(b"var/sparse", 10 << 30)).archive(out)


@kind
def sparse_smuggling(out):
    """Sizes that add up to a little more than 2^64, and a package record that is only zeros to readers that believe half a claim."""
    of_layer(sparse(b"a", (1 << 63) - 1), sparse(b"b", (1 << 63) - 1), sparse(b"c", 3), files({"etc/os-release": OS_RELEASE}),
             pax(b"GNU.sparse.realsize=20"), files({"var/lib/dpkg/status": dpkg_status(BASE)})).archive(out)


@kind
def escaping_names(out):
    of_layer(files({"../../../etc/os-release": OS_RELEASE, "/var/lib/dpkg/status": dpkg_status(BASE), "a/../../../../b": "x"})).archive(out)


@kind
def link_loops(out):
    debian(link("a", "b"), link("b", "a"), link("c", "c"), link("d/e", "../d"), link("h1", "h2", hard=True),
           link("h2", "h1", hard=True)).archive(out)


@kind
def devices(out):
    debian(*(entry(name, type=type, devmajor=1, devminor=5) for name, type in (
        ("dev/zero", tarfile.CHRTYPE), ("dev/sda", tarfile.BLKTYPE), ("run/fifo", tarfile.FIFOTYPE),
        ("var/lib/dpkg/status.d/x", tarfile.CHRTYPE)))).archive(out)


@kind
def case_collisions(out):
    of_layer(files({"ETC/OS-RELEASE": "ID=shouted\n", "VAR/LIB/DPKG/STATUS": dpkg_status([("shouted", "1", "")]), **DEBIAN})).archive(out)


@kind
def hard_links(out):
    debian(entry("one", b"x"), *(tar_entry(f"links/{i}", kind=b"1", link="one") for i in range(100000))).archive(out)


@kind
def duplicate_members(out):
    """Programs that unpack the archive are left with the last, others take the first."""
    members = debian().members()
    worse = of_layer(files({**DEBIAN, "var/lib/dpkg/status": dpkg_status([("second", "2", "")])})).members()
    pathlib.Path(out).write_bytes(tar(files(members), files(worse)))


@kind
def ugly_names(out):
    status = dpkg_status([("plain", "1", "")]) + f"Package: ug\x1b[31mly\nStatus: install ok installed\nArchitecture: all\nVersion: 1\x07\n"
    of_layer(files({"etc/os-release": OS_RELEASE.replace("bookworm", "\x1b]0;title\x07"), "var/lib/dpkg/status": status,
                    f"app/{SQUARE}/node_modules/x/package.json": "{broken", f"../{SQUARE}": "x"})).archive(out)


@kind
def ugly_member(out):
    members = debian().members()
    saved = json.dumps([{"Config": SQUARE, "RepoTags": [SQUARE], "Layers": [SQUARE]}]).encode()
    pathlib.Path(out).write_bytes(tar(files({"manifest.json": saved, **{n: d for n, d in members.items() if n.startswith("blobs/")}})))


@kind
def damaged_dpkg(out):
    of_layer(files({"etc/os-release": OS_RELEASE, "var/lib/dpkg/status": dpkg_status(BASE) + "\x00\xff garbage without a colon\n",
                    "app/node_modules/ok/package.json": npm_package("ok", "1.0.0", "MIT")})).archive(out)


@kind
def damaged_rpm(out):
    database = b"SQLite format 3\0" + bytes(range(256)) * 64
    debian(files({"var/lib/rpm/rpmdb.sqlite": database})).archive(out)


@kind
def damaged_npm(out):
    debian(files({"app/node_modules/bad/package.json": '{"name": "bad", "version": ',
                  "app/node_modules/ok/package.json": npm_package("ok", "1.0.0", "MIT")})).archive(out)


@kind
def huge_package_json(out):
    """One gibibyte of package.json, mostly blanks."""
    size = 1 << 30
    head = b'{"name": "huge", "version": "1.0.0"'
    header = tar_entry("app/node_modules/huge/package.json", size)
    first, blanks = gzip.compress(files(DEBIAN) + header + head + b" " * (64 * MEBI - len(head)), mtime=0), gzip.compress(b" " * 64 * MEBI, mtime=0)
    hashed = hashlib.sha256(files(DEBIAN) + header + head + b" " * (64 * MEBI - len(head)))
    for _ in range(15):
        hashed.update(b" " * 64 * MEBI)
    hashed.update(bytes(1024))
    Image().layer(b"", first + blanks * 15 + gzip.compress(bytes(1024), mtime=0), diff_id="sha256:" + hashed.hexdigest()).archive(out)


@kind
def smuggled_entries(out):
    """A regular file whose name ends in a slash: its content looks like a tar that hides the packages."""
    inner = tar_entry("var/lib/dpkg/.wh.status") + tar_entry("phantom")
    debian(tar_entry("opt/x/", len(inner), kind=b"0") + inner).archive(out)


@kind
def global_header(out):
    """Runtimes ignore it; a reader that does not would take the packages for the start of a 1 GiB file."""
    of_layer(pax(b"path=nothing", b"size=1073741824", type=b"g"), files(DEBIAN)).archive(out)


@kind
def linked_record(out):
    of_layer(files({"etc/os-release": OS_RELEASE, "opt/x": dpkg_status(BASE)}), link("var/lib/dpkg/status", "opt/x", hard=True)).archive(out)


@kind
def strange_whiteouts(out):
    debian().layer(tar(files({"var/lib/dpkg/.wh.": "", "var/lib/dpkg/.wh..": "", "var/lib/dpkg/.wh...": "", "opt/.wh.nothing": ""}))).archive(out)


@kind
def many_files(out):
    """Names that share nothing, so that the index cannot store them shorter."""
    debian(*(tar_entry(hashlib.sha256(b"%d" % i).hexdigest() + "/" + "x" * 30) for i in range(700000))).archive(out)


@kind
def layout_links(out):
    """Blobs that are links out of the layout: the layer lies outside."""
    image = debian()
    image.directory(out)
    layer = pathlib.Path(out, "blobs", image.layers[0]["digest"].replace(":", "/"))
    outside = pathlib.Path(out + "-outside")
    layer.rename(outside)
    layer.symlink_to(outside.resolve())


@kind
def layout_fifo(out):
    import os
    image = debian()
    image.directory(out)
    layer = pathlib.Path(out, "blobs", image.layers[0]["digest"].replace(":", "/"))
    layer.unlink()
    os.mkfifo(layer)


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in KINDS:
        print("\n".join(f"{name}\t{inspect.getdoc(function) or ''}" for name, function in KINDS.items()))
        return 2
    KINDS[sys.argv[1]](sys.argv[2])
    return 0


if __name__ == "__main__":
    sys.exit(main())
