#!/usr/bin/env python3
"""Holds boltseal's orderings of language ecosystems' versions against the ecosystems' own tools.

    version_languages.py agree SCHEME VERSION_COMPARE COUNT     COUNT pairs of real versions, and COUNT made from a grammar
    version_languages.py total VERSION_COMPARE COUNT            COUNT triples for each scheme, half of them hostile

VERSION_COMPARE is the program tests/tools/version_compare.c. The tools: python3-packaging, ruby, php-composer-semver, Maven's
ComparableVersion (libmaven3-core-java), golang.org/x/mod/semver (SCHEME is "go", held against semver); for NuGet, of which Debian
has no tool, the documented rule written down a second time.
Exit status 77 when a tool or the advisories are not there.
"""
import atexit
import collections
import functools
import itertools
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

import version_pairs

SCHEMES = ["pep440", "maven", "gem", "composer", "nuget", "go"]
version_pairs.SOURCES["go"] = ["Go"]
MAVEN_JAR = os.environ.get("BOLT_MAVEN_ARTIFACT_JAR") or "/usr/share/java/maven3-artifact.jar"
MAVEN_BATCH = 4000  # pairs to a Java process: its versions go on the command line

RUBY = r"""
STDIN.each_line(chomp: true) do |line|
  a, b = line.split("\t", -1)
  puts Gem::Version.correct?(a) && Gem::Version.correct?(b) ? Gem::Version.new(a) <=> Gem::Version.new(b) : "refused"
end
"""
PHP = r"""
require 'Composer/Semver/autoload.php';
$parser = new Composer\Semver\VersionParser();
while (($line = fgets(STDIN)) !== false) {
    [$a, $b] = explode("\t", rtrim($line, "\n"));
    try {
        [$a, $b] = [$parser->normalize($a), $parser->normalize($b)];
    } catch (UnexpectedValueException $refused) {
        echo "refused\n";
        continue;
    }
    if (Composer\Semver\Comparator::equalTo($a, $b)) echo "0\n";
    elseif (Composer\Semver\Comparator::lessThan($a, $b)) echo "-1\n";
    elseif (Composer\Semver\Comparator::greaterThan($a, $b)) echo "1\n";
    else echo "incomparable\n";
}
"""


def skip(why):
    print("version_languages: SKIPPED: %s" % why, file=sys.stderr)
    raise SystemExit(77)


def filter_lines(command, lines):
    text = "".join(line + "\n" for line in lines).encode("utf-8", "surrogateescape")
    try:
        done = subprocess.run(command, input=text, stdout=subprocess.PIPE, check=True)
    except FileNotFoundError:
        skip("no %s" % command[0])
    answers = done.stdout.decode("utf-8", "surrogateescape").splitlines()
    if len(answers) != len(lines):
        raise SystemExit("%s: %d answers to %d questions" % (command[0], len(answers), len(lines)))
    return answers


def sign(answer):
    return {"-1": -1, "0": 0, "1": 1}.get(answer)


# Each takes a list of pairs and gives a list of -1, 0, 1, or None where the tool has no order for them.


def ask_packaging(pairs):
    try:
        from packaging.version import InvalidVersion, Version
    except ImportError:
        skip("no python3-packaging")

    def ask(a, b):
        try:
            left, right = Version(a), Version(b)
        except InvalidVersion:
            return None
        return (left > right) - (left < right)

    return [ask(a, b) for a, b in pairs]


def ask_ruby(pairs):
    return [sign(answer) for answer in filter_lines(["ruby", "-e", RUBY], ["\t".join(pair) for pair in pairs])]


def ask_php(pairs):
    try:
        subprocess.run(["php", "-r", "require 'Composer/Semver/autoload.php';"], check=True, stdout=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError):
        skip("no php, or no php-composer-semver")
    return [sign(answer) for answer in filter_lines(["php", "-r", PHP], ["\t".join(pair) for pair in pairs])]


