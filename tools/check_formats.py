#!/usr/bin/env python3
"""check_formats.py TABLE-PROGRAM SAMPLE-PROGRAM [--write]: docs/formats.md has the table of formats as the program has it, and of every
format a section with an example that the program prints today for the made-up report ("..." stands for any lines). A format that has
nothing to say of that report needs none. `--write` rewrites the table."""
import pathlib
import re
import subprocess
import sys

PAGE = pathlib.Path(__file__).resolve().parent.parent / "docs" / "formats.md"
BEGIN, END = "<!-- table -->\n", "<!-- end -->\n"
SECTION = re.compile(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", re.M | re.S)
EXAMPLE = re.compile(r"^```\w+\n(.*?)^```$", re.M | re.S)


def run(*command):
    return subprocess.run(command, check=True, capture_output=True).stdout.decode()


def printed(example, output):
    """Do the example's lines stand in the output, in order, and together but where it says "..."?"""
    parts = ["\n".join(part.strip("\n").splitlines()) for part in re.split(r"^ *\.\.\.$", example, flags=re.M)]
    at = 0
    for part in filter(None, parts):
        found = ("\n" + output).find("\n" + part + "\n", at)
        if found < 0:
            return False
        at = found + len(part)
    return True


def main():
    table = run(sys.argv[1])
    rows = re.findall(r"^\| `([a-z0-9.-]+)` \|", table, re.M)
    if not rows:
        sys.exit("the table program printed no row")
    before, rest = PAGE.read_text().split(BEGIN)
    shown, after = rest.split(END)
    if "--write" in sys.argv:
        PAGE.write_text(before + BEGIN + table + END + after)
        return
    wrong = []
    if shown != table:
        wrong.append("docs/formats.md differs from the table: run tools/check_formats.py TABLE-PROGRAM SAMPLE-PROGRAM --write")
    described = []
    for title, text in SECTION.findall(after):
        names = title.split(", ")
        described += names
        examples = EXAMPLE.findall(text)
        if not examples and any(name in rows and run(sys.argv[2], name) for name in names):
            wrong.append(f"{title}: no example")
        wrong += [f"{name}: the example is not what it prints" for name in names for example in examples
                  if name in rows and not printed(example, run(sys.argv[2], name))]
    wrong += [f"{name}: no section" for name in rows if name not in described]
    wrong += [f"{name}: a section, but not in the table" for name in described if name not in rows]
    if wrong:
        sys.exit("\n".join(wrong))


main()
