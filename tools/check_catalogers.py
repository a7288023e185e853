#!/usr/bin/env python3
"""check_catalogers.py TABLE-PROGRAM [--write]: every row of the cataloger table is in docs/catalogers.md as the table has it, is
fuzzed, and has seeds and a test; and nothing is there that the table lacks."""
import pathlib
import re
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent
BEGIN, END = "<!-- table -->\n", "<!-- end -->\n"


def main():
    table = subprocess.run([sys.argv[1]], check=True, capture_output=True, text=True).stdout
    rows = re.findall(r"^\| `([a-z0-9-]+)` \|", table, re.M)
    if not rows:
        sys.exit("the table program printed no row")
    page = TOP / "docs" / "catalogers.md"
    before, rest = page.read_text().split(BEGIN)
    shown, after = rest.split(END)
    if "--write" in sys.argv:
        page.write_text(before + BEGIN + table + END + after)
        return
    wrong = []
    if shown != table:
        wrong.append("docs/catalogers.md differs from the table: run tools/check_catalogers.py TABLE-PROGRAM --write")
    listed = (TOP / "fuzz" / "meson.build").read_text().split("fuzz_catalogers = [")[1].split("]")[0]
    fuzzed = set(re.findall(r"^  '([a-z0-9-]+)',$", listed, re.M))
    tests = "".join(p.read_text() for pattern in ("unit/*.c", "component/*.bats", "e2e/*.bats", "lib/*") for p in (TOP / "tests").glob(pattern)
                    if p.is_file() and p.suffix in (".c", ".h", ".bats", ".py", ".sh"))
    for row in rows:
        if row not in fuzzed:
            wrong.append(f"{row}: not in fuzz_catalogers (fuzz/meson.build)")
        if not any((TOP / "fuzz" / "corpus" / f"cataloger-{row}").glob("*")):
            wrong.append(f"{row}: no seeds in fuzz/corpus/cataloger-{row}")
        identifier = "bolt_cataloger_" + row.replace("-", "_")
        if not re.search(rf'["\' ]{re.escape(row)}["\' ]|{identifier}\b', tests):
            wrong.append(f"{row}: no test names it")
    for name in sorted(fuzzed - set(rows)):
        wrong.append(f"{name}: fuzzed, but not in the table")
    if wrong:
        sys.exit("\n".join(wrong))


main()
