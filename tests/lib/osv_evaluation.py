#!/usr/bin/env python3
"""osv_evaluation.py BOLTSEAL FEEDS: does boltseal count the versions that OSV's evaluation algorithm counts?

For the feeds FEEDS/osv/ECOSYSTEM/all.zip but Debian's (debian_fixes.py): versions at which a range begins or ends, and some that are
listed, are judged; the records that count one must be those that an evaluation written from the schema's text counts, with orderings
of its own (packaging for Python). Where we have no second ordering, only what needs none: the version at which a range ends by a fix
is not counted by a record with that range alone, one at which it begins is.
"""
import collections
import functools
import itertools
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import urllib.parse
import zipfile

from packaging.version import InvalidVersion, Version

FINDINGS_A_SCAN = 30000  # about; a report names no more than a bound of its own
VERSIONS_A_PACKAGE = 60  # of packages with more, about so many, evenly; of distributions, whose packages are many, a tenth


def sign(a, b):
    return (a > b) - (a < b)


@functools.lru_cache(maxsize=None)
def semver(text):
    found = re.fullmatch(r"v?(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?", text)
    if not found:
        return None
    pre = [(0, int(p), "") if p.isdigit() else (1, 0, p) for p in found[4].split(".")] if found[4] else [(2, 0, "")]
    return [int(found[i]) for i in (1, 2, 3)], pre


@functools.lru_cache(maxsize=None)
def python(text):
    try:
        return Version(text)
    except InvalidVersion:
        return None


@functools.lru_cache(maxsize=None)
def gem(text):
    """Numbers and words; words before numbers, zeros at the end of either part count for nothing."""
    if not re.fullmatch(r"[0-9A-Za-z.-]+", text) or not text[0].isdigit():
        return None
    parts = re.findall(r"\d+|[a-z]+", text.replace("-", ".pre."), re.I)
    first = next((i for i, p in enumerate(parts) if not p.isdigit()), len(parts))
    key = []
    for side in (parts[:first], parts[first:]):
        while side and side[-1].isdigit() and int(side[-1]) == 0:
            side = side[:-1]
        key += [(1, int(p), "") if p.isdigit() else (0, 0, p) for p in side]
    return key + [(1, 0, "")] * 24


def rpm_part(a, b):
    while a or b:
        a, b = (re.sub(r"^[^0-9A-Za-z~^]+", "", x) for x in (a, b))
        if a[:1] == "~" or b[:1] == "~":
            if a[:1] != b[:1]:
                return -1 if a[:1] == "~" else 1
            a, b = a[1:], b[1:]
            continue
        if a[:1] == "^" or b[:1] == "^":
            if a[:1] != b[:1]:
                return (1 if not b else -1) if a[:1] == "^" else (-1 if not a else 1)
            a, b = a[1:], b[1:]
            continue
        if not a or not b:
            break
        kind = r"\d+" if a[0].isdigit() else "[A-Za-z]+"
        one, other = re.match(kind, a)[0], re.match(kind, b)
        if not other:
            return 1 if a[0].isdigit() else -1
        a, b = a[len(one):], b[len(other[0]):]
        different = sign(int(one), int(other[0])) if one.isdigit() else sign(one, other[0])
        if different:
            return different
    return sign(bool(a), bool(b))


@functools.lru_cache(maxsize=None)
def rpm(text):
    epoch, rest = text.split(":", 1) if ":" in text else ("0", text)
    return int(epoch), *rest.partition("-")[::2]


def compare_rpm(a, b):
    return sign(a[0], b[0]) or rpm_part(a[1], b[1]) or rpm_part(a[2], b[2])


