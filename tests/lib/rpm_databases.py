#!/usr/bin/env python3
"""Writes the header blobs of an rpmdb.sqlite in the two formats that Debian's rpm cannot write.

rpm_databases.py RPMDB.sqlite ndb FILE                    the NDB file
rpm_databases.py RPMDB.sqlite bdb PAGE_BYTES little|big   text for db5.3_load on stdout
"""
import sqlite3
import struct
import sys
import zlib


def blobs(path):
    database = sqlite3.connect(f"file:{path}?immutable=1", uri=True)
    return database.execute("SELECT hnum, blob FROM Packages ORDER BY hnum").fetchall()


def ndb(packages):
    block, page = 16, 4096
    slot_pages = (2 * block + len(packages) * 16 + page - 1) // page
    slots, body = [], b""
    for number, blob in packages:
        head = struct.pack("<4sIII", b"BlbS", number, 1, len(blob))
        used = len(head) + len(blob) + 12
        blocks = (used + block - 1) // block
        first = slot_pages * page // block + len(body) // block
        checked = head + blob + b"\0" * (blocks * block - used)
        body += checked + struct.pack("<II4s", zlib.adler32(checked), len(blob), b"BlbE")
        slots.append(struct.pack("<4sIII", b"Slot", number, first, blocks))
    free = struct.pack("<4sIII", b"Slot", 0, 0, 0)
    slots.insert(1, free)  # as a removed package leaves it
    slots += [free] * (slot_pages * page // 16 - 2 - len(slots))
    highest = max(number for number, _ in packages)
    header = struct.pack("<4sIIII", b"RpmP", 0, 1, slot_pages, highest + 1).ljust(32, b"\0")
    return header + b"".join(slots) + body


def bdb(packages, page_bytes, order):
    number = "<I" if order == "little" else ">I"
    lines = ["VERSION=3", "format=bytevalue", "type=hash", f"db_pagesize={page_bytes}",
             f"db_lorder={1234 if order == 'little' else 4321}", "HEADER=END"]
    counter = max(n for n, _ in packages) + 1
    for key, value in [(0, struct.pack(number, counter))] + packages:
        lines += [" " + struct.pack(number, key).hex(), " " + value.hex()]
    return "\n".join(lines + ["DATA=END", ""])


def main(path, form, *rest):
    packages = blobs(path)
    if not packages:
        sys.exit(f"{path}: no packages")
    if form == "ndb":
        with open(rest[0], "wb") as out:
            out.write(ndb(packages))
    else:
        sys.stdout.write(bdb(packages, int(rest[0]), rest[1]))


if __name__ == "__main__":
    main(*sys.argv[1:])
