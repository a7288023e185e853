#!/usr/bin/env python3
"""validate_sbom.py KIND FILE: checks a document against the schema of those who defined its format.

KIND is cyclonedx-1.6, cyclonedx-1.7, spdx-json, spdx or report. `report` needs python3-jsonschema and our own schema; the others need
the packages that tests/component/sbom_schemas.bats installs into a cache. Prints what is wrong; exits 1 when anything is.
"""
import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def cyclonedx(path, version):
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    problem = JsonStrictValidator(SchemaVersion.from_version(version)).validate_str(path.read_text())
    return [str(problem)[:2000]] if problem else []


def spdx(path):
    from spdx_tools.spdx.parser.parse_anything import parse_file
    from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

    return [f"{m.context.spdx_id}: {m.validation_message}" for m in validate_full_spdx_document(parse_file(str(path)))]


def report(path):
    import jsonschema

    schema = json.loads((ROOT / "docs/schema/report-1.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    problems = jsonschema.Draft202012Validator(schema).iter_errors(json.loads(path.read_text()))
    return [f"{'/'.join(str(p) for p in e.absolute_path)}: {e.message[:300]}" for e in problems]


def main(kind, name):
    path = pathlib.Path(name)
    if kind.startswith("cyclonedx-"):
        problems = cyclonedx(path, kind.removeprefix("cyclonedx-"))
    elif kind in ("spdx", "spdx-json"):
        problems = spdx(path)
    else:
        problems = report(path)
    for problem in problems[:20]:
        print(f"{name}: {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
