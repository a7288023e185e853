#!/usr/bin/env python3
"""debian_fixes.py BOLTSEAL FEEDS: is every record of Debian's lists judged at exactly its fixed version?

For every (record, release, source package, fixed version) of FEEDS/osv/Debian/all.zip: the version just before the fix is reported
by that record with that fix, the nearest earlier version that the lists themselves hold too, and the fixed version is not. All of
it as lists of package URLs, one scan a release and side; and as root file systems with a dpkg status, one version a package.
"""
import collections
import functools
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import urllib.parse
import zipfile

CHARACTERS = {"~": -1}


def order(character):
    return CHARACTERS.get(character, ord(character) + (0 if character.isalpha() else 256))


def compare_part(a, b):
    """deb-version(7): text and numbers in turn; '~' before the end, letters before the rest."""
    while a or b:
        text_a, text_b = re.match(r"\D*", a)[0], re.match(r"\D*", b)[0]
        keys = [[order(c) for c in text] + [0] for text in (text_a, text_b)]
        if keys[0] != keys[1]:
            return -1 if keys[0] < keys[1] else 1
        a, b = a[len(text_a):], b[len(text_b):]
        digits_a, digits_b = re.match(r"\d*", a)[0], re.match(r"\d*", b)[0]
        if int(digits_a or 0) != int(digits_b or 0):
            return -1 if int(digits_a or 0) < int(digits_b or 0) else 1
        a, b = a[len(digits_a):], b[len(digits_b):]
    return 0


def compare(a, b):
    (epoch_a, rest_a), (epoch_b, rest_b) = (v.split(":", 1) if ":" in v else ("0", v) for v in (a, b))
    (up_a, rev_a), (up_b, rev_b) = (v.rsplit("-", 1) if "-" in v else (v, "") for v in (rest_a, rest_b))
    return (int(epoch_a) > int(epoch_b)) - (int(epoch_a) < int(epoch_b)) or compare_part(up_a, up_b) or compare_part(rev_a, rev_b)


key = functools.cmp_to_key(compare)


def read_lists(path):
    """fixes[(release, package)] = {record: fixed versions}; and how many entries name no fix."""
    fixes, entries, unfixed, records = collections.defaultdict(lambda: collections.defaultdict(set)), 0, [], 0
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            record = json.loads(archive.read(name))
            records += 1
            for affected in record["affected"]:
                package, release = affected["package"]["name"], affected["package"]["ecosystem"].removeprefix("Debian:")
                fixed = [e["fixed"] for r in affected["ranges"] for e in r["events"] if "fixed" in e]
                entries += len(fixed)
                fixes[release, package][record["id"]].update(fixed)
                if not fixed:
                    unfixed.append((release, package, record["id"]))
    return fixes, entries, unfixed, records


