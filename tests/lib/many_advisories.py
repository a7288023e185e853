#!/usr/bin/env python3
"""many_advisories.py FILE COUNT FIX: an OSV archive of COUNT made-up Debian advisories, deterministic. Each says that two of 2,000
packages, and every hundredth the package "linux" too, are fixed in version FIX."""
import json
import sys
import zipfile

WORDS = "buffer overflow allows remote attackers to cause a denial of service or possibly execute arbitrary code via crafted".split()


def affected(package, fix):
    return {
        "package": {"ecosystem": "Debian:12", "name": package},
        "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": fix}]}],
    }


def record(number, fix):
    packages = [f"package{number % 2000}", f"package{number * 7 % 2000}"] + (["linux"] if number % 100 == 0 else [])
    text = " ".join(WORDS[(number * k + k) % len(WORDS)] for k in range(60))
    return {
        "id": f"DSA-{number}-1",
        "modified": "2024-01-01T00:00:00Z",
        "upstream": [f"CVE-2024-{number:05d}"],
        "summary": f"package{number % 2000} - security update",
        "details": text,
        "affected": [affected(package, fix) for package in dict.fromkeys(packages)],
    }


def main():
    path, count, fix = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(count):
            info = zipfile.ZipInfo(f"DSA-{number}-1.json", (2024, 1, 1, 0, 0, 0))
            archive.writestr(info, json.dumps(record(number, fix)), zipfile.ZIP_DEFLATED, 1)


main()
