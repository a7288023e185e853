#!/usr/bin/env python3
"""Times boltseal over the benchmark images beside the limit of the machine, and beside other scanners where they are on PATH.

The limit is what any scanner that verifies digests must do: unpack every layer and take the SHA-256 of it, with the fastest
tools there are and as many processes as cores. Runs alternate (A B A B), so that what disturbs one disturbs both; the table
gives medians. Memory is the largest process of a run.
"""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
CACHE = pathlib.Path(os.environ.get("BOLT_CACHE", TOP / ".cache")) / "bench"
BOLTSEAL = pathlib.Path(os.environ.get("BOLT_BUILD", TOP / "build")) / "boltseal"
UNPACK = {"gzip": "igzip -dc", "zstd": "zstd -dqc", "tar": "cat"}
ROUNDS = 5


class Run:
    """One finished command: seconds of wall and processor time, peak memory in MiB, exit status."""

    def __init__(self, command, cgroup=None):
        started = time.monotonic()
        join = (lambda: cgroup.join(os.getpid())) if cgroup else None
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, preexec_fn=join)
        self.message = process.stderr.read().decode(errors="replace")[-2000:]
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = self.status = os.waitstatus_to_exitcode(status)
        self.wall = time.monotonic() - started
        self.cpu = used.ru_utime + used.ru_stime
        self.rss = used.ru_maxrss / 1024


class MemoryCgroup:
    """A cgroup with a memory limit: version 1's memory controller, or version 2 where that is what the system has."""

    def __init__(self, limit):
        v1 = pathlib.Path("/sys/fs/cgroup/memory")
        self.path = (v1 if v1.is_dir() else pathlib.Path("/sys/fs/cgroup")) / f"boltseal-bench-{os.getpid()}"
        self.path.mkdir()
        (self.path / ("memory.limit_in_bytes" if v1.is_dir() else "memory.max")).write_text(str(limit))

    def join(self, pid):
        (self.path / "cgroup.procs").write_text(str(pid))

    def peak(self):
        for name in ("memory.max_usage_in_bytes", "memory.peak"):
            if (self.path / name).exists():
                return int((self.path / name).read_text()) >> 20
        return 0

    def remove(self):
        self.path.rmdir()


def layers(layout):
    """(blob path, compression) of each layer, the largest first."""
    index = json.loads((layout / "index.json").read_text())
    manifest = json.loads(blob(layout, index["manifests"][0]).read_text())
    found = [(blob(layout, layer), layer["mediaType"].replace("+", ".").rsplit(".", 1)[-1]) for layer in manifest["layers"]]
    return sorted(found, key=lambda layer: -layer[0].stat().st_size)


def blob(layout, descriptor):
    return layout / "blobs" / descriptor["digest"].replace(":", "/")


def limit_command(layout):
    lines = "\n".join(f"{UNPACK[form]} {path} | openssl dgst -sha256" for path, form in layers(layout))
    script = tempfile.NamedTemporaryFile("w", prefix="limit-", delete=False)
    with script:
        script.write(lines + "\n")
    return ["xargs", "-a", script.name, "-d", "\n", "-P", str(os.cpu_count()), "-I", "{}", "sh", "-c", "{}"]


def boltseal_command(archive, report, *options):
    return [str(BOLTSEAL), "scan", "--no-progress", "--format", "json", "--output", str(report), *options, f"archive:{archive}"]


def peers(archive):
    """Scanners on PATH, told to do as little as boltseal does: find packages, ask nobody."""
    found = {}
    if shutil.which("syft"):
        found["syft"] = ["syft", "scan", "-o", "syft-json", f"oci-archive:{archive}"]
    if shutil.which("trivy"):
        found["trivy"] = ["trivy", "image", "--offline-scan", "--format", "cyclonedx", "--input", str(archive)]
    if shutil.which("grype") and subprocess.run(["grype", "db", "status"], capture_output=True, check=False).returncode == 0:
        found["grype"] = ["grype", f"oci-archive:{archive}"]
    return found


def median(runs, what):
    return statistics.median(getattr(run, what) for run in runs)


def must(run, name):
    if run.status != 0:
        sys.exit(f"measure: {name} ended with {run.status}: {run.message}")
    return run


