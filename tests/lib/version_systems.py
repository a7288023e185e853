#!/usr/bin/env python3
"""Holds boltseal's orderings of distributions' versions, and of SemVer, against the tools that define them.

    version_systems.py agree SCHEME VERSION_COMPARE COUNT     COUNT pairs of real versions, and COUNT made from a grammar
    version_systems.py total VERSION_COMPARE COUNT            COUNT triples for each scheme, a third real, a third made, a third hostile

VERSION_COMPARE is the program tests/tools/version_compare.c. The tools: libdpkg-perl (and dpkg itself for a sample), rpm, libalpm
(vercmp), npm's semver (node-semver). apk is asked when it is installed; apk_versions.txt holds what it says, for the unit test.
Exit status 77 when a tool or the advisories are not there.
"""
import os
import random
import shutil
import subprocess
import sys

import version_pairs
from version_languages import ask_boltseal, ask_boltseal_valid, filter_lines, made, skip

SCHEMES = ["plain", "dpkg", "rpm", "apk", "pacman", "semver"]

PERL = r"""
my @v = map { Dpkg::Version->new($_) } split /\t/, $_, -1;
print grep(!$_->is_valid(), @v) ? "refused" : $v[0] <=> $v[1];
"""
LUA = r"""%{lua:
local answers = {}
for line in io.lines() do
  local a, b = line:match("^(.*)\t(.*)$")
  local fine, order = pcall(rpm.vercmp, a, b)
  table.insert(answers, fine and order or "refused")
end
print(table.concat(answers, "\n"))}"""
ALPM = r"""
import ctypes, ctypes.util, sys
alpm = ctypes.CDLL(ctypes.util.find_library("alpm"))
for line in sys.stdin.buffer:
    a, b = line.rstrip(b"\n").split(b"\t")
    order = alpm.alpm_pkg_vercmp(a, b)
    print("refused" if order == 0 and (b"-" in a) != (b"-" in b) else order)
"""
NODE = r"""
const dir = process.argv[1], compare = require(dir + '/functions/compare.js'), valid = require(dir + '/functions/valid.js');
for (const line of require('fs').readFileSync(0, 'utf8').trimEnd().split('\n')) {
  const [a, b] = line.split('\t');
  console.log(valid(a) === null || valid(b) === null ? 'refused' : compare(a, b));
}
"""
APK = r"""
tab=$(printf '\t')
while IFS=$tab read -r a b; do
  if apk version -q --check "$a" "$b" >/dev/null; then apk version -q -t "$a" "$b"; else echo refused; fi
done
"""


def node_semver():
    for path in ("/usr/share/nodejs/semver", "/usr/lib/node_modules/npm/node_modules/semver", "/usr/share/nodejs/npm/node_modules/semver"):
        if os.path.exists(path + "/functions/compare.js"):
            return path
    return skip("no node-semver")