def ask_maven(pairs):
    """ComparableVersion's main program compares each argument with the next."""
    if not os.path.exists(MAVEN_JAR):
        skip("no %s (libmaven3-core-java)" % MAVEN_JAR)
    answers = []
    for start in range(0, len(pairs), MAVEN_BATCH):
        batch = pairs[start : start + MAVEN_BATCH]
        command = ["java", "-XX:TieredStopAtLevel=1", "-cp", MAVEN_JAR]
        command += ["org.apache.maven.artifact.versioning.ComparableVersion", *itertools.chain(*batch)]
        try:
            text = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout.decode()
        except FileNotFoundError:
            skip("no java")
        signs = [line for line in text.splitlines() if line.startswith("   ")][::2]
        for (a, b), line in zip(batch, signs):
            relation = line[3 + len(a) + 1]
            if line != "   %s %s %s" % (a, relation if relation != "=" else "==", b):
                raise SystemExit("not what was asked of Maven: %r, %r: %r" % (a, b, line))
            answers.append({"<": -1, "=": 0, ">": 1}[relation])
    return answers


def nuget_key(version):
    match = re.fullmatch(r"(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?", version)
    if not match or any(int(number or 0) >= 2**31 for number in match.groups()[:4]):
        return None
    labels = match[5].split(".") if match[5] else []
    if any(not label or re.fullmatch("0[0-9]+", label) for label in labels):
        return None
    fits = [re.fullmatch("-?[0-9]+", label) and -(2**31) <= int(label) < 2**31 for label in labels]
    keys = [(0, int(label), "") if fit else (1, 0, label.upper()) for label, fit in zip(labels, fits)]
    return [int(number or 0) for number in match.groups()[:4]], not labels, keys


def ask_nuget(pairs):
    def ask(a, b):
        left, right = nuget_key(a), nuget_key(b)
        return None if left is None or right is None else (left > right) - (left < right)

    return [ask(a, b) for a, b in pairs]


