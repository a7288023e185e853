#!/usr/bin/env python3
"""bundle_size.py BUILD ADVISORIES: how large a day's difference is, and what everything costs, as a bundle.

Yesterday is made from today's files: without the newest 300 records of OSV's feeds, and with EPSS as it moves in a day, once with 15 of
100 scores and their percentiles changed in the last digits, and once with every percentile moved besides. Prints one JSON object.
"""
import csv
import gzip
import io
import json
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile

NEWEST = 300


def newest_records(feeds):
    """The zip entries that were modified last, {archive: names}."""
    dated = []
    for archive in feeds.glob("osv/*/all.zip"):
        with zipfile.ZipFile(archive) as zipped:
            dated += [(json.loads(zipped.read(name)).get("modified", ""), archive, name) for name in zipped.namelist()]
    left_out = {}
    for _, archive, name in sorted(dated, reverse=True)[:NEWEST]:
        left_out.setdefault(archive, set()).add(name)
    return left_out


def leave_out(archive, names):
    old = archive.with_suffix(".old")
    archive.rename(old)
    with zipfile.ZipFile(old) as source, zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            if name not in names:
                target.writestr(name, source.read(name))
    old.unlink()


def perturb_epss(path, every_percentile):
    draw = random.Random(1)
    text = gzip.decompress(path.read_bytes()).decode()
    lines = text.splitlines()
    head = [line for line in lines if line.startswith(("#", "cve,"))]
    out = io.StringIO()
    for cve, score, percentile, *_ in csv.reader(line for line in lines if not line.startswith(("#", "cve,"))):
        score, percentile = float(score), float(percentile)
        if draw.random() < 0.15:
            score = min(max(score + draw.randint(-9, 9) / 100000, 0), 1)
            percentile = min(max(percentile + draw.randint(-9, 9) / 100000, 0), 1)
        elif every_percentile:
            percentile = min(max(percentile + draw.randint(-3, 3) / 100000, 0), 1)
        print(f"{cve},{score:.5f},{percentile:.5f}", file=out)
    path.write_bytes(gzip.compress(("\n".join(head) + "\n" + out.getvalue()).encode()))


def main():
    build, feeds = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    figures = {}

    def boltseal(*words):
        started = time.monotonic()
        subprocess.run([build / "boltseal", *map(str, words)], check=True, stdout=subprocess.DEVNULL)
        return round(time.monotonic() - started, 2)

    with tempfile.TemporaryDirectory() as where:
        where = pathlib.Path(where)
        boltseal("db", "keygen", "--output", where / "k")
        for name, every_percentile in (("difference_bytes", False), ("difference_every_percentile_bytes", True)):
            yesterday, db, copy = where / name, where / f"{name}.db", where / f"{name}.copy.db"
            shutil.copytree(feeds, yesterday)
            for archive, names in newest_records(yesterday).items():
                leave_out(archive, names)
            perturb_epss(yesterday / "epss/epss_scores.csv.gz", every_percentile)
            boltseal("db", "import", "--db", db, yesterday)
            boltseal("db", "export", "--db", db, "--sign-key", where / "k.key", "--output", where / "one")
            boltseal("db", "import", "--db", db, feeds)
            figures["export_difference_s"] = boltseal("db", "export", "--db", db, "--sign-key", where / "k.key", "--since", 1,
                                                      "--output", where / "two")
            figures[name] = (where / "two").stat().st_size
            figures["full_bytes"] = (where / "one").stat().st_size
            trust = ("--trust-key", where / "k.pub")
            figures["import_full_s"] = boltseal("db", "import", "--db", copy, "--bundle", where / "one", *trust)
            figures["import_difference_s"] = boltseal("db", "import", "--db", copy, "--bundle", where / "two", *trust)
            for path, out in ((db, "a"), (copy, "b")):
                boltseal("db", "export", "--db", path, "--output", where / out)
            # What is before it says when it was made.
            figures["copy_is_the_same"] = (where / "a").read_bytes()[192:] == (where / "b").read_bytes()[192:]
            shutil.rmtree(yesterday)
        figures["feeds_bytes"] = sum(file.stat().st_size for file in feeds.rglob("*") if file.is_file())
    print(json.dumps(figures, indent=2))


main()
