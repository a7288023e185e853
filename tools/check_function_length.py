#!/usr/bin/env python3
"""check_function_length.py [ROOT]: no function is longer than 80 lines, braces included. There are no exemptions."""
import pathlib
import sys

import csource

LONGEST = 80


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent.parent)
    all_of_them = [(length, path, line, name) for path in csource.files(root) for name, line, length in csource.functions(path)]
    for length, path, line, name in all_of_them:
        if length > LONGEST:
            print(f"{path}:{line}: {name} has {length} lines, {LONGEST} is the most")
    too_long = sum(length > LONGEST for length, *_ in all_of_them)
    print(f"{len(all_of_them)} functions, {too_long} too long")
    return 1 if too_long or not all_of_them else 0


if __name__ == "__main__":
    sys.exit(main())