def tool(scheme):
    """A program that reads lines "A<TAB>B" and prints an order each, or that it refuses one of them."""
    if scheme == "pacman" and subprocess.run(["/usr/bin/python3", "-c", ALPM], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode:
        skip("no libalpm")
    if scheme == "dpkg" and subprocess.run(["perl", "-MDpkg::Version", "-e", ""], stderr=subprocess.DEVNULL).returncode:
        skip("no libdpkg-perl")
    if scheme == "apk" and not shutil.which("apk"):
        skip("no apk (the unit test compares with what it said)")
    return {
        "dpkg": ["/usr/bin/perl", "-MDpkg::Version", "-nle", PERL],
        "rpm": ["rpm", "--eval", LUA],
        "pacman": ["/usr/bin/python3", "-c", ALPM],
        "semver": ["node", "-e", NODE, node_semver() if scheme == "semver" else ""],
        "apk": ["sh", "-c", APK],
    }[scheme]


def ask(scheme, pairs):
    answers = filter_lines(tool(scheme), ["\t".join(pair) for pair in pairs])
    return [{"<": -1, "=": 0, ">": 1, "refused": None}[a] if a in "<=>refused" else (int(a) > 0) - (int(a) < 0) for a in answers]


NUMBER = ["0", "0", "1", "2", "3", "9", "10", "11", "01", "007", "20240131", "99999999999999999999", "100000000000000000000"]
LETTERS = ["a", "b", "rc", "alpha", "beta", "p", "pre", "git", "Z", "deb", "el"]
GRAMMARS = {
    # Dpkg::Version takes numbers for floating point: the long ones are asked of dpkg itself.
    "dpkg": {
        "version": ["{epoch}{part}{revision}"],
        "epoch": ["", "", "", "0:", "1:", "2:"],
        "part": ["{n}{more}", "{n}{more}{more}", "{n}.{n}{more}{more}{more}"],
        "more": ["{sign}{n}", "{sign}{word}", "{word}{n}", "{sign}"],
        "sign": [".", ".", "~", "~", "+", "-", "~~"],
        "revision": ["", "-{n}", "-{n}", "-{n}~{word}{n}", "-{n}+{word}{n}", "-{n}.{n}"],
        "word": LETTERS,
        "n": NUMBER[:11],
    },
    "rpm": {
        "version": ["{epoch}{part}{release}"],
        "epoch": ["", "", "", "0:", "1:", "2:"],
        "part": ["{n}{more}", "{word}{more}", "{n}{more}{more}", "{n}.{n}{more}{more}{more}"],
        "more": ["{sign}{n}", "{sign}{word}", "{word}{n}", "{sign}", "{word}"],
        "sign": [".", ".", "~", "^", "_", "+", "..", "~^", "^~"],
        "release": ["", "-{n}", "-{n}.{word}{n}", "-{n}{more}"],
        "word": LETTERS,
        "n": NUMBER,
    },
    "apk": {
        "version": ["{n}{part}{letter}{suffix}{hash}{r}"],
        "part": ["", ".{n}", ".{n}.{n}", ".{n}.{n}.{n}"],
        "letter": ["", "", "a", "b", "z"],
        "suffix": ["", "", "_{word}", "_{word}{n}", "_{word}{n}_{word}"],
        "word": ["alpha", "beta", "pre", "rc", "cvs", "svn", "git", "hg", "p"],
        "hash": ["", "", "~0a", "~deadbeef", "~12"],
        "r": ["", "-r0", "-r{n}"],
        "n": NUMBER[:11],
    },
    # Nothing ends with a separator: vercmp's answers contradict each other there.
    "pacman": {
        "version": ["{epoch}{part}{release}"],
        "epoch": ["", "", "", "0:", "1:", "2:"],
        "part": ["{n}{more}", "{word}{more}", "{n}{more}{more}", "{n}.{n}{more}{more}{more}"],
        "more": ["{sign}{n}", "{sign}{word}", "{word}{n}", "{word}"],
        "sign": [".", ".", "_", "+", "..", "~"],
        "release": ["-{n}", "-{n}", "-{n}.{n}"],
        "word": LETTERS,
        "n": NUMBER,
    },
    "semver": {
        "version": ["{v}{n}.{n}.{n}{pre}{build}"],
        "v": ["", "", "v", " "],
        "pre": ["", "-{id}", "-{id}.{id}", "-{id}.{id}.{id}"],
        "id": ["{n}", "alpha", "beta", "rc", "RC", "a-b", "-", "-1", "0a", "x", "20191109021931-daa7c04131f5"],
        "build": ["", "", "+{id}", "+001.{id}", "+incompatible"],
        "n": ["0", "1", "2", "3", "9", "10", "11", "20240131", "9007199254740991"],
    },
}
GRAMMARS["plain"] = GRAMMARS["dpkg"] | {"n": NUMBER}
HOSTILE = "0 00 1 9 10 000000000000000000001 99999999999999999999 a b Z alpha rc _pre _p -r -r1 v = ! @ # - - . . ~ ~ ^ _ : 1: + / é \udcff \x01".split(" ")


def hostile(draw):
    return "".join(draw.choice(HOSTILE) for _ in range(draw.choice([0, 1, 2, 3, 4, 5, 6, 8, 12])))


def ask_dpkg_itself(pairs):
    """One process a question: for a sample."""

    def holds(a, relation, b):
        return subprocess.run(["dpkg", "--compare-versions", a, relation, b], stderr=subprocess.DEVNULL).returncode == 0

    return [-1 if holds(a, "lt", b) else 0 if holds(a, "eq", b) else 1 for a, b in pairs]


def compare(scheme, program, source, pairs, theirs, want):
    """Prints what differs; True when nothing does and the tool had an answer to at least `want`."""
    agreed = differ = refused = 0
    for (a, b), their, our in zip(pairs, theirs, ask_boltseal(program, scheme, pairs)):
        refused += their is None
        agreed += their == our
        if their is not None and their != our:
            differ += 1
            print("%s %r %r: the tool says %d, boltseal %d" % (scheme, a, b, their, our))
    print("%s, %s pairs: %d agree, %d differ, %d the tool has no order for" % (scheme, source, agreed, differ, refused))
    if agreed < want:
        print("too few: want %d" % want)
    return differ == 0 and agreed >= want


def agree(scheme, program, count):
    if not os.path.isdir(os.path.join(version_pairs.ADVISORIES, "osv")):
        skip("no advisories in %s (BOLT_ADVISORIES)" % version_pairs.ADVISORIES)
    draw = random.Random(scheme)
    real = version_pairs.pairs(scheme, count + count // 5)
    grown = [(made(draw, GRAMMARS[scheme]), made(draw, GRAMMARS[scheme])) for _ in range(count)]
    good = compare(scheme, program, "real", real, ask(scheme, real), count)
    good &= compare(scheme, program, "made", grown, ask(scheme, grown), count // 2)
    if scheme == "dpkg":
        sample = draw.sample(real, 150) + [(made(draw, GRAMMARS["plain"]), made(draw, GRAMMARS["plain"])) for _ in range(150)]
        good &= compare(scheme, program, "sampled", sample, ask_dpkg_itself(sample), len(sample))
    taken = sorted({pair[0] for pair, order in zip(grown, ask(scheme, [(a, a) for a, _ in grown])) if order is not None})
    for version, valid in zip(taken, ask_boltseal_valid(program, scheme, taken)):
        if not valid and scheme != "rpm":  # whose tool compares what its packages may not have
            print("%s %r: the tool takes it, boltseal does not" % (scheme, version))
            good = False
    return 0 if good else 1


def total(program, count):
    wrong = 0
    have_advisories = os.path.isdir(os.path.join(version_pairs.ADVISORIES, "osv"))
    for scheme in SCHEMES:
        draw = random.Random("total " + scheme)
        triples = [tuple(hostile(draw) for _ in "abc") for _ in range(count // 3)]
        if have_advisories:
            known = version_pairs.versions(scheme)
            for _ in range(count // 3):
                at = draw.randrange(len(known) - 8)
                triples.append((known[at], known[at + draw.randrange(8)], draw.choice(known)))
        triples += [tuple(made(draw, GRAMMARS[scheme]) for _ in "abc") for _ in range(count - len(triples))]
        questions = [pair for a, b, c in triples for pair in ((a, a), (a, b), (b, a), (b, c), (a, c))]
        order = dict(zip(questions, ask_boltseal(program, scheme, questions)))
        for a, b, c in triples:
            through_b = {order[a, b], order[b, c]} - {0}
            want = order[a, c] if len(through_b) > 1 else (through_b or {0}).pop()
            if order[a, a] != 0 or order[a, b] != -order[b, a] or order[a, c] != want:
                wrong += 1
                print("%s: no order: %r %r %r" % (scheme, a, b, c))
        print("%s: %d triples" % (scheme, len(triples)))
    return 1 if wrong else 0


def main():
    if len(sys.argv) == 5 and sys.argv[1] == "agree" and sys.argv[2] in SCHEMES[1:]:
        return agree(sys.argv[2], sys.argv[3], int(sys.argv[4]))
    if len(sys.argv) == 4 and sys.argv[1] == "total":
        return total(sys.argv[2], int(sys.argv[3]))
    raise SystemExit(__doc__)


if __name__ == "__main__":
    sys.exit(main())
