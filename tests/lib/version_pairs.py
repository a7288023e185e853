#!/usr/bin/env python3
"""Pairs of real versions, for tests that hold boltseal's orderings against the ecosystems' own tools.

    version_pairs.py SCHEME COUNT [SEED]

prints COUNT distinct lines "A<TAB>B" for a scheme of src/advisory/version.h ("dpkg", "pep440" ...): half of them neighbours in a
rough order (where orderings differ, they differ there), half drawn at random, in either direction. The same SEED (default 1) gives
the same pairs. Versions come from the advisories in the directory $BOLT_ADVISORIES (default: ../shared/data/advisories beside the
project) and, for dpkg, from this machine's package lists. Exit status 77 when there are no advisories (skip, loudly).

From Python: versions(SCHEME) is the sorted list of all versions, pairs(SCHEME, COUNT, SEED) a list of tuples.
"""
import glob
import json
import os
import random
import re
import subprocess
import sys
import zipfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ADVISORIES = os.environ.get("BOLT_ADVISORIES") or os.path.join(os.path.dirname(ROOT), "shared", "data", "advisories")

# Ecosystems whose versions a scheme is tried on: its own, or (no data of Maven, NuGet, Arch) what looks most like them.
LANGUAGES = ["Go", "npm", "Bitnami", "Packagist", "RubyGems", "PyPI"]
SOURCES = {
    "plain": LANGUAGES + ["AlmaLinux", "Alpine", "Debian"],
    "dpkg": ["Debian"],
    "rpm": ["AlmaLinux"],
    "apk": ["Alpine"],
    "pacman": ["AlmaLinux", "Alpine"],
    "semver": ["Go", "npm", "Bitnami"],
    "pep440": ["PyPI"],
    "maven": LANGUAGES,
    "gem": ["RubyGems"],
    "composer": ["Packagist"],
    "nuget": ["npm", "Packagist", "Bitnami"],
}


def osv_versions(ecosystem):
    path = os.path.join(ADVISORIES, "osv", ecosystem, "all.zip")
    if not os.path.exists(path):
        return
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            for affected in json.loads(archive.read(name)).get("affected", []):
                yield from affected.get("versions", [])
                for span in affected.get("ranges", []):
                    if span["type"] != "GIT":
                        for event in span["events"]:
                            yield from event.values()


def alpine_versions():
    for path in glob.glob(os.path.join(ADVISORIES, "alpine-secdb", "*", "*.json")):
        with open(path, encoding="utf-8") as file:
            for package in json.load(file).get("packages") or []:
                yield from package["pkg"].get("secfixes", {})


def dpkg_versions():
    """What this machine's apt knows, and has installed."""
    for command in (["apt-cache", "dumpavail"], ["dpkg-query", "-W", "-f", "Version: ${Version}\n"]):
        try:
            text = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout
        except (OSError, subprocess.CalledProcessError):
            continue
        yield from re.findall(r"^Version: (\S+)$", text.decode("utf-8", "replace"), re.M)


def rough_key(version):
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.findall(r"[0-9]+|[^0-9]+", version)]


def versions(scheme):
    found = set()
    for ecosystem in SOURCES[scheme]:
        found.update(osv_versions(ecosystem))
        if ecosystem == "Alpine":
            found.update(alpine_versions())
    if scheme == "dpkg":
        found.update(dpkg_versions())
    return sorted((v for v in found if v and v.isprintable() and v.isascii()), key=lambda v: (rough_key(v), v))


def pairs(scheme, count, seed=1):
    known = versions(scheme)
    if len(known) * (len(known) - 1) // 2 < count:
        raise SystemExit("version_pairs: %d versions for %s are too few for %d pairs" % (len(known), scheme, count))
    draw = random.Random("%s %d" % (scheme, seed))
    near = [(known[i], known[i + distance]) for distance in (1, 2, 3, 5, 8) for i in range(len(known) - distance)]
    chosen = set(draw.sample(near, min(len(near), count // 2)))
    while len(chosen) < count:
        a, b = draw.choice(known), draw.choice(known)
        if a != b and (b, a) not in chosen:
            chosen.add((a, b))
    return [pair if draw.random() < 0.5 else pair[::-1] for pair in sorted(chosen)]


def main():
    if len(sys.argv) not in (3, 4) or sys.argv[1] not in SOURCES:
        raise SystemExit("usage: version_pairs.py %s COUNT [SEED]" % "|".join(SOURCES))
    if not os.path.isdir(os.path.join(ADVISORIES, "osv")):
        print("version_pairs: SKIPPED: no advisories in %s (BOLT_ADVISORIES)" % ADVISORIES, file=sys.stderr)
        raise SystemExit(77)
    for pair in pairs(sys.argv[1], int(sys.argv[2]), *map(int, sys.argv[3:])):
        print("\t".join(pair))


if __name__ == "__main__":
    main()
