"""Writes OCI image layouts, streaming: a layer is never held in memory. For tests, examples and benchmarks."""
import hashlib
import json
import pathlib
import subprocess
import tarfile

COMPRESSORS = {
    "plain": (["cat"], ""),
    "gzip": (["igzip", "-1", "-c"], "+gzip"),
    "gzip-9": (["gzip", "-9", "-n", "-c"], "+gzip"),
    "zstd": (["zstd", "-3", "-q", "-c"], "+zstd"),
}


class HashingFile:
    """A file object that hashes what passes through it."""

    def __init__(self, target):
        self.target, self.sha256, self.size = target, hashlib.sha256(), 0

    def write(self, data):
        self.sha256.update(data)
        self.size += len(data)
        self.target.write(data)
        return len(data)

    def digest(self):
        return "sha256:" + self.sha256.hexdigest()


class Layout:
    """One image in a layout directory. add_layer() for each layer, then finish()."""

    def __init__(self, directory, created="2024-01-01T00:00:00Z"):
        self.directory = pathlib.Path(directory)
        self.blobs = self.directory / "blobs" / "sha256"
        self.blobs.mkdir(parents=True)
        self.created, self.layers, self.diff_ids, self.history = created, [], [], []

    def blob(self, data):
        digest = hashlib.sha256(data).hexdigest()
        (self.blobs / digest).write_bytes(data)
        return {"digest": "sha256:" + digest, "size": len(data)}

    def add_layer(self, write, created_by, compression="gzip"):
        """write(file) puts an uncompressed tar into the file."""
        command, suffix = COMPRESSORS[compression]
        unfinished = self.blobs / "unfinished"
        with unfinished.open("wb") as out:
            with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=out) as packer:
                inner = HashingFile(packer.stdin)
                write(inner)
                packer.stdin.close()
            if packer.returncode != 0:
                raise SystemExit(f"{command[0]} failed")
        with unfinished.open("rb") as packed:
            digest = hashlib.file_digest(packed, "sha256").hexdigest()
        size = unfinished.stat().st_size
        unfinished.rename(self.blobs / digest)
        self.layers.append({"mediaType": f"application/vnd.oci.image.layer.v1.tar{suffix}", "digest": "sha256:" + digest, "size": size})
        self.diff_ids.append(inner.digest())
        self.history.append({"created": self.created, "created_by": created_by})

    def finish(self, tag="latest", architecture="amd64"):
        config = {"created": self.created, "architecture": architecture, "os": "linux", "config": {"Cmd": ["/bin/sh"]},
                  "rootfs": {"type": "layers", "diff_ids": self.diff_ids}, "history": self.history}
        config_blob = self.blob(json.dumps(config).encode())
        manifest = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
                    "config": {"mediaType": "application/vnd.oci.image.config.v1+json", **config_blob}, "layers": self.layers}
        manifest_blob = self.blob(json.dumps(manifest).encode())
        index = {"schemaVersion": 2, "manifests": [{"mediaType": manifest["mediaType"], **manifest_blob,
                                                    "platform": {"architecture": architecture, "os": "linux"},
                                                    "annotations": {"org.opencontainers.image.ref.name": tag}}]}
        (self.directory / "index.json").write_text(json.dumps(index))
        (self.directory / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')


def archive(directory, path):
    """The layout as one plain tar, with the same bytes every time."""
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as out:
        for file in sorted(p for p in pathlib.Path(directory).rglob("*") if p.is_file()):
            entry = tarfile.TarInfo(str(file.relative_to(directory)))
            entry.size = file.stat().st_size
            with file.open("rb") as content:
                out.addfile(entry, content)


def tar_entry(name, size=0, mode=0o644, kind=b"0", link=""):
    """One ustar header, fast enough to make millions."""
    header = b"".join((
        name.encode().ljust(100, b"\0"), b"%07o\0" % mode, b"0000000\0", b"0000000\0", b"%011o\0" % size, b"14544617400\0",
        b"        ", kind, link.encode().ljust(100, b"\0"), b"ustar\00000", bytes(247)))
    return header[:148] + b"%06o\0 " % sum(header) + header[156:]
