#!/usr/bin/env python3
"""check_banned.py [ROOT]: no call of a function that has no safe use here. Each with the reason that is printed."""
import pathlib
import re
import sys

import csource

BANNED = {
    "strcpy": "no bound: bolt_buf_add or snprintf",
    "strcat": "no bound: bolt_buf_add or snprintf",
    "stpcpy": "no bound: bolt_buf_add or snprintf",
    "strncpy": "may leave the end off: snprintf",
    "sprintf": "no bound: snprintf",
    "vsprintf": "no bound: vsnprintf",
    "gets": "no bound: bolt_reader",
    "atoi": "hides errors: bolt_parse_u64 and friends",
    "atol": "hides errors: bolt_parse_u64 and friends",
    "atoll": "hides errors: bolt_parse_u64 and friends",
    "atof": "hides errors",
    "system": "runs a shell: posix_spawn with an argument list",
    "popen": "runs a shell: posix_spawn with an argument list",
    "tmpnam": "races: mkostemp or memfd_create",
    "tempnam": "races: mkostemp or memfd_create",
    "mktemp": "races: mkostemp or memfd_create",
    "realpath": "follows links of the host: paths of an image are (root_fd, path), opened with RESOLVE_IN_ROOT",
    "basename": "two incompatible functions of one name",
    "chdir": "process-wide: pass a directory's fd",
    "strtok": "hidden state: bolt_cursor",
    "alloca": "unbounded stack",
}
CALL = re.compile(r"(?<![\w.>])(" + "|".join(BANNED) + r")\s*\(")


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent.parent)
    files = csource.files(root, ("src", "fuzz"))
    found = 0
    for path in files:
        text = csource.code(path)
        for call in CALL.finditer(text):
            found += 1
            print(f"{path}:{text.count(chr(10), 0, call.start()) + 1}: {call.group(1)}: {BANNED[call.group(1)]}")
    print(f"{len(files)} files, {found} banned calls")
    return 1 if found or not files else 0


if __name__ == "__main__":
    sys.exit(main())