def compare(image, scratch):
    """Rows of the table for one image."""
    archive, layout = CACHE / f"{image}.tar", CACHE / image
    report = scratch / f"{image}.json"
    limit, scan = limit_command(layout), boltseal_command(archive, report)
    a, b = [], []
    must(Run(limit), "limit")
    for _ in range(ROUNDS):
        a.append(must(Run(limit), "limit"))
        b.append(must(Run(scan), "boltseal"))
    pathlib.Path(limit[2]).unlink()
    base, packages = median(b, "wall"), len(json.loads(report.read_text())["packages"])
    yield f"| {image} | limit: unpack and SHA-256 | {median(a, 'wall'):.2f} | {median(a, 'cpu'):.2f} | | | |"
    yield (f"| {image} | boltseal | {base:.2f} | {median(b, 'cpu'):.2f} | {median(b, 'rss'):.0f} | {packages} | "
           f"{base / median(a, 'wall'):.2f} x the limit |")
    for name, command in peers(archive).items():
        run = Run(command)
        note = f"{run.wall / base:.0f} x boltseal" if run.status == 0 else f"failed: {run.message.strip().splitlines()[-1:]}"
        yield f"| {image} | {name} (one run) | {run.wall:.2f} | {run.cpu:.2f} | {run.rss:.0f} | | {note} |"


def header():
    cpu = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8") if line.startswith("model name")), "?")
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") >> 30
    print(f"{os.cpu_count()} cores of {cpu}, {memory} GiB, Linux {os.uname().release}; medians of {ROUNDS} alternating runs, page cache warm\n")


def table(scratch):
    print("| image | program | wall s | user+sys s | peak MiB | packages | |")
    print("|---|---|---:|---:|---:|---:|---|")
    for image in ("small-gzip", "small-zstd", "large-gzip", "large-zstd"):
        for row in compare(image, scratch):
            print(row, flush=True)


def findings(report):
    """What must not depend on memory: everything but the statistics."""
    return {key: value for key, value in json.loads(report.read_text()).items() if key != "stats"}


def inside_limit(kind, scratch, limit_mib=256):
    """A row for one of the two exhausting images, scanned in a cgroup and outside."""
    layout, archive = CACHE / f"huge-{kind}", CACHE / f"huge-{kind}.tar"
    free, held = scratch / f"{kind}-free.json", scratch / f"{kind}-held.json"
    outside = must(Run(boltseal_command(archive, free)), "boltseal without a limit")
    cgroup = MemoryCgroup(limit_mib << 20)
    try:
        inside = must(Run(boltseal_command(archive, held), cgroup), "boltseal inside the cgroup")
        peak = cgroup.peak()
    finally:
        cgroup.remove()
    same = findings(free) == findings(held)
    size = sum(path.stat().st_size for path, _ in layers(layout)) >> 20
    warnings = sorted({w["code"] for w in json.loads(held.read_text())["warnings"]})
    print(f"| {kind} ({size} MiB compressed) | {outside.wall:.1f} | {outside.rss:.0f} | {inside.wall:.1f} | {inside.rss:.0f} | {peak} | "
          f"{'same' if same else 'DIFFERENT'} | {', '.join(warnings) or 'none'} |", flush=True)
    return same


def large(scratch):
    print("| image | wall s | peak MiB | wall s in a 256 MiB cgroup | peak MiB | cgroup's peak MiB | report | warnings |")
    print("|---|---:|---:|---:|---:|---:|---|---|")
    results = [inside_limit(kind, scratch) for kind in ("files", "bytes")]
    return all(results)


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--large", action="store_true", help="the two exhausting images inside a 256 MiB cgroup instead of the table")
    chosen = options.parse_args()
    os.environ["PATH"] += f":{CACHE.parent / 'bin'}"
    os.environ["SYFT_CHECK_FOR_APP_UPDATE"] = os.environ["GRYPE_CHECK_FOR_APP_UPDATE"] = "false"
    header()
    with tempfile.TemporaryDirectory() as scratch:
        if chosen.large:
            return 0 if large(pathlib.Path(scratch)) else 1
        table(pathlib.Path(scratch))
    return 0


if __name__ == "__main__":
    sys.exit(main())
