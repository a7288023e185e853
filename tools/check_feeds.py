#!/usr/bin/env python3
"""check_feeds.py TABLE-PROGRAM [--write]: docs/feeds.md has the table of feeds as the program has it, every feed is fuzzed with seeds,
and nothing is fuzzed as a feed that the table lacks."""
import pathlib
import re
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent
PAGE = TOP / "docs" / "feeds.md"
BEGIN, END = "<!-- table -->\n", "<!-- end -->\n"


def main():
    table = subprocess.run([sys.argv[1]], check=True, capture_output=True, text=True).stdout
    rows = set(re.findall(r"^\| `([a-z0-9-]+)` \|", table, re.M))
    if not rows:
        sys.exit("the table program printed no row")
    before, rest = PAGE.read_text().split(BEGIN)
    shown, after = rest.split(END)
    if "--write" in sys.argv:
        PAGE.write_text(before + BEGIN + table + END + after)
        return
    wrong = []
    if shown != table:
        wrong.append("docs/feeds.md differs from the table: run tools/check_feeds.py TABLE-PROGRAM --write")
    seeds = {path.name.removeprefix("feed-") for path in (TOP / "fuzz" / "corpus").glob("feed-*") if any(path.iterdir())}
    wrong += [f"{name}: no seeds in fuzz/corpus/feed-{name}" for name in sorted(rows - seeds)]
    wrong += [f"{name}: seeds, but not in the table" for name in sorted(seeds - rows)]
    if wrong:
        sys.exit("\n".join(wrong))


main()