# Its order (a key, and how keys compare), and how a package of it is written.
ECOSYSTEMS = {
    "npm": (semver, sign, "pkg:npm/{name}@{version}"),
    "PyPI": (python, sign, "pkg:pypi/{name}@{version}"),
    "Go": (semver, sign, "pkg:golang/{name}@v{version}"),
    "Bitnami": (semver, sign, "pkg:bitnami/{name}@{version}"),
    "RubyGems": (gem, sign, "pkg:gem/{name}@{version}"),
    "AlmaLinux": (rpm, compare_rpm, "pkg:rpm/almalinux/{name}@{version}?distro=almalinux-{release}"),
    "Packagist": (None, None, "pkg:composer/{name}@{version}"),
    "Alpine": (None, None, "pkg:apk/alpine/{name}@{version}?distro=alpine-{release}"),
}


def in_range(version, key, compare, events):
    """schema: Evaluation. True, False, or None when an event's version cannot be ordered."""
    keyed = [(None if e["version"] == "0" else key(e["version"]), e["kind"]) for e in events]
    if any(k is None and e["version"] != "0" for (k, _), e in zip(keyed, events)):
        return None
    order = functools.cmp_to_key(lambda a, b: sign(a is not None, b is not None) if None in (a, b) else compare(a, b))
    inside = False
    for _, place in itertools.groupby(sorted(keyed, key=lambda e: order(e[0])), key=lambda e: order(e[0])):
        # Where one stretch ends and the next begins, the end comes first; else one begins and ends at the same version.
        for at, kind in sorted(place, key=lambda e: (e[1] == "introduced") == inside):
            above = 1 if at is None else compare(version, at)
            if kind == "introduced" and above >= 0:
                inside = True
            elif (kind == "fixed" and above >= 0) or (kind == "last_affected" and above > 0):
                inside = False
    return inside


