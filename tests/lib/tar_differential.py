#!/usr/bin/env python3
"""Makes tars of well and badly formed headers in all orders and compares what two readers see in them.

usage: tar_differential.py OURS GO DIRECTORY SEED COUNT [SHOWN]

A tar that both accept must hold the same entries. One that only Go accepts is refused by us: loud, and counted. One that only we
accept a runtime refuses: counted. Exit status 1 when entries differ, 2 when nothing was compared."""

import random
import subprocess
import sys
from pathlib import Path

END = b"\0" * 1024
NAMES = [b"a", b"b/", b"c/d", b"./e", b"/f", b"..", b"x/../y", b"", b"n" * 100, "g\u00e9".encode()]
MAGICS = [b"ustar\x0000"] * 6 + [b"ustar  \0"] * 3 + [b""] * 2
CONTENTS = [b"", b"hello", b"1\n0\n5\n".ljust(512, b"\0") + b"hello", None, b"0" * 512]  # None: a tar's own entry
LONG = [b"long\0", b"\0", b"", b"long/name/\0", b"nonul", b"a\0b\0"]
SPARSE_1_0 = [(b"GNU.sparse.major", b"1"), (b"GNU.sparse.minor", b"0"), (b"GNU.sparse.name", b"sn"),
              (b"GNU.sparse.realsize", b"600")]
RECORDS = {  # key: (weight, values)
    b"path": (8, [b"p", b"q/", b"", b"x/y", b"nul\0x"]),
    b"linkpath": (3, [b"l", b"", b"m/n", b"z" * 4000]),
    b"size": (4, [b"0", b"5", b"512", b"1024", b"-1", b"+5", b"", b"0" * 24 + b"5", b"x"]),
    b"mtime": (1, [b"1", b"1.5"]),
    b"uid": (1, [b"0", b"99999999999"]),
    b"comment": (2, [b"hi"]),
    b"GNU.sparse.major": (2, [b"0", b"1", b"2", b""]),
    b"GNU.sparse.minor": (2, [b"0", b"1", b""]),
    b"GNU.sparse.name": (2, [b"sn", b"", b"sd/"]),
    b"GNU.sparse.realsize": (2, [b"10", b"600", b"0", b""]),
    b"GNU.sparse.size": (2, [b"10", b"600", b""]),
    b"GNU.sparse.numblocks": (2, [b"0", b"1", b"2"]),
    b"GNU.sparse.map": (2, [b"0,5", b"0,5,10,0", b"5,5", b"", b"0,512"]),
    b"GNU.sparse.offset": (2, [b"0", b"5"]),
    b"GNU.sparse.numbytes": (2, [b"5", b"0"]),
    b"SCHILY.xattr.user.x": (1, [b"v"]),
    b"hdrcharset": (1, [b"BINARY"]),
}


def sum_up(header):
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header)


def header(name, size, kind, link=b"", magic=b"ustar\x0000"):
    block = bytearray(512)
    block[0 : len(name)] = name
    block[100:124] = b"0000644\0" + b"0000000\0" * 2
    block[124:148] = b"%011o\0%011o\0" % (size, 0)
    block[156] = kind
    block[157 : 157 + len(link)] = link
    block[257 : 257 + len(magic)] = magic
    sum_up(block)
    return block


def with_content(block, content):
    return sum_up(block) + content + b"\0" * (-len(content) % 512)


def plain_file(name, content):
    return with_content(header(name, len(content), ord("0")), content)


def pax(kind, records):
    text = b""
    for key, value in records:
        rest = b" " + key + b"=" + value + b"\n"
        length = len(rest) + 1
        while len(str(length)) + len(rest) != length:
            length += 1
        text += b"%d" % length + rest
    return with_content(header(b"pax", len(text), kind), text)


def extension(pick, kind, magic):
    if kind in b"LK":
        text = pick.choice(LONG)
        return with_content(header(b"././@LongLink", len(text), kind, magic=magic), text)
    keys = pick.choices(list(RECORDS), weights=[row[0] for row in RECORDS.values()], k=pick.randint(0, 3))
    if pick.random() < 0.1:
        return pax(kind, SPARSE_1_0)
    return pax(kind, [(key, pick.choice(RECORDS[key][1])) for key in keys])


def twist(pick, block, size):
    """Fields that readers read differently."""
    roll = pick.random()
    if roll < 0.05:
        block[345:350] = b"pre/x"
    elif roll < 0.08:
        block[124:136] = b"\x80" + b"\0" * 9 + size.to_bytes(2, "big")
    elif roll < 0.10:
        block[124:136] = (b" %o" % size).ljust(12, b" ")
    elif roll < 0.12:
        block[100:108] = b"garbage\0"
    elif roll < 0.14:
        block[108:116] = b"garbage\0"
    elif roll > 0.97:
        block[508:512], block[345:349] = b"tar\0", b"star"


def entry(pick):
    kind, magic = ord(pick.choice("000000001235567SLKxxxxxggzA\0\0\0")), pick.choice(MAGICS)
    if kind in b"xgLK":
        return extension(pick, kind, magic)
    content = pick.choice(CONTENTS)
    content = plain_file(b"inner", b"data") if content is None else content
    size = len(content)
    block = header(pick.choice(NAMES), size, kind, b"lk" if pick.random() < 0.5 else b"", magic)
    twist(pick, block, size)
    if kind == ord("S") and magic == b"ustar  \0":
        block[386:410] = b"%011o\0%011o\0" % (pick.choice([0, 5]), pick.choice([size, 5, 0]))
        block[483:495] = b"%011o\0" % pick.choice([size, 600, 0])
    return with_content(block, content if pick.random() < 0.9 or kind == ord("0") else b"")


def archive(pick):
    text = b"".join(entry(pick) for _ in range(pick.randint(1, 5))) + plain_file(b"last", b"end")
    roll = pick.random()
    if roll < 0.80:
        return text + END
    if roll < 0.85:
        return text + b"\0" * 512
    return text + b"\0" * 512 + plain_file(b"after", b"x") + END if roll < 0.90 else text


def main():
    ours, go, directory, seed, count = sys.argv[1], sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5])
    shown = int(sys.argv[6]) if len(sys.argv) > 6 else 3
    pick = random.Random(seed)
    paths = [directory / f"{i}.tar" for i in range(count)]
    for path in paths:
        path.write_bytes(archive(pick))
    said = [subprocess.run([tool, *map(str, paths)], stdout=subprocess.PIPE, check=True).stdout.split(b"\n")[:-1] for tool in (ours, go)]
    if not len(said[0]) == len(said[1]) == count > 0:
        sys.exit(2)
    same, different, refused, accepted = 0, [], 0, 0
    for us, them in zip(*said):
        (us_list, us_error), (go_list, go_error) = us.rsplit(b"\t", 1), them.rsplit(b"\t", 1)
        if us_list == go_list:
            same += not us_error
        elif go_list.endswith(b" ERR"):
            accepted += 1
        elif us_list.endswith(b" ERR"):
            refused += 1
        else:
            different.append((us, them))
    for us, them in different[:shown]:
        print("ours", us.decode("latin1")[:400], "\n  go", them.decode("latin1")[:400])
    print(f"{count} tars: {same} read alike, {len(different)} differently, {refused} only by Go, {accepted} only by us")
    sys.exit(1 if different else 0 if same > count // 10 else 2)


if __name__ == "__main__":
    main()
