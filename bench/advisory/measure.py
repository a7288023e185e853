#!/usr/bin/env python3
"""measure.py BUILD ADVISORIES [IMAGE]: the figures of the advisory database that docs/performance.md records, as a table: import of all
files, size, lookups, opening, bundles, and what judging adds to the scan of an image (median of five, in turn with the scan alone)."""
import json
import os
import pathlib
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROUNDS = 5


def printed(*command):
    return subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True)


def timed(*command):
    started = time.monotonic()
    subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - started


def number(pattern, text):
    found = re.search(pattern, text)
    return float(found.group(1)) if found else float("nan")


def row(what, figure, aim=""):
    print(f"| {what} | {figure} | {aim} |")


def main():
    build, advisories = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    tool, program = build / "tests" / "advisory_db", build / "boltseal"
    with tempfile.TemporaryDirectory() as scratch:
        database = pathlib.Path(scratch) / "advisories.db"
        started = time.monotonic()
        printed(program, "db", "import", "--quiet", "--db", database, advisories)
        seconds = time.monotonic() - started
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        parts = json.loads(printed(program, "db", "status", "--db", database, "--format", "json").stdout)["parts"]
        records = sum(part["advisories"] for part in parts if part["part"] not in ("epss", "kev"))
        scores = sum(part["advisories"] for part in parts if part["part"] == "epss")
        size = os.path.getsize(database)
        print("| What | Figure | Aim |\n|---|---|---|")
        row("import of everything", f"{seconds:.1f} s, {peak:.0f} MiB", "< 20 s, < 512 MiB")
        row("database", f"{size / 1e6:.1f} MB: {records} advisories, {scores} scores; {size * 300000 / records / 1e6:.0f} MB for 300,000",
            "< 400 MB for 300,000")
        rates = [number(r"lookups_per_second (\d+)", printed(tool, "bench", database, 2).stdout) for _ in range(3)]
        row("lookups on one core, a third of them hits", f"{statistics.median(rates):,.0f} a second", ">= 500,000")
        opened = [number(r"open_and_judge_ms ([\d.]+)", printed(tool, "find", database, "Debian:11", "openssl", "1.1.1k-1").stderr)
                  for _ in range(ROUNDS)]
        row("open, and the first package judged", f"{statistics.median(opened):.2f} ms", "< 3 ms")
        if len(sys.argv) > 3:
            alone, judged = [], []
            for _ in range(ROUNDS):
                alone.append(timed(program, "scan", "--no-store", "--scanners", "package", "--format", "json", f"archive:{sys.argv[3]}"))
                judged.append(timed(program, "scan", "--no-store", "--db", database, "--format", "json", f"archive:{sys.argv[3]}"))
            row(f"scan of {pathlib.Path(sys.argv[3]).name} with judging, of the scan alone",
                f"{statistics.median(judged) / statistics.median(alone):.2f} times ({statistics.median(alone):.2f} s)", "< 1.10 times")
        else:
            row("scan with judging, of the scan alone", "no image: ./bootstrap bench makes one", "< 1.10 times")
    print(printed(sys.executable, HERE / "bundle_size.py", build, advisories).stdout)


main()