class Feed:
    """packages[(release, package)] = {record: [ranges, versions]}"""

    def __init__(self, path, ecosystem):
        self.key, self.compare, self.form = ECOSYSTEMS[ecosystem]
        self.packages = collections.defaultdict(lambda: collections.defaultdict(lambda: ([], set())))
        self.records = self.of_modules = 0
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                record = json.loads(archive.read(name))
                self.records += 1
                if "withdrawn" in record or re.match("AL[BE]A-", record["id"]):  # bug fixes and enhancements mend no vulnerability
                    continue
                for affected in record["affected"]:
                    release = affected["package"]["ecosystem"].partition(":")[2].removeprefix("v")
                    name = affected["package"]["name"]
                    if ".module_el" in str(affected.get("ranges")):  # for packages with a module's label, which no version has
                        self.of_modules += 1
                        continue
                    if ecosystem == "PyPI":
                        name = re.sub(r"[-_.]+", "-", name).lower()
                    ranges, versions = self.packages[release, name.lower() if ecosystem == "Packagist" else name][record["id"]]
                    versions.update(affected.get("versions", []))
                    ranges += [[{"kind": k, "version": v} for e in r["events"] for k, v in e.items()]
                               for r in affected.get("ranges", []) if r["type"] != "GIT"]

    def versions_of(self, package):
        found = set()
        for ranges, versions in self.packages[package].values():
            found.update(e["version"] for events in ranges for e in events if e["version"] != "0")
            found.update(sorted(versions)[:2])
        found = sorted(v for v in found if re.fullmatch(r"[0-9A-Za-z.:+~^_-]+", v))
        most = VERSIONS_A_PACKAGE // 10 if package[0] else VERSIONS_A_PACKAGE
        return found[::-(-len(found) // most) or 1]

    def expected(self, package, version):
        """(records that must count it, records that must not)"""
        yes, no = set(), set()
        key = self.key(version) if self.key else None
        for record, (ranges, versions) in self.packages[package].items():
            if self.key is None:
                self.expect_weakly(record, ranges, versions, version, yes, no)
            elif key is not None:
                answers = [in_range(key, self.key, self.compare, events) for events in ranges]
                answers += [self.key(v) is not None and self.compare(key, self.key(v)) == 0 for v in versions]
                if any(answers):
                    yes.add(record)
                elif None not in answers:
                    no.add(record)
        return yes, no

    @staticmethod
    def expect_weakly(record, ranges, versions, version, yes, no):
        if any(e == {"kind": k, "version": version} for events in ranges for e in events for k in ("introduced", "last_affected")):
            yes.add(record)
        elif len(ranges) == 1 and not versions and {"kind": "fixed", "version": version} in ranges[0]:
            no.add(record)


def purl(feed, package, version):
    release, name = package
    epoch = ""
    if "almalinux" in feed.form and ":" in version:
        epoch, version = version.split(":", 1)
        epoch = f"&epoch={epoch}"
    return feed.form.format(name=urllib.parse.quote(name, safe="/"), version=urllib.parse.quote(version.removeprefix("v")),
                            release=release) + epoch


def told_of(program, database, path, lines):
    path.write_text("".join(line + "\n" for line in lines))
    done = subprocess.run([program, "scan", "--quiet", "--no-store", "--db", database, "--format", "json", f"sbom:{path}"],
                          stdout=subprocess.PIPE, text=True, check=True)
    report = json.loads(done.stdout)
    if any("findings" in w["code"] for w in report["warnings"]):
        sys.exit("not every finding is told: " + str(report["warnings"]))
    told = collections.defaultdict(set)
    for finding in report["findings"]:
        told[finding["package"]].update(e["advisory"] for e in finding["evidence"])
    return told, {p["purl"] for p in report["packages"]}


def chunks(feed):
    """Packages with their versions, about FINDINGS_A_SCAN at a time, of one release."""
    rows, weight, release = [], 0, None
    for package in sorted(feed.packages):
        versions = feed.versions_of(package)
        cost = len(versions) * len(feed.packages[package])
        if rows and (weight + cost > FINDINGS_A_SCAN or package[0] != release):
            yield rows
            rows, weight = [], 0
        release = package[0]
        weight += cost
        rows += [(package, v) for v in versions]
    if rows:
        yield rows


def normal(text):
    return urllib.parse.unquote(text).lower()


def check(program, feeds, ecosystem, scratch):
    path = feeds / "osv" / ecosystem / "all.zip"
    feed, database, complaints, claims, unsaid = Feed(path, ecosystem), f"{scratch}/{ecosystem}.db", [], 0, 0
    subprocess.run([program, "db", "import", "--quiet", "--db", database, str(path)], check=True)
    asked = 0
    for rows in chunks(feed):
        told, seen = told_of(program, database, pathlib.Path(scratch, "packages"), sorted({purl(feed, p, v) for p, v in rows}))
        told, seen = {normal(k): v for k, v in told.items()}, {normal(s) for s in seen}
        for package, version in rows:
            line = purl(feed, package, version)
            yes, no = feed.expected(package, version)
            got = told.get(normal(line), set())
            asked += 1
            claims += len(yes) + len(no)
            unsaid += len(feed.packages[package]) - len(yes) - len(no)
            complaints += [f"{line}: {r} counts it, and is not told" for r in sorted(yes - got)]
            complaints += [f"{line}: {r} does not count it, and is told" for r in sorted(no & got)]
            if normal(line) not in seen:
                complaints.append(f"{line}: not in the report")
    print(f"{ecosystem}: {feed.records} records, {len(feed.packages)} packages, {asked} versions, {claims} answers compared "
          f"({unsaid} that no second ordering gives; {feed.of_modules} entries of modules left out), "
          f"{len(complaints)} disagreements")
    print("".join(f"  {c}\n" for c in complaints[:15]), end="")
    return len(complaints)


def main():
    program, feeds = sys.argv[1], pathlib.Path(sys.argv[2])
    wanted = [e for e in sys.argv[3:] or ECOSYSTEMS if (feeds / "osv" / e / "all.zip").exists()]
    with tempfile.TemporaryDirectory() as scratch:
        disagreements = sum(check(program, feeds, ecosystem, scratch) for ecosystem in wanted)
    print(f"{disagreements} disagreements in {len(wanted)} feeds")
    return 1 if disagreements or not wanted else 0


if __name__ == "__main__":
    sys.exit(main())
