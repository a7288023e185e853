#!/usr/bin/env python3
"""osv_feeds.py DIR < RECORDS: OSV records, one JSON object a line, as OSV.dev keeps them: added to DIR/osv/ECOSYSTEM/all.zip."""
import json
import pathlib
import sys
import zipfile


def main():
    feeds = {}
    for line in sys.stdin:
        if line.strip():
            record = json.loads(line)
            feeds.setdefault(record["affected"][0]["package"]["ecosystem"].split(":")[0], []).append(record)
    if not feeds:
        sys.exit("no records on standard input")
    for ecosystem, records in feeds.items():
        where = pathlib.Path(sys.argv[1]) / "osv" / ecosystem
        where.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(where / "all.zip", "a", zipfile.ZIP_DEFLATED) as archive:
            for record in records:
                archive.writestr(f"{record['id']}.json", json.dumps(record))


main()
