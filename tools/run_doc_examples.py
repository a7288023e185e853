#!/usr/bin/env python3
"""run_doc_examples.py BUILD [FILE...]: runs every ```console example of README.md and docs/, and compares what it prints.

A block is a terminal: "$ command" and then its output. "..." on a line of its own stands for any lines, "…" within a line for any
text. The examples run in order, in a directory of their own that holds shop.tar (tests/lib/make_example_image.py) and advisories/
(a feed of tests/data/errata), with boltseal on the PATH and a database and a store of their own. "# exit status N" after the output
says that the command ends so; without it a command must succeed. Finding no example is a failure. `--update` rewrites the
blocks whose output changed (look at the difference before committing).
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.M | re.S)
STATUS = re.compile(r"^# exit status (\d+)$")


def steps(block):
    """(command, expected lines, expected status) of each command of a block."""
    command, lines, status = None, [], 0
    for line in block.splitlines():
        if line.startswith("$ "):
            if command is not None:
                yield command, lines, status
            command, lines, status = line[2:], [], 0
        elif STATUS.match(line):
            status = int(STATUS.match(line).group(1))
        else:
            lines.append(line)
    if command is not None:
        yield command, lines, status


def matches(expected, printed):
    parts = []
    for line in expected:
        parts.append("(?:.*\n)*?" if line == "..." else ".*".join(re.escape(part) for part in line.rstrip().split("…")) + "\n")
    return re.fullmatch("".join(parts), "".join(line.rstrip() + "\n" for line in printed)) is not None


def run(command, where, build):
    environment = {**os.environ, "PATH": f"{build}:{os.environ['PATH']}", "NO_COLOR": "1", "COLUMNS": "100", "LC_ALL": "C.UTF-8",
                   "BOLTSEAL_DB": "advisories.db", "BOLTSEAL_STORE": "images.db"}
    done = subprocess.run(["sh", "-c", command], cwd=where, env=environment, stdin=subprocess.DEVNULL, text=True, errors="replace",
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, check=False)
    return done.stdout.splitlines(), done.returncode


def play(block, where, build, complaints, title):
    """The block as it would be printed today."""
    today = []
    for command, expected, status in steps(block):
        printed, ended = run(command, where, build)
        same = matches(expected, printed) and ended == status
        today += [f"$ {command}", *(expected if same else printed), *([f"# exit status {ended}"] if ended else [])]
        if not same:
            complaints.append(f"{title}: $ {command}\n  ends with {ended} (documented: {status}) and prints:\n"
                              + "".join(f"    {line}\n" for line in printed[:60]))
    return "".join(line.rstrip() + "\n" for line in today)


def main():
    arguments = [a for a in sys.argv[1:] if a != "--update"]
    build = pathlib.Path(arguments[0]).resolve()
    files = [pathlib.Path(a) for a in arguments[1:]] or [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    complaints, seen = [], 0
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run([sys.executable, ROOT / "tests/lib/make_example_image.py", f"{scratch}/shop.tar"], check=True)
        errata = "".join((ROOT / "tests/data/errata" / f"{name}.jsonl").read_text() for name in ("bookworm", "npm"))
        subprocess.run([sys.executable, ROOT / "tests/lib/osv_feeds.py", f"{scratch}/advisories"], input=errata, text=True, check=True)
        for path in files:
            text, today, end = path.read_text(encoding="utf-8"), "", 0
            for found in BLOCK.finditer(text):
                seen += 1
                today += text[end:found.start(1)] + play(found.group(1), scratch, build, complaints, path.name)
                end = found.end(1)
            if "--update" in sys.argv:
                path.write_text(today + text[end:], encoding="utf-8")
    print("".join(complaints) + f"{seen} examples, {len(complaints)} commands print something else")
    return 1 if complaints or not seen else 0


if __name__ == "__main__":
    sys.exit(main())