class Scanner:
    def __init__(self, program, scratch):
        self.program, self.scratch, self.database = program, pathlib.Path(scratch), f"{scratch}/advisories.db"
        self.scans = 0

    def run(self, *arguments):
        done = subprocess.run([self.program, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"{' '.join(arguments)}: exit code {done.returncode}: {done.stderr}")
        return done.stdout

    def told(self, subject):
        """{(package, version): {record: fixed version of the finding}}"""
        self.scans += 1
        report = json.loads(self.run("scan", "--quiet", "--no-store", "--db", self.database, "--format", "json", subject))
        if any(w["code"] == "findings-limit" for w in report["warnings"]):
            sys.exit(f"{subject}: not every finding is told")
        told = collections.defaultdict(dict)
        for finding in report["findings"]:
            for evidence in finding["evidence"]:
                told[finding["package_name"], finding["installed_version"]].setdefault(evidence["advisory"], []).append(
                    (finding.get("fixed_version"), {e["advisory"] for e in finding["evidence"]}))
        return told

    def scan_list(self, release, packages):
        path = self.scratch / "packages"
        path.write_text("".join(f"pkg:deb/debian/{urllib.parse.quote(n)}@{urllib.parse.quote(v)}?distro=debian-{release}\n"
                                for n, v in sorted(packages)))
        return self.told(f"sbom:{path}")

    def scan_root(self, release, packages):
        root = self.scratch / "root"
        (root / "etc").mkdir(parents=True, exist_ok=True)
        (root / "var/lib/dpkg").mkdir(parents=True, exist_ok=True)
        (root / "etc/os-release").write_text(f'ID=debian\nVERSION_ID="{release}"\n')
        (root / "var/lib/dpkg/status").write_text("".join(
            f"Package: bin-{n}\nStatus: install ok installed\nMaintainer: N <n@example.org>\nArchitecture: amd64\n"
            f"Source: {n}\nVersion: {v}\nDescription: x\n\n" for n, v in sorted(packages)))
        return {(n.removeprefix("bin-"), v): records for (n, v), records in self.told(f"rootfs:{root}").items()}


class Checker:
    def __init__(self, fixes):
        self.fixes, self.complaints, self.checked = fixes, [], collections.Counter()

    def complain(self, *words):
        self.complaints.append(" ".join(str(w) for w in words))

    def latest(self, release, package, records):
        return max((v for r in records for v in self.fixes[release, package].get(r, ())), key=key, default=None)

    def is_reported(self, kind, told, release, package, version, record, fixed):
        """By this record, and with its fix: of a vulnerability that several errata mend, the last one's."""
        self.checked[kind] += 1
        if record not in told.get((package, version), {}):
            return self.complain(kind, release, package, version, "is not reported by", record, "fixed in", fixed)
        for told_fix, evidence in told[package, version][record]:
            if told_fix != self.latest(release, package, evidence):
                self.complain(kind, release, package, version, record, "tells the fix", told_fix, "not", fixed)

    def is_not_reported(self, kind, told, release, package, version, record):
        self.checked[kind] += 1
        others = [f for f in self.fixes[release, package][record] if compare(version, f) < 0]
        if (record in told.get((package, version), {})) != bool(others):
            self.complain(kind, release, package, version, "has the fix of", record, "and is reported")

    def check_lists(self, scanner, release, packages):
        before, fixed = [], []
        for package in packages:
            known = sorted({f for fs in self.fixes[release, package].values() for f in fs}, key=key)
            for record, versions in self.fixes[release, package].items():
                for version in versions:
                    fixed.append((package, version, record, version))
                    before.append((package, version + "~", record, version))
                    earlier = [k for k in known if compare(k, version) < 0]
                    before += [(package, earlier[-1], record, version)] if earlier else []
        told = scanner.scan_list(release, {(p, v) for p, v, _, _ in before})
        for package, version, record, fix in before:
            kind = "just before the fix" if version == fix + "~" else "an earlier real version"
            self.is_reported(kind, told, release, package, version, record, fix)
        told = scanner.scan_list(release, {(p, v) for p, v, _, _ in fixed})
        for package, version, record, _ in fixed:
            self.is_not_reported("the fixed version", told, release, package, version, record)

    def check_roots(self, scanner, release, packages):
        """A system has one version of a package: the last fix, and the one before it."""
        last = {p: self.latest(release, p, self.fixes[release, p]) for p in packages}
        last = {p: v for p, v in last.items() if v}
        told = scanner.scan_root(release, {(p, v + "~") for p, v in last.items()})
        for package, version in last.items():
            for record, versions in self.fixes[release, package].items():
                if version in versions:
                    self.is_reported("in a dpkg status, before", told, release, package, version + "~", record, version)
        told = scanner.scan_root(release, set(last.items()))
        for package, version in last.items():
            for record, versions in self.fixes[release, package].items():
                if versions:
                    self.is_not_reported("in a dpkg status, fixed", told, release, package, version, record)


def main():
    program, feed = sys.argv[1], pathlib.Path(sys.argv[2], "osv/Debian/all.zip")
    fixes, entries, unfixed, records = read_lists(feed)
    releases = sorted({release for release, _ in fixes}, key=key)
    checker = Checker(fixes)
    with tempfile.TemporaryDirectory() as scratch:
        scanner = Scanner(program, scratch)
        scanner.run("db", "import", "--quiet", "--db", scanner.database, str(feed))
        for release in releases:
            packages = sorted(p for r, p in fixes if r == release)
            checker.check_lists(scanner, release, packages)
            checker.check_roots(scanner, release, packages)
        told = collections.defaultdict(list)
        for release, package, record in unfixed:  # "end of support": every version counts, and no fix is told
            told[release].append((package, record))
        for release, rows in told.items():
            found = scanner.scan_list(release, {(p, "1:99") for p, _ in rows})
            for package, record in rows:
                checker.is_reported("without a fix", found, release, package, "1:99", record, None)
    print("\n".join(checker.complaints[:40]))
    print(f"{records} records, {entries} fixes and {len(unfixed)} entries without one, in {len(releases)} releases "
          f"({', '.join(releases)}); {scanner.scans} scans")
    for kind, count in checker.checked.items():
        print(f"  {kind}: {count} checked")
    print(f"{len(checker.complaints)} disagreements")
    return 1 if checker.complaints or not checker.checked else 0


if __name__ == "__main__":
    sys.exit(main())
