#!/usr/bin/env python3
"""make_example_image.py FILE: the small image of the documentation, an OCI archive with the same bytes on every machine.

Three layers: a Debian system of four packages; one of them upgraded and one removed; a Node application with two dependencies.
"""
import io
import pathlib
import sys
import tarfile
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import oci_writer  # noqa: E402

OS_RELEASE = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\nID=debian\n'
BASE = [("base-files", "12.4+deb12u5", ""), ("libc6", "2.36-9+deb12u4", "glibc"), ("openssl", "3.0.11-1~deb12u2", ""),
        ("netcat-openbsd", "1.219-1", "")]
UPGRADED = [("base-files", "12.4+deb12u5", ""), ("libc6", "2.36-9+deb12u4", "glibc"), ("openssl", "3.0.14-1~deb12u2", "")]


def dpkg_status(packages):
    return "".join(
        f"Package: {name}\nStatus: install ok installed\nMaintainer: Nobody <nobody@example.org>\nArchitecture: amd64\n"
        + (f"Source: {source}\n" if source else "") + f"Version: {version}\nDescription: {name}\n\n"
        for name, version, source in packages)


def npm_package(name, version, licence):
    return f'{{"name": "{name}", "version": "{version}", "license": "{licence}"}}\n'


def layer(files):
    """A writer of a tar of {path: text}."""
    def write(out):
        with tarfile.open(fileobj=out, mode="w|", format=tarfile.USTAR_FORMAT) as tar:
            for path, text in files.items():
                entry = tarfile.TarInfo(path)
                entry.size, entry.mtime = len(text.encode()), 1704067200
                tar.addfile(entry, io.BytesIO(text.encode()))
    return write


def main():
    with tempfile.TemporaryDirectory() as scratch:
        directory = pathlib.Path(scratch, "layout")
        image = oci_writer.Layout(directory)
        image.add_layer(layer({"etc/os-release": OS_RELEASE, "var/lib/dpkg/status": dpkg_status(BASE)}),
                        "/bin/sh -c #(nop) ADD file:debian in /", "plain")
        image.add_layer(layer({"var/lib/dpkg/status": dpkg_status(UPGRADED)}),
                        "/bin/sh -c apt-get upgrade -y openssl && apt-get purge -y netcat-openbsd", "plain")
        image.add_layer(layer({"app/package.json": npm_package("shop", "1.0.0", "MIT"),
                               "app/node_modules/lodash/package.json": npm_package("lodash", "4.17.20", "MIT"),
                               "app/node_modules/@hapi/hoek/package.json": npm_package("@hapi/hoek", "11.0.4", "BSD-3-Clause")}),
                        "COPY app /app", "plain")
        image.finish("shop")
        oci_writer.archive(directory, sys.argv[1])


if __name__ == "__main__":
    main()
