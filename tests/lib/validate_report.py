#!/usr/bin/env python3
"""validate_report.py KIND FILE: checks a report against what those who defined its format published.

KIND is openvex, gitlab, json, rescan or diff (our copies of schemas: needs python3-jsonschema), sarif (the schema file that BOLT_SARIF_SCHEMA names)
or html (needs python3-html5lib; the page must be without a parse error and need nothing else). Prints what is wrong; exits 1 when
anything is.
"""
import json
import os
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCHEMAS = {
    "openvex": ROOT / "tests/data/schemas/openvex-0.2.0.schema.json",
    "gitlab": ROOT / "tests/data/schemas/gitlab-container-scanning-15.schema.json",
    "json": ROOT / "docs/schema/report-1.schema.json",
    "rescan": ROOT / "docs/schema/rescan-1.schema.json",
    "diff": ROOT / "docs/schema/diff-1.schema.json",
    "sarif": pathlib.Path(os.environ.get("BOLT_SARIF_SCHEMA", "/nonexistent")),
}
# What a browser would fetch or run.
ACTIVE = {"link", "img", "iframe", "object", "embed", "base", "form", "video", "audio", "source"}


def by_schema(kind, path):
    import jsonschema

    schema = json.loads(SCHEMAS[kind].read_text())
    validator = jsonschema.validators.validator_for(schema)
    validator.check_schema(schema)
    problems = validator(schema, format_checker=jsonschema.FormatChecker()).iter_errors(json.loads(path.read_text()))
    return [f"{'/'.join(str(p) for p in e.absolute_path)}: {e.message[:300]}" for e in problems]


def html(path):
    import html5lib

    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parse(path.read_bytes(), override_encoding=None)
    problems = [f"{position}: {code}" for position, code, _ in parser.errors]
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        if element.tag in ACTIVE:
            problems.append(f"<{element.tag}>: the page needs something else")
        for name, value in element.attrib.items():
            if name.startswith("on") or name in ("style", "src", "srcset"):
                problems.append(f"<{element.tag} {name}>: runs or fetches")
            if name == "href" and not re.match(r"https?://", value):
                problems.append(f"href {value[:80]}")
    if sum(element.tag == "script" for element in tree.iter()) != 1:
        problems.append("not exactly one script")
    return problems


def main(kind, name):
    path = pathlib.Path(name)
    problems = html(path) if kind == "html" else by_schema(kind, path)
    for problem in problems[:20]:
        print(f"{name}: {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