@functools.lru_cache(maxsize=None)
def go_program():
    """go_versions.go, built in a module of its own."""
    directory = tempfile.mkdtemp(prefix="go_versions.")
    atexit.register(shutil.rmtree, directory)
    shutil.copy(os.path.join(os.path.dirname(os.path.abspath(__file__)), "go_versions.go"), os.path.join(directory, "main.go"))
    with open(os.path.join(directory, "go.mod"), "w", encoding="utf-8") as file:
        file.write("module example.com/go_versions\n\ngo 1.22\n")
    settings = dict(os.environ, GOFLAGS="-mod=mod", GOTOOLCHAIN="local", CGO_ENABLED="0")
    for command in (["go", "get", "golang.org/x/mod@v0.17.0"], ["go", "build", "-o", "go_versions", "."]):
        try:
            done = subprocess.run(
                command, cwd=directory, env=settings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=200, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as problem:
            skip("%s: %s" % (" ".join(command), problem))
        if done.returncode != 0:
            skip("%s: %s" % (" ".join(command), done.stdout.decode()[-200:]))
    return os.path.join(directory, "go_versions")


def ask_go(pairs):
    return [sign(answer) for answer in filter_lines([go_program()], ["\t".join(pair) for pair in pairs])]


ASK = {"go": ask_go, "pep440": ask_packaging, "maven": ask_maven, "gem": ask_ruby, "composer": ask_php, "nuget": ask_nuget}


def ours(scheme):
    return "semver" if scheme == "go" else scheme


def ask_boltseal(program, scheme, pairs):
    return [sign(answer) for answer in filter_lines([program], ["\t".join((ours(scheme),) + tuple(pair)) for pair in pairs])]


def ask_boltseal_valid(program, scheme, versions):
    return [answer == "1" for answer in filter_lines([program], ["%s\t%s" % (ours(scheme), version) for version in versions])]


# Grammars: {name} is drawn from the table, a list element with equal chance.
NUMBER = ["0", "0", "1", "2", "3", "9", "10", "11", "01", "007", "20240131", "99999999999999999999", "100000000000000000000"]
GRAMMARS = {
    "pep440": {
        "version": ["{v}{epoch}{release}{pre}{post}{dev}{local}"],
        "v": ["", "", "", "v", "V", " "],
        "epoch": ["", "", "", "0!", "1!"],
        "release": ["{n}", "{n}.{n}", "{n}.{n}.{n}", "{n}.{n}.0.0", "1.0", "1.0"],
        "pre": ["", "", "{s}{letter}{s}{n}", "{s}{letter}", "{s}{letter}{s}"],
        "letter": ["a", "b", "c", "rc", "alpha", "beta", "pre", "preview", "RC", "Alpha"],
        "post": ["", "", "", "-{n}", "{s}{r}{s}{n}", "{s}{r}"],
        "r": ["post", "rev", "r", "POST"],
        "dev": ["", "", "", "{s}dev{s}{n}", ".dev", "-DEV"],
        "local": ["", "", "", "+{part}", "+{part}{s}{part}", "+{part}.{part}.{part}"],
        "part": ["{n}", "abc", "ABC", "1a", "a1", "ubuntu"],
        "s": ["", "", ".", "-", "_"],
        "n": NUMBER,
    },
    "maven": {
        "version": ["{release}{more}", "{release}{more}{more}", "{release}{more}{more}{more}"],
        "release": ["{n}", "{n}.{n}", "{n}.{n}.{n}", "1.0", "1.0.0", "1", "v{n}"],
        "more": ["", "-{word}", ".{word}", "{word}{n}", "-{word}-{n}", ".{word}{n}", "-{word}{n}", "-{n}", ".{n}", "-", "."]
        + ["{word}"],
        "word": ["alpha", "beta", "milestone", "rc", "cr", "snapshot", "SNAPSHOT", "ga", "Final", "RELEASE", "sp", "a", "b", "m"]
        + ["jre", "android", "redhat", "BUILD", "incubating", "x", "M", "RC", "_", "+meta"],
        "n": NUMBER,
    },
    "gem": {
        "version": ["{release}{more}", "{release}{more}{more}", "{release}{more}{more}.{n}", " {release} "],
        "release": ["{n}", "{n}.{n}", "{n}.{n}.{n}", "1.0", "1.0.0"],
        "more": ["", ".{word}", ".{word}{n}", "-{word}", ".{word}.{n}", ".{n}{word}", "-{n}", ".{n}"],
        "word": ["a", "b", "pre", "rc", "beta", "alpha", "Z", "java", "x86", "PRE"],
        "n": NUMBER,
    },
    "composer": {
        "version": ["{v}{release}{sep}{stability}{dev}{tail}", "{v}{n}.{x}-dev", "{v}{n}.{n}.{x}-dev"]
        + ["{date}{sep}{stability}", "{odd}"],
        "v": ["", "", "v", "V"],
        "release": ["{n}", "{n}.{n}", "{n}.{n}.{n}", "{n}.{n}.{n}.{n}", "1.0", "1.0.0"],
        "sep": ["", "", "-", ".", "_"],
        "stability": ["", "", "{word}", "{word}{n}", "{word}.{n}", "{word}-{n}.{n}"],
        "word": ["alpha", "beta", "RC", "rc", "a", "b", "patch", "pl", "p", "stable", "Alpha", "STABLE", "P"],
        "dev": ["", "", "", "-dev", ".dev", "dev", "-DEV"],
        "tail": ["", "", "", "+build.1", "@beta", "@dev", " as 1.2.3"],
        "x": ["x", "X", "*", "{n}"],
        "date": ["2010-01-02", "2010.01", "20100102", "2010-01-02.5", "201001021530", "v20120131.1", "2010:01:02", "2010-1-2"],
        "odd": ["dev-master", "dev-feature/x", "master", "DEV-Master", "1.0#abc", "1.0.x", "1.2.3.4.5", "1.0-foo"]
        + ["trunk", "1.x.1-dev"],
        "n": ["0", "1", "2", "3", "9", "10", "11", "01", "20240131"],
    },
    "go": {
        "version": ["0.0.0-{time}-{commit}", "{n}.{n}.{n}{build}", "1.2.{n}-{pre}{build}", "1.2.{n}-0.{time}-{commit}{build}"]
        + ["1.2.3-{pre}.0.{time}-{commit}", "1.{n}{rc}{n}", "1.{n}.0-{rc}.{n}", "1.{n}.{n}", "1.{n}.{n}-0"],
        "time": ["20191109021931", "20240131120000", "20240131115959"],
        "commit": ["daa7c04131f5", "0123456789ab", "000000000000"],
        "pre": ["pre", "rc1", "rc.1", "rc.{n}", "alpha", "beta", "0", "{n}", "-", "RC"],
        "rc": ["rc", "beta"],
        "build": ["", "", "+incompatible", "+meta"],
        "n": ["0", "1", "2", "3", "9", "10", "21", "22"],
    },
    "nuget": {
        "version": ["{release}", "{release}-{labels}", "{release}-{labels}+{label}"],
        "release": ["{n}.{n}", "{n}.{n}.{n}", "{n}.{n}.{n}.{n}", "1.0.0", "1.0", "1"],
        "labels": ["{label}", "{label}.{label}", "{label}.{n}"],
        "label": ["alpha", "Alpha", "beta", "rc1", "RC1", "{n}", "a-b", "-", "-1", "-01", "2147483647", "2147483648", "0a", "x"],
        "n": NUMBER,
    },
}
HOSTILE = "0 00 1 9 10 000000000000000000000000000000001 99999999999999999999999999999999 a b m z A Z".split()
HOSTILE += "alpha beta rc dev post pre sp ga final snapshot patch stable as dev- -dev".split()
HOSTILE += "x X * v V ! @ # + + - - - - . . . . _ ~ ^ : / \\ ( \u00e9 \udcff \udc80 \x01".split(" ")
HOSTILE += [" ", "  ", ""]


def made(draw, grammar, rule="version"):
    return re.sub(r"\{(\w+)\}", lambda match: made(draw, grammar, match[1]), draw.choice(grammar[rule]))


def hostile(draw):
    return "".join(draw.choice(HOSTILE) for _ in range(draw.choice([0, 1, 2, 3, 4, 5, 6, 8, 12])))


def debian_versions():
    """Upstream versions: without epoch and Debian's revision."""
    for version in version_pairs.dpkg_versions():
        yield re.sub(r"-[^-]*$", "", version.split(":", 1)[-1])


def real_pairs(scheme, count):
    if not os.path.isdir(os.path.join(version_pairs.ADVISORIES, "osv")):
        skip("no advisories in %s (BOLT_ADVISORIES)" % version_pairs.ADVISORIES)
    pairs = version_pairs.pairs(scheme, count + count // 10)  # some are refused
    if scheme in ("maven", "nuget"):
        known = sorted(set(debian_versions()), key=version_pairs.rough_key)
        pairs += [(known[i], known[i + step]) for step in (1, 3) for i in range(0, len(known) - step, 5)]
    return pairs


def beginnings(version):
    return {version[:i] for i in range(1, len(version)) if version[i] in ".-" or version[i].isdigit() != version[i - 1].isdigit()}


def circles(ask, pairs):
    """Of {(a, b): order}, those where the tool, by way of a beginning of one of them, says the opposite of `order`, too."""
    ways = [(a, b, c) for a, b in pairs for c in sorted(beginnings(a) | beginnings(b))]
    left, right = ask([(a, c) for a, _, c in ways]), ask([(c, b) for _, b, c in ways])
    return {(a, b) for (a, b, _), l, r in zip(ways, left, right) if {l, r} - {0} == {-pairs[a, b]}}


def since_changed(scheme, version):
    """Taken by composer/semver from 3.4 on: a date with two groups after its pairs of digits. Debian 12 has 3.3."""
    return scheme == "composer" and re.search(r"^[vV]?\d{4}(?:[.:-]?\d{2}){1,6}(?:[.:-]?\d{1,3}){2}", version)


def agree(scheme, program, count):
    ask = ASK[scheme]
    draw = random.Random(scheme)
    sources = {"real": real_pairs(scheme, count)}
    sources["made"] = [(made(draw, GRAMMARS[scheme]), made(draw, GRAMMARS[scheme])) for _ in range(count)]
    wrong = 0
    for source, pairs in sources.items():
        theirs, ours = ask(pairs), ask_boltseal(program, scheme, pairs)
        taken = ask([(a, a) for a, _ in pairs])
        valid = ask_boltseal_valid(program, scheme, [a for a, _ in pairs])
        differ = {pair: their for pair, their, our in zip(pairs, theirs, ours) if their is not None and their != our}
        circular = circles(ask, differ) if scheme == "maven" else set()
        tally = collections.Counter()
        for (a, b), their, our, take, is_valid in zip(pairs, theirs, ours, taken, valid):
            if take is None and is_valid and since_changed(scheme, a):
                tally["newer"] += 1
            elif scheme != "maven" and (take is not None) != is_valid:
                tally["validity"] += 1
                print("%s %r: the tool says %s" % (scheme, a, "refused" if take is None else "valid"))
            if their is None:
                tally["no order"] += 1
            elif their == our:
                tally["agree"] += 1
            elif (a, b) in circular:
                tally["circle"] += 1
            else:
                tally["differ"] += 1
                print("%s %r %r: the tool says %d, boltseal %d" % (scheme, a, b, their, our))
        print("%s, %s pairs: %s" % (scheme, source, ", ".join("%d %s" % (n, what) for what, n in sorted(tally.items()))))
        wrong += tally["validity"] + tally["differ"]
        if source == "real" and tally["circle"] * 1000 > len(pairs):
            print("too many pairs in which Maven contradicts itself to be true")
            wrong += 1
        if source == "real" and tally["agree"] < count:
            print("only %d pairs of real versions that both can order: want %d" % (tally["agree"], count))
            wrong += 1
    return 1 if wrong else 0


def total(program, count):
    wrong = 0
    for scheme in SCHEMES:
        draw = random.Random("total " + scheme)
        triples = [tuple(made(draw, GRAMMARS[scheme]) for _ in "abc") for _ in range(count // 2)]
        triples += [tuple(hostile(draw) for _ in "abc") for _ in range(count - len(triples))]
        order = {}
        questions = [pair for a, b, c in triples for pair in ((a, a), (a, b), (b, a), (b, c), (a, c))]
        for pair, answer in zip(questions, ask_boltseal(program, scheme, questions)):
            order[pair] = answer
        for a, b, c in triples:
            antisymmetric = order[a, a] == 0 and order[a, b] == -order[b, a]
            through_b = {order[a, b], order[b, c]}
            expected = (through_b - {0} or {0}).pop() if len(through_b - {0}) <= 1 else order[a, c]
            if not antisymmetric or order[a, c] != expected:
                wrong += 1
                print("%s: no order: %r %r %r: %s" % (scheme, a, b, c, [order[p] for p in ((a, b), (b, a), (b, c), (a, c))]))
        print("%s: %d triples" % (scheme, len(triples)))
    return 1 if wrong else 0


def main():
    if len(sys.argv) == 5 and sys.argv[1] == "agree" and sys.argv[2] in ASK:
        return agree(sys.argv[2], sys.argv[3], int(sys.argv[4]))
    if len(sys.argv) == 4 and sys.argv[1] == "total":
        return total(sys.argv[2], int(sys.argv[3]))
    raise SystemExit(__doc__)


if __name__ == "__main__":
    sys.exit(main())
